package dev.evenkeel.soak;

import java.util.List;

/** Told of a run's progress, on the engine's control thread: answer soon. */
public interface SoakListener {

    /** A phase began: starting, warming up, steady, judging. */
    default void phase(String name) {}

    /** A second of the run passed. */
    default void tick(Progress progress) {}

    /** Where each deciding resource stands, once there are steady samples; every 15 s, or every hundredth of a long run. */
    default void standings(List<Standing> soFar) {}

    /** Something that a user should know now, in a sentence. */
    default void note(String sentence) {}

    /**
     * Where a run is.
     *
     * @param second seconds since the first request
     * @param totalSeconds planned seconds
     * @param phase name of the phase
     * @param ratePerSecond requests completed in the last second
     * @param p99Millis 99 % quantile of their intended latency; NaN when there were none
     * @param shed requests declined in the last second
     * @param failed requests failed in the last second
     * @param heapLiveBytes newest live-set reading; NaN before the first
     * @param threads newest reading; NaN when there is none
     * @param openFds newest reading; NaN when there is none
     * @param fault whether a slow-upstream fault is on
     */
    record Progress(
            double second,
            double totalSeconds,
            String phase,
            double ratePerSecond,
            double p99Millis,
            long shed,
            long failed,
            double heapLiveBytes,
            double threads,
            double openFds,
            boolean fault) {}
}
