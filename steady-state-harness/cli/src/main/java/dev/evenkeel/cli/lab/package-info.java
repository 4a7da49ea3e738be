/**
 * The {@code lab} command: ways to count, side by side, each run in a JVM of its own.
 *
 * <p>Start with {@link dev.evenkeel.cli.lab.LabCommand}; {@code Trial} is what a child JVM runs, {@code Runs} holds what the
 * trials said, {@code Findings} puts it into sentences, and {@code LabFiles} and {@code LabPage} write it down.
 *
 * <p>One thread in this process; the threads that count are those of the children, and no child outlives this process.
 *
 * <p>Comparisons with other metrics libraries belong in {@code dev.evenkeel.cli.bench}: here are the building blocks.
 */
@NullMarked
package dev.evenkeel.cli.lab;

import org.jspecify.annotations.NullMarked;
