package dev.evenkeel.soak;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.Budgets;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** How much growth a run tolerates, and why that much. */
final class BudgetPolicy {
    /*
     * Per hour: Budgets.hourly, the smaller of a floor and what lasts seven days to a known limit.
     *
     * Per operation, in runs under one hour: no short run can see 2 descriptors an hour. A count that
     * stood still for two minutes may stand a hair below its next step, so what is known of its growth is
     * about +-50 an hour, and every such run would end undecided. But a leak sits in the code path of an
     * operation, and a short run makes many of those: 100 per million operations, one lost in 10 000, is
     * 72 an hour at 200 requests a second, just above what two minutes can exclude. 8 bytes per operation
     * is half of the smallest Java object, so one lost object an operation shows.
     *
     * The deciding budget of a short run is the larger of the two, and the limit keeps a say in it: it is
     * capped by (limit - level) / 12 hours, so that nothing passes which would be dead by tomorrow
     * morning at the load of this run. A week in its place would ask of ulimit -n 1024 what no short run
     * can see (5 an hour).
     *
     * So a planted leak of 300 descriptors an hour at 200 requests a second fails under ulimit 1 048 576
     * (budget 72: 100 per million operations) and under ulimit 1024 (about the same by the limit alone),
     * and a service that stands still passes under both.
     */

    static final double SHORT_LIMIT_HORIZON_HOURS = 12;

    /** Growth per hour of what has no floor of its own. */
    private static final double SHARE_OF_LEVEL = 0.05;

    /** A budget is never zero: no finite run shows that nothing grows. */
    private static final double LEAST = 1e-6;

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
        return choose(resource, level, limit, operationsPerHour, judgedByHour, null);
    }

    /**
     * Chooses.
     *
     * @param rule what the plan says of this resource; null where it says nothing
     */
    static Choice choose(
            WatchedResource resource,
            double level,
            double limit,
            double operationsPerHour,
            boolean judgedByHour,
            @Nullable BudgetRule rule) {
        if (rule != null && !Double.isNaN(rule.perHour(operationsPerHour))) {
            return new Choice(
                    new Budget(
                            rule.perHour(operationsPerHour),
                            "set by the plan: " + Amounts.of(rule.amount(), resource.unit()) + " "
                                    + rule.per().words()),
                    null);
        }
        Budget hourly = hourly(resource, level, limit);
        if (judgedByHour) {
            return new Choice(hourly, null);
        }
        double perOperation = resource.perOperation() * operationsPerHour;
        double cap = Double.isNaN(limit) ? Double.POSITIVE_INFINITY : (limit - level) / SHORT_LIMIT_HORIZON_HOURS;
        double shortRun = Math.min(perOperation, cap);
        if (!(shortRun > hourly.perHour())) {
            return new Choice(hourly, null);
        }
        String reason = cap < perOperation
                ? "half a day to the limit: ("
                        + Amounts.of(limit, resource.unit())
                        + " - "
                        + Amounts.of(level, resource.unit())
                        + ") / 12 h, less than "
                        + perOperationWords(resource)
                : perOperationWords(resource)
                        + " at "
                        + Amounts.grouped(Math.round(operationsPerHour))
                        + " operations per hour";
        return new Choice(new Budget(shortRun, reason), hourly);
    }

    private static Budget hourly(WatchedResource resource, double level, double limit) {
        Budgets.Resource floor = resource.floor();
        if (floor == null) {
            return new Budget(
                    Math.max(LEAST, SHARE_OF_LEVEL * Math.abs(level)),
                    Amounts.number(100 * SHARE_OF_LEVEL) + " % of its level of " + Amounts.of(level, resource.unit())
                            + " per hour");
        }
        if (level >= limit) {
            return new Budget(LEAST, "it stands at its limit of " + Amounts.of(limit, resource.unit()));
        }
        return Budgets.hourly(
                floor, Math.max(0, level), Double.isNaN(limit) ? OptionalDouble.empty() : OptionalDouble.of(limit));
    }

    /** For example {@code 100 per million operations}, {@code 8 bytes per operation}. */
    static String perOperationWords(WatchedResource resource) {
        return resource.unit().equals("By")
                ? Amounts.number(resource.perOperation()) + " bytes per operation"
                : Amounts.number(resource.perOperation() * 1e6) + " per million operations";
    }
}
