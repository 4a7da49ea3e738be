package dev.evenkeel.leak;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts one resource, split by a key that stays the same from reading to reading. */
interface Census {

    Resource resource();

    /** Why this resource cannot be counted here, as a sentence; null when it can. */
    @Nullable
    String unavailable();

    /** Remembers what is there now, so that {@link #evidence} shows only what came later. Called once, at the baseline. */
    void baseline();

    /** Adds what is there now to one reading. Must leave nothing behind that the next reading would see. */
    void read(SeriesTable table, int reading);

    /** What came since the baseline under these keys, largest group first. Called once, after the last reading. */
    List<Group> evidence(KeySet keys);

    /** Whether things of this key are to be closed by hand, where the resource is. */
    default boolean mustBeClosed(long key) {
        return true;
    }

    /**
     * Whether things of this key that were there before a collection and not after it were closed by an owner of theirs that
     * noticed it was dropped, and are nobody's to close by hand.
     */
    default boolean closedByOwner(long key, SeriesTable table, int before, int after) {
        return false;
    }

    /** A set of keys of one table. */
    interface KeySet {
        boolean contains(long key);
    }

    /**
     * Things that look alike.
     *
     * @param key the key in the table
     * @param what the name a person would search for
     * @param count how many there are
     * @param brief one line that says where they come from or what they wait for; may be empty
     * @param detail more lines, such as a stack
     * @param ids thread ids or process ids, by which an owner is found; empty where there are none
     */
    record Group(long key, String what, long count, String brief, List<String> detail, List<Long> ids) {
        Group(long key, String what, long count, String brief, List<String> detail) {
            this(key, what, count, brief, detail, List.of());
        }
    }
}
