/**
 * Exemplars: which trace a recorded value belongs to.
 *
 * <p>Start with {@link dev.evenkeel.exporter.tracing.SpanExemplars}: offer it each value beside the histogram that records
 * it. Any thread may offer and any may read; offering is lock-free, and allocates only when it takes an exemplar.
 *
 * <p>Needs opentelemetry-api only, not its SDK. Wire formats do not belong here; none of the exporters writes exemplars
 * yet.
 */
@NullMarked
package dev.evenkeel.exporter.tracing;

import org.jspecify.annotations.NullMarked;
