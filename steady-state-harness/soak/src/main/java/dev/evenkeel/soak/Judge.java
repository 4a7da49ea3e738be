package dev.evenkeel.soak;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Mark;
import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.drift.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns the record of a run into its result. No clock, no files: the same record gives the same result. */
final class Judge {
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
     * Many series. The run fails when Holm's procedure over the deciding series rejects one at 1 % for
     * all together. The table keeps each series' own verdict, taken at 1 % for itself; where that says
     * FAIL and Holm does not, the run is INCONCLUSIVE and says so.
     */

    static final int LIVE_SET_REACH = 2;
    private static final double LEAST_RATE_SHARE = 0.9;
    private static final double MOST_FAILED_SHARE = 0.05;
    private static final double MOST_EXCLUDED_SHARE = 0.25;
    private static final double MOST_LATENESS_MILLIS = 50;

    private final RunRecord run;
    private final LoadSummary load;
    private final List<String> notes;
    private final double operationsPerHour;
    private final String spoilt;
    private final Map<WatchedResource, Judged> judged = new LinkedHashMap<>();

    private Judge(RunRecord run) {
        this.run = run;
        this.load = run.load.summary();
        this.notes = new ArrayList<>(run.notes);
        this.operationsPerHour = load.achievedRate() * 3600;
        this.spoilt = Spoilt.why(run, load);
    }

    /** One resource with all that was found about it. */
    private record Judged(
            WatchedResource resource,
            TimeSeries steady,
            BudgetPolicy.Choice budget,
            DriftResult drift,
            @Nullable DriftResult hourly,
            boolean deciding) {

        double lowerShare() {
            return drift.lowerPerHour() / drift.budget().perHour();
        }
    }

    static RunResult judge(RunRecord run) {
        return new Judge(run).result().withAllocation(run.allocation.summary());
    }

    /** What the verdict of each deciding resource would be if the run ended now, by title. */
    static Map<String, Verdict> soFar(RunRecord run) {
        Judge judge = new Judge(run);
        judge.judgeAll();
        Map<String, Verdict> verdicts = new LinkedHashMap<>();
        judge.judged.values().stream()
                .filter(Judged::deciding)
                .forEach(j -> verdicts.put(j.resource().title(), j.drift().verdict()));
        return verdicts;
    }

    private void judgeAll() {
        run.readings.keySet().forEach(this::judge);
    }

    private RunResult result() {
        judgeAll();
        Set<WatchedResource> guilty = holm();
        List<Judged> worstFirst = worstFirst(guilty);
        List<Culprit> culprits = culprits(worstFirst, guilty);
        boolean soundLoad = loadIsSound();
        Verdict verdict = verdict(guilty, soundLoad);
        if (verdict != Verdict.FAIL) {
            culprits = List.of();
        }
        String headline = verdict + ": " + headline(verdict, worstFirst, guilty, culprits);
        if (run.cutShort) {
            notes.add("The run was cut short after "
                    + Amounts.duration(run.endSecond)
                    + " of "
                    + Amounts.duration(run.totalSeconds)
                    + " and judged on what it had.");
        }
        return new RunResult(
                RunResult.SCHEMA,
                verdict,
                headline,
                run.cutShort,
                run.startedAt,
                Math.min(run.plan.warmupSeconds(), run.endSecond),
                run.endSecond,
                run.plan.command(),
                Collections.unmodifiableMap(new LinkedHashMap<>(run.environment)),
                load,
                worstFirst.stream().map(this::resourceResult).toList(),
                Stream.concat(run.marks.stream(), run.pauses.stream()).toList(),
                culprits,
                List.copyOf(notes));
    }

    private void judge(WatchedResource resource) {
        boolean byHour = run.plan.judgedByHour();
        BudgetRule rule = run.plan.budgets().get(resource.key());
        boolean deciding = rule != null || resource.decides(byHour);
        Readings readings = run.readingsOf(resource);
        if (readings.backward() > 0) {
            notes.add(readings.backward() + " readings of " + resource.title().toLowerCase(Locale.ROOT)
                    + " came at a time that was not after the one before, and are left out.");
        }
        TimeSeries steady = readings.steady(run.plan.warmupSeconds(), run.marks);
        if (resource == WatchedResource.HEAP_LIVE) {
            steady = Readings.leastOfNeighbours(steady, LIVE_SET_REACH);
        }
        if (steady.size() == 0) {
            if (deciding) {
                notes.add(resource.title()
                        + " could not be read"
                        + (run.endSecond <= run.plan.warmupSeconds() ? " in the steady phase" : " here")
                        + ", so nothing is said of it.");
            }
            return;
        }
        int all = steady.size();
        steady = Parts.longEnough(steady, run.marks);
        if (deciding && steady.size() < all) {
            notes.add(all - steady.size() + " readings of " + name(resource)
                    + " are in parts between restarts that are too short to judge, and are left out.");
        }
        double level = Readings.median(steady);
        double limit = run.limits.getOrDefault(resource.key(), Double.NaN);
        BudgetPolicy.Choice budget = BudgetPolicy.choose(resource, level, limit, operationsPerHour, byHour, rule);
        Budget slower = budget.hourly();
        DriftResult drift = analyse(resource, steady, budget.deciding());
        DriftResult hourly = slower == null ? null : analyse(resource, steady, slower);
        judged.put(resource, new Judged(resource, steady, budget, drift, hourly, deciding));
    }

