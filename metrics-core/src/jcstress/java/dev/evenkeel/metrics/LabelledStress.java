package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.StripePolicy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Pair L1: a table is seen filled, and closed only when it is complete. */
public final class LabelledStress {
    /** Held, because loggers are held weakly. */
    private static Object logger;

    static {
        silence();
    }

    private LabelledStress() {}

    private static InstrumentFamily<Gauge> family(int limit) {
        return new InstrumentFamily<>(
                CORE,
                InstrumentType.GAUGE,
                new MetricDescriptor("g", "", "", Kind.GAUGE, List.of("a"), 1),
                2,
                limit,
                0,
                false,
                false);
    }

    /** One for all: its tables are large, and families that nobody holds go by themselves. */
    private static final Core CORE = Core.of(1L << 50, () -> 0, () -> 0, StripePolicy.mix());

    /** Each instrument warns when it overflows: millions of times here. By reflection, for the core reads no java.logging. */
    private static void silence() {
        try {
            Class<?> level = Class.forName("java.util.logging.Level");
            logger = Class.forName("java.util.logging.Logger")
                    .getMethod("getLogger", String.class)
                    .invoke(null, "dev.evenkeel.metrics");
            logger.getClass()
                    .getMethod("setLevel", level)
                    .invoke(logger, level.getField("OFF").get(null));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static int isFor(Gauge gauge, String value) {
        return value.equals(gauge.v1) ? 1 : 0;
    }

    /** Two threads ask for the same new series, and all record to one instrument. */
    @JCStressTest
    @Outcome(id = "2, 1, 1", expect = Expect.ACCEPTABLE, desc = "one series")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a series was made twice, or a look-up overflowed")
    @State
    public static class Create {
        private final InstrumentFamily<Gauge> family = family(1);
        private final Labelled<Gauge> labelled = family.labelled();
        private final AtomicInteger found = new AtomicInteger();
        private Gauge first;
        private Gauge second;

        @Actor
        public void one() {
            first = labelled.bind("x");
            found.addAndGet(isFor(first, "x"));
        }

        @Actor
        public void two() {
            second = labelled.bind("x");
            found.addAndGet(isFor(second, "x"));
        }

        @Arbiter
        public void after(III_Result r) {
            r.r1 = found.get();
            r.r2 = family.size();
            r.r3 = first == second ? 1 : 0;
        }
    }

    /** Without the lock: look first, then insert. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "one series")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a series was made twice")
    @State
    public static class CreateMutant {
        private volatile Object entry;
        private Object first;
        private Object second;

        private Object bind() {
            Object found = entry;
            if (found == null) {
                found = new Object();
                entry = found;
            }
            return found;
        }

        @Actor
        public void one() {
            first = bind();
        }

        @Actor
        public void two() {
            second = bind();
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = first == second ? 1 : 0;
        }
    }

    /** A listed series is found while a late one reaches the limit and closes the table. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the late label set overflows, the listed one does not")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a listed series was sent to the overflow series")
    @State
    public static class Close {
        private final Labelled<Gauge> labelled = family(1).labelled();

        public Close() {
            labelled.bind("x");
        }

        @Actor
        public void late(II_Result r) {
            r.r1 = isFor(labelled.bind("y"), "y");
        }

        @Actor
        public void listed(II_Result r) {
            r.r2 = isFor(labelled.bind("x"), "x");
        }
    }

    /** The closed table is published by a plain store: it may be seen closed and not yet filled. */
    @JCStressTest
    @Outcome(
            id = {"0", "1"},
            expect = Expect.ACCEPTABLE,
            desc = "found")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a listed series was sent to the overflow series")
    @State
    public static class CloseMutant {
        private static final Object OVERFLOW = new Object();
        private Object[] table = new Object[17];

        public CloseMutant() {
            table[5] = this;
        }

        @Actor
        public void late() {
            Object[] closed = new Object[17];
            System.arraycopy(table, 0, closed, 0, 16);
            closed[16] = OVERFLOW;
            table = closed;
        }

        @Actor
        public void listed(I_Result r) {
            Object[] entries = table;
            Object last = entries[16];
            r.r1 = entries[5] == this ? 1 : last == null ? 0 : 2;
        }
    }
}
