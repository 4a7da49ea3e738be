/**
 * A soak as a test.
 *
 * <p>Start with {@link dev.evenkeel.soak.junit.Soak} on a test method of JUnit Jupiter 5 or 6, or with {@link
 * dev.evenkeel.soak.junit.SoakTest} for a target of another kind, or without JUnit. The thread that runs the test runs the
 * soak; the method is called by the senders of its load.
 *
 * <p>Test-sized checks for leaks, of seconds, belong in the leak detector.
 */
@NullMarked
package dev.evenkeel.soak.junit;

import org.jspecify.annotations.NullMarked;
