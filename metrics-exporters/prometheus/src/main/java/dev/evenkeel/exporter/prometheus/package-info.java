/**
 * Prometheus text format 0.0.4: out, and back in.
 *
 * <p>Start with {@link dev.evenkeel.exporter.prometheus.PrometheusEndpoint}, which serves a registry on the admin listener;
 * {@link dev.evenkeel.exporter.prometheus.PrometheusTextWriter} writes elsewhere, and
 * {@link dev.evenkeel.exporter.prometheus.PrometheusText} reads such text. A writer belongs to one thread at a time; the
 * endpoint sees to that itself.
 *
 * <p>{@link dev.evenkeel.exporter.prometheus.SimpleclientCollector} and {@link
 * dev.evenkeel.exporter.prometheus.ClientJavaCollector} show a registry in those libraries, {@link
 * dev.evenkeel.exporter.prometheus.SimpleclientSource} and {@link dev.evenkeel.exporter.prometheus.ClientJavaSource} those libraries in
 * a registry.
 *
 * <p>How the toolkit's dotted names become Prometheus names is decided in {@link dev.evenkeel.metrics.name.WireNames} alone. Pushing, and other wires, do not belong here.
 */
@NullMarked
package dev.evenkeel.exporter.prometheus;

import org.jspecify.annotations.NullMarked;
