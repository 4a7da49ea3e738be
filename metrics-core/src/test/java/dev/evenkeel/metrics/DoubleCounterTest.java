package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DoubleCounterTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @Test
    void sumsAmounts() {
        DoubleCounter counter = registry.doubleCounter("cpu").unit("s").register();
        assertEquals(0.0, counter.sum());

        counter.add(0.25);
        counter.add(0);
        counter.add(-0.0);
        counter.add(1.5);

        assertEquals(1.75, counter.sum());
        assertEquals(1.75, registry.snapshot().value("cpu"));
    }

    @Test
    void whatIsNegativeOrNotFiniteIsCountedAsDroppedAndNotAdded() {
        DoubleCounter counter = registry.doubleCounter("cost").register();
        counter.add(5);

        counter.add(-1);
        counter.add(-Double.MAX_VALUE);
        counter.add(Double.NaN);
        counter.add(Double.POSITIVE_INFINITY);
        counter.add(Double.NEGATIVE_INFINITY);

        assertEquals(5, counter.sum());
        Snapshot snapshot = registry.snapshot();
        assertEquals(2, snapshot.value("evenkeel.dropped", "negative"));
        assertEquals(3, snapshot.value("evenkeel.dropped", "not_finite"));
    }

    @Test
    void sumPastTheLargestDoubleIsInfinite() {
        DoubleCounter counter = registry.doubleCounter("cost").register();

        counter.add(Double.MAX_VALUE);
        counter.add(Double.MAX_VALUE);
        counter.add(1);

        assertEquals(Double.POSITIVE_INFINITY, counter.sum());
    }

    /** The bound of the Javadoc: n roundings of 2^-53 each on a thread, and one more for each slab. */
    @Test
    void errorIsWithinItsBound() throws Exception {
        DoubleCounter counter = registry.doubleCounter("cost").register();
        int threads = 8;
        int perThread = 100_000;
        double[][] amounts = new double[threads][perThread];
        BigDecimal exact = BigDecimal.ZERO;
        Random random = new Random(20_261_121);
        for (double[] own : amounts) {
            for (int i = 0; i < perThread; i++) {
                own[i] = random.nextDouble() * Math.pow(2, random.nextInt(40) - 20);
                exact = exact.add(new BigDecimal(own[i]));
            }
        }

        Threads.together(threads, t -> {
            for (double amount : amounts[t]) {
                counter.add(amount);
            }
        });

        double error = new BigDecimal(counter.sum())
                .subtract(exact)
                .divide(exact, MathContext.DECIMAL64)
                .abs()
                .doubleValue();
        double bound = (perThread + threads) * 0x1p-53;
        assertTrue(error <= bound, () -> "relative error " + error + ", bound " + bound);
        assertTrue(counter.sum() > 0);
    }

    @Test
    void wholeNumbersAreExactAcrossManyShortLivedThreads() throws Exception {
        DoubleCounter counter = registry.doubleCounter("cost").register();
        Labelled<DoubleCounter> routes =
                registry.doubleCounter("routes").labels("route").register();

        for (int generation = 0; generation < 40; generation++) {
            Threads.together(50, t -> {
                for (int i = 0; i < 20; i++) {
                    counter.add(0.5);
                    routes.bind("r" + i % 3).add(2);
                }
            });
        }

        assertEquals(0.5 * 40 * 50 * 20, counter.sum());
        Snapshot snapshot = registry.snapshot();
        assertEquals(
                2.0 * 40 * 50 * 20,
                snapshot.value("routes", "r0") + snapshot.value("routes", "r1") + snapshot.value("routes", "r2"));
    }

    /** Slabs that are folded are added up in another order; what was shown before must stay the least that is shown. */
    @Test
    void noReaderEverSeesLess() throws Exception {
        DoubleCounter counter = registry.doubleCounter("cost").register();
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch reading = new CountDownLatch(1);
        double[] backwards = new double[1];
        Thread reader = new Thread(() -> {
            double last = 0;
            while (!stop.get()) {
                double now = registry.snapshot().value("cost");
                backwards[0] = Math.max(backwards[0], last - now);
                double next = counter.sum();
                backwards[0] = Math.max(backwards[0], now - next);
                last = next;
                reading.countDown();
            }
        });
        reader.start();
        reading.await();

        for (int generation = 0; generation < 60; generation++) {
            Threads.together(30, t -> {
                for (int i = 1; i < 30; i++) {
                    counter.add(1.0 / (i + t) * 1e-3);
                }
            });
        }
        stop.set(true);
        reader.join();

        assertEquals(0.0, backwards[0]);
    }
}
