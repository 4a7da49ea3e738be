package dev.evenkeel.cli.bench;

import java.util.List;
import java.util.Locale;

/**
 * How often a check was right over the cases of one JDK and collector. Undecided and failed runs count against recall, and
 * are shown beside precision, which is about what was called a leak.
 */
final class LeakScore {
    static final double LEAST_PRECISION = 0.99;
    static final double LEAST_RECALL = 0.97;
    static final double LEAST_CULPRIT = 0.90;

    /** 97.5 % quantile of the normal distribution. */
    private static final double Z = 1.959964;

    private final List<LeakOutcome> outcomes;

    LeakScore(List<LeakOutcome> outcomes) {
        this.outcomes = List.copyOf(outcomes);
    }

    /** A share with its 95 % bounds, after Wilson (1927): it stays within 0 to 1 where few or all are right. */
    record Share(int of, int all) {
        double value() {
            return all == 0 ? 1 : (double) of / all;
        }

        double low() {
            return all == 0 ? 0 : bound(-1);
        }

        double high() {
            return all == 0 ? 1 : bound(1);
        }

        private double bound(int side) {
            double p = value();
            double z2 = Z * Z / all;
            double half = Z * Math.sqrt(p * (1 - p) / all + z2 / (4 * all));
            return Math.min(1, Math.max(0, (p + z2 / 2 + side * half) / (1 + z2)));
        }

        String text() {
            return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value(), low(), high());
        }

        String json(String name) {
            return String.format(
                    Locale.ROOT,
                    "\"%s\":%.4f,\"%s_low\":%.4f,\"%s_high\":%.4f",
                    name,
                    value(),
                    name,
                    low(),
                    name,
                    high());
        }
    }

    int cases() {
        return outcomes.size();
    }

    int leaks() {
        return (int) outcomes.stream().filter(LeakOutcome::isLeak).count();
    }

    /** Of what was called a leak, the share that is one. */
    Share precision() {
        int flagged = (int) outcomes.stream().filter(LeakOutcome::isFlagged).count();
        return new Share(found(), flagged);
    }

    /** Of the leaks, the share that was called one. */
    Share recall() {
        return new Share(found(), leaks());
    }

    /** Of the leaks found, the share whose first finding shows what leaks or who holds it. */
    Share culprit() {
        return new Share((int) foundOnes().stream().filter(LeakOutcome::named).count(), found());
    }

    /** Cases that ended without a verdict. */
    int undecided() {
        return (int) outcomes.stream()
                .filter(o -> o.verdict().equals("INCONCLUSIVE") || o.verdict().equals("ERROR"))
                .count();
    }

    List<LeakOutcome> wrong() {
        return outcomes.stream()
                .filter(o -> o.isWrong() || o.isLeak() && !o.named())
                .toList();
    }

    boolean reachesGoals() {
        return precision().value() >= LEAST_PRECISION
                && recall().value() >= LEAST_RECALL
                && culprit().value() >= LEAST_CULPRIT;
    }

    private int found() {
        return foundOnes().size();
    }

    private List<LeakOutcome> foundOnes() {
        return outcomes.stream().filter(o -> o.isLeak() && o.isFlagged()).toList();
    }
}
