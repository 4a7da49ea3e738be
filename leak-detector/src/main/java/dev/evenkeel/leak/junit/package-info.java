/**
 * The leak detector as a JUnit 5 extension.
 *
 * <p>Start with {@link dev.evenkeel.leak.junit.DetectLeaks}. A test that carries it must not run beside others: see there.
 *
 * <p>Everything that needs no JUnit belongs one package up.
 */
@NullMarked
package dev.evenkeel.leak.junit;

import org.jspecify.annotations.NullMarked;
