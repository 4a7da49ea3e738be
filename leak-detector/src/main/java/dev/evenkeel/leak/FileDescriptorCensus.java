package dev.evenkeel.leak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Open file descriptors by target, as the links of {@code /proc/self/fd} name them, digits apart. */
final class FileDescriptorCensus implements Census {

    private static final long SELECTOR = SeriesTable.keyOf("anon_inode:[eventpoll]");
    private static final long WAKE_UP = SeriesTable.keyOf("anon_inode:[eventfd]");
    private static final long PIPE = SeriesTable.keyOf("pipe");
    private static final long SOCKET = SeriesTable.keyOf("socket");
    private static final int MOST_TARGETS = 20;

    private final Path directory;
    private final AllowList allowed;
    private long[] before = new long[0];

    FileDescriptorCensus(Path directory, AllowList allowed) {
        this.directory = directory;
        this.allowed = allowed;
    }

    @Override
    public Resource resource() {
        return Resource.FILE_DESCRIPTORS;
    }

    /**
     * Selectors and their wake-up descriptors are left to the collector by clients without a close, such as {@code HttpClient}
     * before JDK 21; the sum over all would count them too.
     */
    @Override
    public boolean mustBeClosed(long key) {
        return key != SeriesTable.TOTAL && key != SELECTOR && key != WAKE_UP && key != PIPE;
    }

    /**
     * No collection closes a selector: where one went, the thread of a client that nobody holds any more has ended, and has
     * closed its connections.
     */
    @Override
    public boolean closedByOwner(long key, SeriesTable table, int before, int after) {
        return key == SOCKET && table.value(after, SELECTOR) < table.value(before, SELECTOR);
    }

    @Override
    public @Nullable String unavailable() {
        if (directory.toFile().list() == null) {
            return directory + " is not readable on " + System.getProperty("os.name", "this system")
                    + ", so descriptor leaks are not judged; run the test on Linux as well";
        }
        return null;
    }

    @Override
    public void baseline() {
        long[] open = new long[64];
        int n = 0;
        for (String number : numbers()) {
            String target = target(number);
            if (target != null) {
                if (n == open.length) {
                    open = Arrays.copyOf(open, n * 2);
                }
                open[n++] = SeriesTable.keyOf(number + ' ' + target);
            }
        }
        before = Arrays.copyOf(open, n);
        Arrays.sort(before);
    }

    @Override
    public void read(SeriesTable table, int reading) {
        for (String number : numbers()) {
            String target = target(number);
            if (target != null && !allowed.allows(target)) {
                table.add(reading, SeriesTable.keyOf(kind(target)), 1);
                table.add(reading, SeriesTable.TOTAL, 1);
            }
        }
    }

    @Override
    public List<Group> evidence(KeySet keys) {
        boolean any = keys.contains(SeriesTable.TOTAL);
        Map<String, Integer> counts = new LinkedHashMap<>();
        Map<String, List<String>> details = new LinkedHashMap<>();
        for (String number : numbers()) {
            String target = target(number);
            if (target == null
                    || allowed.allows(target)
                    || Arrays.binarySearch(before, SeriesTable.keyOf(number + ' ' + target)) >= 0) {
                continue;
            }
            String kind = kind(target);
            if (any || keys.contains(SeriesTable.keyOf(kind))) {
                counts.merge(kind, 1, Integer::sum);
                List<String> targets = details.computeIfAbsent(kind, k -> new ArrayList<>());
                if (targets.size() < MOST_TARGETS) {
                    targets.add("fd " + number + " -> " + target);
                }
            }
        }
        List<Group> groups = new ArrayList<>();
        counts.forEach((kind, count) ->
                groups.add(new Group(SeriesTable.keyOf(kind), kind, count, "", details.getOrDefault(kind, List.of()))));
        groups.sort(Comparator.comparingLong(Group::count).reversed());
        return groups;
    }

    /** {@code socket}, {@code pipe}, {@code anon_inode:[eventpoll]}, or the path with each run of digits as a star. */
    private static String kind(String target) {
        if (target.startsWith("/")) {
            return Names.joinable(target);
        }
        int colon = target.indexOf(":[");
        return colon > 0 && !target.startsWith("anon_inode") ? target.substring(0, colon) : target;
    }

    private String[] numbers() {
        String[] names = directory.toFile().list();
        return names == null ? new String[0] : names;
    }

    private @Nullable String target(String number) {
        try {
            return Files.readSymbolicLink(directory.resolve(number)).toString();
        } catch (IOException gone) {
            return null; // closed since it was listed: first of all the listing's own descriptor
        }
    }
}
