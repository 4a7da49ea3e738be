/**
 * Exemplars: which trace a recorded value belongs to, asked of OpenTelemetry.
 *
 * <p>Start with {@link dev.evenkeel.exporter.tracing.SpanExemplarSource}: set it on the registry, and let histograms keep {@code
 * exemplars()}. It has no state; any thread may use it.
 *
 * <p>Needs opentelemetry-api only, not its SDK. What is kept of a trace, how often and how long, is decided in the core; how it
 * is written, in the exporters.
 */
@NullMarked
package dev.evenkeel.exporter.tracing;

import org.jspecify.annotations.NullMarked;
