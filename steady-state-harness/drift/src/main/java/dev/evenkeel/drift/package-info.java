/**
 * The drift verdict: from a series of readings and a budget of growth per hour to PASS, FAIL or INCONCLUSIVE, with the
 * slope, its interval and the model in words.
 *
 * <p>Start with {@link dev.evenkeel.drift.DriftAnalysis} and read {@link dev.evenkeel.drift.DriftResult}; take a
 * default budget from {@link dev.evenkeel.drift.Budgets}. Everything here is a pure function of its arguments: no
 * I/O, no thread, no clock, no randomness, no locale. All types are immutable and safe from any thread. Logarithms
 * and exponentials come from {@link StrictMath}, so that the same readings give the same digits on every JDK.
 *
 * <p>Reading samples from a process or a file, and drawing, belong in the modules that use this one.
 */
@NullMarked
package dev.evenkeel.drift;

import org.jspecify.annotations.NullMarked;
