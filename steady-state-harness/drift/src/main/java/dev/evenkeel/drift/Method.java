package dev.evenkeel.drift;

/** How the slope and its interval are found. */
public enum Method {
    /**
     * All models together, each weighted by how well it explains the readings: the interval knows that the model was not
     * given. The default.
     */
    AVERAGE,
    /**
     * One model chosen step by step, then taken for true: the method of the first versions, kept to compare with. Its
     * intervals are too narrow wherever it had to choose.
     */
    REFERENCE
}
