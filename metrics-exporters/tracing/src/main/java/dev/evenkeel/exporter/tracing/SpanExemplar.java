package dev.evenkeel.exporter.tracing;

import java.util.Objects;

/**
 * One value and the span it was recorded in. Holds the two ids, never the span.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 * @param value as it was offered
 * @param epochMillis when it was offered
 */
public record SpanExemplar(String traceId, String spanId, double value, long epochMillis) {
    public SpanExemplar {
        Objects.requireNonNull(traceId, "traceId");
        Objects.requireNonNull(spanId, "spanId");
    }
}
