package dev.evenkeel.leak.corpus;

import dev.evenkeel.metrics.resource.LiveSet;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The check that most tests write by hand: collect, run forty times, collect, compare. Threads and descriptors by number, heap by
 * the objects of each class outside of the platform's packages; ten calls go before, to warm up.
 */
final class OneDelta {
    private static final int WARM_UP = 10;
    private static final int CALLS = 40;

    private OneDelta() {}

    /** What grew, as names; empty when nothing did. */
    static List<String> judge(Subject subject) throws Exception {
        LiveSet live = LiveSet.probe();
        run(subject, WARM_UP);
        Map<String, Long> before = counts(live);
        run(subject, CALLS);
        Map<String, Long> after = counts(live);
        List<String> grown = new ArrayList<>();
        after.forEach((name, count) -> {
            if (count > before.getOrDefault(name, 0L)) {
                grown.add(name);
            }
        });
        return grown;
    }

    private static void run(Subject subject, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            subject.iterate();
        }
    }

    private static Map<String, Long> counts(LiveSet live) {
        Map<String, Long> counts = new TreeMap<>();
        live.read().classes().forEach(row -> {
            String name = row.className();
            if (!name.startsWith("[")
                    && !name.startsWith("java")
                    && !name.startsWith("jdk.")
                    && !name.startsWith("sun.")) {
                counts.put(name, row.instances());
            }
        });
        counts.put("threads", (long) Thread.getAllStackTraces().size());
        String[] descriptors = new File("/proc/self/fd").list();
        counts.put("descriptors", descriptors == null ? 0L : descriptors.length);
        return counts;
    }
}
