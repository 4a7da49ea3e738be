package dev.evenkeel.drift;

import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/**
 * The verdict on one series and the numbers it rests on. Immutable.
 *
 * <p>Amounts are in the unit of the readings, slopes in that unit per hour; in what {@link DriftAnalysis#per} returns, per unit of
 * {@link #per()}, and lengths of time are then lengths of its count, of which 3600 stand for one unit. Where the readings do not allow an estimate
 * ({@link #measured()} is false: too few of them, or too many gaps) the numbers are NaN and the fit is empty.
 */
public final class DriftResult {
    private final Verdict verdict;
    private final ModelWords reason;
    private final ModelWords model;
    private final Budget budget;
    private final Estimate estimate;
    private final OptionalDouble secondsNeeded;
    private final int samples;
    private final int gaps;
    private final boolean cutShort;
    private final Per per;

    DriftResult(
            Verdict verdict,
            ModelWords reason,
            ModelWords model,
            Budget budget,
            Estimate estimate,
            OptionalDouble secondsNeeded,
            int samples,
            int gaps,
            boolean cutShort) {
        this(verdict, reason, model, budget, estimate, secondsNeeded, samples, gaps, cutShort, Per.HOUR);
    }

    private DriftResult(
            Verdict verdict,
            ModelWords reason,
            ModelWords model,
            Budget budget,
            Estimate estimate,
            OptionalDouble secondsNeeded,
            int samples,
            int gaps,
            boolean cutShort,
            Per per) {
        this.verdict = verdict;
        this.reason = reason;
        this.model = model;
        this.budget = budget;
        this.estimate = estimate;
        this.secondsNeeded = secondsNeeded;
        this.samples = samples;
        this.gaps = gaps;
        this.cutShort = cutShort;
        this.per = per;
    }

    DriftResult per(Per unit) {
        return new DriftResult(verdict, reason, model, budget, estimate, secondsNeeded, samples, gaps, cutShort, unit);
    }

    /** What the slopes are per. */
    public Per per() {
        return per;
    }

    public Verdict verdict() {
        return verdict;
    }

    /** One sentence: the bound that decided, or what was missing. */
    public String reason() {
        return reason(Words::number);
    }

    /** The same sentence with amounts written by the caller, who knows the unit. */
    public String reason(DoubleFunction<String> amount) {
        Objects.requireNonNull(amount, "amount");
        return (cutShort ? "Run cut short. " : "") + reason.in(new Wording(amount, per));
    }

    /** False where there was too little to estimate a slope from. */
    public boolean measured() {
        return estimate.fitSeconds().length > 0;
    }

    /** The slope at the end of the run. */
    public double slopePerHour() {
        return estimate.slope();
    }

    /** The slope is above this with 99 % confidence (one-sided, {@link DriftAnalysis.Options#alphaFail()}). */
    public double lowerPerHour() {
        return estimate.lower();
    }

    /** The slope is below this with 95 % confidence (one-sided, {@link DriftAnalysis.Options#alphaPass()}). */
    public double upperPerHour() {
        return estimate.upper();
    }

    public Budget budget() {
        return budget;
    }

    /** What the readings did, in words: {@code "flat after a step of +38 at 00:21"}. */
    public String model() {
        return model(Words::number);
    }

    /** The same words with amounts written by the caller: {@code "flat after a step of +38 MiB at 00:21"}. */
    public String model(DoubleFunction<String> amount) {
        Objects.requireNonNull(amount, "amount");
        return model.in(new Wording(amount, per));
    }

    /** A slope this run would have failed nine times in ten. What is smaller may have been missed. */
    public double smallestDetectablePerHour() {
        return estimate.smallestDetectable();
    }

    /**
     * The length of a run that should decide, present for most INCONCLUSIVE verdicts. Never more than four times the
     * length of this run: where that would be needed, {@link #reason()} says so.
     */
    public OptionalDouble secondsNeeded() {
        return secondsNeeded;
    }

    /** Autocorrelation of neighbouring slices about the model, 0 to 0.95. */
    public double rho() {
        return estimate.rho();
    }

    /** Independent slices that carry as much as those there were. */
    public double effectiveSamples() {
        return estimate.effectiveSamples();
    }

    /**
     * Warm-up at the start that the slope does not rest on: until a fill that settled within the first third was over. By
     * {@link Method#REFERENCE}, what was left out.
     */
    public double discardedSeconds() {
        return estimate.discardedSeconds();
    }

    /** Readings that took part; gaps did not. */
    public int samples() {
        return samples;
    }

    /** Readings that were NaN or infinite. */
    public int gaps() {
        return gaps;
    }

    /** Whether the run ended before its time. */
    public boolean cutShort() {
        return cutShort;
    }

    /**
     * How unlikely such a slope is, by noise alone, if the true one is within the budget; 1 where nothing was measured. Below
     * {@link DriftAnalysis.Options#alphaFail()} just where the lower bound is above the budget. Further out it is the Student t
     * tail of the distance in units of that bound, not the weight of all models below the budget: that a leak may have stopped
     * a moment ago is no more likely for having looked at many series, which is what {@link RunVerdict#holm} corrects for.
     */
    public double pValue() {
        return estimate.pValue();
    }

    /** Slice centres on the clock of the series. */
    public double[] fitSeconds() {
        return estimate.fitSeconds().clone();
    }

    /** The fitted lower envelope at {@link #fitSeconds()}. */
    public double[] fitValues() {
        return estimate.fitValues().clone();
    }

    /** From the last reading until the fitted line meets a limit; empty where it never does, 0 where it is past it. */
    public OptionalDouble secondsToLimit(double limit) {
        return secondsToLimit(limit, estimate.slope());
    }

    /** The same at the upper bound of the slope: hardly sooner than this. */
    public OptionalDouble soonestSecondsToLimit(double limit) {
        return secondsToLimit(limit, estimate.upper());
    }

    /** The same at the lower bound of the slope; empty, which is never, where that bound is not above 0. */
    public OptionalDouble latestSecondsToLimit(double limit) {
        return secondsToLimit(limit, estimate.lower());
    }

    private OptionalDouble secondsToLimit(double limit, double perHour) {
        double headroom = limit - estimate.endLevel();
        if (headroom <= 0) {
            return OptionalDouble.of(0);
        }
        return perHour > 0 && headroom < Double.POSITIVE_INFINITY
                ? OptionalDouble.of(headroom / perHour * 3600)
                : OptionalDouble.empty();
    }

    /** The same numbers under {@link Verdict#INVALID}, for a caller who saw what readings cannot show. */
    public DriftResult invalidated(String why) {
        Objects.requireNonNull(why, "why");
        return new DriftResult(
                Verdict.INVALID,
                ModelWords.plain(why),
                model,
                budget,
                estimate,
                OptionalDouble.empty(),
                samples,
                gaps,
                cutShort,
                per);
    }

    /** This part as the verdict on a whole that a planned restart had split. */
    DriftResult standingFor(String part, int allSamples, int allGaps, double[] allSeconds, double[] allValues) {
        return new DriftResult(
                verdict,
                say -> part + ": " + reason.in(say),
                model,
                budget,
                measured() ? estimate.withFit(allSeconds, allValues) : estimate,
                secondsNeeded,
                allSamples,
                allGaps,
                cutShort);
    }

    @Override
    public String toString() {
        return verdict + ": " + reason();
    }
}
