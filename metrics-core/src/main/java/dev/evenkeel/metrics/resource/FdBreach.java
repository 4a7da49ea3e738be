package dev.evenkeel.metrics.resource;

import java.util.List;
import java.util.Map;

/**
 * What was open when a {@link FdBudget} was exceeded.
 *
 * @param epochMillis when it was noticed, in milliseconds since 1970
 * @param open descriptors that were open
 * @param budget how many were allowed
 * @param limit how many the operating system allows; -1 when it sets no limit or tells none
 * @param byKind what they point to, most frequent first, at most {@link #MOST_TARGETS} a kind; empty where the platform
 *     does not show it
 * @param newest those that were not there at the check before, highest number first, at most {@link #MOST_NEWEST}. The
 *     first check has none before it: then all are new
 * @param threadDump what the threads did when it was noticed, as text: at most {@link #MOST_THREADS} threads, {@link
 *     #MOST_FRAMES} frames each
 */
public record FdBreach(
        long epochMillis,
        long open,
        long budget,
        long limit,
        Map<FdKind, List<Target>> byKind,
        List<Descriptor> newest,
        String threadDump) {
    /** Most targets that are told of a kind. */
    public static final int MOST_TARGETS = 20;

    /** Most new descriptors that are told. */
    public static final int MOST_NEWEST = 50;

    /** Most threads in the dump. */
    public static final int MOST_THREADS = 500;

    /** Most frames of a thread in the dump. */
    public static final int MOST_FRAMES = 32;

    public FdBreach {
        byKind = Map.copyOf(byKind);
        newest = List.copyOf(newest);
    }

    /**
     * Descriptors that point to the same.
     *
     * @param name a path, or what the kernel calls it. Sockets and unnamed pipes are one target each, whatever their number
     * @param count how many descriptors
     */
    public record Target(String name, int count) {}

    /**
     * One descriptor.
     *
     * @param target a path, or what the kernel calls it, such as {@code socket:[4711]}
     */
    public record Descriptor(int number, FdKind kind, String target) {}
}
