package dev.evenkeel.cli.sweep;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM wrote with {@code -Xlog:gc*} and the decorations {@code timemillis,level,tags}: pauses, and the heap after each
 * collection. Knows the words of Serial, Parallel, G1, ZGC, Shenandoah and Epsilon of JDK 17 to 25. Lines it does not know
 * are passed over. Immutable.
 */
final class GcLog {
    /*
     * Pauses. Most collectors say "Pause ..." twice, when it begins (tag start) and with its length when it ends. A young
     * collection of Serial that turns out too small runs a full one inside itself: both are logged with their length, the
     * inner one first. So what ends while another is open is left out, its time is in the outer one's.
     *
     * Heap after a collection. One that runs beside the program tells it several times; the last is that after it. Remark and
     * cleanup of G1 tell the heap as well, in the middle of the program's work: not after anything.
     */

    private static final Pattern LINE = Pattern.compile("\\[(\\d+)ms\\]\\[\\w+\\s*\\]\\[([\\w,]+)\\s*\\] (.*)");
    private static final Pattern OF_ONE = Pattern.compile("GC\\((\\d+)\\) (.*)");
    private static final Pattern PAUSE = Pattern.compile("(?:\\w: )?Pause .*?(\\d+\\.\\d+)ms");
    private static final Pattern SIZES =
            Pattern.compile("(\\d+)([BKMG])(?:\\(\\d+%\\))?->(\\d+)([BKMG])(?:\\((\\d+)([BKMG])\\))?");
    private static final Pattern EPSILON_USED = Pattern.compile("Heap: .* committed, (\\d+)([BKMG]) .*used");
    private static final Pattern HIGHEST =
            Pattern.compile("(?:Heap )?Max(?:imum)? (?:heap size|Capacity): (\\d+)([BKMG]).*");
    private static final Pattern NAMED =
            Pattern.compile("(?:Using|Initializing) (Serial|Parallel|G1|Shenandoah|Epsilon|The Z Garbage Collector).*");

    /** A time in which the program stood still; ends {@code atMillis} after 1970. */
    record Pause(long atMillis, double millis) {}

    /** The heap after one collection. */
    record After(long atMillis, long usedBytes, long capacityBytes, boolean whole) {}

    private final List<Pause> pauses = new ArrayList<>();
    private final Map<Integer, After> afters = new LinkedHashMap<>();
    private final Deque<Integer> open = new ArrayDeque<>();
    private String collector = "";
    private long maxHeapBytes;
    private long epsilonUsedBytes;

    private GcLog() {}

    /** Reads the lines of one JVM. */
    static GcLog of(List<String> lines) {
        GcLog log = new GcLog();
        lines.forEach(log::take);
        return log;
    }

    /**
     * Reads a file, whose last line may be half there.
     *
     * @throws IOException when there is none, or it cannot be read
     */
    static GcLog read(Path file) throws IOException {
        return of(Files.readAllLines(file, StandardCharsets.ISO_8859_1)); // a torn character must not lose the rest
    }

    private void take(String line) {
        Matcher m = LINE.matcher(line);
        if (!m.matches()) {
            return;
        }
        long at = Long.parseLong(m.group(1));
        List<String> tags = List.of(m.group(2).split(",", -1));
        String text = m.group(3);
        if (tags.contains("stats")) {
            return;
        }
        Matcher one = OF_ONE.matcher(text);
        if (one.matches()) {
            collection(at, tags, Integer.parseInt(one.group(1)), one.group(2).strip());
            return;
        }
        Matcher named = NAMED.matcher(text);
        if (collector.isEmpty() && named.matches()) {
            collector = named.group(1);
        }
        Matcher highest = HIGHEST.matcher(text);
        if (tags.contains("init") && highest.matches()) {
            maxHeapBytes = bytes(highest.group(1), highest.group(2));
        }
        Matcher used = EPSILON_USED.matcher(text);
        if (used.find()) {
            epsilonUsedBytes = bytes(used.group(1), used.group(2));
        }
    }

    private void collection(long at, List<String> tags, int id, String text) {
        if (tags.contains("start")) {
            if (text.startsWith("Pause ") && !tags.contains("phases")) {
                open.push(id);
            }
            return;
        }
        Matcher pause = PAUSE.matcher(text);
        if (pause.matches()) {
            open.removeFirstOccurrence(id);
            if (open.isEmpty()) {
                pauses.add(new Pause(at, Double.parseDouble(pause.group(1))));
            }
        }
        Matcher sizes = SIZES.matcher(text);
        boolean between = text.startsWith("Pause Remark") || text.startsWith("Pause Cleanup");
        if (tags.size() == 1 && !between && sizes.find()) {
            long capacity = sizes.group(5) == null ? 0 : bytes(sizes.group(5), sizes.group(6));
            boolean whole = text.startsWith("Pause Full")
                    || text.startsWith("Garbage Collection")
                    || text.startsWith("Major Collection");
            afters.remove(id); // it goes to its place in time
            afters.put(id, new After(at, bytes(sizes.group(3), sizes.group(4)), capacity, whole));
        }
    }

    private static long bytes(String number, String unit) {
        long n = Long.parseLong(number);
        return switch (unit) {
            case "K" -> n << 10;
            case "M" -> n << 20;
            case "G" -> n << 30;
            default -> n;
        };
    }

    /** As the log names its collector; empty when it does not. */
    String collector() {
        return collector;
    }

    /** The highest the heap may grow to, in bytes; 0 when the log does not say. */
    long maxHeapBytes() {
        return maxHeapBytes;
    }

    /** All pauses, in the order of their ends. */
    List<Pause> pauses() {
        return List.copyOf(pauses);
    }

    /** The heap after each collection, in order. */
    List<After> afters() {
        return List.copyOf(afters.values());
    }

    /**
     * Sums up what ended in a time.
     *
     * @param fromMillis since 1970
     */
    GcFacts between(long fromMillis, long toMillis) {
        double total = 0;
        double longest = 0;
        int count = 0;
        for (Pause pause : pauses) {
            if (pause.atMillis() >= fromMillis && pause.atMillis() <= toMillis) {
                total += pause.millis();
                longest = Math.max(longest, pause.millis());
                count++;
            }
        }
        double[] after = afters.values().stream()
                .filter(a -> a.atMillis() >= fromMillis && a.atMillis() <= toMillis)
                .mapToDouble(After::usedBytes)
                .sorted()
                .toArray();
        return new GcFacts(after.length, count, total, longest, middle(after));
    }

    private OptionalDouble middle(double[] sorted) {
        if (sorted.length > 0) {
            return OptionalDouble.of(sorted[sorted.length / 2]);
        }
        return epsilonUsedBytes > 0 ? OptionalDouble.of((double) epsilonUsedBytes) : OptionalDouble.empty();
    }

    /** The least the heap held after a collection of the whole of it, else after any; empty when there was none. */
    OptionalDouble liveBytes() {
        List<After> whole = afters.values().stream().filter(After::whole).toList();
        return (whole.isEmpty() ? List.copyOf(afters.values()) : whole)
                .stream().mapToDouble(After::usedBytes).min();
    }

    /** The most the heap grew to; 0 when there was no collection that told. */
    long highestCapacityBytes() {
        long[] sizes = afters.values().stream().mapToLong(After::capacityBytes).toArray();
        return Arrays.stream(sizes).max().orElse(0);
    }
}
