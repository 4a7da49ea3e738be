package dev.evenkeel.leak;

import dev.evenkeel.metrics.Experimental;

/** How it is known that a leak is the judged code's own. */
@Experimental
public enum Blame {
    /** It grew with the iterations, or nothing else was watched while it came. */
    ALONE,
    /** Flight Recorder saw the scope's own thread, or a thread started by it, start this. */
    OWNER,
    /** Other scopes were open at the same time, and nothing tells whose it is: run the suspects again, one by one. */
    UNKNOWN
}
