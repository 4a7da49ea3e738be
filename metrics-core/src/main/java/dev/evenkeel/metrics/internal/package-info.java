/**
 * Internal. The slabs: where counts live, how a thread finds its own, and how they are summed.
 *
 * <p>Start with {@link dev.evenkeel.metrics.internal.Slabs}, which records and sums, and
 * {@link dev.evenkeel.metrics.internal.HistogramCells}, which is one histogram within it. Recording is wait-free on a
 * platform thread's own slab; reading takes a lock that no record takes.
 *
 * <p>Types here are public for the compiler only; no other module may import them. Names, labels and wires do not belong
 * here: this package knows slots and numbers.
 */
@NullMarked
package dev.evenkeel.metrics.internal;

import org.jspecify.annotations.NullMarked;
