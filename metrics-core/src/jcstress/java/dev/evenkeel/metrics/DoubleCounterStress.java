package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.Slabs;
import dev.evenkeel.metrics.internal.SlotKind;
import dev.evenkeel.metrics.internal.StripePolicy;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Pair D1: once a sum of doubles was shown no reader shows less, though two readers add up in different orders. */
public final class DoubleCounterStress {
    private static final long ONE = Double.doubleToRawLongBits(1);
    private static final long TWO = Double.doubleToRawLongBits(2);

    private DoubleCounterStress() {}

    /** Two readers have summed 1 and 2; the second one looks again at a sum that came out as 1. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "no less than what was shown before")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a sum was shown, and then a lower one")
    @State
    public static class Shown {
        private static final Core CORE = Core.of(1L << 40, () -> 0, () -> 0, StripePolicy.mix());
        private static final Family FAMILY = new InstrumentFamily<>(
                CORE,
                InstrumentType.GAUGE,
                new MetricDescriptor("g", "", "", Kind.GAUGE, List.of(), 1),
                2,
                1,
                0,
                false,
                false);

        private final DoubleCounter counter;

        public Shown() {
            Slabs slabs = CORE.slabs();
            int slot = slabs.newSlot(SlotKind.DOUBLE);
            slabs.freeSlot(SlotKind.DOUBLE, slot, 0);
            counter = new DoubleCounter(FAMILY, LabelValues.NONE);
            slabs.freeSlot(SlotKind.DOUBLE, slot, 0); // no state needs it, and there are millions of states
        }

        @Actor
        public void lower(II_Result r) {
            r.r1 = (int) counter.atLeastShown(ONE);
        }

        @Actor
        public void higher(II_Result r) {
            double first = counter.atLeastShown(TWO);
            r.r2 = (int) Math.min(first, counter.atLeastShown(ONE));
        }
    }

    /** Raised by a store after a look. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "no less than what was shown before")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a sum was shown, and then a lower one")
    @State
    public static class ShownMutant {
        private volatile long shown;

        private double atLeastShown(long bits) {
            long before = shown;
            if (bits > before) {
                shown = bits;
                return Double.longBitsToDouble(bits);
            }
            return Double.longBitsToDouble(before);
        }

        @Actor
        public void lower(II_Result r) {
            r.r1 = (int) atLeastShown(ONE);
        }

        @Actor
        public void higher(II_Result r) {
            double first = atLeastShown(TWO);
            r.r2 = (int) Math.min(first, atLeastShown(ONE));
        }
    }
}
