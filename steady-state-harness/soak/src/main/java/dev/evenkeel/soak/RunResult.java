package dev.evenkeel.soak;

import dev.evenkeel.drift.Mark;
import dev.evenkeel.drift.Verdict;
import java.util.List;
import java.util.Map;

/**
 * Everything that one soak run found, complete enough to write every report from it.
 *
 * <p>Seconds in {@link #resources()}, {@link #marks()} and {@link #load()} count from the first
 * request of the run, warm-up included, so that all plots share one time axis.
 *
 * @param schema version of this layout; {@link #SCHEMA} for results of this release
 * @param headline the one sentence a person reads first, verdict included
 * @param cutShort whether the run ended before its planned duration
 * @param startedAt ISO-8601 instant of the first request
 * @param warmupSeconds leading seconds that no verdict looks at
 * @param durationSeconds whole run in seconds, warm-up included
 * @param command the command line that repeats the run
 * @param environment machine, JVM and limits, in display order
 * @param resources deciding resources first, worst first
 * @param culprits what grew, most guilty first; empty unless the verdict is FAIL
 * @param notes whole sentences on what a reader should know before trusting the verdict
 * @param allocation what the target allocated; never judged
 */
public record RunResult(
        int schema,
        Verdict verdict,
        String headline,
        boolean cutShort,
        String startedAt,
        double warmupSeconds,
        double durationSeconds,
        String command,
        Map<String, String> environment,
        LoadSummary load,
        List<ResourceResult> resources,
        List<Mark> marks,
        List<Culprit> culprits,
        List<String> notes,
        Allocation allocation) {

    /** Layout version that this release writes. */
    public static final int SCHEMA = 1;
}
