/**
 * The {@code drift} command: reads a series from a file, has it judged, prints the verdict.
 *
 * <p>Start with {@link dev.evenkeel.cli.drift.DriftCommand}. One thread.
 *
 * <p>The statistics live in {@link dev.evenkeel.drift}.
 */
@NullMarked
package dev.evenkeel.cli.drift;

import org.jspecify.annotations.NullMarked;
