package dev.evenkeel.leak;

import dev.evenkeel.metrics.resource.LiveSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Objects that survive a collection, by class: bytes under the key of the name, instances under the odd key after it. Strings of
 * the JVM's string table and their arrays are left out, see {@link InternedStrings}.
 */
class HeapCensus implements Census {

    /** What the JVM numbers anew: hidden classes, lambdas, proxies, generated accessors. */
    private static final Pattern NUMBERED =
            Pattern.compile("(?<=\\$\\$Lambda)[$/+\\w]*|(?<=\\$Proxy)\\d+|(?<=Accessor)\\d+|[/+]0x[0-9a-f]+");

    private static final Set<String> PRIMITIVES =
            Set.of("boolean", "byte", "char", "double", "float", "int", "long", "short");

    /** Collections and their parts, values, references, locks: what everybody's objects are made of. */
    private static final Pattern COLLECTION =
            Pattern.compile("java\\.util\\.(concurrent\\.)?[A-Z]\\w*(Map|List|Set|Deque|Queue|Vector)"
                    + "(\\$.*)?|java\\.lang\\.(String|Object|Integer|Long|Double|Float|Short|Byte|Character|Boolean|Class|ref\\..*"
                    + "|reflect\\..*|invoke\\..*)|java\\.util\\.concurrent\\.(locks|atomic)\\..*|jdk\\.internal\\..*");

    /** The first {@link #tier} of the platform's classes. */
    static final int PLATFORM = 3;

    /** The first {@link #tier} of which a class is everybody's. */
    static final int TELLS_LITTLE = 5;

    static final String WEAK_COUNTS =
            "this JVM cannot be asked for a collection (-XX:+DisableExplicitGC?), so objects that only weak"
                    + " references hold count as live: a weak cache may look like a leak; start the JVM without the option";

    private static final String STRING = "java.lang.String";
    private static final String BYTE_ARRAY = "[B";
    private static final String LONG_ARRAY = "[J";

    private final @Nullable Supplier<LiveSet.Reading> source;
    private final Supplier<long @Nullable []> interned;
    private final String unavailable;
    private List<LiveSet.ClassRow> rows = List.of();
    private AllowList allowed = AllowList.NONE;
    private String remark = "";

    /** @param interned count and bytes of the strings to leave out; null when unknown */
    HeapCensus(Supplier<LiveSet.Reading> source, Supplier<long @Nullable []> interned) {
        this.source = source;
        this.interned = interned;
        this.unavailable = "";
    }

    private HeapCensus(String unavailable) {
        this.source = null;
        this.interned = () -> null;
        this.unavailable = unavailable;
    }

    /** The JVM's own class histogram; says why when no request makes this JVM collect. */
    static HeapCensus ofThisJvm() {
        try {
            LiveSet live = LiveSet.probe();
            HeapCensus census = new HeapCensus(live::read, InternedStrings::read);
            if (live.route() == LiveSet.Route.NONE_CLEARS_WEAK) {
                census.remark = WEAK_COUNTS;
            }
            return census;
        } catch (IllegalStateException | UnsupportedOperationException e) {
            return new HeapCensus("cannot see live objects here: " + e.getMessage());
        }
    }

    /** By how many bytes there is more in one reading of a table than in another: those of a class stand under its even key. */
    static long bytesMore(SeriesTable table, int reading, int than) {
        long more = 0;
        for (int slot = 0; slot < table.capacity(); slot++) {
            if (table.keyAt(slot) != 0 && (table.keyAt(slot) & 1) == 0) {
                more += table.valueAt(reading, slot) - table.valueAt(than, slot);
            }
        }
        return more;
    }

    /** What is to be known of all readings, as a sentence; empty when they are exact. */
    String remark() {
        return remark;
    }

    /** Leaves out classes from now on. */
    void allow(AllowList classes) {
        allowed = classes;
    }

    @Override
    public Resource resource() {
        return Resource.HEAP;
    }

    @Override
    public @Nullable String unavailable() {
        return source == null ? unavailable : null;
    }

    @Override
    public void baseline() {
        // The table's first column is all that is needed.
    }

