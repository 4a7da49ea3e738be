package dev.evenkeel.cli.sweep;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a sweep found.
 *
 * @param workload what was run
 * @param rounds that were begun
 * @param cutShort whether it was stopped before its last run
 * @param pilot null when the heaps were given
 * @param notes whole sentences on what a reader should know before trusting the table
 */
record SweepResult(
        String workload,
        SweepPlan plan,
        int rounds,
        boolean cutShort,
        @Nullable Pilot pilot,
        List<Cell> cells,
        Recommendation recommendation,
        Map<String, String> environment,
        List<String> notes) {

    /** Layout of the JSON that this release writes. */
    static final int SCHEMA = 1;

    /**
     * What the workload holds and takes when nothing holds it back.
     *
     * @param liveBytes after a collection of the whole heap
     * @param naturalBytes what the heap grew to with the JVM's own settings
     */
    record Pilot(double liveBytes, double naturalBytes) {}
}
