/**
 * Leak assertions for tests: threads, file descriptors and heap growth by class, judged over rounds of iterations.
 *
 * <p>Start with {@link dev.evenkeel.leak.LeakDetector} and {@link dev.evenkeel.leak.LeakOptions}; the outcome is a
 * {@link dev.evenkeel.leak.LeakReport}. A run reads the whole JVM from the calling thread: nothing else may run beside it
 * that opens or closes what is judged. No type here starts a thread.
 *
 * <p>Slopes over hours belong in the drift library, and the adapters of test frameworks in sub-packages.
 */
@NullMarked
package dev.evenkeel.leak;

import org.jspecify.annotations.NullMarked;
