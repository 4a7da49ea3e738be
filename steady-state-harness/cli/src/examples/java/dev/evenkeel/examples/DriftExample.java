package dev.evenkeel.examples;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.TimeSeries;

/** The code of the README's third example. */
final class DriftExample {
    static DriftResult judge(double[] seconds, double[] openDescriptors) {
        // README: drift
        DriftResult result = DriftAnalysis.of(
                TimeSeries.of(seconds, openDescriptors),
                new Budget(2, "two descriptors an hour: half a year to a limit of 10 000"));
        System.out.println(result.verdict() + ": " + result.model());
        // README: end
        return result;
    }

    private DriftExample() {}
}
