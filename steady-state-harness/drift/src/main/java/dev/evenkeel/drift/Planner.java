package dev.evenkeel.drift;

import java.util.List;
import java.util.Objects;

/**
 * How long a run must be to see a given growth, from a pilot of the same service under the same load.
 *
 * <p>The error of a slope falls with the power 3/2 of the time, so long as the noise stays as it was in the pilot. A cycle
 * longer than the pilot, such as a day, is not in it: plan two of those at least. Immutable.
 */
public final class Planner {
    private static final double POWER = 2.0 / 3;

    private final double pilotSeconds;
    private final double pilotBand;

    private Planner(double pilotSeconds, double pilotBand) {
        this.pilotSeconds = pilotSeconds;
        this.pilotBand = pilotBand;
    }

    /**
     * From a pilot of at least 30 readings.
     *
     * @throws IllegalArgumentException if the pilot is too short to tell its own noise
     */
    public static Planner of(TimeSeries pilot, DriftAnalysis.Options options) {
        Objects.requireNonNull(pilot, "pilot");
        DriftResult result = DriftAnalysis.of(pilot, new Budget(1, ""), List.of(), options);
        if (!result.measured()) {
            throw new IllegalArgumentException("The pilot does not tell its own noise: " + result.reason());
        }
        int n = pilot.size();
        double seconds = (pilot.second(n - 1) - pilot.second(0)) * n / (n - 1);
        return new Planner(seconds, result.smallestDetectablePerHour() - 1);
    }

    /** Seconds after which a run fails, nine times in ten, a growth above a budget by this much per hour. */
    public double secondsToSee(double abovePerHour) {
        if (!(abovePerHour > 0)) {
            throw new IllegalArgumentException("A growth of " + abovePerHour
                    + " per hour above the budget cannot be seen by any run. Ask for one above 0.");
        }
        return pilotSeconds * StrictMath.pow(pilotBand / abovePerHour, POWER);
    }

    /** Growth per hour above a budget that a run of this length fails nine times in ten. */
    public double visiblePerHour(double seconds) {
        if (!(seconds > 0)) {
            throw new IllegalArgumentException("A run of " + seconds + " s sees nothing. Ask for a length above 0.");
        }
        return pilotBand * StrictMath.pow(pilotSeconds / seconds, 1.5);
    }
}
