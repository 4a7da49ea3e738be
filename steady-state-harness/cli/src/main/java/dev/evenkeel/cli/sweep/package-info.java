/**
 * {@code evenkeel gc-sweep}: one workload under several collectors and heap sizes, and which of them to take.
 *
 * <p>Start with {@link dev.evenkeel.cli.sweep.GcSweepCommand}; a {@link dev.evenkeel.cli.sweep.Workload} is what is run, {@link
 * dev.evenkeel.cli.sweep.Recommendation} the rule that chooses. All of it on one thread; each measured JVM is a process of its own.
 *
 * <p>Judging growth over time belongs in {@code soak}.
 */
@NullMarked
package dev.evenkeel.cli.sweep;

import org.jspecify.annotations.NullMarked;
