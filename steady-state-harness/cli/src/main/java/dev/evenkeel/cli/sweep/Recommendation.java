package dev.evenkeel.cli.sweep;

import dev.evenkeel.drift.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which setting to take, and why.
 *
 * @param verdict PASS with a setting; INCONCLUSIVE when the repeats cannot tell; FAIL when nothing ran well in any; INVALID when
 *     nothing could be measured
 * @param setting null without PASS
 * @param sentences the first says it, the others what else to know
 */
record Recommendation(Verdict verdict, @Nullable Setting setting, List<String> sentences) {
    /*
     * The rule. Take the settings of which every run ended well. In one figure, throughput or p99, a setting is "worse" when some
     * other is better by more than the margin with its whole interval, in the same rounds. Those that are not are contenders. A
     * contender is "as good" when no other contender may be better by more than the margin: each such interval ends within it;
     * else it is "open". Recommended is the smallest heap that is as good in both figures; of several with that heap the one with
     * the least resident memory. Where none is, the repeats cannot tell.
     *
     * "As good" has to be shown, and is not what is left when nothing was shown: two noisy runs would make every setting as good
     * as any. Nor is it enough to have the best mean: the best of many noisy means is best by luck. Intervals are those of each
     * pair at 95 %, not corrected for how many there are.
     *
     * Epsilon never collects: it is the yardstick for what collections cost, and never recommended.
     */

    private enum Standing {
        AS_GOOD,
        OPEN,
        WORSE
    }

    /** A setting beside the others. */
    private record Candidate(Cell cell, Standing throughput, Standing latency) {
        boolean asGood() {
            return throughput == Standing.AS_GOOD && latency == Standing.AS_GOOD;
        }

        boolean worse() {
            return throughput == Standing.WORSE || latency == Standing.WORSE;
        }
    }

    /** Judges the cells of a sweep. */
    static Recommendation of(List<Cell> cells, double marginPercent) {
        List<Cell> sound = cells.stream()
                .filter(c -> c.setting().collector() != Collector.EPSILON && c.sound())
                .toList();
        if (sound.isEmpty()) {
            return nothingRan(cells);
        }
        Cell fastest = best(sound, Figure.THROUGHPUT, true);
        boolean latencies = sound.stream()
                .anyMatch(c -> !Double.isNaN(c.interval(Figure.P99).mean()));
        Cell quickest = latencies ? best(sound, Figure.P99, false) : fastest;
        double margin = 1 + marginPercent / 100;
        Map<Cell, Standing> throughput = standings(sound, Figure.THROUGHPUT, margin);
        Map<Cell, Standing> latency = latencies ? standings(sound, Figure.P99, margin) : Map.of();
        List<Candidate> candidates = new ArrayList<>();
        for (Cell cell : sound) {
            candidates.add(new Candidate(
                    cell,
                    throughput.getOrDefault(cell, Standing.OPEN),
                    latency.getOrDefault(cell, latencies ? Standing.OPEN : Standing.AS_GOOD)));
        }
        candidates.sort(
                Comparator.comparingInt((Candidate c) -> c.cell().setting().heapMiB())
                        .thenComparingDouble(c -> c.cell().interval(Figure.RSS).mean()));
        Candidate chosen =
                candidates.stream().filter(Candidate::asGood).findFirst().orElse(null);
        return chosen == null
                ? cannotTell(candidates, fastest, quickest, latencies, marginPercent)
                : take(chosen, candidates, fastest, quickest, latencies, marginPercent);
    }

    private static Map<Cell, Standing> standings(List<Cell> cells, Figure figure, double margin) {
        List<Cell> contenders = new ArrayList<>();
        Map<Cell, Standing> standings = new HashMap<>(); // cells have no equals of their own
        for (Cell cell : cells) {
            boolean worse = cells.stream()
                    .anyMatch(other ->
                            other != cell && advantage(other, cell, figure).lower() > margin);
            if (worse) {
                standings.put(cell, Standing.WORSE);
            } else {
                contenders.add(cell);
            }
        }
        for (Cell cell : contenders) {
            boolean asGood = contenders.stream()
                    .allMatch(other ->
                            other == cell || advantage(other, cell, figure).upper() <= margin);
            standings.put(cell, asGood ? Standing.AS_GOOD : Standing.OPEN); // NaN, from one round, is open too
        }
        return standings;
    }

    /** How many times better one is than another, in the rounds that both were run in. */
    private static Interval advantage(Cell one, Cell other, Figure figure) {
        List<Double> a = one.values(figure);
        List<Double> b = other.values(figure);
        int rounds = Math.min(a.size(), b.size());
        return figure == Figure.THROUGHPUT
                ? Interval.ratio(a.subList(0, rounds), b.subList(0, rounds))
                : Interval.ratio(b.subList(0, rounds), a.subList(0, rounds));
    }

