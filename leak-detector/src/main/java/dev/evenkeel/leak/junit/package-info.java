/**
 * The leak detector in JUnit 5 and 6.
 *
 * <p>Start with {@link dev.evenkeel.leak.junit.DetectLeaks} for a method or a class, {@link
 * dev.evenkeel.leak.junit.AllowThreads} and its like for what may stay, and {@link dev.evenkeel.leak.junit.LeakSuite} for a whole suite
 * without touching its code.
 *
 * <p>All of it may run in parallel: what has to be judged alone waits until no other test runs, and keeps the next from starting.
 * Needs JUnit's launcher on the class path, as every run of JUnit has it. Everything that needs no JUnit, and so serves JUnit 4 and
 * TestNG as well, belongs one package up.
 */
@NullMarked
package dev.evenkeel.leak.junit;

import org.jspecify.annotations.NullMarked;
