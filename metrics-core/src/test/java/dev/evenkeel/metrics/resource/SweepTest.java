package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import org.junit.jupiter.api.Test;

class SweepTest {
    private long nowNanos;
    private final Numbered sweep = new Numbered(() -> nowNanos);

    /** Each reading writes its own number; the last value is there from the third reading on. */
    private static final class Numbered extends Sweep {
        int reads;
        int released;

        Numbered(NanoClock clock) {
            super(clock, 4);
        }

        @Override
        void read(long nowNanos, double[] values) {
            reads++;
            values[0] = reads;
            values[1] = 10 * reads;
            values[2] = 100 * reads;
            if (reads > 2) {
                values[3] = 1000 * reads;
            }
        }

        @Override
        void release() {
            released++;
        }
    }

    @Test
    void oneSweepServesAllValuesOfACollect() {
        double[] first = {sweep.value(0), sweep.value(1)};
        double[] second = {sweep.value(0), sweep.value(1), sweep.value(2)};

        assertEquals(1, first[0]);
        assertEquals(10, first[1]);
        assertEquals(2, second[0]);
        assertEquals(20, second[1]);
        assertEquals(200, second[2]);
        assertEquals(2, sweep.sweeps());
    }

    @Test
    void valuesOfABrokenCollectAreNotServedForEver() {
        sweep.value(0);

        nowNanos = 999_999_999L;
        double young = sweep.value(1);
        nowNanos = 1_000_000_000L;
        double old = sweep.value(2);

        assertEquals(10, young);
        assertEquals(200, old);
    }

    @Test
    void firstCollectReadsAgainWhatWasReadForPreparation() {
        sweep.prepare();

        double value = sweep.value(1);
        double ofTheSameCollect = sweep.value(0);

        assertEquals(20, value);
        assertEquals(2, ofTheSameCollect);
    }

    @Test
    void valueThatComesLaterIsShownFromThenOnAndNoFailedCallback() {
        try (MetricRegistry registry = MetricRegistry.create()) {
            sweep.prepare();
            sweep.gauge(registry, "never", "1", "Not there when bound.", 3);
            sweep.add(registry.observedGauge("later").unit("1").help("Comes.").register(), 3);
            sweep.gauge(registry, "always", "1", "There.", 0);

            boolean atFirst = registry.snapshot().find("later").isPresent();
            double then = registry.snapshot().value("later");

            assertFalse(atFirst);
            assertEquals(3000, then);
            assertFalse(registry.snapshot().find("never").isPresent());
            assertEquals(0, registry.snapshot().value("evenkeel.dropped", "callback_error"));
        }
    }

    @Test
    void closedSweepReadsNothingAndIsReleasedOnce() {
        sweep.prepare();

        sweep.close();
        sweep.close();

        assertTrue(Double.isNaN(sweep.value(0)));
        assertEquals(1, sweep.reads);
        assertEquals(1, sweep.released);
    }
}
