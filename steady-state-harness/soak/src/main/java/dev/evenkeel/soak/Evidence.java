package dev.evenkeel.soak;

import java.util.List;

/**
 * Counts by kind at one moment, from which two moments apart tell what grew.
 *
 * @param rows in any order; {@code resource} and {@code what} together are unique
 */
public record Evidence(List<Row> rows) {

    /**
     * One kind of thing.
     *
     * @param resource key of the resource it is part of, for example {@code open_fds}
     * @param what class name, thread group, descriptor target or buffer pool, digits as {@code *}
     * @param count how many there are
     * @param amount how much of the resource they hold, in its unit: bytes for a class, else the count
     * @param at the line of source that is to blame as a stack trace prints it, {@code com.shop.Poller.run(Poller.java:31)}; empty
     *     where it is not known
     */
    public record Row(String resource, String what, double count, double amount, String at) {
        /** A row whose line of source is not known. */
        public Row(String resource, String what, double count, double amount) {
            this(resource, what, count, amount, "");
        }
    }
}
