package dev.evenkeel.drift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The verdict on a run with several series.
 *
 * @param failing positions, in the list judged, of the series that fail for the run as a whole; the least likely by
 *     chance first
 * @param reason one sentence
 */
public record RunVerdict(Verdict verdict, List<Integer> failing, String reason) {
    public RunVerdict {
        failing = List.copyOf(failing);
    }

    /**
     * Judges a run so that a healthy one fails with a probability of no more than {@code alpha}, however many series
     * it has (Holm 1979).
     *
     * <p>The run fails if a series fails that withstands the correction. It is invalid if a series is; passes if
     * every series passes; and is inconclusive otherwise, also where a series fails by itself but does not withstand
     * the correction.
     *
     * @throws IllegalArgumentException if there is no series, or {@code alpha} is outside (0, 0.5)
     */
    public static RunVerdict holm(List<DriftResult> results, double alpha) {
        if (results.isEmpty()) {
            throw new IllegalArgumentException("Cannot judge a run without any series: a run that measured nothing did"
                    + " not pass. Sample at least one resource.");
        }
        if (!(alpha > 0 && alpha < 0.5)) {
            throw new IllegalArgumentException("alpha is " + alpha
                    + ": the chance that a healthy run fails lies above 0 and below 0.5. The default is 0.01.");
        }
        int m = results.size();
        List<Integer> suspects = new ArrayList<>();
        for (int i = 0; i < m; i++) {
            if (results.get(i).verdict() == Verdict.FAIL) {
                suspects.add(i);
            }
        }
        suspects.sort(Comparator.comparingDouble(i -> results.get(i).pValue())); // stable: ties keep their order
        List<Integer> failing = new ArrayList<>();
        while (failing.size() < suspects.size()) {
            int next = suspects.get(failing.size());
            if (results.get(next).pValue() > alpha / (m - failing.size())) {
                break;
            }
            failing.add(next);
        }
        if (!failing.isEmpty()) {
            return new RunVerdict(
                    Verdict.FAIL, failing, failing.size() + " of " + m + " series grow beyond their budget.");
        }
        Verdict worst = Verdict.PASS;
        int open = 0;
        for (DriftResult result : results) {
            Verdict v = result.verdict() == Verdict.FAIL ? Verdict.INCONCLUSIVE : result.verdict();
            worst = Verdict.worse(worst, v);
            open += v == Verdict.PASS ? 0 : 1;
        }
        String reason =
                switch (worst) {
                    case PASS -> "All " + m + " series stay within their budgets.";
                    case INVALID -> "The readings of at least one series do not belong to one run.";
                    default -> open + " of " + m + " series could not be decided"
                            + (suspects.isEmpty()
                                    ? "."
                                    : "; " + suspects.size() + " would fail alone, but not among " + m + ".");
                };
        return new RunVerdict(worst, failing, reason);
    }
}
