/**
 * Service level objectives of one process: error budget, burn rates, and a call when the budget burns too fast.
 *
 * <p>Start with {@link dev.evenkeel.metrics.slo.Slo} to state an objective and {@link dev.evenkeel.metrics.slo.SloMonitor} to
 * watch some. All types are safe from any thread; nothing here starts one: whoever schedules calls
 * {@link dev.evenkeel.metrics.slo.SloMonitor#tick}. The record path is not touched: objectives read counters and timers that
 * exist already.
 *
 * <p>The budget of a fleet does not belong here: it is the sum over processes that come and go, and only who stores the
 * readings of all of them can tell it. Recording rules do that.
 */
@NullMarked
package dev.evenkeel.metrics.slo;

import org.jspecify.annotations.NullMarked;
