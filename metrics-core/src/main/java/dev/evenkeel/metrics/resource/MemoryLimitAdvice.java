package dev.evenkeel.metrics.resource;

import java.util.List;
import java.util.Optional;

/**
 * What heap fits a memory limit: nine tenths of the limit, less what the JVM needs beside the heap.
 *
 * <p>The tenth is for what nobody counts: the collector's own tables, native libraries, page cache of the files in use.
 *
 * @param limit what it is for
 * @param nonHeapBytes metaspace and code cache as committed, direct buffers as reserved, and the stacks of the live
 *     threads at full size: how much of a stack is in use cannot be read cheaply, and it grows under load
 * @param heapBytes in whole MiB; 0 or less when the limit has no room for any heap
 */
public record MemoryLimitAdvice(MemoryLimit limit, long nonHeapBytes, long heapBytes) {
    private static final long MIB = 1 << 20;

    /**
     * Measures this JVM, now. Take it under load, when metaspace, code cache and threads have grown to what they will be.
     *
     * @return empty where no limit is found
     */
    public static Optional<MemoryLimitAdvice> now() {
        MemoryLimitHeap heap = new MemoryLimitHeap();
        return MemoryLimit.read().map(limit -> of(limit, heap.nonHeapBytes()));
    }

    static MemoryLimitAdvice of(MemoryLimit limit, long nonHeapBytes) {
        long heap = limit.bytes() / 10 * 9 - nonHeapBytes;
        return new MemoryLimitAdvice(limit, nonHeapBytes, Math.floorDiv(heap, MIB) * MIB);
    }

    /** Whether a heap of 16 MiB or more fits: with less, no service starts. */
    public boolean isPossible() {
        return heapBytes >= 16 * MIB;
    }

    /** The flags for the next start of this JVM, such as {@code -Xmx384m}; empty when no heap fits. */
    public List<String> flags() {
        return isPossible() ? List.of("-Xmx" + heapBytes / MIB + "m") : List.of();
    }
}
