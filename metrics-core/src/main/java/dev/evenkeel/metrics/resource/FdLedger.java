package dev.evenkeel.metrics.resource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Remembers which descriptor pointed where, so that the new ones can be told. Linux. Not thread-safe. */
final class FdLedger {
    /*
     * A descriptor is new when its number was not there at the last look, or pointed elsewhere: numbers are given out again,
     * the lowest free one first, but a socket or pipe has a number of its own in its name. A file that was closed and
     * opened again under the same number between two looks is not told from one that stayed open. The times of the
     * links in /proc are no help: they are of the moment when somebody first looked, not of the opening.
     *
     * A hash of the target is kept per number, 16 bytes in all. At most MOST_LINKS links are read in one look: those of unknown
     * numbers first, highest first, then as many of the known ones, in turn. Up to that many open descriptors every look
     * reads them all.
     */

    static final int MOST_LINKS = 4096;

    /** Descriptors with a higher number are counted but not told apart. */
    static final int MOST_NUMBERS = 1 << 16;

    private final Path folder;
    private final int mostLinks;
    private int[] seen = new int[256];
    private int[] readAt = new int[256];
    private long[] hashes = new long[256];
    private int looks;
    private int turn;

    FdLedger(Path root) {
        this(root, MOST_LINKS);
    }

    FdLedger(Path root, int mostLinks) {
        this.folder = root.resolve("proc/self/fd");
        this.mostLinks = mostLinks;
    }

    /** Looks again. Returns the new ones, highest number first, at most that many. */
    List<FdBreach.Descriptor> look(int most) {
        int[] numbers = numbers();
        looks++;
        List<FdBreach.Descriptor> fresh = new ArrayList<>();
        int read = 0;
        for (int i = numbers.length - 1; i >= 0; i--) {
            int number = numbers[i];
            boolean known = seen[number] == looks - 1 && looks > 1;
            seen[number] = looks;
            if (!known) {
                hashes[number] = 0;
                if (read < mostLinks) {
                    read++;
                    remember(number, fresh, most);
                }
            }
        }
        int i = 0;
        for (; i < numbers.length && read < mostLinks; i++) {
            int number = numbers[(turn + i) % numbers.length];
            if (readAt[number] != looks) {
                read++;
                remember(number, fresh, most);
            }
        }
        turn = numbers.length == 0 ? 0 : (turn + i) % numbers.length;
        fresh.sort(Comparator.comparingInt(FdBreach.Descriptor::number).reversed());
        return fresh;
    }

    private void remember(int number, List<FdBreach.Descriptor> fresh, int most) {
        readAt[number] = looks;
        String target = FdScan.target(folder, String.valueOf(number));
        if (target == null) {
            seen[number] = 0; // closed meanwhile
            return;
        }
        long hash = 31L * target.hashCode() + target.length() | 1; // never 0, which stands for a link that was not read
        if (hash != hashes[number]) {
            hashes[number] = hash;
            if (fresh.size() < most) {
                fresh.add(new FdBreach.Descriptor(number, FdKind.of(target), target));
            }
        }
    }

    /** In order; empty where the platform does not show them. */
    private int[] numbers() {
        String[] names = folder.toFile().list();
        if (names == null) {
            return new int[0];
        }
        int[] numbers = new int[names.length];
        int n = 0;
        for (String name : names) {
            int number = number(name);
            if (number >= 0 && number < MOST_NUMBERS) {
                numbers[n++] = number;
            }
        }
        numbers = Arrays.copyOf(numbers, n);
        Arrays.sort(numbers);
        if (n > 0 && numbers[n - 1] >= seen.length) {
            int room = Math.min(MOST_NUMBERS, 2 * numbers[n - 1]);
            seen = Arrays.copyOf(seen, room);
            readAt = Arrays.copyOf(readAt, room);
            hashes = Arrays.copyOf(hashes, room);
        }
        return numbers;
    }

    private static int number(String name) {
        try {
            return Integer.parseInt(name);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Reads all links, whatever it costs: once per breach. */
    Map<FdKind, List<FdBreach.Target>> byKind() {
        Map<FdKind, Map<String, Integer>> counts = new EnumMap<>(FdKind.class);
        for (int number : numbers()) {
            String target = FdScan.target(folder, String.valueOf(number));
            if (target != null) {
                FdKind kind = FdKind.of(target);
                counts.computeIfAbsent(kind, k -> new HashMap<>()).merge(name(kind, target), 1, Integer::sum);
            }
        }
        Map<FdKind, List<FdBreach.Target>> byKind = new EnumMap<>(FdKind.class);
        counts.forEach((kind, targets) -> byKind.put(kind, mostFrequent(targets)));
        return byKind;
    }

    private static String name(FdKind kind, String target) {
        int bracket = target.indexOf('[');
        return (kind == FdKind.SOCKET || kind == FdKind.PIPE) && bracket > 1
                ? target.substring(0, bracket - 1)
                : target;
    }

    private static List<FdBreach.Target> mostFrequent(Map<String, Integer> targets) {
        List<FdBreach.Target> all = new ArrayList<>();
        targets.forEach((name, count) -> all.add(new FdBreach.Target(name, count)));
        all.sort(Comparator.comparingInt(FdBreach.Target::count).reversed().thenComparing(FdBreach.Target::name));
        return Collections.unmodifiableList(
                new ArrayList<>(all.subList(0, Math.min(all.size(), FdBreach.MOST_TARGETS))));
    }
}
