package dev.evenkeel.soak;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.EarlyStop;
import dev.evenkeel.drift.Mark;
import dev.evenkeel.drift.TimeSeries;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Judges the resources of a run one at a time. No clock, no files. One thread. */
final class ResourceJudge {
    /*
     * Fault windows. Readings taken inside one are left out here, before the analysis, and no FAULT mark
     * is passed on: the analysis would leave out whole buckets that a window touches, and with a fault
     * every half minute a window touches every bucket of an hour's run and more than half of the
     * live-set buckets of a two-minute run. Nothing would be left to judge. Windows carry a margin for
     * recovery, so the readings beside them are steady ones.
     *
     * Live heap. A live-set reading holds what requests in flight hold at that moment: it is what is retained, or more, never
     * less. When the machine stalls for some seconds requests pile up, and two or three readings in a row stand 300 KB too
     * high; at the end of a run that looks like a leak that has just begun (seen at a load average of 18 on two processors,
     * 2026-11-21: "rising 31.7 MiB per hour" in a service that stood still). So each reading is taken for the least of
     * itself and its two neighbours on either side. A leak only ever adds, and keeps its slope.
     *
     * A run that was ended at a look is judged at that look: what decided then must decide in every report of it.
     */

    static final int LIVE_SET_REACH = 2;

    private final RunRecord run;
    private final double operationsPerHour;
    private final Consumer<String> notes;

    /**
     * A judge of a run as it is now.
     *
     * @param notes takes sentences on what a reader should know
     */
    ResourceJudge(RunRecord run, double operationsPerHour, Consumer<String> notes) {
        this.run = run;
        this.operationsPerHour = operationsPerHour;
        this.notes = notes;
    }

    /** What is judged of one resource, and against what. */
    record Prepared(WatchedResource resource, TimeSeries steady, BudgetPolicy.Choice budget, boolean deciding) {}

    /** The readings that count, and their budget; null where there are none. */
    @Nullable
    Prepared prepare(WatchedResource resource) {
        boolean byHour = run.plan.judgedByHour();
        BudgetRule rule = run.plan.budgets().get(resource.key());
        boolean deciding = rule != null || resource.decides(byHour, run.collected());
        Readings readings = run.readingsOf(resource);
        if (readings.backward() > 0) {
            notes.accept(
                    readings.backward() + " readings of " + resource.title().toLowerCase(Locale.ROOT)
                            + " came at a time that was not after the one before, and are left out.");
        }
        TimeSeries steady = readings.steady(run.plan.warmupSeconds(), run.marks);
        if (resource == WatchedResource.HEAP_LIVE) {
            steady = Readings.leastOfNeighbours(steady, LIVE_SET_REACH);
        }
        if (steady.size() == 0) {
            if (deciding) {
                notes.accept(resource.title()
                        + " could not be read"
                        + (run.endSecond <= run.plan.warmupSeconds() ? " in the steady phase" : " here")
                        + ", so nothing is said of it.");
            }
            return null;
        }
        int all = steady.size();
        steady = Parts.longEnough(steady, run.marks);
        if (deciding && steady.size() < all) {
            notes.accept(all - steady.size() + " readings of " + resource.name()
                    + " are in parts between restarts that are too short to judge, and are left out.");
        }
        double level = Readings.median(steady);
        double limit = run.limits.getOrDefault(resource.key(), Double.NaN);
        BudgetPolicy.Choice budget = BudgetPolicy.choose(resource, level, limit, operationsPerHour, byHour, rule);
        return new Prepared(resource, steady, budget, deciding);
    }

    /** The verdict on what was prepared. */
    Judged judge(Prepared p) {
        Budget slower = p.budget().hourly();
        DriftResult atLook = run.endedEarly && p.deciding() ? atLook(p) : null;
        DriftResult drift = atLook != null ? atLook : analyse(p, p.budget().deciding());
        DriftResult hourly = slower == null ? null : analyse(p, slower);
        return new Judged(p.resource(), drift, hourly, p.deciding());
    }

    /** What the verdict against the deciding budget would be if the run ended now. */
    DriftResult standing(Prepared p) {
        return analyse(p, p.budget().deciding());
    }

    /** FAIL or PASS where the run may end because of it at the last planned look; null where it must go on. */
    @Nullable
    DriftResult atLook(Prepared p) {
        return EarlyStop.decide(
                p.steady(),
                run.totalSeconds - run.plan.warmupSeconds(),
                p.budget().deciding(),
                marks(),
                options(p.resource()));
    }

    private DriftResult analyse(Prepared p, Budget budget) {
        return DriftAnalysis.of(p.steady(), budget, marks(), options(p.resource()));
    }

    private List<Mark> marks() {
        return run.marks.stream().filter(m -> m.kind() != Mark.Kind.FAULT).toList();
    }

    private DriftAnalysis.Options options(WatchedResource resource) {
        return DriftAnalysis.Options.defaults()
                .withResolution(resource.resolution())
                .withCutShort(run.cutShort);
    }
}
