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
     * @param what class name, thread group or descriptor target, digits as {@code *}
     * @param count how many there are
     * @param amount how much of the resource they hold, in its unit: bytes for a class, else the count
     */
    public record Row(String resource, String what, double count, double amount) {}
}
