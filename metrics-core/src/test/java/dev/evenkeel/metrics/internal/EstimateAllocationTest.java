package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class EstimateAllocationTest {
    private static final int CALLS = 100_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The bytes that the calls allocate on this thread, the reading itself taken off; the least of five, after a warm-up. */
    private static long bytesOf(Runnable calls) {
        calls.run();
        calls.run();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            long empty = THREADS.getCurrentThreadAllocatedBytes();
            calls.run();
            long after = THREADS.getCurrentThreadAllocatedBytes();
            least = Math.min(least, after - empty - (empty - before));
        }
        return least;
    }

    private static String[][] sets(int n) {
        String[][] sets = new String[n][];
        for (int i = 0; i < n; i++) {
            sets[i] = new String[] {"user-" + i, "status"};
        }
        return sets;
    }

    @Test
    void addingADistinctHashAllocatesNothing() {
        DistinctEstimate estimate = new DistinctEstimate();
        DistinctSets distinct = new DistinctSets();
        String[][] sets = sets(1000);
        long[] next = {0};

        assertEquals(0, bytesOf(() -> {
            for (int i = 0; i < CALLS; i++) {
                String[] set = sets[i % 1000];
                distinct.add(set);
                distinct.add(set[0]);
                distinct.add(set[0], set[1]);
                distinct.add(set[0], set[1], set[0]);
                estimate.add(LabelHash.mix(next[0]++));
            }
        }));
    }

    /** 2 000 sets, one after the other, in 256 places: every add replaces one. */
    @Test
    void countingAHitterAllocatesNothingOncePlacesAreFull() {
        HeavyHitters hitters = new HeavyHitters(2);
        String[][] sets = sets(2000);

        assertEquals(0, bytesOf(() -> {
            for (int i = 0; i < CALLS; i++) {
                String[] set = sets[i % 2000];
                hitters.add((int) LabelHash.of(set), set, 64);
            }
        }));
    }

    @Test
    void choosingAStripeAllocatesNothing() {
        Thread thread = Thread.currentThread();
        StripePolicy mix = StripePolicy.mix();
        int[] sum = {0};

        assertEquals(0, bytesOf(() -> {
            for (int i = 0; i < CALLS; i++) {
                sum[0] += mix.indexOf(thread, 16) + CurrentCpu.get();
            }
        }));
    }

    /** Filled with the longest values it keeps, in two-byte characters. */
    @Test
    void hittersHoldNoMoreThanTheySay() {
        int labels = 2;
        int capacity = HeavyHitters.DEFAULT_CAPACITY;
        String[][] sets = new String[capacity][labels];
        for (int i = 0; i < capacity; i++) {
            sets[i][0] = "\u0101".repeat(HeavyHitters.MOST_CHARS - 4) + (1000 + i);
            sets[i][1] = "\u0101".repeat(HeavyHitters.MOST_CHARS - 4) + (5000 + i);
        }
        long strings = 2L * capacity * (24 + 16 + 2 * HeavyHitters.MOST_CHARS);
        HeavyHitters warm = new HeavyHitters(capacity, labels);
        warm.add(1, sets[0], 1);

        long before = THREADS.getCurrentThreadAllocatedBytes();
        HeavyHitters hitters = new HeavyHitters(capacity, labels);
        for (int i = 0; i < capacity; i++) {
            hitters.add(i, sets[i], 1);
        }
        long held = THREADS.getCurrentThreadAllocatedBytes() - before + strings;

        assertEquals(capacity, hitters.top(capacity).size());
        assertTrue(held <= hitters.bytes(), held + " of " + hitters.bytes());
        assertTrue(held >= 0.7 * hitters.bytes(), "the bound is far too wide: " + held + " of " + hitters.bytes());
    }
}
