package dev.evenkeel.exporter.micrometer;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the meters of each name within the cardinality limit: the ids past it become that of the overflow series. Without it the
 * core's memory would be bounded, and Micrometer's own index of ids not. Thread-safe.
 *
 * <p>Threads that register new ids of one name at the same moment may pass the limit by their number; the core, which reserves
 * first, then counts what they record in the overflow series.
 */
final class SeriesLimit {
    private static final System.Logger LOG = System.getLogger(SeriesLimit.class.getName());

    private static final Tags OVERFLOW = Tags.of(CoreNames.OVERFLOW, "true");

    private final int limit;
    private final Map<String, Use> uses = new ConcurrentHashMap<>();

    /** The ids of one name. Guarded by itself but for the flag. */
    private static final class Use {
        private final Set<Meter.Id> ids = new HashSet<>();

        /** Set where the next new id is one too many. */
        private volatile boolean full;

        private boolean warned;
    }

    SeriesLimit(int limit) {
        this.limit = limit;
    }

    /** Returns a filter that acts as long as it is the one asked for last: it must see what the filters before made of an id. */
    MeterFilter filter() {
        LastFilter filter = new LastFilter();
        last = filter;
        return filter;
    }

    private volatile LastFilter last = new LastFilter();

    private final class LastFilter implements MeterFilter {
        @Override
        public Meter.Id map(Meter.Id id) {
            return this == last ? place(id) : id;
        }

        @Override
        public MeterFilterReply accept(Meter.Id id) {
            return MeterFilterReply.NEUTRAL;
        }
    }

    private Meter.Id place(Meter.Id id) {
        Use use = uses.get(id.getName());
        if (use == null || !use.full || !isLimited(id) || isOverflow(id)) {
            return id;
        }
        String warning = null;
        synchronized (use) {
            if (use.ids.contains(id)) {
                return id;
            }
            if (!use.warned) {
                use.warned = true;
                warning = warning(id.getName(), use.ids);
            }
        }
        if (warning != null) {
            LOG.log(System.Logger.Level.WARNING, warning); // after the lock: a log may block
        }
        return id.replaceTags(OVERFLOW);
    }

    /** Callbacks are bounded by the core: their sum would be no value. */
    private static boolean isLimited(Meter.Id id) {
        return switch (id.getType()) {
            case COUNTER, TIMER, DISTRIBUTION_SUMMARY, LONG_TASK_TIMER -> true;
            default -> false;
        };
    }

    static boolean isOverflow(Meter.Id id) {
        return CoreNames.OVERFLOW.equals(firstKey(id));
    }

    private static String firstKey(Meter.Id id) {
        for (Tag tag : id.getTagsAsIterable()) {
            return tag.getKey();
        }
        return "";
    }

    /** Counts a meter that is registered now. */
    void added(Meter.Id id) {
        if (isLimited(id) && !isOverflow(id)) {
            Use use = uses.computeIfAbsent(id.getName(), name -> new Use());
            synchronized (use) {
                use.ids.add(id);
                use.full |= use.ids.size() >= limit;
            }
        }
    }

    /** Takes it that the core had no room for an id: the next ones need not try. */
    void refused(Meter.Id id) {
        Use use = uses.computeIfAbsent(id.getName(), name -> new Use());
        use.full = true;
    }

    /** Makes room again. */
    void removed(Meter.Id id) {
        Use use = uses.get(id.getName());
        if (use != null) {
            synchronized (use) {
                if (use.ids.remove(id)) {
                    use.full = use.ids.size() >= limit;
                }
            }
        }
    }

    private String warning(String name, Set<Meter.Id> ids) {
        Map<String, Set<String>> distinct = new TreeMap<>();
        for (Meter.Id id : ids) {
            for (Tag tag : id.getTagsAsIterable()) {
                distinct.computeIfAbsent(tag.getKey(), key -> new HashSet<>()).add(tag.getValue());
            }
        }
        Map<String, Integer> most = new HashMap<>();
        String worst = "none";
        for (Map.Entry<String, Set<String>> tag : distinct.entrySet()) {
            most.put(tag.getKey(), tag.getValue().size());
            if (tag.getValue().size() > most.getOrDefault(worst, 0)) {
                worst = tag.getKey();
            }
        }
        return "Meter \"" + name + "\" has " + ids.size() + " sets of tags"
                + (ids.size() >= limit ? ", its cardinality limit" : ", and the core has no room for more")
                + "; measurements with new ones now go to the overflow series {otel_metric_overflow=\"true\"}. Most distinct "
                + "values: " + worst + " (" + most.getOrDefault(worst, 0)
                + "). Drop or group that tag with a MeterFilter, or raise cardinalityLimit(..) and maxBytes(..). Logged once per "
                + "name.";
    }
}
