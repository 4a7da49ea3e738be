package dev.evenkeel.metrics.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;

/** Pair S1: two writers install the same page, and neither addition is lost. */
public final class StripeStress {
    private StripeStress() {}

    /** With a plain store of the page the second writer's page would replace the first's, count and all. */
    @JCStressTest
    @Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "both additions")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an addition was lost")
    @State
    public static class Page {
        private final Stripes stripes = new Stripes(
                new MemoryBudget(1 << 20),
                new SelfCounts(),
                StripePolicy.mix(),
                new long[Slabs.PLACES + Slabs.SHARED_PLACES][]);

        @Actor
        public void one() {
            stripes.put(SlotKind.SUM, Thread.currentThread(), 20, 1);
        }

        @Actor
        public void other() {
            stripes.addFolded(20, 2);
        }

        @Arbiter
        public void sum(J_Result r) {
            r.r1 = stripes.read(SlotKind.SUM, 20);
        }
    }

    /** The same while one stripe becomes many. */
    @JCStressTest
    @Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "both additions")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an addition was lost")
    @State
    public static class Spread {
        private final Stripes stripes = new Stripes(
                new MemoryBudget(1 << 20),
                new SelfCounts(),
                StripePolicy.mix(),
                new long[Slabs.PLACES + Slabs.SHARED_PLACES][]);

        @Actor
        public void one() {
            stripes.put(SlotKind.SUM, Thread.currentThread(), 20, 1);
        }

        @Actor
        public void spreader() {
            for (int i = 0; i < 40; i++) {
                stripes.contended();
            }
            stripes.put(SlotKind.SUM, Thread.currentThread(), 20, 2);
        }

        @Arbiter
        public void sum(J_Result r) {
            r.r1 = stripes.read(SlotKind.SUM, 20);
        }
    }

    /** One histogram, two writers, one octave. */
    @JCStressTest
    @Outcome(id = "2, 200", expect = Expect.ACCEPTABLE, desc = "both values")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a value was lost")
    @State
    public static class Octave {
        private final MemoryBudget budget = new MemoryBudget(1 << 20);
        private final SelfCounts counts = new SelfCounts();
        private final Stripes stripes =
                new Stripes(budget, counts, StripePolicy.mix(), new long[Slabs.PLACES + Slabs.SHARED_PLACES][]);
        private final HistogramCells histogram = new HistogramCells(0, BucketLayout.ofDigits(1));

        @Actor
        public void one() {
            histogram.addShared(Thread.currentThread(), 100, stripes, budget, counts);
        }

        @Actor
        public void other() {
            histogram.addShared(Thread.currentThread(), 100, stripes, budget, counts);
        }

        @Arbiter
        public void merged(JJ_Result r) {
            BucketCounts merged = new BucketCounts();
            merged.start(histogram.layout());
            histogram.mergeSharedInto(merged);
            merged.finish();
            r.r1 = merged.total();
            r.r2 = merged.sum();
        }
    }
}
