package dev.evenkeel.leak;

import dev.evenkeel.drift.Verdict;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The outcome of a leak run. Immutable.
 *
 * @param name what was judged
 * @param verdict FAIL with a certain finding, else INCONCLUSIVE while something still grew or nothing could be read, else PASS
 * @param reason the verdict in one sentence
 * @param findings what grew, certain ones first; empty on PASS
 * @param limits the smallest leak that the run would have seen, one per resource judged
 * @param notWatched what was not judged, and why
 * @param notes what was allowed or dismissed, and why
 * @param rounds judged rounds, escalated ones included
 * @param iterations iterations since the baseline
 * @param lingerMillis how long what was on its way out was waited for
 */
public record LeakReport(
        String name,
        Verdict verdict,
        String reason,
        List<LeakFinding> findings,
        List<DetectionLimit> limits,
        Map<Resource, String> notWatched,
        List<String> notes,
        int rounds,
        long iterations,
        long lingerMillis) {

    private static final int MOST_GROUPS = 8;
    private static final int MOST_DETAILED = 3;

    /** Copies the lists. */
    public LeakReport {
        findings = List.copyOf(findings);
        limits = List.copyOf(limits);
        notWatched = Collections.unmodifiableMap(new TreeMap<>(notWatched));
        notes = List.copyOf(notes);
    }

    /**
     * Whether a scope's suspects can be cleared up by running the same code again with nothing beside it, for instance by {@link
     * LeakDetector#verify}.
     */
    public boolean needsRunAlone() {
        return findings.stream().anyMatch(f -> f.blame() == Blame.UNKNOWN);
    }

    /** The report as plain text for a log or an assertion: findings with their evidence first. */
    public String text() {
        StringBuilder out = new StringBuilder();
        if (findings.isEmpty()) {
            out.append(verdict).append(": ").append(reason).append('\n');
        }
        for (LeakFinding finding : findings) {
            head(out, finding);
            int shown = 0;
            for (LeakFinding.Evidence evidence : finding.evidence()) {
                if (shown++ == MOST_GROUPS) {
                    out.append("  ... and ")
                            .append(finding.evidence().size() - MOST_GROUPS)
                            .append(" more\n");
                    break;
                }
                out.append("  ").append(shown).append(") ");
                line(out, finding, evidence);
                out.append('\n');
                if (shown <= MOST_DETAILED) {
                    evidence.detail()
                            .forEach(d -> out.append("       ").append(d).append('\n'));
                }
            }
            out.append(Advice.of(finding)).append('\n');
        }
        if (!findings.isEmpty()) {
            out.append(verdict).append(": ").append(reason).append('\n');
        }
        if (!limits.isEmpty()) {
            out.append("Smallest leak this run would have seen:\n");
            limits.forEach(limit -> out.append("  ").append(limit).append('\n'));
        }
        notWatched.forEach((resource, why) -> out.append("Not watched: ")
                .append(resource.title())
                .append(", because ")
                .append(why)
                .append(".\n"));
        notes.forEach(note -> out.append("Note: ").append(note).append('\n'));
        return out.toString();
    }

    @Override
    public String toString() {
        return text();
    }

    private void head(StringBuilder out, LeakFinding f) {
        String doubt = f.certain() ? "" : " (not certain)";
        if (f.resource() == Resource.HEAP) {
            out.append(String.format(
                    Locale.ROOT,
                    "Heap%s grew by %s per iteration (%s to %s) in %s: %s in %d iterations, in every one of the last rounds:%n",
                    doubt,
                    bytes(f.perIteration()),
                    bytes(f.lowPerIteration()),
                    bytes(f.highPerIteration()),
                    name,
                    bytes((double) f.grown()),
                    f.iterations()));
        } else if (f.kind() == LeakFinding.Kind.CLOSED_ONLY_BY_GC) {
            out.append(String.format(
                    Locale.ROOT,
                    "%s%s were left open by %s and closed only by the garbage collector, in %d iterations:%n",
                    f.resource().count(f.grown()),
                    doubt,
                    name,
                    f.iterations()));
        } else {
            out.append(String.format(
                    Locale.ROOT,
                    "%s leaked%s from %s after a linger of %d ms, in %d iterations (%s per iteration, %s to %s by round):%n",
                    f.resource().count(f.grown()),
                    doubt,
                    name,
                    lingerMillis,
                    f.iterations(),
                    number(f.perIteration()),
                    number(f.lowPerIteration()),
                    number(f.highPerIteration())));
        }
    }

    private static void line(StringBuilder out, LeakFinding finding, LeakFinding.Evidence e) {
        switch (finding.resource()) {
            case THREADS -> out.append(e.count() == 1 ? "" : e.count() + " x ")
                    .append('"')
                    .append(e.what())
                    .append("\" ")
                    .append(e.brief());
            default -> out.append(e.count())
                    .append(" x ")
                    .append(e.what())
                    .append(e.brief().isEmpty() ? "" : " " + e.brief());
            case HEAP -> out.append(e.what()).append(' ').append(e.brief());
        }
    }

    static String bytes(double n) {
        double size = Math.abs(n);
        if (size < 10_000) {
            return number(n) + " B";
        }
        return size < 10_000_000
                ? String.format(Locale.ROOT, "%.1f kB", n / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", n / 1e6);
    }

    private static String number(double n) {
        return n == Math.rint(n) ? String.format(Locale.ROOT, "%,.0f", n) : String.format(Locale.ROOT, "%.2f", n);
    }
}
