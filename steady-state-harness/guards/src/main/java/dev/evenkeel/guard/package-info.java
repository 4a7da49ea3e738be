/**
 * Guards that keep a service within bounds it chose beforehand: threads, queues, calls in flight.
 *
 * <p>Start with {@link dev.evenkeel.guard.BoundedPool} for work done here and {@link dev.evenkeel.guard.ConcurrencyLimit}
 * for work asked of others. Every type is safe from any thread; what may wait says for how long. Every bound shows in a
 * metric when it is hit.
 *
 * <p>What to do when a guard refuses (an HTTP status, a retry) belongs to the caller.
 */
@NullMarked
package dev.evenkeel.guard;

import org.jspecify.annotations.NullMarked;