    /** The deciding series that fail although all of them were tried. */
    private Set<WatchedResource> holm() {
        List<Judged> deciding =
                judged.values().stream().filter(Judged::deciding).toList();
        Set<WatchedResource> guilty = new LinkedHashSet<>();
        if (!deciding.isEmpty()) {
            DriftAnalysis.holm(deciding.stream().map(Judged::drift).toList())
                    .failing()
                    .forEach(i -> guilty.add(deciding.get(i).resource()));
        }
        return guilty;
    }

    private DriftResult analyse(WatchedResource resource, TimeSeries steady, Budget budget) {
        return DriftAnalysis.of(
                steady,
                budget,
                run.marks.stream().filter(m -> m.kind() != Mark.Kind.FAULT).toList(),
                DriftAnalysis.Options.defaults()
                        .withResolution(resource.resolution())
                        .withCutShort(run.cutShort));
    }

    private List<Judged> worstFirst(Set<WatchedResource> guilty) {
        List<WatchedResource> order = List.copyOf(judged.keySet());
        return judged.values().stream()
                .sorted(Comparator.<Judged, Boolean>comparing(j -> !j.deciding())
                        .thenComparing(j -> !guilty.contains(j.resource()))
                        .thenComparing(j -> rank(j.drift().verdict()))
                        .thenComparing(
                                Comparator.comparingDouble(Judged::lowerShare).reversed())
                        .thenComparing(j -> order.indexOf(j.resource())))
                .toList();
    }

    private static int rank(Verdict verdict) {
        return switch (verdict) {
            case FAIL -> 0;
            case INVALID -> 1;
            case INCONCLUSIVE -> 2;
            case PASS -> 3;
        };
    }

    private List<Culprit> culprits(List<Judged> worstFirst, Set<WatchedResource> guilty) {
        List<Culprit> culprits = new ArrayList<>();
        for (Judged j : worstFirst) {
            if (guilty.contains(j.resource())) {
                culprits.addAll(mostTelling(j));
            }
        }
        if (!guilty.isEmpty() && run.parts.stream().noneMatch(p -> p.before != null && p.after != null)) {
            notes.add("No evidence could be taken at both ends of the steady phase, so no culprit is named.");
        }
        return List.copyOf(culprits);
    }

    /** Suspects from the part of the run in which they grew most. */
    private List<Culprit> mostTelling(Judged j) {
        List<Culprit> best = List.of();
        for (RunRecord.Part part : run.parts) {
            RunEntry.Held before = part.before;
            RunEntry.Held after = part.after;
            if (before == null || after == null) {
                continue;
            }
            List<Culprit> found = Culprits.of(
                    j.resource(),
                    before.evidence(),
                    after.evidence(),
                    (after.second() - before.second()) / 3600,
                    j.drift().slopePerHour());
            if (perHour(found) > perHour(best)) {
                best = found;
            }
        }
        return best;
    }

    private static double perHour(List<Culprit> culprits) {
        return culprits.stream().mapToDouble(Culprit::perHour).max().orElse(0);
    }

