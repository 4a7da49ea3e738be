package dev.evenkeel.scenario;

/**
 * A pathology that can be produced at will, together with its cure.
 *
 * <p>One run produces the pathology, measures it, applies the cure to the same work and measures again.
 */
public interface Scenario {
    /** The name used on the command line and in reports: lower case, words joined by dashes. */
    String name();

    /** One sentence: what goes wrong, and what cures it. */
    String summary();

    /** A size at which the pathology shows within a second on two processors. */
    ScenarioConfig defaultConfig();

    /**
     * Produces the pathology, then the cure.
     *
     * <p>Blocks until both are done. Two runs of one configuration on any machine give equal outcomes, unless the scenario's
     * Javadoc says that it measures the machine.
     *
     * @throws InterruptedException when interrupted while waiting; everything it started has ended by then
     */
    ScenarioOutcome run(ScenarioConfig config) throws InterruptedException;
}
