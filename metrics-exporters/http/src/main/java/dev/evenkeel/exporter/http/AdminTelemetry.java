package dev.evenkeel.exporter.http;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Observed;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Counts what a listener turned away and cut off. Thread-safe. */
final class AdminTelemetry implements AutoCloseable {
    /** Why a request was refused. */
    enum Refusal {
        BODY,
        HOST,
        MALFORMED,
        METHOD,
        PASSWORD,
        TLS,
        TOO_LARGE
    }

    /** Why a connection was closed before its client was done. */
    enum Cut {
        /** It did nothing while others waited for a place. */
        GAVE_WAY,
        SLOW_ENDPOINT,
        SLOW_READER,
        SLOW_REQUEST
    }

    private final AtomicLong rejected = new AtomicLong();
    private final @Nullable Counter rejectedCounter;
    private final @Nullable Counter waitedCounter;
    private final @Nullable Labelled<Counter> refused;
    private final @Nullable Labelled<Counter> cut;
    private @Nullable Observed connections;
    private @Nullable DoubleSupplier open;
    private String port = "";

    AdminTelemetry(@Nullable MetricRegistry registry) {
        if (registry == null) {
            rejectedCounter = null;
            waitedCounter = null;
            refused = null;
            cut = null;
            return;
        }
        rejectedCounter = registry.counter("evenkeel.admin.rejected")
                .unit("{request}")
                .help("Requests to the admin listener that were told to come again because there was no room for them.")
                .register();
        waitedCounter = registry.counter("evenkeel.admin.connections.waited")
                .unit("{connection}")
                .help("Connections to the admin listener that had to wait because all places were taken.")
                .register();
        refused = registry.counter("evenkeel.admin.refused")
                .unit("{request}")
                .help("Requests that the admin listener refused, by reason.")
                .labels("reason")
                .register();
        cut = registry.counter("evenkeel.admin.cut_off")
                .unit("{connection}")
                .help("Connections that the admin listener closed before their clients were done, by reason.")
                .labels("reason")
                .register();
        for (Refusal reason : Refusal.values()) {
            refused.bind(word(reason)); // at zero from the start, so that an alert has something to compare with
        }
        for (Cut reason : Cut.values()) {
            cut.bind(word(reason));
        }
        connections = registry.observedGauge("evenkeel.admin.connections")
                .unit("{connection}")
                .help("Open connections of the admin listener.")
                .labels("port")
                .register();
    }

    void show(int listening, DoubleSupplier openConnections) {
        Observed family = connections;
        if (family != null) {
            port = Integer.toString(listening);
            open = openConnections;
            family.add(openConnections, port);
        }
    }

    void rejected() {
        rejected.incrementAndGet();
        increment(rejectedCounter);
    }

    void waited() {
        increment(waitedCounter);
    }

    void refused(Refusal reason) {
        increment(refused == null ? null : refused.bind(word(reason)));
    }

    void cut(Cut reason) {
        increment(cut == null ? null : cut.bind(word(reason)));
    }

    long rejectedCount() {
        return rejected.get();
    }

    @Override
    public void close() {
        Observed family = connections;
        DoubleSupplier callback = open;
        if (family != null && callback != null) {
            family.remove(callback, port);
        }
    }

    private static void increment(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }

    private static String word(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }
}
