package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** What many latency series cost, and what gives way when they cost more than the registry may hold. */
class HistogramMemoryTest {
    private static final long CAP = 64L << 20;
    private static final long SECOND = 1_000_000_000L;
    private static final int THREADS = 64;
    private static final SlidingWindow WINDOW = SlidingWindow.of(Duration.ofMinutes(1), 6);

    private final AtomicLong now = new AtomicLong();

    private MetricRegistry registry(int limit) {
        return MetricRegistry.builder()
                .maxBytes(CAP)
                .cardinalityLimit(limit)
                .nanoClock(now::get)
                .build();
    }

    @Test
    void idleTimerTakesLessThan300Bytes() {
        MetricRegistry registry = registry(100_000);
        Labelled<Timer> plain = registry.timer("plain").labels("route").register();
        Labelled<Timer> windowed =
                registry.timer("windowed").windows(WINDOW).labels("route").register();
        long before = registry.core().budget().used();
        for (int i = 0; i < 1000; i++) {
            plain.bind("/order/" + i);
        }
        long between = registry.core().budget().used();
        for (int i = 0; i < 1000; i++) {
            windowed.bind("/order/" + i);
        }
        long after = registry.core().budget().used();

        assertTrue(between - before <= 250_000, () -> (between - before) / 1000 + " bytes a timer");
        assertTrue(after - between <= 300_000, () -> (after - between) / 1000 + " bytes a timer with a window");
    }

    @Test
    void twoThousandTimersFromSixtyFourThreadsFit() throws Exception {
        int series = 2000;
        int rounds = 6;
        MetricRegistry registry = registry(series);
        Labelled<Timer> timers =
                registry.timer("t").windows(WINDOW).labels("route").register();
        Timer[] all = new Timer[series];
        for (int i = 0; i < series; i++) {
            all[i] = timers.bind("/" + i);
        }
        MetricReader[] readers = {registry.deltaReader(), registry.deltaReader()};
        double[] deltaCounts = new double[readers.length];
        LongAdder sum = new LongAdder();
        AtomicLong most = new AtomicLong();
        CyclicBarrier roundEnds = new CyclicBarrier(THREADS, () -> {
            now.addAndGet(10 * SECOND);
            registry.tick();
            for (int r = 0; r < readers.length; r++) {
                for (Point point : readers[r].snapshot().points()) {
                    if (point.descriptor().name().equals("t")) {
                        deltaCounts[r] += point.value();
                    }
                }
            }
            most.accumulateAndGet(registry.core().budget().used(), Math::max);
        });

        Threads.together(THREADS, t -> {
            Random random = new Random(t);
            long mine = 0;
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < series; i++) {
                    long nanos = (long) (1e6 * Math.exp(random.nextGaussian()));
                    all[i].record(nanos);
                    mine += nanos;
                }
                await(roundEnds);
            }
            sum.add(mine);
        });

        double counted = 0;
        double summed = 0;
        long windowed = 0;
        int whole = 0;
        for (Timer timer : all) {
            HistogramReading reading = timer.read();
            assertEquals((double) THREADS * rounds, reading.count());
            counted += reading.count();
            summed += reading.sum();
            WindowReading window = timer.read(WINDOW);
            windowed += window.count();
            whole += window.isWhole() ? 1 : 0;
            assertEquals(window.covered().toSeconds() / 10 * THREADS, window.count());
        }
        double expected = (double) series * THREADS * rounds;
        System.out.printf(
                Locale.ROOT,
                "2 000 timers, 64 threads: at most %,d bytes of %,d; %,d windows whole; windows hold %,d of %,.0f values;"
                        + " shared %.0f, short windows %.0f, late deltas %.0f, octave only %.0f%n",
                most.get(),
                CAP,
                whole,
                windowed,
                expected,
                rung(registry, "shared_stripe"),
                rung(registry, "short_window"),
                rung(registry, "late_delta"),
                rung(registry, "octave_only"));
        assertEquals(expected, counted);
        assertEquals((double) sum.sum(), summed);
        assertEquals(expected, deltaCounts[0]);
        assertEquals(expected, deltaCounts[1]);
        assertEquals(series, whole);
        assertTrue(most.get() <= CAP, () -> most + " bytes");
        assertEquals(0.0, rung(registry, "octave_only"));
        assertEquals(0.0, rung(registry, "one_digit"));
        assertEquals(0.0, rung(registry, "overflow_series"));
        registry.close();
    }

    @Test
    void twentyThousandTimersClimbTheLadderAndLoseNothing() throws Exception {
        int series = 20_000;
        MetricRegistry registry = registry(series);
        Labelled<Timer> timers =
                registry.timer("t").windows(WINDOW).labels("route").register();
        int perBatch = 1000;
        long[] firstAt = {-1, -1, -1, -1};
        String[] rungs = {"shared_stripe", "short_window", "one_digit", "overflow_series"};
        AtomicLong most = new AtomicLong();
        AtomicLong batch = new AtomicLong();
        LongAdder sum = new LongAdder();
        CyclicBarrier batchEnds = new CyclicBarrier(THREADS, () -> {
            now.addAndGet(10 * SECOND);
            registry.tick();
            for (int i = 0; i < rungs.length; i++) {
                if (firstAt[i] < 0 && rung(registry, rungs[i]) > 0) {
                    firstAt[i] = batch.get();
                }
            }
            most.accumulateAndGet(registry.core().budget().used(), Math::max);
            batch.incrementAndGet();
        });

        Threads.together(THREADS, t -> {
            Random random = new Random(t);
            long mine = 0;
            for (int from = 0; from < series; from += perBatch) {
                for (int i = from; i < from + perBatch; i++) {
                    long nanos = (long) (1e6 * Math.exp(random.nextGaussian()));
                    timers.bind("/" + i).record(nanos);
                    mine += nanos;
                }
                await(batchEnds);
            }
            sum.add(mine);
        });

        double counted = 0;
        double summed = 0;
        int shown = 0;
        for (Point point : registry.snapshot().points()) {
            if (point.descriptor().name().equals("t")) {
                counted += point.histogram().count();
                summed += point.histogram().sum();
                shown++;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "20 000 timers, 64 threads: %,d series shown, at most %,d bytes of %,d, rungs first seen after batches %s, "
                        + "octave only %.0f%n",
                shown,
                most.get(),
                CAP,
                Arrays.toString(firstAt),
                rung(registry, "octave_only"));
        assertEquals((double) series * THREADS, counted);
        assertEquals((double) sum.sum(), summed);
        assertTrue(most.get() <= CAP, () -> most + " bytes");
        for (int i = 0; i < rungs.length; i++) {
            assertTrue(firstAt[i] >= 0, rungs[i] + " was never climbed");
            assertTrue(i == 0 || firstAt[i] >= firstAt[i - 1], rungs[i] + " came before " + rungs[Math.max(0, i - 1)]);
        }
        registry.close();
    }

    private static double rung(MetricRegistry registry, String name) {
        return registry.snapshot().value("evenkeel.memory.ladder", name);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }
}
