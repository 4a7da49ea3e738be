package dev.evenkeel.leak.allocation;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.metrics.Experimental;
import java.util.Locale;

/**
 * Bytes that a call allocates on the thread that makes it.
 *
 * @param bytesPerCall mean over all measured calls
 * @param lower the true mean is above this with 97.5 %; at least 0
 * @param upper and below this with 97.5 %; the same as {@code lower} where each round allocated the same
 * @param calls that were measured, after the warm-up
 */
@Experimental
public record AllocationReading(double bytesPerCall, double lower, double upper, long calls) {
    /** Rounds that the measured calls are split into: one that a late compilation disturbs is one of ten. */
    static final int ROUNDS = 10;

    /** Student's t, 97.5 %, 9 degrees of freedom. */
    private static final double T = 2.262157;

    /** Bytes are whole; what differs by less than this is a rounding of the division by calls. */
    private static final double ROUNDING = 1e-6;

    static AllocationReading of(double[] bytesPerCallByRound, long callsOfRound) {
        int n = bytesPerCallByRound.length;
        double sum = 0;
        for (double v : bytesPerCallByRound) {
            sum += v;
        }
        double mean = sum / n;
        double squares = 0;
        for (double v : bytesPerCallByRound) {
            squares += (v - mean) * (v - mean);
        }
        double half = T * Math.sqrt(squares / (n - 1) / n);
        return new AllocationReading(mean, Math.max(0, mean - half), mean + half, n * callsOfRound);
    }

    /**
     * Judges it.
     *
     * @param budgetBytesPerCall the most that is accepted; at least 0
     * @return PASS when the whole interval is within the budget, FAIL when all of it is beyond, else INCONCLUSIVE
     */
    public Verdict within(double budgetBytesPerCall) {
        if (upper <= budgetBytesPerCall + ROUNDING) {
            return Verdict.PASS;
        }
        return lower > budgetBytesPerCall + ROUNDING ? Verdict.FAIL : Verdict.INCONCLUSIVE;
    }

    double width() {
        return upper - lower;
    }

    /** {@code 24 bytes a call}, with the interval where it is one. */
    public String words() {
        String mean = number(bytesPerCall) + (bytesPerCall == 1 ? " byte a call" : " bytes a call");
        return upper - lower <= ROUNDING ? mean : mean + " (95 %: " + number(lower) + " to " + number(upper) + ")";
    }

    static String number(double value) {
        return Math.abs(value - Math.rint(value)) < 0.0005
                ? Long.toString(Math.round(value))
                : String.format(Locale.ROOT, value < 1 ? "%.4f" : "%.2f", value);
    }
}
