/**
 * Grafana dashboards, Prometheus alert rules and their unit tests, generated from one catalogue of metrics.
 *
 * <p>Start with {@link dev.evenkeel.dashboard.Dashboards}, which makes every file, and
 * {@link dev.evenkeel.dashboard.MetricCatalogue}, which knows every name. Everything is immutable and safe from any thread.
 *
 * <p>The generated files are committed under {@code dashboards/}; a test fails when they differ. Runbooks are written by
 * hand. Talking to Grafana or Prometheus does not belong here.
 */
@NullMarked
package dev.evenkeel.dashboard;

import org.jspecify.annotations.NullMarked;
