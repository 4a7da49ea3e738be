package dev.evenkeel.cli.pool;

import java.util.List;

/**
 * One second of a run.
 *
 * @param second seconds since the load began
 * @param threads platform threads of this JVM
 * @param latenessMillis the longest that a sender of ours that was free left late
 * @param due requests whose time came, of all loads
 * @param completed requests answered or given up, of all loads
 * @param pools one for each crowd, in their order
 */
record Sample(double second, double threads, double latenessMillis, long due, long completed, List<Pool> pools) {
    /**
     * One pool in that second.
     *
     * @param counted what its callers counted during the second
     * @param used connections out, or calls in flight, when it was read
     * @param idle open connections that were free; NaN where nobody knows
     * @param waiting callers that waited when it was read
     */
    record Pool(Crowd.Sums counted, double used, double idle, double waiting) {}
}
