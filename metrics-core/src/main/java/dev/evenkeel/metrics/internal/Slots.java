package dev.evenkeel.metrics.internal;

import java.util.Arrays;

/**
 * Internal. Hands out the slots of a registry: each is one number of every slab and stripe.
 *
 * <p>Methods that change it are called under one lock; {@link #limit}, {@link #specialCount} and {@link #special} from any
 * thread.
 */
final class Slots {
    /*
     * Slots below FLAT lie in the flat array that each thread grows; those above in pages, so that a thread that touches
     * one of 20 000 series pays for a page and not for the 20 000. A slot keeps its kind for ever: one that is given back
     * is handed out again for the same kind only, and starts from what is in its cells.
     */

    /** Slots in the flat array of a slab: 8 KiB a thread at most. */
    static final int FLAT = 1024;

    /** Slots in a page. */
    static final int PAGE = 128;

    private int next = Cells.nextSlot(0);
    private volatile int limit = next;
    private final int[][] free = new int[SlotKind.values().length][0];
    private long[] starts = {};
    private final int[] freeCount = new int[SlotKind.values().length];

    /** Slots that are no plain sums; their count is published after them. */
    private volatile int[] special = {};

    private volatile SlotKind[] specialKinds = {};
    private volatile int specialCount;

    int take(SlotKind kind) {
        int k = kind.ordinal();
        if (freeCount[k] > 0) {
            return free[k][--freeCount[k]];
        }
        int slot = next < FLAT ? Cells.nextSlot(next) : next;
        next = slot + 1;
        if (kind != SlotKind.SUM) {
            int n = specialCount;
            if (n == special.length) {
                specialKinds = Arrays.copyOf(specialKinds, Math.max(16, 2 * n));
                special = Arrays.copyOf(special, Math.max(16, 2 * n));
            }
            special[n] = slot;
            specialKinds[n] = kind;
            specialCount = n + 1; // publishes both
        }
        limit = next;
        return slot;
    }

    /** Returns what a slot held when it was handed out. */
    long startOf(int slot) {
        return slot < starts.length ? starts[slot] : 0;
    }

    /** Takes a slot back that nobody can write to any more, and that holds an amount. */
    void give(SlotKind kind, int slot, long held) {
        int k = kind.ordinal();
        if (slot >= starts.length) {
            starts = Arrays.copyOf(starts, Math.max(2 * starts.length, slot + 1));
        }
        starts[slot] = held;
        if (freeCount[k] == free[k].length) {
            free[k] = Arrays.copyOf(free[k], Math.max(16, 2 * freeCount[k]));
        }
        free[k][freeCount[k]++] = slot;
    }

    /** Returns one more than the highest slot handed out. */
    int limit() {
        return limit;
    }

    /** Returns how many slots are not plain sums. */
    int specialCount() {
        return specialCount;
    }

    /** Returns the {@code i}-th slot that is not a plain sum. */
    int special(int i) {
        return special[i];
    }

    SlotKind specialKind(int i) {
        return specialKinds[i];
    }

    static boolean isWide(int slot) {
        return slot >= FLAT;
    }

    static int pageOf(int slot) {
        return (slot - FLAT) / PAGE;
    }

    /** Returns the index of a slot in its array: the flat one, or its page. */
    static int indexOf(int slot) {
        return slot < FLAT ? slot : (slot - FLAT) % PAGE + Cells.PAGE_PAD;
    }
}
