/**
 * Readings of processes that know nothing of this harness: from outside, and over JMX.
 *
 * <p>Start with {@link dev.evenkeel.soak.target.JmxReadings} for a JVM and {@link dev.evenkeel.soak.target.ProcReadings} for any
 * process on this machine. Each is used by one thread, the run's control thread.
 *
 * <p>Starting processes, and reading metrics pages, belong in the command line module.
 */
@NullMarked
package dev.evenkeel.soak.target;

import org.jspecify.annotations.NullMarked;
