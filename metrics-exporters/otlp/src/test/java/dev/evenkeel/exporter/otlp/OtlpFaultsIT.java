package dev.evenkeel.exporter.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each fault over each wire, with real sockets, while a thread records without a pause. Prints the table of docs/otlp.md.
 * {@code -Devenkeel.otlp.fault.millis=N} lets faults last longer.
 */
class OtlpFaultsIT {
    private static final long FAULT_MILLIS = Long.getLong("evenkeel.otlp.fault.millis", 100);
    private static final long LONGEST_NANOS = 30_000_000_000L;
    private static final List<String> TABLE = new ArrayList<>();

    @AfterAll
    static void print() {
        System.out.println(
                "| wire | fault | ms | values recorded | times the recorder blocked or waited | requests | sent again |"
                        + " of those perhaps twice | taken twice | lost | most buffered |");
        System.out.println("| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
        TABLE.forEach(System.out::println);
    }

    @ParameterizedTest
    @CsvSource({
        "http,DOWN", "http,RESET", "http,ANSWER_LOST", "http,BLACK_HOLE", "http,DRIP", "http,SLOW", "http,TOO_MANY",
        "http,UNAVAILABLE", "grpc,DOWN", "grpc,RESET", "grpc,ANSWER_LOST", "grpc,BLACK_HOLE", "grpc,DRIP", "grpc,SLOW",
        "grpc,TOO_MANY", "grpc,UNAVAILABLE"
    })
    void nothingIsLost(String wire, String fault) throws Exception {
        boolean grpc = wire.equals("grpc");
        try (Receiver receiver = grpc ? new GrpcReceiver() : new HttpReceiver();
                FaultProxy proxy = new FaultProxy(receiver.port());
                MetricRegistry registry = MetricRegistry.create()) {
            Counter counted = registry.counter("counted").register();
            Timer timed = registry.timer("timed").register();
            String uri = "http://127.0.0.1:" + proxy.port();
            OtlpExporterBuilder builder = OtlpExporter.builder(registry)
                    .temporality(AggregationTemporality.DELTA)
                    .histograms(HistogramEncoding.EXPONENTIAL)
                    .interval(Duration.ofMillis(100))
                    .timeout(Duration.ofMillis(400));
            OtlpExporter exporter = (grpc ? builder.grpcEndpoint(uri) : builder.endpoint(uri)).build();
            AtomicBoolean stop = new AtomicBoolean();
            Thread recorder = new Thread(() -> {
                while (!stop.get()) {
                    counted.increment();
                    timed.record(1_000_000);
                }
            });
            recorder.start();
            assertTrue(exporter.push(Duration.ofSeconds(20)), "the first push");

            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long stops = stops(threads, recorder);
            set(proxy, receiver, fault);
            long start = System.nanoTime();
            double buffered = 0;
            boolean met = fault.equals("SLOW");
            while (System.nanoTime() - start < FAULT_MILLIS * 1_000_000
                    || (!met && System.nanoTime() - start < LONGEST_NANOS)) {
                met |= requests(registry) > accepted(registry);
                TimeUnit.MILLISECONDS.sleep(20);
                buffered = Math.max(buffered, bytes(registry));
            }
            restore(proxy, receiver, fault);
            assertTrue(exporter.push(Duration.ofSeconds(60)), "the push after the fault");
            stops = stops(threads, recorder) - stops;
            stop.set(true);
            recorder.join();
            exporter.close();

            Ledger ledger = receiver.ledger();
            double unknown = sum(registry, "evenkeel.otlp.repeats", "unknown");
            assertEquals(List.of(), ledger.errors());
            assertEquals(counted.sum(), ledger.deltas("counted"));
            assertEquals(counted.sum(), ledger.deltas("timed"));
            assertEquals(0.0, sum(registry, "evenkeel.otlp.points", "lost"));
            assertEquals(0, stops, "the recorder was blocked or waited");
            assertTrue(
                    ledger.repeatedRequests() <= unknown,
                    ledger.repeatedRequests() + " taken twice, counted " + unknown);
            assertTrue(met, "the fault did not happen");
            TABLE.add(String.format(
                    Locale.ROOT,
                    "| %s | %s | %d | %,d | %d | %.0f | %.0f | %.0f | %d | %.0f | %,.0f |",
                    wire,
                    fault.toLowerCase(Locale.ROOT).replace('_', ' '),
                    FAULT_MILLIS,
                    counted.sum(),
                    stops,
                    requests(registry),
                    unknown + sum(registry, "evenkeel.otlp.repeats", "refused"),
                    unknown,
                    ledger.repeatedRequests(),
                    sum(registry, "evenkeel.otlp.points", "lost"),
                    buffered));
        }
    }

    private static void set(FaultProxy proxy, Receiver receiver, String fault) throws Exception {
        switch (fault) {
            case "SLOW", "TOO_MANY", "UNAVAILABLE" -> receiver.mode(Receiver.Mode.valueOf(fault));
            default -> proxy.fault(FaultProxy.Fault.valueOf(fault));
        }
    }

    private static void restore(FaultProxy proxy, Receiver receiver, String fault) throws Exception {
        receiver.mode(Receiver.Mode.TAKE);
        if (!List.of("SLOW", "TOO_MANY", "UNAVAILABLE").contains(fault)) {
            proxy.fault(FaultProxy.Fault.NONE);
        }
    }

    private static long stops(ThreadMXBean threads, Thread recorder) {
        ThreadInfo info = threads.getThreadInfo(recorder.getId());
        return info.getBlockedCount() + info.getWaitedCount();
    }

    private static double bytes(MetricRegistry registry) {
        return registry.snapshot().points().stream()
                .filter(point -> point.descriptor().name().equals("evenkeel.otlp.buffer.usage"))
                .mapToDouble(point -> point.value())
                .sum();
    }

    static double sum(MetricRegistry registry, String name, String label) {
        return registry.snapshot().points().stream()
                .filter(point -> point.descriptor().name().equals(name)
                        && point.labels().toString().contains("\"" + label + "\""))
                .mapToDouble(point -> point.value())
                .sum();
    }

    private static double requests(MetricRegistry registry) {
        return registry.snapshot().points().stream()
                .filter(point -> point.descriptor().name().equals("evenkeel.otlp.requests"))
                .mapToDouble(point -> point.value())
                .sum();
    }

    private static double accepted(MetricRegistry registry) {
        return sum(registry, "evenkeel.otlp.requests", "accepted");
    }
}
