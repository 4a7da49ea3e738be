package dev.evenkeel.soak.load;

/** How a target answered one request. */
public enum Outcome {
    /** The answer that was asked for, a refusal by business rule included. */
    SUCCESS,
    /** The target declined the work to protect itself. */
    SHED,
    /** Any other answer, or none. */
    FAILED
}
