package dev.evenkeel.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The terms that are tried, in a fixed order: where two explain equally well, the first is taken. */
final class Candidates {
    private static final double[] FILL_TAUS = {0.04, 0.08, 0.15, 0.25, 0.4, 0.7};
    /** Apart by a factor of 1.4, so that a large fill leaves nothing of itself between two of them. */
    private static final double[] FINE_TAUS = {0.02, 0.03, 0.042, 0.06, 0.085, 0.12, 0.17, 0.24, 0.34, 0.48, 0.7, 1};

    private static final int HINGES = 12;
    private static final double FEWEST_PERIODS = 1.5;
    private static final double MOST_PERIODS = 12;

    private Candidates() {}

    /** All terms that need a search, over x in [0, 1]. */
    static List<Term> searched(double[] x) {
        return searched(x, FILL_TAUS);
    }

    /** The same, with more time constants of a fill. */
    static List<Term> averaged(double[] x) {
        return searched(x, FINE_TAUS);
    }

    private static List<Term> searched(double[] x, double[] taus) {
        List<Term> terms = new ArrayList<>();
        for (double tau : taus) {
            terms.add(new Term(Term.Kind.FILL, 2, List.of(fill(x, tau)), 0, tau, ""));
        }
        terms.addAll(steps(x));
        for (int i = 0; i < HINGES; i++) {
            double h = 0.2 + 0.05 * i;
            terms.add(new Term(Term.Kind.HINGE, 2, List.of(hinge(x, h)), 1, h, ""));
        }
        terms.addAll(cycles(x));
        return terms;
    }

    /** One step before each slice that leaves at least two on either side. */
    static List<Term> steps(double[] x) {
        List<Term> terms = new ArrayList<>();
        for (int s = 2; s < x.length - 1; s++) {
            double[] column = new double[x.length];
            Arrays.fill(column, s, x.length, 1);
            terms.add(new Term(Term.Kind.STEP, 2, List.of(column), 0, (x[s - 1] + x[s]) / 2, ""));
        }
        return terms;
    }

    /** Cycles from one and a half periods, below which a cycle is a trend, to three slices a period. */
    static List<Term> cycles(double[] x) {
        List<Term> terms = new ArrayList<>();
        for (double f = FEWEST_PERIODS; f <= Math.min(x.length / 3.0, MOST_PERIODS) + 0.01; f += 0.25) {
            double[] sine = new double[x.length];
            double[] cosine = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                sine[i] = StrictMath.sin(2 * Math.PI * f * x[i]);
                cosine[i] = StrictMath.cos(2 * Math.PI * f * x[i]);
            }
            terms.add(new Term(Term.Kind.CYCLE, 3, List.of(sine, cosine), 0, f, ""));
        }
        return terms;
    }

    /** One step per event mark that lies inside the kept window; {@code first} and {@code width} place that window. */
    static List<Term> events(Slices kept, double first, double width) {
        List<Term> terms = new ArrayList<>();
        for (int e = 0; e < kept.events.size(); e++) {
            double[] column = new double[kept.size()];
            int after = 0;
            for (int i = 0; i < column.length; i++) {
                if (kept.eventsBefore[i] > e) {
                    column[i] = 1;
                    after++;
                }
            }
            if (after > 0 && after < column.length) {
                Mark mark = kept.events.get(e);
                double share = (mark.toSecond() - kept.startSecond) / kept.spanSeconds;
                terms.add(new Term(Term.Kind.EVENT, 1, List.of(column), 0, (share - first) / width, mark.label()));
            }
        }
        return terms;
    }

    static double[] fill(double[] x, double tau) {
        double[] column = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            column[i] = StrictMath.exp(-x[i] / tau);
        }
        return column;
    }

    private static double[] hinge(double[] x, double h) {
        double[] column = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            column[i] = Math.max(0, x[i] - h);
        }
        return column;
    }
}
