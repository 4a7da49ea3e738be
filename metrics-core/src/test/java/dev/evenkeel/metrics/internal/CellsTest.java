package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CellsTest {
    private static final int LINES = 128; // bytes: two cache lines

    @Test
    void noSlotLiesWithinTwoLinesOfAnyArrayEnd() {
        int slot = Cells.nextSlot(0);
        int handedOut = 0;
        while (slot < 50_000) {
            // Every length that an owner may have when it writes this slot.
            for (int length = Cells.lengthFor(slot + 1); length < 100_000; length = Cells.lengthFor(length + 1)) {
                assertTrue(8 * slot >= LINES, "slot " + slot);
                assertTrue(8 * (length - 1 - slot) >= LINES, "slot " + slot + " of " + length);
            }
            handedOut++;
            slot = Cells.nextSlot(slot + 1);
        }
        assertTrue(handedOut > 49_000, "pads take " + (50_000 - handedOut) + " of 50000 slots");
    }

    @Test
    void lengthsGrowByAHalfAtMost() {
        int length = Cells.lengthFor(1);
        assertEquals(64, length);
        while (length < 1 << 20) {
            int next = Cells.lengthFor(length + 1);
            assertTrue(next > length && 2 * next <= 3 * length, length + " to " + next);
            assertEquals(next, Cells.lengthFor(next));
            length = next;
        }
    }

    @Test
    void windowCellsLieTwoLinesFromTheEnds() {
        assertTrue(8 * Slab.ORIGIN + Cells.ARRAY_HEADER_BYTES >= LINES);
        assertTrue(Slab.SUM < Slab.FIRST);
        assertEquals(0, Slab.bucketCount(Slab.NO_WINDOW));
        MemoryBudget budget = new MemoryBudget(1 << 20);
        Slab slab = new Slab();
        BucketLayout layout = BucketLayout.ofDigits(2);
        assertTrue(slab.growWindow(0, layout, layout.indexOf(1000), budget));

        long[] window = slab.windowAcquire(0);

        int last = Slab.FIRST + Slab.bucketCount(window) - 1;
        assertTrue(8 * (window.length - 1 - last) >= LINES);
    }

    @Test
    void pagesOfStripesCoverEverySlotOnce() {
        int page = 0;
        for (int slot = 0; slot < 100_000; slot++) {
            if (slot == Stripes.startOf(page + 1)) {
                page++;
            }
            assertEquals(page, Stripes.pageOf(slot), "slot " + slot);
        }
    }
}
