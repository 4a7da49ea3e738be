/**
 * Allocation budgets for tests: how many bytes a call allocates, and whether that is within what it may.
 *
 * <p>Start with {@link dev.evenkeel.leak.allocation.AllocationBudget} on a JUnit test, or with {@link
 * dev.evenkeel.leak.allocation.AllocationProbe} elsewhere. Everything is read on the calling thread, of that thread alone: tests may
 * run beside each other, and what an action has other threads allocate is not seen. {@link
 * dev.evenkeel.leak.allocation.AllocationSamples} reads the recording of a whole JVM, made by somebody else.
 *
 * <p>What stays after a call, and not what it made, is the business of {@code dev.evenkeel.leak}.
 */
@NullMarked
package dev.evenkeel.leak.allocation;

import org.jspecify.annotations.NullMarked;
