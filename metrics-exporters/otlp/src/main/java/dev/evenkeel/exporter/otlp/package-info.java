/**
 * The metrics of a registry over OTLP, and as OpenTelemetry metric data for those who have the SDK.
 *
 * <p>Start with {@link dev.evenkeel.exporter.otlp.OtlpExporter}, which pushes on a thread of its own, or with {@link
 * dev.evenkeel.exporter.otlp.RegistryMetricProducer}, which any thread may ask. Recorders wait for neither.
 *
 * <p>The messages of the protocol are encoded by the OpenTelemetry SDK; what is read, kept, merged and sent again is decided here. Other
 * wires have artifacts of their own.
 */
@NullMarked
package dev.evenkeel.exporter.otlp;

import org.jspecify.annotations.NullMarked;
