package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.StripePolicy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJ_Result;

/** Pair G1: who reads a gauge's value sees what its writer did before. */
public final class GaugeStress {
    private GaugeStress() {}

    /** The gauge itself. Its registry is made once: it plays no part. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing without what led to it")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "the value was seen before what led to it")
    @State
    public static class Set {
        private static final Family FAMILY = new InstrumentFamily<>(
                Core.of(1 << 20, () -> 0, () -> 0, StripePolicy.mix()),
                InstrumentType.GAUGE,
                new MetricDescriptor("g", "", "", Kind.GAUGE, List.of(), 1),
                2,
                1,
                0,
                false,
                false);

        private final Gauge gauge = new Gauge(FAMILY, LabelValues.NONE);
        private long cause;

        @Actor
        public void writer() {
            cause = 1;
            gauge.set(1);
        }

        @Actor
        public void reader(IJ_Result r) {
            r.r1 = (int) gauge.value();
            r.r2 = cause;
        }
    }

    /** Opaque instead of release and acquire. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing without what led to it")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "the value was seen before what led to it")
    @State
    public static class SetOpaqueMutant {
        private static final VarHandle BITS;

        static {
            try {
                BITS = MethodHandles.lookup().findVarHandle(SetOpaqueMutant.class, "bits", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private long bits;
        private long cause;

        @Actor
        public void writer() {
            cause = 1;
            BITS.setOpaque(this, Double.doubleToRawLongBits(1));
        }

        @Actor
        public void reader(IJ_Result r) {
            r.r1 = (int) Double.longBitsToDouble((long) BITS.getOpaque(this));
            r.r2 = cause;
        }
    }

    /** Plain on both sides. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing without what led to it")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "the value was seen before what led to it")
    @State
    public static class SetPlainMutant {
        private long bits;
        private long cause;

        @Actor
        public void writer() {
            cause = 1;
            bits = Double.doubleToRawLongBits(1);
        }

        @Actor
        public void reader(IJ_Result r) {
            r.r1 = (int) Double.longBitsToDouble(bits);
            r.r2 = cause;
        }
    }
}
