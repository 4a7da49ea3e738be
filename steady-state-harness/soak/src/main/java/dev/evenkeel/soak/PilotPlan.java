package dev.evenkeel.soak;

import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.Planner;
import dev.evenkeel.drift.TimeSeries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run tells about the next one: which growth a run of another length would see.
 *
 * @param resource name of the resource
 * @param title as people call it
 * @param unit of the amounts below, per hour
 * @param budgetPerHour growth an hour that a run of an hour or more allows
 * @param visiblePerHour growth that a run of each asked length fails nine times in ten, the budget of a run of that length
 *     included, in the order asked
 * @param secondsToSee steady time after which twice the hourly budget is seen nine times in ten
 */
public record PilotPlan(
        String resource,
        String title,
        String unit,
        double budgetPerHour,
        List<Double> visiblePerHour,
        double secondsToSee) {

    public PilotPlan {
        visiblePerHour = List.copyOf(visiblePerHour);
    }

    /**
     * One row for each deciding resource whose noise the pilot tells.
     *
     * @param lengths of runs to plan for
     * @throws UnfitException when the pilot is too short for any
     */
    public static List<PilotPlan> of(StoredRun pilot, List<Duration> lengths) throws UnfitException {
        RunRecord run = pilot.record();
        double operationsPerHour = run.load.summary().achievedRate() * 3600;
        List<PilotPlan> rows = new ArrayList<>();
        for (WatchedResource resource : run.readings.keySet()) {
            BudgetRule rule = run.plan.budgets().get(resource.key());
            TimeSeries steady = run.readingsOf(resource).steady(run.plan.warmupSeconds(), run.marks);
            if ((!resource.decides(false, run.collected()) && rule == null) || steady.size() < Parts.FEWEST_READINGS) {
                continue;
            }
            if (resource == WatchedResource.HEAP_LIVE) {
                steady = Readings.leastOfNeighbours(steady, ResourceJudge.LIVE_SET_REACH);
            }
            Planner planner;
            try {
                planner = Planner.of(steady, DriftAnalysis.Options.defaults().withResolution(resource.resolution()));
            } catch (IllegalArgumentException e) {
                continue; // too few updates to tell its noise
            }
            double level = Readings.median(steady);
            double limit = run.limits.getOrDefault(resource.key(), Double.NaN);
            List<Double> visible = new ArrayList<>();
            for (Duration length : lengths) {
                boolean byHour = length.compareTo(SoakPlan.HOURLY_FROM) >= 0;
                visible.add(BudgetPolicy.choose(resource, level, limit, operationsPerHour, byHour, rule)
                                .deciding()
                                .perHour()
                        + planner.visiblePerHour(length.toNanos() / 1e9));
            }
            double hourly = BudgetPolicy.choose(resource, level, limit, operationsPerHour, true, rule)
                    .deciding()
                    .perHour();
            rows.add(new PilotPlan(
                    resource.key(), resource.title(), resource.unit(), hourly, visible, planner.secondsToSee(hourly)));
        }
        if (rows.isEmpty()) {
            throw new UnfitException("The run in " + pilot.directory()
                    + " is too short to tell how much its readings wobble:" + " at least " + Parts.FEWEST_READINGS
                    + " samples after the warm-up are needed. Run two minutes or more.");
        }
        return List.copyOf(rows);
    }

    /** An amount of {@link #unit}, as a person reads it. */
    public String words(double amount) {
        return Amounts.of(amount, unit);
    }
}
