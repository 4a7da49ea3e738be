/**
 * The {@code soak} command: the payments service in a child JVM, load on it, a verdict.
 *
 * <p>Start with {@link dev.evenkeel.cli.soak.SoakCommand}. Children speak over their standard streams
 * and end when theirs of ours do, so that none outlives this process.
 *
 * <p>The engine is {@code dev.evenkeel.soak}; here are its target, its flags and its terminal output.
 */
@NullMarked
package dev.evenkeel.cli.soak;

import org.jspecify.annotations.NullMarked;
