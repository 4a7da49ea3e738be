package dev.evenkeel.leak;

import dev.evenkeel.drift.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report for a terminal of {@value #WIDTH} columns. */
final class LeakText {
    private static final int WIDTH = 100;
    private static final int MOST_GROUPS = 8;
    private static final int MOST_DETAILED = 3;
    private static final int MOST_DETAIL_LINES = 12;

    private final LeakReport report;
    private final StringBuilder out = new StringBuilder();

    private LeakText(LeakReport report) {
        this.report = report;
    }

    static String of(LeakReport report) {
        LeakText text = new LeakText(report);
        text.write();
        return text.out.toString();
    }

    private void write() {
        List<LeakFinding> findings = report.findings();
        if (findings.isEmpty()) {
            verdict();
        }
        for (LeakFinding finding : findings) {
            wrap("", "  ", head(finding));
            groups(finding);
            block("held by", "    ", finding.heldBy(), true);
            block(made(finding.resource()), "    ", finding.madeAt(), false);
            wrap("  > ", "    ", Advice.of(finding));
            out.append('\n');
        }
        if (!findings.isEmpty()) {
            verdict();
        }
        limits();
        notWatched();
        for (String note : report.notes()) {
            wrap("Note: ", "  ", note);
        }
    }

    private void verdict() {
        String blind = report.verdict() == Verdict.PASS && !report.notWatched().isEmpty() ? " in what was watched" : "";
        wrap("", "  ", report.verdict() + ": " + report.reason() + blind);
    }

    private static String made(Resource resource) {
        return switch (resource) {
            case THREADS, VIRTUAL_THREADS, CHILD_PROCESSES -> "started";
            case FILE_DESCRIPTORS -> "opened";
            default -> "made";
        };
    }

    private void groups(LeakFinding finding) {
        int shown = 0;
        for (LeakFinding.Evidence e : finding.evidence()) {
            if (shown++ == MOST_GROUPS) {
                out.append("  ... and ")
                        .append(finding.evidence().size() - MOST_GROUPS)
                        .append(" more\n");
                break;
            }
            wrap("  " + shown + ") ", "     ", line(finding.resource(), e));
            if (shown <= MOST_DETAILED) {
                int lines = 0;
                for (String detail : e.detail()) {
                    if (lines++ == MOST_DETAIL_LINES) {
                        out.append("       ... ")
                                .append(e.detail().size() - MOST_DETAIL_LINES)
                                .append(" more lines\n");
                        break;
                    }
                    out.append("       ").append(detail).append('\n');
                }
            }
        }
    }

    private void block(String title, String indent, List<String> lines, boolean arrows) {
        if (lines.isEmpty()) {
            return;
        }
        out.append("  ").append(title).append('\n');
        for (int i = 0; i < lines.size(); i++) {
            if (arrows) {
                wrap(indent + (i > 0 ? "-> " : ""), indent + "     ", lines.get(i));
            } else {
                out.append(indent).append(lines.get(i)).append('\n'); // a line that an editor makes a link of
            }
        }
    }

    private void limits() {
        if (report.limits().isEmpty()) {
            return;
        }
        Map<String, StringBuilder> alike = new LinkedHashMap<>();
        for (DetectionLimit limit : report.limits()) {
            String key = String.format(
                    Locale.ROOT,
                    "1 in %.1f iterations%s",
                    limit.iterationsPerLeak(),
                    limit.noise().isEmpty() ? "" : "; " + limit.noise());
            StringBuilder names = alike.computeIfAbsent(key, k -> new StringBuilder());
            names.append(names.length() == 0 ? "" : ", ")
                    .append(limit.resource().title());
        }
        out.append("Smallest leak this run would have seen, nine times in ten:\n");
        alike.forEach((limit, names) -> wrap("  ", "    ", names + ": " + limit));
    }

    private void notWatched() {
        Map<String, StringBuilder> alike = new LinkedHashMap<>();
        report.notWatched().forEach((resource, why) -> {
            StringBuilder names = alike.computeIfAbsent(why, w -> new StringBuilder());
            names.append(names.length() == 0 ? "" : ", ").append(resource.title());
        });
        alike.forEach((why, names) -> wrap("Not watched: ", "  ", names + ", because " + why));
    }

    private String head(LeakFinding f) {
        String doubt = f.certain() ? "" : " (not certain)";
        String since = f.sinceIteration() == 0 ? "" : ", after the first " + f.sinceIteration();
        String iterations = f.iterations() == 1 ? "in one run" : "in " + f.iterations() + " iterations" + since;
        if (f.resource() == Resource.HEAP) {
            return String.format(
                    Locale.ROOT,
                    "Heap%s grew by %s per iteration (%s to %s) in %s: %s %s%s:",
                    doubt,
                    bytes(f.perIteration()),
                    bytes(f.lowPerIteration()),
                    bytes(f.highPerIteration()),
                    report.name(),
                    bytes((double) f.grown()),
                    iterations,
                    f.certain() ? ", in every one of the last rounds" : "");
        }
        if (f.kind() == LeakFinding.Kind.CLOSED_ONLY_BY_GC) {
            return String.format(
                    Locale.ROOT,
                    "%s%s were left open by %s and closed only by the garbage collector, %s:",
                    f.resource().count(f.grown()),
                    doubt,
                    report.name(),
                    iterations);
        }
        boolean inBytes = f.isOnHeap();
        String what = inBytes
                ? f.resource().title() + " of " + bytes((double) f.grown())
                : f.resource().count(f.grown());
        String rate = f.iterations() == 1
                ? ""
                : inBytes
                        ? " (" + bytes(f.perIteration()) + " per iteration)"
                        : String.format(
                                Locale.ROOT,
                                " (%s per iteration, %s to %s by round)",
                                number(f.perIteration()),
                                number(f.lowPerIteration()),
                                number(f.highPerIteration()));
        return String.format(
                Locale.ROOT,
                "%s leaked%s from %s after a linger of %d ms, %s%s:",
                what,
                doubt,
                report.name(),
                report.lingerMillis(),
                iterations,
                rate);
    }

    private static String line(Resource resource, LeakFinding.Evidence e) {
        String brief = e.brief().isEmpty() ? "" : " " + e.brief();
        return switch (resource) {
            case THREADS, VIRTUAL_THREADS -> (e.count() == 1 ? "" : e.count() + " x ") + '"' + e.what() + '"' + brief;
            case HEAP, QUEUED_TASKS, SHUTDOWN_HOOKS -> e.what() + brief;
            default -> e.count() + " x " + e.what() + brief;
        };
    }

    /** Breaks at blanks where it can; a word longer than a line stays whole, so that it can be copied. */
    private void wrap(String first, String next, String text) {
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (String word : text.split(" ")) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                out.append(line).append('\n');
                line.setLength(0);
                line.append(next);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        out.append(line).append('\n');
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
