package dev.evenkeel.exporter.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Shutdowns of real exporters, with their threads and sockets. {@code -Devenkeel.otlp.http.shutdowns=N} runs more. */
class OtlpShutdownIT {
    private static final int RUNS = Integer.getInteger("evenkeel.otlp.http.shutdowns", 25);

    @Test
    void shutdownsAtRandomMomentsLoseNothing() throws Exception {
        long perhapsTwice = 0;
        long twice = 0;
        int faults = 0;
        for (int run = 0; run < RUNS; run++) {
            SplittableRandom random = new SplittableRandom(run);
            boolean delta = random.nextInt(4) > 0;
            boolean fault = run % 8 == 7;
            faults += fault ? 1 : 0;
            try (Receiver receiver = new HttpReceiver();
                    FaultProxy proxy = new FaultProxy(receiver.port());
                    MetricRegistry registry = MetricRegistry.create()) {
                Counter counted = registry.counter("counted").register();
                OtlpExporter exporter = OtlpExporter.builder(registry)
                        .endpoint("http://127.0.0.1:" + proxy.port())
                        .temporality(delta ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE)
                        .interval(Duration.ofMillis(100))
                        .timeout(Duration.ofMillis(500))
                        .closeTimeout(Duration.ofSeconds(20))
                        .build();
                AtomicBoolean stop = new AtomicBoolean();
                Thread recorder = new Thread(() -> {
                    while (!stop.get()) {
                        counted.increment();
                    }
                });
                recorder.start();
                for (int pushes = random.nextInt(3); pushes > 0; pushes--) {
                    exporter.push(Duration.ofNanos(random.nextLong(5_000_000)));
                }
                if (fault) {
                    proxy.fault(FaultProxy.Fault.values()[1 + random.nextInt(4)]);
                    exporter.push(Duration.ofNanos(random.nextLong(20_000_000)));
                }
                long before = counted.sum();
                Thread closer = new Thread(exporter::close);
                closer.start();
                if (fault) {
                    TimeUnit.NANOSECONDS.sleep(
                            random.nextLong(20_000_000)); // when the network is whole again, at random
                    proxy.fault(FaultProxy.Fault.NONE);
                }
                exporter.close(); // at the same time: both wait for the same end
                closer.join();
                stop.set(true);
                recorder.join();

                Ledger ledger = receiver.ledger();
                String what = "run " + run + ", fault " + fault + ", delta " + delta;
                double told = delta ? ledger.deltas("counted") : ledger.last("counted");
                assertEquals(List.of(), ledger.errors(), what);
                assertTrue(told >= before && told <= counted.sum(), what + ": " + told + " of " + before);
                assertEquals(0.0, OtlpFaultsIT.sum(registry, "evenkeel.otlp.points", "lost"), what);
                if (delta) {
                    double unknown = OtlpFaultsIT.sum(registry, "evenkeel.otlp.repeats", "unknown");
                    assertTrue(ledger.repeatedRequests() <= unknown, what);
                    perhapsTwice += (long) unknown;
                    twice += ledger.repeatedRequests();
                }
                long points = ledger.points();
                exporter.close();
                assertFalse(exporter.push(Duration.ofMillis(1)), "nothing is pushed after close()");
                assertEquals(points, ledger.points());
            }
        }
        System.out.println(RUNS + " shutdowns over HTTP, " + faults + " in a fault: " + perhapsTwice
                + " requests counted as perhaps taken twice, " + twice + " were");
    }

    @Test
    void closeMeetsItsDeadlineInABlackHole() throws Exception {
        try (Receiver receiver = new HttpReceiver();
                FaultProxy proxy = new FaultProxy(receiver.port());
                MetricRegistry registry = MetricRegistry.create()) {
            proxy.fault(FaultProxy.Fault.BLACK_HOLE);
            registry.counter("counted").register().add(1_000);
            OtlpExporter exporter = OtlpExporter.builder(registry)
                    .endpoint("http://127.0.0.1:" + proxy.port())
                    .temporality(AggregationTemporality.DELTA)
                    .timeout(Duration.ofSeconds(60))
                    .closeTimeout(Duration.ofMillis(600))
                    .build();
            assertFalse(exporter.push(Duration.ofMillis(50)));
            long start = System.nanoTime();

            exporter.close();

            long millis = (System.nanoTime() - start) / 1_000_000;
            assertTrue(millis < 5_000, millis + " ms"); // of one minute that the request might have taken
            assertTrue(OtlpFaultsIT.sum(registry, "evenkeel.otlp.points", "lost") > 0);
            assertTrue(
                    registry.snapshot().value("evenkeel.otlp.lost", "http://127.0.0.1:" + proxy.port() + "/v1/metrics")
                            >= 1_000);
        }
    }

    @Test
    void aPushUnderWayThatHangsLeavesHalfOfTheTimeForTheLast() throws Exception {
        try (Receiver receiver = new HttpReceiver();
                FaultProxy proxy = new FaultProxy(receiver.port());
                MetricRegistry registry = MetricRegistry.create()) {
            proxy.fault(FaultProxy.Fault.BLACK_HOLE);
            Counter counted = registry.counter("counted").register();
            counted.add(1_000);
            OtlpExporter exporter = OtlpExporter.builder(registry)
                    .endpoint("http://127.0.0.1:" + proxy.port())
                    .temporality(AggregationTemporality.DELTA)
                    .timeout(Duration.ofSeconds(60))
                    .closeTimeout(Duration.ofSeconds(2))
                    .build();
            assertFalse(exporter.push(Duration.ofMillis(50)));
            counted.add(1);
            proxy.heal(); // for connections to come; the one that is open hangs on

            exporter.close();

            assertEquals(1_001, receiver.ledger().deltas("counted"));
            assertEquals(0.0, OtlpFaultsIT.sum(registry, "evenkeel.otlp.points", "lost"));
        }
    }
}
