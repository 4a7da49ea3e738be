package dev.evenkeel.drift;

import java.util.List;

/** The columns of the candidate terms side by side, those of one column before the cycles, and what each term costs. */
final class CandidateColumns {
    private static final double PER_TERM = 6;
    private static final double PER_COLUMN = 2;

    /** Candidates of one column each; the column of candidate i is column i. */
    final int single;
    /** Candidates of two columns each; those of cycle c are columns single + 2 c and the next. */
    final int cycles;

    final double[][] column;
    final double[] slopeWeight;
    /** What each candidate adds to -2 ln weight. */
    final double[] cost;
    /** What a step adds beside two other terms: it is not charged for the places it was looked for in. */
    final double thirdCost;
    /** The share of the window that the slope at the end rests on, where the term is in the model. */
    final double[] endShare;
    /** Candidates of the same kind cost the same: the ordinal of it. */
    final int[] kind;

    CandidateColumns(List<Term> candidates, int n) {
        int c = candidates.size();
        int[] places = new int[Term.Kind.values().length];
        int ones = 0;
        for (Term term : candidates) {
            places[term.kind().ordinal()]++;
            ones += term.columns().size() == 1 ? 1 : 0;
        }
        single = ones;
        cycles = c - ones;
        column = new double[single + 2 * cycles][];
        slopeWeight = new double[column.length];
        cost = new double[c];
        endShare = new double[c];
        kind = new int[c];
        double logN = StrictMath.log(n);
        thirdCost = PER_TERM + PER_COLUMN * logN;
        for (int i = 0; i < c; i++) {
            Term term = candidates.get(i);
            int width = term.columns().size();
            if (width != (i < single ? 1 : 2)) {
                throw new IllegalArgumentException("Cycles are expected after the terms of one column.");
            }
            for (int k = 0; k < width; k++) {
                column[first(i) + k] = term.columns().get(k);
                slopeWeight[first(i) + k] = term.slopeWeight();
            }
            kind[i] = term.kind().ordinal();
            cost[i] = PER_TERM + PER_COLUMN * width * logN + 2 * StrictMath.log(places[kind[i]]);
            endShare[i] = term.kind() == Term.Kind.HINGE ? 1 - term.place() : 1;
        }
    }

    boolean step(int candidate) {
        return kind[candidate] == Term.Kind.STEP.ordinal();
    }

    private int first(int candidate) {
        return candidate < single ? candidate : single + 2 * (candidate - single);
    }
}
