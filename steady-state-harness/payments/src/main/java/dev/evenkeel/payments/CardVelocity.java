package dev.evenkeel.payments;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often each card was seen within the current minute, in memory that is all there from the start and never grows.
 *
 * <p>Safe from any thread, lock-free, allocates nothing. The count is exact unless two cards of one minute meet in a
 * place; the later one then takes it and the earlier one starts anew, which errs on the side of the customer.
 */
final class CardVelocity {
    /*
     * A direct-mapped table: one long per place, 32 bits of the card's hash | 16 bits of the minute | 16 bits of the
     * count. A map of cards would be exact, and would either grow with the number of cards or need a sweeper.
     */
    private static final int PLACES = 1 << 16; // 512 KiB: with 20 000 cards a minute, one in seven meets another.
    private static final int COUNT_LIMIT = 0xFFFF;
    private static final int TRIES = 16;

    private final AtomicLongArray table = new AtomicLongArray(PLACES);

    /**
     * Counts a card.
     *
     * @param minute number of the minute; only its lowest 16 bits matter
     * @return how often the card was seen in that minute, this time included, at most 65 535
     */
    int count(String card, long minute) {
        long hash = hash(card);
        int place = (int) (hash & (PLACES - 1));
        long key = hash & 0xFFFFFFFF00000000L | (minute & 0xFFFF) << 16;
        for (int i = 0; i < TRIES; i++) {
            long before = table.get(place);
            int seen = (before & ~0xFFFFL) == key ? (int) (before & COUNT_LIMIT) : 0;
            int now = Math.min(seen + 1, COUNT_LIMIT);
            if (table.compareAndSet(place, before, key | now)) {
                return now;
            }
        }
        return 1; // Sixteen others were faster on this place: let it pass rather than spin.
    }

    private static long hash(String card) {
        long h = 0xcbf29ce484222325L;
        for (int i = 0; i < card.length(); i++) {
            h = (h ^ card.charAt(i)) * 0x100000001b3L;
        }
        h ^= h >>> 33;
        h *= 0xff51afd7ed558ccdL;
        h ^= h >>> 33;
        return h;
    }
}
