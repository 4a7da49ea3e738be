/**
 * The {@code evenkeel} command line.
 *
 * <p>Start with {@link dev.evenkeel.cli.Main}; each command has a package of its own beneath. Commands
 * run on the main thread and return their exit code; nothing here calls {@code System.exit} but {@code
 * Main}.
 *
 * <p>What a command does belongs in its module; here is only what reads flags and prints.
 */
@NullMarked
package dev.evenkeel.cli;

import org.jspecify.annotations.NullMarked;
