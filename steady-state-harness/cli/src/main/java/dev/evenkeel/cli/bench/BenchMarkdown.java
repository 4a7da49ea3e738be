package dev.evenkeel.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps the tables of a Markdown page: one section a suite, between two comment lines, replaced whole at each run, so that
 * the page is regenerated and never edited.
 */
final class BenchMarkdown {
    private BenchMarkdown() {}

    /** Replaces the section of a suite in the page, or appends it. */
    static void update(Path page, BenchSuite suite, String command, String day, List<BenchRow> rows)
            throws IOException {
        String old = Files.exists(page) ? Files.readString(page, StandardCharsets.UTF_8) : "# Benchmarks\n";
        Files.writeString(page, replaced(old, suite, section(suite, command, day, rows)), StandardCharsets.UTF_8);
    }

    static String replaced(String page, BenchSuite suite, String section) {
        String begin = "<!-- " + suite.title() + " -->\n";
        String end = "<!-- end of " + suite.title() + " -->\n";
        Matcher present = Pattern.compile(Pattern.quote(begin) + ".*?" + Pattern.quote(end), Pattern.DOTALL)
                .matcher(page);
        return present.find()
                ? present.replaceFirst(Matcher.quoteReplacement(begin + section + end))
                : page + "\n" + begin + section + end;
    }

    private static String section(BenchSuite suite, String command, String day, List<BenchRow> rows) {
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
        String group = "";
        for (BenchRow row : rows) {
            String title = row.entry().caseName() + ", JDK " + row.jdk() + ", threads " + row.threads();
            if (!title.equals(group)) {
                out.append("\n### ").append(title).append("\n\n");
                out.append("| | median ns | low | high | B/op | ours / best peer |\n|---|--:|--:|--:|--:|--:|\n");
                group = title;
            }
            OptionalDouble ratio = row.ratioToBestPeer(rows);
            out.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.2f | %.0f | %s |\n",
                    row.entry().library() + (row.entry().role() == BenchSuite.Role.FLOOR ? " (floor)" : ""),
                    row.median(),
                    row.low(),
                    row.high(),
                    row.bytesPerOp(),
                    ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : ""));
        }
        return out.append('\n').toString();
    }
}
