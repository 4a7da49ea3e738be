package dev.evenkeel.soak;

import dev.evenkeel.drift.Mark;
import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.soak.load.LoadInterval;
import java.util.List;
import java.util.Map;

/**
 * One thing that happened in a run, in the order it happened. The engine hands each to the {@link RunLog} and to the {@link
 * RunRecord}, and a stored run is read back through the same record: so a run judged again says what it said.
 */
sealed interface RunEntry {

    /** The run begins; always the first. */
    record Began(SoakPlan plan, long epochMillis) implements RunEntry {}

    /** A fact for the reader: machine, JVM, flags. */
    record Fact(String key, String value) implements RunEntry {}

    /** An upper limit of a resource. */
    record Limit(String resource, double value) implements RunEntry {}

    /** A sentence for the reader. */
    record Noted(String sentence) implements RunEntry {}

    /**
     * One sample.
     *
     * @param from second at which the load interval began
     * @param at second of the readings
     * @param liveAt second of the live-set reading; NaN when there was none
     * @param to second at which the sample was complete
     * @param steady whether it counts: after the warm-up of its part
     * @param loadSteady whether all of the load interval was after that warm-up
     * @param disturbed whether a fault or its recovery was on in the interval
     * @param event {@code fault-begin}, {@code fault-end}, {@code restart}, or nothing
     * @param missed whether the target gave no readings
     * @param values readings by resource name
     */
    record Sample(
            double from,
            double at,
            double liveAt,
            double to,
            long epochMillis,
            boolean steady,
            boolean loadSteady,
            boolean disturbed,
            String event,
            String incarnation,
            boolean missed,
            LoadInterval load,
            Map<String, Double> values)
            implements RunEntry {}

    /** A fault began. Until its {@link Marked} comes it counts as still on. */
    record FaultBegan(double second, String label) implements RunEntry {}

    /** A window or an instant that is known. */
    record Marked(Mark mark) implements RunEntry {}

    /** The target was stopped by a reading of ours. */
    record Paused(double from, double to) implements RunEntry {}

    /**
     * What the target held.
     *
     * @param first whether it was taken at the start of a part, and not at its end
     */
    record Held(double second, boolean first, Evidence evidence) implements RunEntry {}

    /** A live-set reading failed. */
    record LiveSetMissed(double second) implements RunEntry {}

    /**
     * Where the target allocated, sampled after the steady time.
     *
     * @param note why that is not known; empty when it is
     */
    record Allocated(double second, double windowSeconds, List<AllocationSite> sites, String note)
            implements RunEntry {}

    /**
     * A part begins after the first: the target was restarted on purpose, or the harness came back.
     *
     * @param totalSeconds when the run is now to end
     */
    record Resumed(double second, long epochMillis, double totalSeconds) implements RunEntry {}

    /** How a run ended. */
    enum Ending {
        /** As planned. */
        COMPLETE,
        /** The verdict was in before the end, and the plan allows to stop then. */
        DECIDED,
        /** Stopped by its user. */
        STOPPED,
        /** The target ended by itself. */
        EXITED,
        /** The target was restarted, and nobody had said that it would be. */
        RESTARTED,
        /** The target answered nothing any more. */
        DEAD,
        /** The log could not be written. */
        LOG_FAILED
    }

    /**
     * The run ended; always the last. A log without it comes from a harness that was killed.
     *
     * @param exitCode of a target that {@link Ending#EXITED}; else 0
     */
    record Ended(double second, Ending how, int exitCode) implements RunEntry {}
}
