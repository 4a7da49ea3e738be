package dev.evenkeel.soak;

import dev.evenkeel.drift.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The one sentence on a run that a person reads first. */
final class Headline {
    private final RunRecord run;
    private final LoadSummary load;
    private final String spoilt;

    /**
     * Of a run.
     *
     * @param spoilt why the harness itself spoilt the run; empty when it did not
     */
    Headline(RunRecord run, LoadSummary load, String spoilt) {
        this.run = run;
        this.load = load;
        this.spoilt = spoilt;
    }

    /** Ended by a signal from outside (hang-up, interrupt, kill, terminate), not by its own doing. */
    static boolean killed(int exitCode) {
        return exitCode == 129 || exitCode == 130 || exitCode == 137 || exitCode == 143;
    }

    /** Without the verdict's own word. */
    String of(Verdict verdict, List<Judged> worstFirst, Set<WatchedResource> guilty, List<Culprit> culprits) {
        if (run.restarted) {
            return "the service was restarted during the run, and what grew before was thrown away with it. Find out"
                    + " who restarted it, and run again; announce a restart that is wanted with evenkeel mark.";
        }
        if (run.dead) {
            return "the service answered nothing any more from "
                    + Amounts.duration(Math.max(0, run.endSecond - PartTurns.DEAD_SECONDS))
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
        boolean plural = resource == WatchedResource.OPEN_FDS
                || resource == WatchedResource.THREADS
                || resource == WatchedResource.POOL_QUEUE
                || resource == WatchedResource.DIRECT_MEMORY
                || resource == WatchedResource.LOADED_CLASSES;
        return resource.name() + (plural ? " grow" : " grows");
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
                visible.add(Amounts.of(least, j.resource().unit()) + " of "
                        + j.resource().name());
            }
        }
        if (!visible.isEmpty()) {
            s.append(" The smallest leaks it could have seen, per hour: ")
                    .append(String.join(", ", visible))
                    .append('.');
        }
        return s.toString();
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
            return worstFirst.isEmpty()
                    ? "no resource could be read."
                    : "nothing grew beyond its budget, but the load was not what it should have been; see the notes.";
        }
        Judged j = open.get(0);
        StringBuilder s = new StringBuilder();
        if (j.drift().verdict() == Verdict.FAIL) {
            s.append(grows(j.resource()))
                    .append(" beyond the budget when looked at alone, which one series in a hundred does by chance;")
                    .append(" with ")
                    .append(worstFirst.stream().filter(Judged::deciding).count())
                    .append(" series judged together that is not enough to fail.");
        } else {
            s.append(j.resource().name())
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
                            .map(o -> o.resource().name())
                            .toList()));
            s.append('.');
        }
        return s.toString();
    }
}
