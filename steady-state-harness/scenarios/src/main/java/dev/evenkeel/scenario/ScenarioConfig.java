package dev.evenkeel.scenario;

/**
 * The size of a run.
 *
 * @param workers threads or simulated clients that compete; 2 to 100 000
 * @param operationsPerWorker operations that each of them has to bring to success; at least 1
 * @param seed where randomness starts; equal seeds give equal runs
 */
public record ScenarioConfig(int workers, int operationsPerWorker, long seed) {
    /** A simulation of more clients needs more memory than a test JVM has; a run of more threads needs another machine. */
    static final int MOST_WORKERS = 100_000;

    public ScenarioConfig {
        if (workers < 2 || workers > MOST_WORKERS) {
            throw new IllegalArgumentException("Cannot run a scenario with " + workers
                    + " workers: these pathologies need at least two that compete, and more than " + MOST_WORKERS
                    + " do not fit. Choose 2 to " + MOST_WORKERS + ".");
        }
        if (operationsPerWorker < 1) {
            throw new IllegalArgumentException(
                    "Cannot run a scenario with " + operationsPerWorker
                            + " operations per worker: nothing would be attempted, so nothing could be proved. Choose at least 1.");
        }
    }

    /** All operations that have to succeed. */
    public long operations() {
        return (long) workers * operationsPerWorker;
    }

    /** The same run from another seed. */
    public ScenarioConfig withSeed(long newSeed) {
        return new ScenarioConfig(workers, operationsPerWorker, newSeed);
    }
}
