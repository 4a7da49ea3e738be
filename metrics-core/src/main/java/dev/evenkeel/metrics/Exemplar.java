package dev.evenkeel.metrics;

import java.util.Objects;

/**
 * One value that a histogram recorded, and the trace it was recorded in. Immutable; holds the two ids and nothing of the span.
 *
 * @param traceId at most 32 characters, hexadecimal in every format we know
 * @param spanId at most 16 characters
 * @param value in the unit of the family: seconds for a timer
 * @param epochMillis when it was recorded, in milliseconds since 1970
 */
public record Exemplar(String traceId, String spanId, double value, long epochMillis) {
    private static final int TRACE_CHARS = 32;
    private static final int SPAN_CHARS = 16;

    /** @throws IllegalArgumentException when an id is longer */
    public Exemplar {
        Objects.requireNonNull(traceId, "traceId");
        Objects.requireNonNull(spanId, "spanId");
        if (traceId.length() > TRACE_CHARS || spanId.length() > SPAN_CHARS) {
            throw new IllegalArgumentException(
                    "Cannot keep trace id \"" + traceId + "\" and span id \"" + spanId + "\": they"
                            + " have at most " + TRACE_CHARS + " and " + SPAN_CHARS
                            + " characters on every wire. Return the ids of W3C Trace Context.");
        }
    }
}
