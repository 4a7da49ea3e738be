package dev.evenkeel.leak;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** Names under which classes are loaded again and again: hidden classes, proxies, lambdas, the same class by many loaders. */
final class ClassNames {
    /** One class of the JVM's hierarchy, indented by bars; after the name, for a hidden class, and its loader, an address each. */
    private static final Pattern ROW = Pattern.compile("(?m)^[|\\s-]*([\\w.$]+)/");

    private static final int MOST_NAMES = 65_536;
    private static final int EXPECTED_NAMES = 4_096;
    private static final int MOST_SHOWN = 3;

    private SeriesTable before = new SeriesTable(1, 1, 1);

    /**
     * A name.
     *
     * @param more how many classes of it came
     */
    record Grown(String name, long more) {}

    /** Remembers what is loaded now, for {@link #grown()}. Takes some milliseconds. */
    void baseline() {
        before = new SeriesTable(MOST_NAMES, EXPECTED_NAMES, 1);
        counts(hierarchy()).forEach((name, n) -> before.add(0, SeriesTable.keyOf(name), n));
    }

    /** The names of which most came since the baseline, at least two of each. */
    List<Grown> grown() {
        return grown(hierarchy());
    }

    List<Grown> grown(String hierarchy) {
        List<Grown> grown = new ArrayList<>();
        counts(hierarchy).forEach((name, n) -> {
            long more = n - before.value(0, SeriesTable.keyOf(name));
            if (more >= 2) {
                grown.add(new Grown(name, more));
            }
        });
        grown.sort(Comparator.comparingLong(Grown::more).reversed());
        return grown.size() > MOST_SHOWN ? List.copyOf(grown.subList(0, MOST_SHOWN)) : grown;
    }

    private static Map<String, Long> counts(String hierarchy) {
        Map<String, Long> counts = new LinkedHashMap<>();
        Matcher row = ROW.matcher(hierarchy);
        while (row.find()) {
            counts.merge(HeapCensus.joinable(row.group(1)), 1L, Long::sum);
        }
        return counts;
    }

    /** Empty where the JVM does not tell. */
    private static String hierarchy() {
        try {
            Object text = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "vmClassHierarchy",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            return String.valueOf(text);
        } catch (JMException | RuntimeException notTold) {
            return "";
        }
    }
}
