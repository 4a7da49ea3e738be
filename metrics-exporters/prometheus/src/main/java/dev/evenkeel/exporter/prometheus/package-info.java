/**
 * Prometheus text format 0.0.4: out, and back in.
 *
 * <p>Start with {@link dev.evenkeel.exporter.prometheus.PrometheusEndpoint}, which serves a registry on the admin listener;
 * {@link dev.evenkeel.exporter.prometheus.PrometheusTextWriter} writes elsewhere, and
 * {@link dev.evenkeel.exporter.prometheus.PrometheusText} reads such text. A writer belongs to one thread at a time; the
 * endpoint sees to that itself.
 *
 * <p>How the toolkit's dotted names become Prometheus names is decided in
 * {@link dev.evenkeel.exporter.prometheus.PrometheusNames} alone. Pushing, and other wires, do not belong here.
 */
@NullMarked
package dev.evenkeel.exporter.prometheus;

import org.jspecify.annotations.NullMarked;
