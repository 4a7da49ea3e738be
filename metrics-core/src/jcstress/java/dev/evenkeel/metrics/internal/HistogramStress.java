package dev.evenkeel.metrics.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Readings of whole histograms: counts and sums never shrink, whatever moves below them, and end exact. */
public final class HistogramStress {
    private static final BucketLayout LAYOUT = BucketLayout.ofDigits(1);

    private HistogramStress() {}

    /** A histogram in slabs with room, or with room for nothing but coarse cells. */
    abstract static class Recorded {
        final SelfCounts counts = new SelfCounts();
        final MemoryBudget budget = new MemoryBudget(1 << 20);
        final Slabs slabs = new Slabs(budget, counts);
        final HistogramCells histogram = slabs.histograms().make(1, false);

        /** Returns whether neither count nor sum shrank from one reading to the next. */
        boolean growsSteadily() {
            BucketCounts first = new BucketCounts();
            BucketCounts second = new BucketCounts();
            slabs.reader().merge(histogram, first);
            slabs.reader().merge(histogram, second);
            return first.total() <= second.total() && first.sum() <= second.sum();
        }

        void exact(JJ_Result r) {
            BucketCounts all = new BucketCounts();
            slabs.reader().merge(histogram, all);
            r.r1 = all.total();
            r.r2 = all.sum();
        }
    }

    /** The owner's window grows to both sides while it is read. */
    @JCStressTest
    @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "count and sum grow")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a reading shows less than the one before")
    @State
    public static class GrowingWindow extends Recorded {
        private final Slab slab = new Slab();

        private void record(long value) {
            int bucket = LAYOUT.indexOf(value);
            slab.growWindow(0, LAYOUT, bucket, budget);
            long[] window = slab.windowAcquire(0);
            Cells.addOwned(window, bucket - (int) window[Slab.ORIGIN], 1);
            Cells.addOwned(window, Slab.SUM, value);
        }

        private void read(BucketCounts into) {
            into.start(LAYOUT);
            SlabReader.addWindow(slab.windowAcquire(0), into);
            into.finish();
        }

        @Actor
        public void owner() {
            record(1000);
            record(3);
            record(1_000_000);
        }

        @Actor
        public void reader(Z_Result r) {
            BucketCounts first = new BucketCounts();
            BucketCounts second = new BucketCounts();
            read(first);
            read(second);
            r.r1 = first.total() <= second.total() && first.sum() <= second.sum();
        }
    }

    /** A virtual thread's way to record, beside a reader. Two actors: three would run on three processors only. */
    @JCStressTest
    @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "count and sum grow")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a reading shows less than the one before")
    @State
    public static class SharedBesideReader extends Recorded {
        @Actor
        public void writer() {
            slabs.histograms().recordShared(histogram, 100);
            slabs.histograms().recordShared(histogram, 5);
        }

        @Actor
        public void reader(Z_Result r) {
            r.r1 = growsSteadily();
        }
    }

    /** The window of a slab that is given up is folded while virtual threads record to the cells that it goes to. */
    @JCStressTest
    @Outcome(id = "3, 1105", expect = Expect.ACCEPTABLE, desc = "all values")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a value was lost, or counted twice")
    @State
    public static class FoldBesideShared extends Recorded {
        private final Slab dead = new Slab();

        public FoldBesideShared() {
            int bucket = LAYOUT.indexOf(1000);
            dead.growWindow(0, LAYOUT, bucket, budget);
            long[] window = dead.windowAcquire(0);
            Cells.addOwned(window, bucket - (int) window[Slab.ORIGIN], 1);
            Cells.addOwned(window, Slab.SUM, 1000);
        }

        @Actor
        public void collector() {
            histogram.fold(dead.windowAcquire(0), budget);
        }

        @Actor
        public void writer() {
            slabs.histograms().recordShared(histogram, 100);
            slabs.histograms().recordShared(histogram, 5);
        }

        @Arbiter
        public void all(JJ_Result r) {
            exact(r);
        }
    }

    /** The coarse cells are made by two at once. */
    @JCStressTest
    @Outcome(id = "2, 200", expect = Expect.ACCEPTABLE, desc = "both values")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a value was lost")
    @State
    public static class Coarse extends Recorded {
        public Coarse() {
            while (budget.tryReserve(64)) {
                // until only what is kept back is left
            }
        }

        @Actor
        public void one() {
            slabs.histograms().recordShared(histogram, 100);
        }

        @Actor
        public void other() {
            slabs.histograms().recordShared(histogram, 100);
        }

        @Arbiter
        public void all(JJ_Result r) {
            exact(r);
        }
    }

    /** Coarse cells that are stored after a look. */
    @JCStressTest
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both values")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a value was lost")
    @State
    public static class CoarseMutant {
        private volatile long[] coarse = Cells.NONE;

        private void add() {
            long[] cells = coarse;
            if (cells == Cells.NONE) {
                cells = new long[64];
                coarse = cells;
            }
            Cells.addShared(cells, 6, 1);
        }

        @Actor
        public void one() {
            add();
        }

        @Actor
        public void other() {
            add();
        }

        @Arbiter
        public void all(J_Result r) {
            r.r1 = coarse[6];
        }
    }
}
