package dev.evenkeel.drift;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Default budgets.
 *
 * <p>A budget is the smaller of two terms, and its reason says which one won. The <em>limit</em> term is what the
 * room below a hard limit allows if it is to last for a horizon. The <em>floor</em> is growth that is a leak whatever
 * the machine allows: with the limit alone, a machine that grants a million descriptors would pass any leak of them.
 */
public final class Budgets {
    /** For how long the room below a limit must last, per hour of run. */
    public static final double HORIZON_HOURS = 7 * 24;

    private static final double MIB = 1 << 20;

    /** A resource with a known floor. Heap and memory are in bytes. */
    public enum Resource {
        /** 2 an hour. */
        OPEN_FDS("open_fds", "open file descriptors", 2, 0),
        /** 1 an hour. */
        THREADS("threads", "threads", 1, 0),
        /** 1 % of its level an hour, at least 1 MiB. */
        HEAP_LIVE("heap_live", "live heap", MIB, 0.01),
        /** As the live heap. */
        HEAP_AFTER_GC("heap_after_gc", "heap after collections", MIB, 0.01),
        /** 1 % of its level an hour, at least 1 MiB. */
        RSS("rss", "resident memory", MIB, 0.01),
        /** As resident memory. */
        CGROUP_MEMORY("cgroup_memory", "memory of the control group", MIB, 0.01),
        /** One point (0.01 of one processor's time) an hour. */
        GC_CPU_SHARE("gc_cpu_share", "share of CPU spent on collections", 0.01, 0),
        /** One waiting task an hour. */
        POOL_QUEUE("pool_queue", "queued tasks", 1, 0);

        private final String key;
        private final String words;
        private final double perHour;
        private final double shareOfLevelPerHour;

        Resource(String key, String words, double perHour, double shareOfLevelPerHour) {
            this.key = key;
            this.words = words;
            this.perHour = perHour;
            this.shareOfLevelPerHour = shareOfLevelPerHour;
        }

        /** The name used in samples and reports, for example {@code open_fds}. */
        public String key() {
            return key;
        }

        /** The resource of a name used in samples and reports. */
        public static Optional<Resource> of(String key) {
            Objects.requireNonNull(key, "key");
            for (Resource resource : values()) {
                if (resource.key.equals(key.toLowerCase(Locale.ROOT))) {
                    return Optional.of(resource);
                }
            }
            return Optional.empty();
        }

        private boolean inBytes() {
            return shareOfLevelPerHour > 0;
        }

        private String amount(double v) {
            return inBytes() ? bytes(v) : Words.number(v);
        }
    }

    private Budgets() {}

    /** The budget of a resource without a limit: its floor. */
    public static Budget hourly(Resource resource, double level) {
        return hourly(resource, level, OptionalDouble.empty());
    }

    /**
     * The smaller of (limit - level) / {@link #HORIZON_HOURS} and the floor.
     *
     * @param level where the resource stands, in its unit; at least 0
     * @param limit what the machine allows; empty where nothing does
     * @throws IllegalArgumentException if the level is no amount, or not below the limit
     */
    public static Budget hourly(Resource resource, double level, OptionalDouble limit) {
        Objects.requireNonNull(resource, "resource");
        requireRoom(resource, level, limit);
        double share = resource.shareOfLevelPerHour * level;
        double floor = Math.max(resource.perHour, share);
        String floorWords = share > resource.perHour
                ? Words.number(100 * resource.shareOfLevelPerHour) + " % of " + resource.amount(level) + " per hour"
                : resource.amount(resource.perHour) + " per hour";
        return smaller(resource, floor, floorWords, level, limit, HORIZON_HOURS, "7 days", "per hour");
    }

    private static Budget smaller(
            Resource resource,
            double floor,
            String floorWords,
            double level,
            OptionalDouble limit,
            double horizonHours,
            String horizonWords,
            String unit) {
        String floorReason = "floor for " + resource.words + ": " + floorWords;
        if (limit.isEmpty()) {
            return new Budget(floor, floorReason);
        }
        double byLimit = (limit.getAsDouble() - level) / horizonHours;
        String limitWords = "room of " + resource.amount(limit.getAsDouble() - level) + " below the limit of "
                + resource.amount(limit.getAsDouble()) + ", to last " + horizonWords;
        return byLimit < floor
                ? new Budget(byLimit, limitWords + "; smaller than the floor of " + resource.amount(floor) + " " + unit)
                : new Budget(
                        floor,
                        floorReason + "; smaller than the " + resource.amount(byLimit) + " " + unit
                                + " that the limit of " + resource.amount(limit.getAsDouble()) + " would allow");
    }

    private static void requireRoom(Resource resource, double level, OptionalDouble limit) {
        if (!(level >= 0) || Double.isInfinite(level)) {
            throw new IllegalArgumentException("A level of " + level + " for " + resource.words
                    + " is no amount. Pass the level at the start of the steady phase, at least 0.");
        }
        if (limit.isPresent() && !(limit.getAsDouble() > level)) {
            throw new IllegalArgumentException("The limit of " + limit.getAsDouble() + " for " + resource.words
                    + " is not above the level of " + level
                    + ": there is no room left to budget. Raise the limit, or pass none where it does not bind.");
        }
    }

    private static String bytes(double v) {
        if (v >= MIB * 1024) {
            return Words.number(v / (MIB * 1024)) + " GiB";
        }
        return v >= MIB ? Words.number(v / MIB) + " MiB" : Words.number(v / 1024) + " KiB";
    }
}
