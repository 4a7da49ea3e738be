package dev.evenkeel.soak;

import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Turns the record of a run into its result. No clock, no files: the same record gives the same result. */
final class Judge {
    /*
     * Many series. The run fails when Holm's procedure over the deciding series rejects one at 1 % for
     * all together. The table keeps each series' own verdict, taken at 1 % for itself; where that says
     * FAIL and Holm does not, the run is INCONCLUSIVE and says so.
     */

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

    static RunResult judge(RunRecord run) {
        return new Judge(run).result();
    }

    /** Where each deciding resource would stand if the run ended now. Nothing else is judged: this is done while the run goes on. */
    static List<Standing> soFar(RunRecord run) {
        ResourceJudge judge = new ResourceJudge(run, run.load.summary().achievedRate() * 3600, sentence -> {});
        List<Standing> standings = new ArrayList<>();
        for (WatchedResource resource : run.readings.keySet()) {
            ResourceJudge.Prepared prepared = judge.prepare(resource);
            if (prepared != null && prepared.deciding()) {
                standings.add(standing(run, prepared, judge.standing(prepared)));
            }
        }
        return standings;
    }

    private static Standing standing(RunRecord run, ResourceJudge.Prepared prepared, DriftResult drift) {
        WatchedResource resource = prepared.resource();
        return new Standing(
                resource.key(),
                resource.title(),
                resource.unit(),
                drift.verdict(),
                drift.measured() ? drift.model(amount -> Amounts.of(amount, resource.unit())) : "",
                drift.slopePerHour(),
                drift.budget().perHour(),
                run.readingsOf(resource).all());
    }

    private void judgeAll() {
        ResourceJudge each = new ResourceJudge(run, operationsPerHour, notes::add);
        for (WatchedResource resource : run.readings.keySet()) {
            ResourceJudge.Prepared prepared = each.prepare(resource);
            if (prepared != null) {
                judged.put(resource, each.judge(prepared));
            }
        }
    }

    private RunResult result() {
        judgeAll();
        Set<WatchedResource> guilty = holm();
        List<Judged> worstFirst = worstFirst(guilty);
        List<Culprit> culprits = culprits(worstFirst, guilty);
        boolean soundLoad = LoadCheck.sound(run, load, notes::add);
        Verdict verdict = verdict(guilty, soundLoad);
        if (verdict != Verdict.FAIL) {
            culprits = List.of();
        }
        String headline = verdict + ": " + new Headline(run, load, spoilt).of(verdict, worstFirst, guilty, culprits);
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
                List.copyOf(notes),
                run.allocation.summary());
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

    private Verdict verdict(Set<WatchedResource> guilty, boolean soundLoad) {
        if (run.restarted || run.dead) {
            return Verdict.INVALID;
        }
        if (run.exitCode.isPresent()) {
            return Headline.killed(run.exitCode.getAsInt()) ? Verdict.INVALID : Verdict.FAIL;
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

    private ResourceResult resourceResult(Judged j) {
        WatchedResource r = j.resource();
        return new ResourceResult(
                r.key(),
                r.title(),
                r.unit(),
                j.deciding(),
                run.plan.budgets().containsKey(r.key())
                        ? "decides: the plan sets a budget for it"
                        : r.why(run.plan.judgedByHour(), run.collected()),
                run.readingsOf(r).all(),
                j.drift(),
                j.hourly(),
                operationsPerHour > 0 ? j.drift().slopePerHour() / operationsPerHour * 1e6 : Double.NaN);
    }
}
