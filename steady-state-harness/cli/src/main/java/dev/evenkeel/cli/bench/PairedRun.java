package dev.evenkeel.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The forks of two versions, in pairs: each pair is run back to back, in an order that a coin decides, so that under no change
 * neither version is more often the one that a slow minute hits. One thread.
 */
final class PairedRun {
    private static final boolean[] BASE_FIRST = {false, true};
    private static final boolean[] HEAD_FIRST = {true, false};

    private final SplittableRandom coin = new SplittableRandom(1);
    private final List<Pair> pairs = new ArrayList<>();

    PairedRun(List<BenchRow> rows) {
        for (BenchRow row : rows) {
            pairs.add(new Pair(row));
        }
    }

    /** The order of the next pair: true stands for the newer version. */
    boolean[] order() {
        return (coin.nextBoolean() ? HEAD_FIRST : BASE_FIRST).clone();
    }

    Pair pair(int i) {
        return pairs.get(i);
    }

    /** What changed in each case that ran on both. */
    List<Comparison.Change> changes(double alpha) {
        return pairs.stream()
                .filter(pair -> !pair.leftOut)
                .map(pair -> pair.change(alpha))
                .toList();
    }

    /** One case in both versions. */
    static final class Pair {
        private final BenchRow base;
        private final BenchRow head;
        private boolean leftOut;

        private Pair(BenchRow row) {
            this.base = row.emptyCopy();
            this.head = row;
        }

        void add(boolean newer, JmhResult fork, int processors) {
            (newer ? head : base).add(fork, processors);
        }

        void leaveOut() {
            leftOut = true;
        }

        boolean leftOut() {
            return leftOut;
        }

        private Comparison.Change change(double alpha) {
            return new Comparison.Change(
                    head.title(),
                    base.forkMedians(),
                    head.forkMedians(),
                    RatioInterval.paired(base.forkMedians(), head.forkMedians(), alpha));
        }
    }
}