    private boolean loadIsSound() {
        if (load.latenessP99Millis() > MOST_LATENESS_MILLIS) {
            notes.add("The load generator itself was late: 1 % of requests left more than "
                    + Amounts.number(load.latenessP99Millis())
                    + " ms after they were due although a connection was free. The machine was too busy for this rate;"
                    + " latencies contain that delay.");
        }
        if (load.excludedByPause() > MOST_EXCLUDED_SHARE * load.completed()) {
            notes.add(Amounts.number(100.0 * load.excludedByPause() / load.completed())
                    + " % of all requests were due while a live-set reading of ours stopped the service, and are kept out of"
                    + " the latencies; what is left says little about them. The machine is too busy, or the heap too large,"
                    + " for readings this often.");
        }
        if (run.missedSamples > 0) {
            notes.add(run.missedSamples + (run.missedSamples == 1 ? " sample" : " samples")
                    + " could not be read and are missing.");
        }
        boolean sound = true;
        if (load.completed() > 0 && load.achievedRate() < LEAST_RATE_SHARE * load.targetRate()) {
            notes.add("Only "
                    + Amounts.number(load.achievedRate())
                    + " of "
                    + Amounts.number(load.targetRate())
                    + " requests per second were completed, so this run cannot pass: it did not carry the load that it was"
                    + " to judge. Lower --rate, or give the service more of the machine.");
            sound = false;
        }
        if (load.completed() > 0 && load.failed() > MOST_FAILED_SHARE * load.completed()) {
            notes.add(Amounts.number(100.0 * load.failed() / load.completed())
                    + " % of all requests failed, so this run cannot pass: a service that does no work leaks nothing."
                    + " See service.log.");
            sound = false;
        }
        return sound;
    }

    private Verdict verdict(Set<WatchedResource> guilty, boolean soundLoad) {
        if (run.restarted || run.dead) {
            return Verdict.INVALID;
        }
        if (run.exitCode.isPresent()) {
            return killed(run.exitCode.getAsInt()) ? Verdict.INVALID : Verdict.FAIL;
        }
        if (!guilty.isEmpty()) {
            return Verdict.FAIL;
        }
        List<Judged> deciding =
                judged.values().stream().filter(Judged::deciding).toList();
        if (deciding.stream().anyMatch(j -> j.drift().verdict() == Verdict.INVALID)) {
            return Verdict.INVALID;
        }
        if (!spoilt.isEmpty()) {
            return Verdict.INVALID;
        }
        if (load.targetRate() > 0 && load.completed() == 0 && run.endSecond > run.plan.warmupSeconds() + 5) {
            return Verdict.INVALID;
        }
        boolean allPass =
                !deciding.isEmpty() && deciding.stream().allMatch(j -> j.drift().verdict() == Verdict.PASS);
        return allPass && soundLoad ? Verdict.PASS : Verdict.INCONCLUSIVE;
    }

    /** Ended by a signal from outside (hang-up, interrupt, kill, terminate), not by its own doing. */
    private static boolean killed(int exitCode) {
        return exitCode == 129 || exitCode == 130 || exitCode == 137 || exitCode == 143;
    }

    private String headline(
            Verdict verdict, List<Judged> worstFirst, Set<WatchedResource> guilty, List<Culprit> culprits) {
        if (run.restarted) {
            return "the service was restarted during the run, and what grew before was thrown away with it. Find out"
                    + " who restarted it, and run again; announce a restart that is wanted with evenkeel mark.";
        }
        if (run.dead) {
            return "the service answered nothing any more from "
                    + Amounts.duration(Math.max(0, run.endSecond - SoakEngine.DEAD_SECONDS))
                    + " on, neither readings nor requests. See its log for what happened to it, and run again.";
        }
        if (run.exitCode.isPresent()) {
            return died(run.exitCode.getAsInt());
        }
        return switch (verdict) {
            case FAIL -> failed(worstFirst, guilty, culprits);
            case PASS -> passed(worstFirst);
            case INVALID -> !spoilt.isEmpty()
                    ? spoilt
                    : load.completed() == 0 && load.targetRate() > 0
                            ? "not one request was completed in the steady phase. See service.log for what the service said."
                            : "the readings cannot be judged: "
                                    + worstFirst.stream()
                                            .filter(j -> j.drift().verdict() == Verdict.INVALID)
                                            .map(j -> j.drift().reason())
                                            .findFirst()
                                            .orElse("see the table")
                                    + ".";
            case INCONCLUSIVE -> undecided(worstFirst);
        };
    }

    private String died(int code) {
        String when =
                "the service ended by itself after " + Amounts.duration(run.endSecond) + " with exit code " + code;
        if (killed(code)) {
            return "the service was killed after "
                    + Amounts.duration(run.endSecond)
                    + " (exit code "
                    + code
                    + "). Somebody sent it a signal, or the kernel ran out of memory: look there, and run again.";
        }
        return when + (code == 3 ? ", out of memory" : "") + ". The tail of service.log says why.";
    }

