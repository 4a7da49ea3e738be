/**
 * One line of log at an even pace: what came since the line before.
 *
 * <p>Start with {@link dev.evenkeel.metrics.report.PeriodicReport}. It reads through a delta reader of its own, so it takes nothing away
 * from other readers, and runs on a {@link dev.evenkeel.metrics.resource.SamplerSchedule}; nothing here starts a thread. Thread-safe.
 *
 * <p>For people who read logs. What machines read belongs to the exporters.
 */
@NullMarked
package dev.evenkeel.metrics.report;

import org.jspecify.annotations.NullMarked;
