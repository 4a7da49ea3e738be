package dev.evenkeel.drift;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalDouble;

/** From the numbers of a fit to a verdict, its reason in words, and the length of run that would decide. */
final class Conclusion {
    static final double LONGEST = 4; // a longer run than this many times the present one is no advice
    private static final double LITTLE_MORE = 1.25;

    private Conclusion() {}

    static DriftResult decided(Fit fit, Budget budget, Readings readings, DriftAnalysis.Options options) {
        Estimate estimate = fit.estimate();
        double b = budget.perHour();
        Verdict verdict =
                estimate.lower() > b ? Verdict.FAIL : estimate.upper() < b ? Verdict.PASS : Verdict.INCONCLUSIVE;
        OptionalDouble needed = OptionalDouble.empty();
        ModelWords reason;
        if (verdict == Verdict.FAIL) {
            reason = say -> "Grows by at least " + say.slope(estimate.lower()) + " ("
                    + confidence(options.alphaFail()) + " lower bound), above the budget of "
                    + budgetWords(budget, say)
                    + ".";
        } else if (verdict == Verdict.PASS) {
            reason = say -> (estimate.upper() > 0
                            ? "Grows by at most " + say.slope(estimate.upper()) + " ("
                            : "Does not grow (")
                    + confidence(options.alphaPass()) + " upper bound), below the budget of "
                    + budgetWords(budget, say)
                    + ".";
        } else {
            double span = readings.spanSeconds();
            double distance = Math.abs(estimate.slope() - b);
            double factor = StrictMath.pow((estimate.smallestDetectable() - b) / distance, 2.0 / 3);
            needed = OptionalDouble.of(Math.min(factor, LONGEST) * span);
            reason = say -> "The growth lies between " + say.amount(estimate.lower()) + " and "
                    + say.slope(estimate.upper()) + ", and the budget of " + budgetWords(budget, say)
                    + " lies between them. "
                    + (factor <= LONGEST
                            ? "A run of about " + say.length(factor * span) + " should decide."
                            : "Even a run of " + say.length(LONGEST * span) + ", " + (int) LONGEST
                                    + " times this one, may not decide.");
        }
        return new DriftResult(
                verdict,
                reason,
                fit.words(),
                budget,
                estimate,
                needed,
                readings.size(),
                readings.gaps(),
                options.cutShort());
    }

    static DriftResult stillFilling(
            SaturationGuard.Fill fill,
            Slices slices,
            Estimate estimate,
            Budget budget,
            Readings readings,
            DriftAnalysis.Options options) {
        double ceiling = SaturationGuard.ceiling(slices);
        double span = readings.spanSeconds();
        // Whichever is longer: until three time constants have passed, or until the slope beneath the fill is known.
        double perSpan = Math.scalb(budget.perHour(), -slices.exponent) * slices.spanHours();
        double t = StudentT.quantile(options.alphaFail(), Math.max(fill.effectiveSamples() - 4, 2)) + 1.28;
        double known = StrictMath.pow(t * fill.error() / Math.abs(fill.slope() - perSpan), 2.0 / 3);
        double factor = Math.min(LONGEST, Math.max(LITTLE_MORE, Math.max(known, 3 * fill.tau())));
        return new DriftResult(
                Verdict.INCONCLUSIVE,
                say -> "Rises faster than the budget of " + budgetWords(budget, say)
                        + ", but bends like a store that is still filling towards ~" + say.amount(ceiling)
                        + ". A run of about " + say.length(factor * span) + " should tell.",
                ModelWords.filling(ceiling),
                budget,
                estimate,
                OptionalDouble.of(factor * span),
                readings.size(),
                readings.gaps(),
                options.cutShort());
    }

    /** It rose and fell more than once: a saw of few teeth, or a leak with falls that only look alike. */
    static DriftResult fellBack(Fit fit, Budget budget, Readings readings, DriftAnalysis.Options options) {
        // Until there are enough falls to judge what is left after them.
        double span = Math.min(LONGEST, (double) Teeth.FEWEST / fit.falls()) * readings.spanSeconds();
        return new DriftResult(
                Verdict.INCONCLUSIVE,
                say -> "Rises faster than the budget of " + budgetWords(budget, say) + ", but "
                        + fit.falls()
                        + " falls took most of the rise back, as in a heap between collections. A run of about "
                        + say.length(span) + " should tell what is left after each fall.",
                fit.words(),
                budget,
                fit.estimate(),
                OptionalDouble.of(span),
                readings.size(),
                readings.gaps(),
                options.cutShort());
    }

    static DriftResult unmeasured(
            String model,
            String why,
            Budget budget,
            Readings readings,
            OptionalDouble needed,
            DriftAnalysis.Options options) {
        return new DriftResult(
                Verdict.INCONCLUSIVE,
                ModelWords.plain(why),
                ModelWords.plain(model),
                budget,
                Estimate.NONE,
                needed,
                readings.size(),
                readings.gaps(),
                options.cutShort());
    }

    static String gapsOf(Readings readings) {
        return readings.gaps() == 0 ? "" : " (and " + readings.gaps() + " gaps)";
    }

    private static String budgetWords(Budget budget, Wording say) {
        String reason = budget.reason().isEmpty() ? "" : " (" + budget.reason() + ")";
        return say.slope(budget.perHour()) + reason;
    }

    private static String confidence(double alpha) {
        return BigDecimal.valueOf(100 * (1 - alpha))
                        .setScale(2, RoundingMode.HALF_UP)
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }
}
