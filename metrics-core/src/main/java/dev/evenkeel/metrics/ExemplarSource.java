package dev.evenkeel.metrics;

/**
 * Tells which trace the calling thread works for. Set on {@link MetricRegistry.Builder#exemplars}; for OpenTelemetry the artifact
 * {@code evenkeel-exporter-tracing} has one.
 *
 * <p>Called by recording threads, with each record of a histogram that has exemplars: {@link #sampled} must be quick and
 * allocate nothing. The ids are asked for right after it said yes, on the same thread, at most once a second for each
 * range of values. What is thrown is counted by {@code evenkeel.dropped{reason="callback_error"}} and costs the exemplar, never the
 * record.
 */
public interface ExemplarSource {
    /** Returns whether the calling thread works for a trace that will be kept: an exemplar of another leads nowhere. */
    boolean sampled();

    /** Returns the id of that trace: 32 hexadecimal digits. */
    String traceId();

    /** Returns the id of the span in it: 16 hexadecimal digits. */
    String spanId();
}
