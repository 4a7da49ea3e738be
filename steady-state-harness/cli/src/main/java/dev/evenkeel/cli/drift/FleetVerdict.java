package dev.evenkeel.cli.drift;

import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.RunVerdict;
import dev.evenkeel.drift.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the series of a fleet come to.
 *
 * @param verdict FAIL if a series withstands Holm's correction; PASS if none does and few enough are undecided
 * @param ranked all that were judged, the worst first
 * @param withstood how many of the first grow too fast even among so many
 * @param leftOut series with too few readings to judge
 * @param restartsUnknown series whose process no restart series told about
 */
record FleetVerdict(
        Verdict verdict, List<Judged> ranked, int withstood, int leftOut, int restartsUnknown, String reason) {
    private static final double ALPHA = 0.01;

    /**
     * One series with its verdict.
     *
     * @param restarts that its process went through in the range
     */
    record Judged(Map<String, String> labels, DriftResult result, int restarts) {}

    FleetVerdict {
        ranked = List.copyOf(ranked);
    }

    /** @param mostUndecided share of the series, 0 to 1, that may stay undecided in a fleet that passes */
    static FleetVerdict of(List<Judged> judged, int leftOut, int restartsUnknown, double mostUndecided) {
        if (judged.isEmpty()) {
            return new FleetVerdict(
                    Verdict.INCONCLUSIVE,
                    judged,
                    0,
                    leftOut,
                    restartsUnknown,
                    "No series has 30 readings between two restarts. Look at a longer --range, or a shorter --step.");
        }
        RunVerdict run = RunVerdict.holm(judged.stream().map(Judged::result).toList(), ALPHA);
        Set<Judged> failing = run.failing().stream().map(judged::get).collect(Collectors.toSet());
        List<Judged> ranked = new ArrayList<>(judged);
        ranked.sort(Comparator.<Judged>comparingInt(j -> failing.contains(j) ? 0 : 1)
                .thenComparingInt(j -> rank(j.result().verdict()))
                .thenComparingDouble(j -> j.result().pValue())
                .thenComparingDouble(j -> -j.result().upperPerHour())
                .thenComparing(j -> j.labels().toString()));
        int all = judged.size();
        int open = (int) judged.stream()
                .filter(j -> j.result().verdict() != Verdict.PASS)
                .count();
        long alone = judged.stream()
                .filter(j -> j.result().verdict() == Verdict.FAIL && !failing.contains(j))
                .count();
        Verdict verdict;
        String reason;
        String others = alone == 0 ? "" : " " + alone + " more would fail alone, but not among " + all + ".";
        if (!failing.isEmpty()) {
            verdict = Verdict.FAIL;
            reason = failing.size() + " of " + all + " series " + (failing.size() == 1 ? "grows" : "grow")
                    + " beyond the budget." + others;
        } else if (open <= mostUndecided * all) {
            verdict = Verdict.PASS;
            reason = "No series of " + all + " grows beyond the budget; " + (all - open) + " are shown not to."
                    + (alone == 0 ? "" : " " + alone + " would fail alone, but not among " + all + ".");
        } else {
            verdict = Verdict.INCONCLUSIVE;
            reason = open + " of " + all + " series could not be decided, and " + DriftText.number(100 * mostUndecided)
                    + " % may stay open (--undecided)." + others + " Look at a longer --range.";
        }
        return new FleetVerdict(verdict, ranked, failing.size(), leftOut, restartsUnknown, reason);
    }

    private static int rank(Verdict verdict) {
        return switch (verdict) {
            case FAIL -> 0;
            case INVALID -> 1;
            case INCONCLUSIVE -> 2;
            case PASS -> 3;
        };
    }

    long count(Verdict one) {
        return ranked.stream().filter(j -> j.result().verdict() == one).count();
    }

    long restarted() {
        return ranked.stream().filter(j -> j.restarts() > 0).count();
    }

    /** The series that may meet a limit first, by the upper bound of its slope; null where none ever does. */
    @Nullable
    Judged firstToMeet(double limit) {
        Judged first = null;
        double soonest = Double.POSITIVE_INFINITY;
        for (Judged judged : ranked) {
            OptionalDouble seconds = judged.result().soonestSecondsToLimit(limit);
            if (judged.result().measured() && seconds.isPresent() && seconds.getAsDouble() < soonest) {
                soonest = seconds.getAsDouble();
                first = judged;
            }
        }
        return first;
    }

    /** What tells a series from the others: its labels without those that all have alike. */
    Map<Judged, String> names() {
        Map<String, Set<String>> values = new TreeMap<>();
        for (Judged judged : ranked) {
            judged.labels().forEach((label, value) -> values.computeIfAbsent(label, l -> new TreeSet<>())
                    .add(value));
        }
        Set<String> telling = new TreeSet<>();
        values.forEach((label, all) -> {
            boolean everywhere = ranked.stream().allMatch(j -> j.labels().containsKey(label));
            if (all.size() > 1 || !everywhere) {
                telling.add(label);
            }
        });
        return ranked.stream().collect(Collectors.toMap(j -> j, j -> name(j, telling), (a, b) -> a));
    }

    private static String name(Judged judged, Set<String> telling) {
        String name = judged.labels().entrySet().stream()
                .filter(e -> telling.contains(e.getKey()))
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(" "));
        return name.isEmpty() ? "the only one" : name;
    }
}
