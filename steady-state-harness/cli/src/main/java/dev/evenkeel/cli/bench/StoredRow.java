package dev.evenkeel.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A row of ours as {@code --json} once wrote it, one object a line. */
record StoredRow(String suite, String jdk, int threads, String caseName, double medianNanos, List<Double> forkMedians) {
    private static final Pattern ROW = Pattern.compile("\\{\"schema\":1,\"suite\":\"([^\"]*)\",\"jdk\":\"([^\"]*)\","
            + "\"threads\":(\\d+),\"case\":\"([^\"]*)\",\"library\":\"evenkeel\",.*?\"median_ns\":([-+.0-9eE]+),.*?"
            + "\"fork_medians_ns\":\\[([^\\]]+)\\]");

    /**
     * Reads the rows of ours; others are skipped.
     *
     * @throws IllegalArgumentException when there are none
     */
    static List<StoredRow> parse(String json) {
        List<StoredRow> rows = json.lines()
                .map(ROW::matcher)
                .filter(Matcher::find)
                .map(row -> new StoredRow(
                        row.group(1),
                        row.group(2),
                        Integer.parseInt(row.group(3)),
                        row.group(4),
                        Double.parseDouble(row.group(5)),
                        Arrays.stream(row.group(6).split(",", -1))
                                .map(Double::valueOf)
                                .toList()))
                .toList();
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("The file holds no rows of ours with their forks. Write one with"
                    + " evenkeel bench SUITE --json FILE.");
        }
        return rows;
    }

    boolean isOf(BenchRow row) {
        return row.isOf(suite, jdk, threads, caseName);
    }

    String title() {
        return caseName + ", JDK " + jdk + ", threads " + threads;
    }
}
