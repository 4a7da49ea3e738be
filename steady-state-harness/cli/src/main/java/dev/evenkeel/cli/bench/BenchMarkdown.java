package dev.evenkeel.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps a Markdown page of benchmarks: how to read it, and one section a suite, each between two comment lines and replaced
 * whole at each run, so that the page is regenerated and never edited.
 */
final class BenchMarkdown {
    /** How to read the page; the same words at each run. */
    static final String HOW_TO_READ =
            """
            Written by `./evenkeel bench SUITE --markdown docs/benchmarks.md`, never by hand. A time is processor nanoseconds per
            operation: median, lowest and highest of all iterations of all forks. For a record and for a page it is the measured
            processor time of the threads that record or write, the collection of garbage not in it; for a collect and for virtual
            threads, where others do part of the work, it is `min(threads, processors) x wall time / operations`, and for the first
            page of a process the wall time. Forks of different rows are interleaved, and each library runs in
            JVMs that have only its own jars on their class path, exemplars off. Peers count in the ratio to the best peer. Floors (an
            empty benchmark, a cell of one's own, a structure that no other thread can read) show what cannot be undercut; a reference
            is what one would write with the JDK alone. The machine changes its speed by up to 1.8 times from one minute to the next,
            so read ratios and not times. Goals stand beside what was reached, met or not.
            """;

    private BenchMarkdown() {}

    /** Replaces the section of a suite in the page, or appends it. */
    static void update(Path page, BenchSuite suite, String command, String day, List<BenchRow> run) throws IOException {
        String old = Files.exists(page) ? Files.readString(page, StandardCharsets.UTF_8) : "# Benchmarks\n";
        String read = replaced(old, "how to read", HOW_TO_READ);
        Files.writeString(
                page, replaced(read, suite.title(), section(suite, command, day, run)), StandardCharsets.UTF_8);
    }

    static String replaced(String page, String name, String section) {
        String begin = "<!-- " + name + " -->\n";
        String end = "<!-- end of " + name + " -->\n";
        Matcher present = Pattern.compile(Pattern.quote(begin) + ".*?" + Pattern.quote(end), Pattern.DOTALL)
                .matcher(page);
        return present.find()
                ? present.replaceFirst(Matcher.quoteReplacement(begin + section + end))
                : page + "\n" + begin + section + end;
    }

    private static String section(BenchSuite suite, String command, String day, List<BenchRow> run) {
        StringBuilder out = new StringBuilder();
        out.append("## ")
                .append(suite.title())
                .append("\n\n`")
                .append(command)
                .append("`, ")
                .append(day);
        out.append(", ").append(Runtime.getRuntime().availableProcessors()).append(" processors, ");
        out.append(System.getProperty("os.name"))
                .append(' ')
                .append(System.getProperty("os.arch"))
                .append(".\n");
        for (BenchTable table : BenchTable.of(run)) {
            append(out, table);
        }
        return out.append('\n').toString();
    }

    private static void append(StringBuilder out, BenchTable table) {
        BenchCase.Kind kind = table.benchCase().kind();
        boolean net = table.benchCase().baseline() != null;
        out.append("\n### ").append(table.title()).append("\n\n");
        out.append("| | median ").append(kind.unit).append(" | low | high | ");
        out.append(kind.bytesTitle.isEmpty() ? "" : kind.bytesTitle + " | ")
                .append(net ? "net " + kind.unit + " | " : "");
        out.append("ours / best peer |\n|---|").append("--:|".repeat(kind.bytesTitle.isEmpty() ? 4 : net ? 6 : 5));
        out.append('\n');
        for (BenchRow row : table.rows()) {
            out.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.2f | %s%s%s |\n",
                    BenchText.label(row),
                    row.median() / kind.nanosPerUnit,
                    row.low() / kind.nanosPerUnit,
                    row.high() / kind.nanosPerUnit,
                    kind.bytesTitle.isEmpty() ? "" : BenchText.bytes(row) + " | ",
                    net ? BenchText.net(table, row) + " | " : "",
                    BenchText.ratio(table, row)));
        }
        List<Goal.Finding> goals = table.goals();
        if (!goals.isEmpty()) {
            out.append("\n| goal | reached | at most | |\n|---|--:|--:|---|\n");
            for (Goal.Finding goal : goals) {
                out.append(String.format(
                        Locale.ROOT,
                        "| %s | %.2f | %.2f | %s |\n",
                        goal.what(),
                        goal.reached(),
                        goal.limit(),
                        goal.verdict()));
            }
        }
    }
}
