/**
 * The {@code compare} command: what changed from one stored run to another.
 *
 * <p>Start with {@link dev.evenkeel.cli.compare.CompareCommand}. One thread.
 *
 * <p>The comparison itself belongs in {@code dev.evenkeel.soak}; here are its files and its terminal output.
 */
@NullMarked
package dev.evenkeel.cli.compare;

import org.jspecify.annotations.NullMarked;
