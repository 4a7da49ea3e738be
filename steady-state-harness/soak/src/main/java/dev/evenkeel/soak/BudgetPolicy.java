package dev.evenkeel.soak;

import dev.evenkeel.drift.Budget;
import org.jspecify.annotations.Nullable;

/** How much growth a run tolerates, and why that much. */
final class BudgetPolicy {
    /*
     * Per hour: the smaller of two terms.
     *   floor   what no service stands stiller than (2 descriptors, 1 thread, 1 % of the heap's level an hour)
     *   limit   (limit - level) / 7 days: who grows by more is dead within a week
     * With the limit alone a machine that allows a million descriptors would pass any leak of them; with
     * the floor alone a service 100 short of its limit would be told that it is well.
     *
     * Per operation, in runs under one hour: no short run can see 2 descriptors an hour. Two minutes of
     * readings with a resolution of one descriptor leave about +-8 an hour, so every such run would end
     * undecided. But a leak sits in the code path of an operation, and a short run makes many of those:
     * 100 per million operations is a leak of one in 10 000, which two minutes at 200 a second show.
     * The deciding budget of a short run is the larger of the two, and the limit keeps a say in it here
     * too: it is capped by (limit - level) / 24 hours, so that nothing passes which would be dead by
     * tomorrow at the load of this run. A week in its place would ask of ulimit -n 1024 what no short
     * run can see (5 an hour), and a day is where a short run's own precision ends.
     *
     * So a planted leak of 300 descriptors an hour at 200 requests a second fails under ulimit 1 048 576
     * (budget 72 per hour: 100 per million) and under ulimit 1024 (budget about 37: the cap).
     */

    static final double LIMIT_HORIZON_HOURS = 7 * 24;
    static final double SHORT_LIMIT_HORIZON_HOURS = 24;

    /** A budget is never zero: no finite run shows that nothing grows. */
    private static final double LEAST_SHARE_OF_FLOOR = 1e-3;

    private BudgetPolicy() {}

    /**
     * The budgets of one resource in one run.
     *
     * @param deciding what the verdict is taken against
     * @param hourly the hourly budget when another one decides
     */
    record Choice(Budget deciding, @Nullable Budget hourly) {}

    /**
     * Chooses.
     *
     * @param level typical reading of the steady phase
     * @param limit known upper limit; NaN when there is none
     * @param operationsPerHour completed operations; 0 when there were none
     */
    static Choice choose(
            WatchedResource resource, double level, double limit, double operationsPerHour, boolean judgedByHour) {
        Budget hourly = hourly(resource, level, limit);
        if (judgedByHour) {
            return new Choice(hourly, null);
        }
        double perOperation = resource.perOperation() * operationsPerHour;
        double cap = headroom(resource, level, limit) / SHORT_LIMIT_HORIZON_HOURS;
        double shortRun = Math.min(perOperation, cap);
        if (!(shortRun > hourly.perHour())) {
            return new Choice(hourly, null);
        }
        String reason = cap < perOperation
                ? "a day to the limit: ("
                        + Amounts.of(limit, resource.unit())
                        + " - "
                        + Amounts.of(level, resource.unit())
                        + ") / 24 h, less than "
                        + perOperationWords(resource)
                : perOperationWords(resource)
                        + " at "
                        + Amounts.grouped(Math.round(operationsPerHour))
                        + " operations per hour";
        return new Choice(new Budget(shortRun, reason), hourly);
    }

    private static Budget hourly(WatchedResource resource, double level, double limit) {
        double floor = Math.max(resource.floorPerHour(level), Double.MIN_NORMAL);
        double byLimit = headroom(resource, level, limit) / LIMIT_HORIZON_HOURS;
        if (byLimit < floor) {
            return new Budget(
                    byLimit,
                    "seven days to the limit: ("
                            + Amounts.of(limit, resource.unit())
                            + " - "
                            + Amounts.of(level, resource.unit())
                            + ") / 168 h, less than the floor of "
                            + resource.floorWords(level));
        }
        return new Budget(
                floor,
                "floor of "
                        + resource.floorWords(level)
                        + (Double.isNaN(limit)
                                ? ", no limit known"
                                : ", less than seven days to the limit of " + Amounts.of(limit, resource.unit())
                                        + " allow"));
    }

    private static double headroom(WatchedResource resource, double level, double limit) {
        if (Double.isNaN(limit)) {
            return Double.POSITIVE_INFINITY;
        }
        return Math.max(limit - level, Math.max(resource.floorPerHour(level), 1e-9) * LEAST_SHARE_OF_FLOOR);
    }

    /** For example {@code 100 per million operations}, {@code 8 bytes per operation}. */
    static String perOperationWords(WatchedResource resource) {
        return resource.unit().equals("By")
                ? Amounts.number(resource.perOperation()) + " bytes per operation"
                : Amounts.number(resource.perOperation() * 1e6) + " per million operations";
    }
}
