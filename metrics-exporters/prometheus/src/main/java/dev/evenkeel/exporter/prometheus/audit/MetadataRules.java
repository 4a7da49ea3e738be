package dev.evenkeel.exporter.prometheus.audit;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rules about help, type and the place of a family on the page. */
final class MetadataRules {
    /** Words that add nothing to those of the name. */
    private static final Set<String> FILLERS = Set.of(
            "a",
            "an",
            "the",
            "of",
            "in",
            "is",
            "for",
            "to",
            "and",
            "number",
            "value",
            "metric",
            "metrics",
            "total",
            "count",
            "counter",
            "gauge",
            "histogram",
            "summary",
            "help",
            "todo",
            "tbd",
            "fixme",
            "description",
            "none",
            "n",
            "na",
            "null",
            "undefined");

    /** Events that are counted; as the last word of a gauge they make it look like a counter. */
    private static final Set<String> EVENTS = Set.of(
            "requests",
            "errors",
            "failures",
            "exceptions",
            "hits",
            "misses",
            "retries",
            "timeouts",
            "calls",
            "invocations",
            "collections",
            "evictions",
            "restarts",
            "rejections",
            "received",
            "sent",
            "processed",
            "completed",
            "created",
            "failed",
            "dropped",
            "evicted",
            "accepted",
            "rejected",
            "submitted",
            "succeeded",
            "retried",
            "finished");

    /** With one of these it is a level after all. */
    private static final Set<String> LEVELS = Set.of(
            "active",
            "current",
            "currently",
            "pending",
            "inflight",
            "flight",
            "queued",
            "open",
            "waiting",
            "running",
            "live",
            "max",
            "min",
            "limit",
            "last",
            "rate",
            "per",
            "concurrent",
            "outstanding",
            "busy",
            "idle",
            "size",
            "depth",
            "ratio",
            "timestamp",
            "time",
            "peak",
            "average",
            "avg",
            "mean");

    private static final String OUR_FILLER = "Registered as ";
    private static final String OUR_FILLER_END = ", without help.";

    private MetadataRules() {}

    static void check(MetricFamily family, Findings findings) {
        int line = family.firstLine();
        String help = family.help == null ? "" : family.help.strip();
        if (help.isEmpty()) {
            findings.add(
                    Rule.HELP_MISSING,
                    family,
                    line,
                    family.help == null ? "no HELP line" : "an empty HELP line",
                    "Say in a sentence what is counted or measured, and when.");
        } else if (help.startsWith(OUR_FILLER) && help.endsWith(OUR_FILLER_END)) {
            findings.add(
                    Rule.HELP_MISSING,
                    family,
                    line,
                    "the exporter wrote \"" + help + "\"",
                    "Add .help(\"..\") where "
                            + help.substring(OUR_FILLER.length(), help.length() - OUR_FILLER_END.length())
                            + " is registered.");
        } else if (saysNothing(help, family.queryName())) {
            findings.add(
                    Rule.HELP_USELESS,
                    family,
                    line,
                    "help is \"" + LineReader.shortened(help) + "\"",
                    "Say what the name cannot: what is counted or measured, when, and what a high value means.");
        }
        if (!family.type.isKnown()) {
            boolean absent = family.type == MetricType.ABSENT;
            findings.add(
                    Rule.TYPE_MISSING,
                    family,
                    line,
                    absent ? "no TYPE line" : "the type is " + family.type.word(),
                    "Add # TYPE " + family.name + " " + guess(family) + " (a guess, by name and samples).");
        }
        if (family.type == MetricType.GAUGE) {
            looksLikeCounter(family, findings);
        }
        if (family.scatteredLine > 0) {
            findings.add(
                    Rule.SCATTERED_FAMILY,
                    family,
                    family.scatteredLine,
                    "its samples begin in line " + line + " and go on in line " + family.scatteredLine
                            + " after those of another family",
                    "Write all samples of " + family.name + " together, behind its HELP and TYPE.");
        }
    }

    private static boolean saysNothing(String help, String name) {
        Set<String> words = new HashSet<>(NameWords.of(help));
        words.removeAll(FILLERS);
        Set<String> known = new HashSet<>(NameWords.of(name));
        words.removeIf(word -> known.contains(word)
                || known.contains(word + "s")
                || word.endsWith("s") && known.contains(word.substring(0, word.length() - 1)));
        return words.isEmpty();
    }

    private static String guess(MetricFamily family) {
        if (family.undeclared != MetricType.ABSENT) {
            return family.undeclared.word();
        }
        return family.name.toLowerCase(Locale.ROOT).endsWith("_total") ? "counter" : "gauge";
    }

    private static void looksLikeCounter(MetricFamily family, Findings findings) {
        List<String> words = NameWords.of(family.name);
        String last = words.isEmpty() ? "" : words.get(words.size() - 1);
        if (!EVENTS.contains(last) || words.stream().anyMatch(LEVELS::contains) || family.samples.isEmpty()) {
            return;
        }
        double sum = 0;
        for (SampleLine sample : family.samples) {
            if (!(sample.value() >= 0) || sample.value() != Math.rint(sample.value())) {
                return;
            }
            sum += sample.value();
        }
        findings.add(
                Rule.GAUGE_LIKE_COUNTER,
                family,
                family.firstLine(),
                "a gauge called \"" + last + "\", with whole numbers only (" + Numbers.of(sum) + " in all)",
                "If it only rises, register it as a counter and call it " + String.join("_", words)
                        + "_total. If it is a level, say so in the name, as in active_" + String.join("_", words)
                        + ".");
    }
}
