package dev.evenkeel.drift;

import java.util.Objects;

/**
 * Something that is known to have happened during the run, on the clock of the series.
 *
 * @param fromSecond when it began, finite
 * @param toSecond when it was over, finite and not before {@code fromSecond}; equal for an instant
 * @param label short words for the report, for example {@code "deploy 1.4.2"}; may be empty
 */
public record Mark(double fromSecond, double toSecond, Kind kind, String label) {
    /** What a mark does to the analysis. */
    public enum Kind {
        /** An injected fault: readings inside the window are left out of the trend. */
        FAULT,
        /**
         * A deploy, a change of configuration or of load: may have moved the level once and for good, and enters as a
         * step whose time is known. Readings inside the window are left out.
         */
        EVENT,
        /** A planned restart: the readings before and after are judged apart and the worst part is the verdict. */
        RESTART
    }

    /** @throws IllegalArgumentException if a time is not finite or the window ends before it begins */
    public Mark {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(label, "label");
        if (!Double.isFinite(fromSecond) || !Double.isFinite(toSecond) || toSecond < fromSecond) {
            throw new IllegalArgumentException("A mark from " + fromSecond + " s to " + toSecond
                    + " s is no window: it must be finite and end at or after its beginning. Use equal times for an"
                    + " instant, and the last second of the run for a fault that was still on.");
        }
    }

    /** Whether a reading at this time is left out: from the beginning of a fault to its end, of an event to before it. */
    boolean covers(double second) {
        return switch (kind) {
            case FAULT -> fromSecond <= second && second <= toSecond;
            case EVENT -> fromSecond <= second && second < toSecond;
            case RESTART -> false;
        };
    }

    /** An instant. */
    public static Mark at(double second, Kind kind, String label) {
        return new Mark(second, second, kind, label);
    }
}
