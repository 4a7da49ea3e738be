/**
 * The metrics of a registry as OpenTelemetry metric data, for the SDK's readers and exporters.
 *
 * <p>Start with {@link dev.evenkeel.exporter.otlp.RegistryMetricProducer}. Any thread may ask it to produce; those who ask
 * at the same time wait for each other, recorders for none of them.
 *
 * <p>Cumulative temporality and explicit buckets are whole; exemplars are carried; deltas and exponential histograms are missing.
 * Transport, retry and batching belong to the SDK.
 */
@NullMarked
package dev.evenkeel.exporter.otlp;

import org.jspecify.annotations.NullMarked;
