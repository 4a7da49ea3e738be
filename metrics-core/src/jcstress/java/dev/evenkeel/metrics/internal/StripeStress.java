package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;

/** Pair S1: a page is installed once, whoever comes first, and no addition is lost. */
public final class StripeStress {
    private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(long[][].class);

    /** For all states: additions by way of the stripes do not read it. */
    private static final long[][] PLACES = new long[SlabTable.PLACES + SlabTable.SHARED_PLACES][];

    private StripeStress() {}

    private static Stripes newStripes() {
        return new Stripes(new MemoryBudget(1 << 20), new SelfCounts(), StripePolicy.mix(), PLACES);
    }

    /** Two writers meet an empty place: one installs the page, the other one takes it. */
    @JCStressTest
    @Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "both additions")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an addition was lost")
    @State
    public static class Page {
        private final Stripes stripes = newStripes();

        @Actor
        public void one() {
            stripes.put(SlotKind.SUM, Thread.currentThread(), 20, 1);
        }

        @Actor
        public void other() {
            stripes.fold(SlotKind.SUM, 20, 2);
        }

        @Arbiter
        public void sum(J_Result r) {
            r.r1 = stripes.read(SlotKind.SUM, 20);
        }
    }

    /** The page is stored with release after a look, not by CAS: the second writer's page replaces the first's, count and all. */
    @JCStressTest
    @Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "both additions")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "an addition was lost")
    @State
    public static class PageMutant {
        private final long[][] pages = new long[1][];

        private void add(long n) {
            long[] page = (long[]) PAGE.getAcquire(pages, 0);
            if (page == null) {
                page = new long[64];
                PAGE.setRelease(pages, 0, page);
            }
            Cells.addShared(page, 20, n);
        }

        @Actor
        public void one() {
            add(1);
        }

        @Actor
        public void other() {
            add(2);
        }

        @Arbiter
        public void sum(J_Result r) {
            r.r1 = Cells.readOpaque(pages[0], 20);
        }
    }

    /** One stripe becomes many while others add: its pages stay where they are. */
    @JCStressTest
    @Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "both additions")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an addition was lost")
    @State
    public static class Spread {
        private final Stripes stripes = newStripes();

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

    /** The spreader copies the row of pages: what is installed in the old one afterwards is lost. */
    @JCStressTest
    @Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "both additions")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "an addition was lost")
    @State
    public static class SpreadMutant {
        private volatile long[][][] stripes = {new long[1][]};

        private void add(long[][][] all, int stripe, long n) {
            long[] fresh = new long[64];
            long[] found = (long[]) PAGE.compareAndExchange(all[stripe], 0, (long[]) null, fresh);
            Cells.addShared(found == null ? fresh : found, 20, n);
        }

        @Actor
        public void one() {
            add(stripes, 0, 1);
        }

        @Actor
        public void spreader() {
            long[][][] spread = {stripes[0].clone(), new long[1][]};
            stripes = spread;
            add(spread, 1, 2);
        }

        @Arbiter
        public void sum(J_Result r) {
            for (long[][] stripe : stripes) {
                if (stripe[0] != null) {
                    r.r1 += Cells.readOpaque(stripe[0], 20);
                }
            }
        }
    }

    /** One histogram, two writers, one octave: the striped window and its page are both installed. */
    @JCStressTest
    @Outcome(id = "2, 200", expect = Expect.ACCEPTABLE, desc = "both values")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a value was lost")
    @State
    public static class Octave {
        private final MemoryBudget budget = new MemoryBudget(1 << 20);
        private final SelfCounts counts = new SelfCounts();
        private final Stripes stripes = newStripes();
        private final HistogramCells histogram = new HistogramCells(0, BucketLayout.ofDigits(1), false);

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

    /** The striped window is stored after a look. */
    @JCStressTest
    @Outcome(id = "2, 200", expect = Expect.ACCEPTABLE, desc = "both values")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a value was lost")
    @State
    public static class OctaveMutant {
        private static final BucketLayout LAYOUT = BucketLayout.ofDigits(1);
        private final MemoryBudget budget = new MemoryBudget(1 << 20);
        private volatile StripedWindow window;

        private void add() {
            StripedWindow seen = window;
            if (seen == null) {
                seen = new StripedWindow(LAYOUT, StripedWindow.Share.NEEDED);
                window = seen;
            }
            seen.tryAdd(LAYOUT.indexOf(100), 1, budget);
            seen.addSum(100);
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
        public void merged(JJ_Result r) {
            BucketCounts merged = new BucketCounts();
            merged.start(LAYOUT);
            window.mergeInto(merged);
            merged.finish();
            r.r1 = merged.total();
            r.r2 = merged.sum();
        }
    }

    /** Striped cells themselves: every addition counts, with one stripe by CAS, then by getAndAdd. */
    @JCStressTest
    @Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "both additions")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an addition was lost")
    @State
    public static class Addition {
        private final Stripes stripes = newStripes();

        public Addition() {
            stripes.put(SlotKind.SUM, Thread.currentThread(), 20, 0);
        }

        @Actor
        public void one() {
            stripes.put(SlotKind.SUM, Thread.currentThread(), 20, 1);
        }

        @Actor
        public void other() {
            stripes.put(SlotKind.SUM, Thread.currentThread(), 20, 2);
        }

        @Arbiter
        public void sum(J_Result r) {
            r.r1 = stripes.read(SlotKind.SUM, 20);
        }
    }

    /** The way an owner adds, with two writers. */
    @JCStressTest
    @Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "both additions")
    @Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "an addition was lost")
    @State
    public static class AdditionMutant {
        private final long[] cells = new long[64];

        @Actor
        public void one() {
            Cells.addOwned(cells, 20, 1);
        }

        @Actor
        public void other() {
            Cells.addOwned(cells, 20, 2);
        }

        @Arbiter
        public void sum(J_Result r) {
            r.r1 = cells[20];
        }
    }
}
