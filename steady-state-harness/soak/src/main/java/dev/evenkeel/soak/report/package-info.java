/**
 * Turns a finished run into the files that people and build servers read.
 *
 * <p>Start with {@link dev.evenkeel.soak.report.ReportWriter}; everything else is its workshop: one
 * writer per file, {@code Markup} and {@code JsonWriter} that cannot produce malformed output, and
 * {@code Plot}, which draws.
 *
 * <p>No threads, no clock, no network, no default locale: the same run gives the same bytes on every
 * machine. Nothing here is safe for use from several threads at once, and nothing needs to be.
 *
 * <p>What a number means is decided before it comes here; statistics belong in {@code
 * dev.evenkeel.drift}, the choice of budgets and culprits in {@code dev.evenkeel.soak}.
 */
@NullMarked
package dev.evenkeel.soak.report;

import org.jspecify.annotations.NullMarked;