    private static Cell best(List<Cell> cells, Figure figure, boolean most) {
        Comparator<Cell> order = Comparator.comparingDouble(c -> {
            double mean = c.interval(figure).mean();
            return Double.isNaN(mean) ? (most ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY) : mean;
        });
        return most
                ? cells.stream().max(order).orElseThrow()
                : cells.stream().min(order).orElseThrow();
    }

    private static Recommendation nothingRan(List<Cell> cells) {
        long memory = cells.stream()
                .filter(c -> c.readings().stream().anyMatch(r -> r.outcome() == Outcome.OUT_OF_MEMORY))
                .count();
        boolean any = cells.stream().anyMatch(c -> !c.readings().isEmpty());
        if (!any) {
            return new Recommendation(
                    Verdict.INCONCLUSIVE, null, List.of("No run ended before the sweep was stopped."));
        }
        String first = cells.stream()
                .flatMap(c -> c.readings().stream())
                .filter(r -> !r.ok())
                .map(r -> r.outcome().words() + ". " + r.detail())
                .findFirst()
                .orElse("");
        if (memory > 0) {
            return new Recommendation(
                    Verdict.FAIL,
                    null,
                    List.of("No setting holds this workload: all ran out of memory or failed. Try larger heaps with"
                            + " --heaps. The first of them: " + first));
        }
        return new Recommendation(
                Verdict.INVALID,
                null,
                List.of("Nothing could be measured, whatever the setting. The first run: " + first));
    }

    private static Recommendation take(
            Candidate chosen,
            List<Candidate> all,
            Cell fastest,
            Cell quickest,
            boolean latencies,
            double marginPercent) {
        Cell cell = chosen.cell();
        List<String> sentences = new ArrayList<>();
        StringBuilder s = new StringBuilder("Take ").append(cell.setting().title());
        s.append(": the smallest heap whose throughput").append(latencies ? " and p99 are" : " is");
        s.append(" within ").append(percent(marginPercent)).append(" of the best. Throughput ");
        s.append(Figure.THROUGHPUT.words(cell.interval(Figure.THROUGHPUT)));
        s.append(
                cell == fastest
                        ? ", the best"
                        : beside(1 / advantage(fastest, cell, Figure.THROUGHPUT).mean(), fastest));
        if (latencies) {
            s.append("; p99 ").append(Figure.P99.words(cell.interval(Figure.P99)));
            s.append(
                    cell == quickest
                            ? ", the best"
                            : beside(advantage(quickest, cell, Figure.P99).mean(), quickest));
        }
        Interval rss = cell.interval(Figure.RSS);
        if (!Double.isNaN(rss.mean())) {
            s.append("; resident memory ").append(Figure.RSS.words(rss));
            s.append(least(cell, all, Figure.RSS) ? ", the least of all" : "");
        }
        sentences.add(s.append('.').toString());
        List<String> open = all.stream()
                .filter(c -> c.cell().setting().heapMiB() < cell.setting().heapMiB() && !c.asGood() && !c.worse())
                .map(c -> c.cell().setting().title())
                .toList();
        if (!open.isEmpty()) {
            sentences.add("These repeats cannot tell whether a smaller heap would do as well: "
                    + String.join(", ", open) + ". More --repeats may.");
        }
        return new Recommendation(Verdict.PASS, cell.setting(), List.copyOf(sentences));
    }

    private static boolean least(Cell cell, List<Candidate> all, Figure figure) {
        double own = cell.interval(figure).mean();
        return all.stream().noneMatch(c -> c.cell().interval(figure).mean() < own);
    }

    private static String beside(double ratio, Cell best) {
        return String.format(
                Locale.ROOT,
                " (%.0f %% of the best, %s)",
                100 * ratio,
                best.setting().title());
    }

    private static Recommendation cannotTell(
            List<Candidate> all, Cell fastest, Cell quickest, boolean latencies, double marginPercent) {
        List<String> sentences = new ArrayList<>();
        boolean apart = latencies && fastest != quickest;
        boolean open = all.stream().anyMatch(c -> !c.worse());
        StringBuilder s = new StringBuilder();
        if (open) {
            s.append("These repeats cannot tell which setting is within ")
                    .append(percent(marginPercent))
                    .append(" of the best: the intervals are wider than that. Give more --repeats, longer runs")
                    .append(" (--measure), a wider --margin, or a quieter machine.");
        } else {
            s.append("No setting is within ")
                    .append(percent(marginPercent))
                    .append(" of the best in both: it is a choice between throughput and p99.");
        }
        s.append(" Best throughput: ")
                .append(fastest.setting().title())
                .append(", ")
                .append(Figure.THROUGHPUT.words(fastest.interval(Figure.THROUGHPUT)));
        if (apart) {
            s.append("; best p99: ")
                    .append(quickest.setting().title())
                    .append(", ")
                    .append(Figure.P99.words(quickest.interval(Figure.P99)));
        }
        sentences.add(s.append('.').toString());
        return new Recommendation(Verdict.INCONCLUSIVE, null, List.copyOf(sentences));
    }

    private static String percent(double value) {
        return (value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value)) + " %";
    }
}
