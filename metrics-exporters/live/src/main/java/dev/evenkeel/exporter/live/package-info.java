/**
 * A page that the process serves by itself: its resources, their course and the drift verdict on each.
 *
 * <p>Start with {@link dev.evenkeel.exporter.live.LivePage}: the service calls its {@code tick} once a second and gives it to
 * the admin listener. Any thread may tick and any may ask for the page; it starts none.
 *
 * <p>Chosen gauges only. Latency and rate panels are missing; history beyond the life of the process belongs to Prometheus
 * and Grafana.
 */
@NullMarked
package dev.evenkeel.exporter.live;

import org.jspecify.annotations.NullMarked;
