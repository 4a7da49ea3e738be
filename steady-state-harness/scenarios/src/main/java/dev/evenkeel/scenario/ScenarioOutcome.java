package dev.evenkeel.scenario;

import java.util.Locale;

/**
 * What a run showed, before and after the cure.
 *
 * @param scenario the scenario's {@link Scenario#name() name}
 * @param pathology the work as the sick design does it
 * @param cured the same work as the cured design does it
 * @param pathologyProven whether the oracle saw the pathology; when false the run says nothing about the cure
 * @param cureProven whether the oracle saw the pathology and saw it gone
 * @param evidence one sentence with the numbers that decided
 */
public record ScenarioOutcome(
        String scenario,
        Measured pathology,
        Measured cured,
        boolean pathologyProven,
        boolean cureProven,
        String evidence) {

    public ScenarioOutcome {
        if (cureProven && !pathologyProven) {
            throw new IllegalArgumentException("Scenario \"" + scenario
                    + "\" reports a cure of a pathology that it did not see: what was never there "
                    + "cannot have gone. Set cureProven only together with pathologyProven.");
        }
    }

    /**
     * One side of a run.
     *
     * @param attempts how often work was tried, successes included
     * @param successes how often it was done
     * @param severity 0 (healthy) to 1 (as bad as it gets); what it counts is in the scenario's Javadoc
     * @param span how long it took, in {@code spanUnit}
     * @param spanUnit {@code "s"} of simulated time, or {@code "{round}"}
     */
    public record Measured(long attempts, long successes, double severity, double span, String spanUnit) {
        public Measured {
            if (successes < 0 || attempts < successes) {
                throw new IllegalArgumentException("Counted " + successes + " successes in " + attempts
                        + " attempts: a success is an attempt too, so one of the two counts is wrong.");
            }
        }

        /** Attempts for each success: 1 is perfect; positive infinity when nothing succeeded. */
        public double attemptsPerSuccess() {
            return successes == 0 ? Double.POSITIVE_INFINITY : (double) attempts / successes;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d attempts for %d successes (%.2f each), severity %.3f, %.3f %s",
                    attempts,
                    successes,
                    attemptsPerSuccess(),
                    severity,
                    span,
                    spanUnit);
        }
    }
}
