package dev.evenkeel.metrics.slo;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Snapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A machine whose time is set by hand, and a process on it that can be stopped, killed and started again. */
final class VirtualProcess implements AutoCloseable {
    static final long START_MILLIS = 1_800_000_000_000L;
    static final long SECOND = 1_000;
    static final long MINUTE = 60 * SECOND;
    static final long HOUR = 60 * MINUTE;
    static final long DAY = 24 * HOUR;

    private final @Nullable Path file;
    private final UnaryOperator<SloMonitor.Builder> settings;
    private final UnaryOperator<Slo.Builder> objective;
    private long dateMillis = START_MILLIS;
    private long nanos = Long.MAX_VALUE - 1_000_000; // only differences may matter
    final List<SloAlert> alerts = new ArrayList<>();

    MetricRegistry registry;
    Counter requests;
    Counter good;
    SloMonitor monitor;

    VirtualProcess(
            @Nullable Path file, UnaryOperator<Slo.Builder> objective, UnaryOperator<SloMonitor.Builder> settings) {
        this.file = file;
        this.objective = objective;
        this.settings = settings;
        start();
    }

    /** An objective of 0.999 over 30 days, without a file. */
    VirtualProcess() {
        this(null, slo -> slo.target(0.999).minimumBadEvents(1), monitor -> monitor);
    }

    void start() {
        registry = MetricRegistry.create();
        requests = registry.counter("requests").register();
        good = registry.counter("good").effect().register();
        SloMonitor.Builder builder = settings.apply(SloMonitor.builder(registry)
                .wallClock(() -> dateMillis)
                .nanoClock(() -> nanos)
                .listener(alerts::add)
                .add(objective
                        .apply(Slo.availability("s", good::sum, requests::sum))
                        .build()));
        monitor = (file == null ? builder : builder.stateFile(file)).build();
    }

    /** Passes time with the process up, in ticks of 10 s, with so many requests in each. */
    void run(long millis, long requestsPerTick, long badPerTick) {
        for (long passed = 0; passed < millis; passed += 10 * SECOND) {
            record(requestsPerTick, badPerTick);
            pass(10 * SECOND);
            monitor.tick();
        }
    }

    void record(long events, long bad) {
        requests.add(events);
        good.add(events - bad);
    }

    /** Passes time without a tick. */
    void pass(long millis) {
        dateMillis += millis;
        nanos += Duration.ofMillis(millis).toNanos();
    }

    /** Sets the date, and the date only. */
    void setDateBy(long millis) {
        dateMillis += millis;
    }

    /** Ends the process without any last write, as a kill does. The operating system lets go of its locks. */
    void kill() {
        monitor.kill();
        registry.close();
    }

    SloReading read() {
        return monitor.read("s");
    }

    Snapshot snapshot() {
        return registry.snapshot();
    }

    @Override
    public void close() {
        monitor.close();
        registry.close();
    }
}
