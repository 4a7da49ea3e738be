package dev.evenkeel.drift;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts of verdicts by family, as the public scorer counts them: hard families are shown and not counted. */
final class Score {
    final Count healthy = new Count();
    final Count leaking = new Count();
    private final Map<String, Count> families = new TreeMap<>();
    private final Map<String, Count> multiples = new TreeMap<>();

    static final class Count {
        int fail;
        int pass;
        int inconclusive;

        int total() {
            return fail + pass + inconclusive;
        }

        void add(Verdict verdict) {
            switch (verdict) {
                case FAIL -> fail++;
                case PASS -> pass++;
                default -> inconclusive++;
            }
        }

        String row(String name, String kind) {
            return String.format(
                    Locale.ROOT,
                    "| %s | %s | %d | %.1f %% | %.1f %% | %.1f %% |%n",
                    name,
                    kind,
                    total(),
                    100.0 * fail / total(),
                    100.0 * pass / total(),
                    100.0 * inconclusive / total());
        }
    }

    static Score of(List<Corpus.Trace> traces, Map<String, DriftResult> results) {
        Score score = new Score();
        for (Corpus.Trace t : traces) {
            Verdict verdict = results.get(t.file()).verdict();
            String kind = t.hard() ? "hard" : t.leak() ? "leak" : "healthy";
            score.families
                    .computeIfAbsent(kind + "|" + t.family(), k -> new Count())
                    .add(verdict);
            if (t.leak()) {
                double m = t.trueSlope() / t.budget();
                String range = m < 2.5 ? "1.5 to 2.5" : m < 4.5 ? "2.5 to 4.5" : "4.5 to 8";
                score.multiples.computeIfAbsent(range, k -> new Count()).add(verdict);
            }
            if (!t.hard()) {
                (t.leak() ? score.leaking : score.healthy).add(verdict);
            }
        }
        return score;
    }

    String table() {
        StringBuilder table = new StringBuilder("| family | kind | traces | FAIL | PASS | INCONCLUSIVE |\n");
        table.append("|---|---|---:|---:|---:|---:|\n");
        families.forEach((key, count) -> {
            int bar = key.indexOf('|');
            table.append(count.row(key.substring(bar + 1), key.substring(0, bar)));
        });
        table.append(healthy.row("**all**", "healthy"));
        table.append(leaking.row("**all**", "leak"));
        multiples.forEach((range, count) -> table.append(count.row(range + " times the budget", "leak")));
        return table.toString().replace(System.lineSeparator(), "\n");
    }
}
