/**
 * Leaks planted on purpose, at a known rate, so that a leak detector can be tried on a service that otherwise stands still.
 *
 * <p>Start with {@link dev.evenkeel.payments.plant.Plant}. A plant is ticked by one thread; its reading is safe from any.
 *
 * <p>Nothing here decides whether a leak is seen: that is the soak engine's verdict.
 */
@NullMarked
package dev.evenkeel.payments.plant;

import org.jspecify.annotations.NullMarked;
