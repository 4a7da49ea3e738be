package dev.evenkeel.exporter.tracing;

import dev.evenkeel.metrics.ExemplarSource;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;

/**
 * Takes exemplars from OpenTelemetry's current span.
 *
 * <pre>{@code
 * MetricRegistry registry = MetricRegistry.builder().exemplars(SpanExemplarSource.create()).build();
 * Timer duration = registry.timer("http.server.request.duration").exemplars().register();
 * }</pre>
 *
 * <p>A span counts when it is sampled and valid. Stateless and safe from any thread; allocates nothing; holds no span. Without an
 * OpenTelemetry SDK, or on a thread without a span, there are no exemplars.
 */
public final class SpanExemplarSource implements ExemplarSource {
    private static final SpanExemplarSource INSTANCE = new SpanExemplarSource();

    private SpanExemplarSource() {}

    /** Returns the source; there is one, for it has no state. */
    public static SpanExemplarSource create() {
        return INSTANCE;
    }

    @Override
    public boolean sampled() {
        SpanContext span = current();
        return span.isSampled() && span.isValid();
    }

    @Override
    public String traceId() {
        return current().getTraceId();
    }

    @Override
    public String spanId() {
        return current().getSpanId();
    }

    private static SpanContext current() {
        return Span.current().getSpanContext();
    }
}