    @Override
    public void read(SeriesTable table, int reading) {
        if (source == null) {
            return;
        }
        rows = List.of(); // the rows of the reading before must not be found alive by this one
        rows = source.get().classes();
        for (int i = 0; i < rows.size(); i++) {
            LiveSet.ClassRow row = rows.get(i);
            if (allowed != AllowList.NONE && allowed.allows(readable(row.className()))) {
                continue;
            }
            long key = SeriesTable.keyOf(joinable(row.className()));
            table.add(reading, key, row.bytes());
            table.add(reading, key + 1, row.instances());
        }
        leaveOutInterned(table, reading);
    }

    /** Takes arrays of {@code long} that are the detector's own out of a reading. */
    void leaveOutLongs(SeriesTable table, int reading, long bytes) {
        if (!allowed.allows(readable(LONG_ARRAY))) {
            table.add(reading, SeriesTable.keyOf(LONG_ARRAY), -bytes);
        }
    }

    private void leaveOutInterned(SeriesTable table, int reading) {
        long[] known = interned.get();
        long string = SeriesTable.keyOf(STRING);
        long instances = table.value(reading, string + 1);
        if (known == null || instances == 0) {
            return;
        }
        long count = known[0];
        long objectBytes = count * (table.value(reading, string) / instances);
        table.add(reading, string, -objectBytes);
        table.add(reading, string + 1, -count);
        long array = SeriesTable.keyOf(BYTE_ARRAY);
        table.add(reading, array, objectBytes - known[1]);
        table.add(reading, array + 1, -count);
    }

    /** The classes of the latest reading under these keys; counts are instances. */
    @Override
    public List<Group> evidence(KeySet keys) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (LiveSet.ClassRow row : rows) {
            String name = joinable(row.className());
            long key = SeriesTable.keyOf(name);
            if (keys.contains(key) || keys.contains(key + 1)) {
                counts.merge(name, row.instances(), Long::sum);
            }
        }
        List<Group> groups = new ArrayList<>();
        counts.forEach((name, n) -> groups.add(new Group(SeriesTable.keyOf(name), readable(name), n, "", List.of())));
        return groups;
    }

    int rowCount() {
        return rows.size();
    }

    static String joinable(String className) {
        for (int i = 0; i < className.length(); i++) {
            char c = className.charAt(i);
            if ((c >= '0' && c <= '9') || c == '+') {
                return NUMBERED.matcher(className).replaceAll("*");
            }
        }
        return className; // by far the most: no garbage for these
    }

    /** {@code [[B} as {@code byte[][]}. */
    static String readable(String className) {
        int depth = 0;
        while (depth < className.length() && className.charAt(depth) == '[') {
            depth++;
        }
        if (depth == 0) {
            return className;
        }
        String element = className.substring(depth);
        String name =
                switch (element) {
                    case "Z" -> "boolean";
                    case "B" -> "byte";
                    case "C" -> "char";
                    case "D" -> "double";
                    case "F" -> "float";
                    case "I" -> "int";
                    case "J" -> "long";
                    case "S" -> "short";
                    default -> element.startsWith("L") && element.endsWith(";")
                            ? element.substring(1, element.length() - 1)
                            : element;
                };
        return name + "[]".repeat(depth);
    }

    static boolean isArrayOfPrimitives(String readableName) {
        return tier(readableName) == 7;
    }

    /**
     * How little a class tells of whose the objects are: 0 for the application's own classes, then its lambdas, arrays of its
     * classes, class loaders, other classes of the platform, its collections and plain values, arrays of them, and arrays of
     * primitives.
     */
    static int tier(String readableName) {
        int bracket = readableName.indexOf('[');
        boolean array = bracket >= 0 && readableName.endsWith("[]");
        String element = array ? readableName.substring(0, bracket) : readableName;
        boolean primitive = element.indexOf('.') < 0 && array && PRIMITIVES.contains(element);
        boolean platform = element.startsWith("java.")
                || element.startsWith("javax.")
                || element.startsWith("jdk.")
                || element.startsWith("sun.")
                || element.startsWith("com.sun.");
        if (primitive) {
            return 7;
        }
        if (!platform) {
            return array ? 2 : element.contains("$$Lambda") ? 1 : 0;
        }
        if (array) {
            return 6;
        }
        if (element.endsWith("ClassLoader")) {
            return 3;
        }
        boolean plain = COLLECTION.matcher(element).matches();
        return plain ? 5 : 4;
    }
}
