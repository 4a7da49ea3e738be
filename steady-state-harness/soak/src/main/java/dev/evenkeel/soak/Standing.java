package dev.evenkeel.soak;

import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.drift.Verdict;

/**
 * Where a deciding resource stands in a run that goes on.
 *
 * @param name of the resource, as in {@link ResourceNames}
 * @param title what people call it
 * @param unit of the readings, in UCUM notation
 * @param verdict what it would be if the run ended now; a run that is not to end early is not judged by it
 * @param model what the readings did, in words; empty while there are too few
 * @param slopePerHour growth per hour in the unit; NaN while there are too few readings
 * @param budgetPerHour growth per hour that is tolerated
 * @param readings all of them so far, by second of the run
 */
public record Standing(
        String name,
        String title,
        String unit,
        Verdict verdict,
        String model,
        double slopePerHour,
        double budgetPerHour,
        TimeSeries readings) {}
