/**
 * Counters, gauges, histograms and timers, and the registry that owns and collects them.
 *
 * <p>Start with {@link dev.evenkeel.metrics.MetricRegistry} to create instruments,
 * {@link dev.evenkeel.metrics.Counter} and {@link dev.evenkeel.metrics.Timer} to record, and
 * {@link dev.evenkeel.metrics.CollectVisitor} to read. Recording is safe from any thread, never throws, and on a platform
 * thread is a plain addition to a cell of its own; collecting takes locks that no record takes.
 *
 * <p>Wire formats belong in the exporters; samplers of the JVM and the process in {@code resource}.
 */
@NullMarked
package dev.evenkeel.metrics;

import org.jspecify.annotations.NullMarked;
