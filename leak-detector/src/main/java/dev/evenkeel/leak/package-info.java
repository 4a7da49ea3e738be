/**
 * Leak assertions for tests: whatever grows with the iterations of an action, or stays behind a scope that ran once.
 *
 * <p>Start with {@link dev.evenkeel.leak.LeakDetector} and {@link dev.evenkeel.leak.LeakOptions}; the outcome is a
 * {@link dev.evenkeel.leak.LeakReport}. {@link dev.evenkeel.leak.LeakScope} is for code that runs once, beside other code. A run
 * reads the whole JVM from the calling thread: nothing else may run beside it that opens or closes what is judged. Flight
 * Recorder, where it is used, starts threads of its own; no other type here does.
 *
 * <p>Slopes over hours belong in the drift library, and the adapters of test frameworks in sub-packages.
 */
@NullMarked
package dev.evenkeel.leak;

import org.jspecify.annotations.NullMarked;
