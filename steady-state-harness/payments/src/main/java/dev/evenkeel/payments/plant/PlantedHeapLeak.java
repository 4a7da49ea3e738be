package dev.evenkeel.payments.plant;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A map that someone meant to be a cache: entries go in, none comes out. This is what most heap leaks of real services
 * look like, small arrays under a class of one's own.
 */
public final class PlantedHeapLeak extends Plant {
    /**
     * Bytes that one entry retains with compressed references: this {@link Entry} (24), its array (16 + 400), its key
     * (24 + 16 + 24), the map's node (32) and its share of the table (5 to 11).
     */
    static final int BYTES_PER_ENTRY = 544;

    private static final int PAYLOAD = 400;
    private static final Map<String, Entry> SEEN = new ConcurrentHashMap<>();

    private long entries;

    PlantedHeapLeak(double bytesPerHour) {
        super(bytesPerHour);
    }

    @Override
    long plant(long owed) {
        long kept = owed / BYTES_PER_ENTRY;
        for (long i = 0; i < kept; i++) {
            // Keys of one length, whatever the count: 24 hexadecimal digits.
            SEEN.put(String.format("%024x", entries++), new Entry(entries));
        }
        return kept * BYTES_PER_ENTRY;
    }

    /** Entries kept by this JVM. */
    static int kept() {
        return SEEN.size();
    }

    /** Lets go of everything. For tests. */
    static void forget() {
        SEEN.clear();
    }

    /** What a careless cache would keep of a payment. */
    static final class Entry {
        final long number;
        final byte[] body = new byte[PAYLOAD];

        Entry(long number) {
            this.number = number;
        }
    }
}