    private static String grows(WatchedResource resource) {
        String title = resource.title();
        String name = Character.toLowerCase(title.charAt(0)) + title.substring(1);
        boolean plural = resource == WatchedResource.OPEN_FDS
                || resource == WatchedResource.THREADS
                || resource == WatchedResource.POOL_QUEUE;
        return name + (plural ? " grow" : " grows");
    }

    private static String failed(List<Judged> worstFirst, Set<WatchedResource> guilty, List<Culprit> culprits) {
        StringBuilder s = new StringBuilder();
        for (Judged j : worstFirst) {
            if (!guilty.contains(j.resource())) {
                continue;
            }
            WatchedResource r = j.resource();
            if (s.length() > 0) {
                s.append(" Also, ").append(grows(r)).append(" by ");
                s.append(Amounts.of(j.drift().slopePerHour(), r.unit())).append(" per hour.");
                continue;
            }
            s.append(grows(r)).append(" by ").append(Amounts.of(j.drift().slopePerHour(), r.unit()));
            s.append(" per hour (99 % sure: at least ")
                    .append(Amounts.of(j.drift().lowerPerHour(), r.unit()));
            s.append("; budget ").append(Amounts.of(j.drift().budget().perHour(), r.unit()));
            s.append(": ").append(j.drift().budget().reason()).append(").");
            culprits.stream()
                    .filter(c -> c.resource().equals(r.key()))
                    .findFirst()
                    .ifPresent(c -> s.append(" Culprit: ")
                            .append(c.what())
                            .append(", ")
                            .append(c.evidence())
                            .append('.'));
        }
        return s.toString();
    }

    private String passed(List<Judged> worstFirst) {
        StringBuilder s = new StringBuilder("nothing grew beyond its budget in ");
        s.append(Amounts.duration(run.endSecond - run.plan.warmupSeconds()));
        s.append(" of steady load, ").append(Amounts.grouped(load.completed())).append(" operations.");
        List<String> visible = new ArrayList<>();
        for (Judged j : worstFirst) {
            double least = j.drift().smallestDetectablePerHour();
            if (j.deciding() && Double.isFinite(least)) {
                visible.add(Amounts.of(least, j.resource().unit()) + " of " + name(j.resource()));
            }
        }
        if (!visible.isEmpty()) {
            s.append(" The smallest leaks it could have seen, per hour: ")
                    .append(String.join(", ", visible))
                    .append('.');
        }
        return s.toString();
    }

    private static String name(WatchedResource resource) {
        return Character.toLowerCase(resource.title().charAt(0))
                + resource.title().substring(1);
    }

    private String undecided(List<Judged> worstFirst) {
        List<Judged> open = worstFirst.stream()
                .filter(j -> j.deciding() && j.drift().verdict() != Verdict.PASS)
                .toList();
        double steady = run.endSecond - run.plan.warmupSeconds();
        if (steady <= 0) {
            return "the run was stopped in its warm-up, before the first sample that counts.";
        }
        if (open.isEmpty()) {
            return judged.isEmpty()
                    ? "no resource could be read."
                    : "nothing grew beyond its budget, but the load was not what it should have been; see the notes.";
        }
        Judged j = open.get(0);
        StringBuilder s = new StringBuilder();
        if (j.drift().verdict() == Verdict.FAIL) {
            s.append(grows(j.resource()))
                    .append(" beyond the budget when looked at alone, which one series in a hundred does by chance;")
                    .append(" with ")
                    .append(judged.values().stream().filter(Judged::deciding).count())
                    .append(" series judged together that is not enough to fail.");
        } else {
            s.append(name(j.resource()))
                    .append(" could not be decided: ")
                    .append(j.drift()
                            .reason(amount -> Amounts.of(amount, j.resource().unit())));
            if (s.charAt(s.length() - 1) != '.') {
                s.append('.');
            }
        }
        if (open.size() > 1) {
            s.append(" Undecided too: ");
            s.append(String.join(
                    ", ",
                    open.subList(1, open.size()).stream()
                            .map(o -> name(o.resource()))
                            .toList()));
            s.append('.');
        }
        return s.toString();
    }

    private ResourceResult resourceResult(Judged j) {
        WatchedResource r = j.resource();
        return new ResourceResult(
                r.key(),
                r.title(),
                r.unit(),
                j.deciding(),
                run.plan.budgets().containsKey(r.key())
                        ? "decides: the plan sets a budget for it"
                        : r.why(run.plan.judgedByHour()),
                run.readingsOf(r).all(),
                j.drift(),
                j.hourly(),
                operationsPerHour > 0 ? j.drift().slopePerHour() / operationsPerHour * 1e6 : Double.NaN);
    }
}
