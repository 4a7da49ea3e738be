/**
 * The {@code export} command: a stored run in the formats of other tools.
 *
 * <p>Start with {@link dev.evenkeel.cli.export.ExportCommand}. One thread; a run of any length is written line by line.
 *
 * <p>Reading a stored run belongs in {@code dev.evenkeel.soak}, spelling a metric's name in the exporters.
 */
@NullMarked
package dev.evenkeel.cli.export;

import org.jspecify.annotations.NullMarked;
