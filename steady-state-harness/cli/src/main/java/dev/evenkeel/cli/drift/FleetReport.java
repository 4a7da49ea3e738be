package dev.evenkeel.cli.drift;

import dev.evenkeel.cli.drift.FleetVerdict.Judged;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.report.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What is said about a fleet, on a terminal and as Markdown. */
final class FleetReport {
    private static final List<String> HEAD =
            List.of("series", "verdict", "per hour", "at least", "at most", "limit in", "restarts", "what it did");
    private static final int WIDEST = 60;

    private final FleetVerdict fleet;
    private final String query;
    private final String where;
    private final String range;
    private final @Nullable Double limit;

    /** @param range in words: {@code "24 h at a reading every 60 s"} */
    FleetReport(FleetVerdict fleet, String query, String where, String range, @Nullable Double limit) {
        this.fleet = fleet;
        this.query = query;
        this.where = where;
        this.range = range;
        this.limit = limit;
    }

    /** The verdict, and the worst series in a table. */
    String text(int top) {
        StringBuilder text = new StringBuilder();
        headlines().forEach(line -> text.append(line).append('\n'));
        List<String[]> rows = rows(top);
        if (rows.isEmpty()) {
            return text.toString();
        }
        int[] width = new int[HEAD.size()];
        rows.add(0, HEAD.toArray(String[]::new));
        for (String[] row : rows) {
            for (int c = 0; c < row.length; c++) {
                width[c] = Math.max(width[c], row[c].length());
            }
        }
        text.append('\n');
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < row.length; c++) {
                if (empty(rows, c)) {
                    continue;
                }
                String pad = " ".repeat(width[c] - row[c].length());
                boolean number = c >= 2 && c <= 6;
                line.append(number ? pad + row[c] : row[c] + pad).append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        more(top, text);
        return text.toString();
    }

    /** The same for a page or a comment on a change. */
    String markdown(int top) {
        StringBuilder text = new StringBuilder("# Drift of a fleet: " + fleet.verdict() + "\n\n");
        headlines().forEach(line -> text.append(line).append("\n\n"));
        List<String[]> rows = rows(top);
        if (!rows.isEmpty()) {
            text.append("| ").append(String.join(" | ", HEAD)).append(" |\n|---|---|--:|--:|--:|--:|--:|---|\n");
            for (String[] row : rows) {
                text.append('|');
                for (String cell : row) {
                    text.append(' ').append(cell.replace("|", "\\|")).append(" |");
                }
                text.append('\n');
            }
            more(top, text.append('\n'));
        }
        return text.toString();
    }

    private static boolean empty(List<String[]> rows, int column) {
        return rows.stream().skip(1).allMatch(row -> row[column].isEmpty());
    }

    private void more(int top, StringBuilder text) {
        int left = fleet.ranked().size() - top;
        if (left > 0) {
            text.append("... and ").append(left).append(" more, all in --json FILE; --top shows more here.\n");
        }
    }

    private List<String> headlines() {
        List<String> lines = new ArrayList<>();
        lines.add("fleet: " + fleet.verdict() + ". " + fleet.reason());
        List<String> counts = new ArrayList<>();
        for (Verdict verdict : List.of(Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.INVALID)) {
            if (fleet.count(verdict) > 0) {
                counts.add(fleet.count(verdict) + " " + verdict);
            }
        }
        if (fleet.leftOut() > 0) {
            counts.add(fleet.leftOut() + " left out (under 30 readings between restarts)");
        }
        if (fleet.restarted() > 0) {
            counts.add(fleet.restarted() + " restarted");
        }
        if (fleet.restartsUnknown() > 0) {
            counts.add(fleet.restartsUnknown() + " without a series that tells of restarts");
        }
        lines.add(query + " at " + where + ", " + range + ": " + String.join(", ", counts) + ".");
        if (limit != null) {
            Judged first = fleet.firstToMeet(limit);
            lines.add(
                    first == null
                            ? "No series is on its way to the limit of " + DriftText.exact(limit) + "."
                            : "May run unattended for " + days(first) + ": "
                                    + fleet.names().get(first) + " may meet the limit of " + DriftText.exact(limit)
                                    + " first.");
        }
        return lines;
    }

    private String days(Judged judged) {
        return limit == null ? "" : time(judged.result().soonestSecondsToLimit(limit));
    }

    private static String time(OptionalDouble seconds) {
        if (seconds.isEmpty()) {
            return "never";
        }
        return DriftText.hours(Math.round(seconds.getAsDouble()));
    }

    private List<String[]> rows(int top) {
        Map<Judged, String> names = fleet.names();
        List<String[]> rows = new ArrayList<>();
        for (Judged judged :
                fleet.ranked().subList(0, Math.min(top, fleet.ranked().size()))) {
            DriftResult r = judged.result();
            boolean alone = r.verdict() == Verdict.FAIL && rows.size() >= fleet.withstood();
            rows.add(new String[] {
                cut(names.getOrDefault(judged, "")),
                alone ? "FAIL alone" : r.verdict().name(),
                r.measured() ? DriftText.number(r.slopePerHour()) : "",
                r.measured() ? DriftText.number(r.lowerPerHour()) : "",
                r.measured() ? DriftText.number(r.upperPerHour()) : "",
                limit == null || !r.measured() ? "" : time(r.soonestSecondsToLimit(limit)),
                judged.restarts() == 0 ? "" : Integer.toString(judged.restarts()),
                r.model(DriftText::number)
            });
        }
        return rows;
    }

    private static String cut(String name) {
        return name.length() <= WIDEST ? name : name.substring(0, WIDEST - 3) + "...";
    }

    /** What stands in the JSON beside the series. */
    void writeTo(JsonWriter json) {
        json.name("fleet").beginObject();
        json.member("query", query);
        json.member("store", where);
        json.member("reason", fleet.reason());
        json.member("series", (long) fleet.ranked().size());
        json.member("withstood_correction", (long) fleet.withstood());
        json.member("left_out", (long) fleet.leftOut());
        json.member("restarted", fleet.restarted());
        json.member("restarts_unknown", (long) fleet.restartsUnknown());
        Judged first = limit == null ? null : fleet.firstToMeet(limit);
        if (first != null && limit != null) {
            json.member(
                    "unattended_seconds",
                    first.result().soonestSecondsToLimit(limit).orElse(Double.NaN));
            json.member("first_limit", String.valueOf(fleet.names().get(first)));
        }
        json.endObject();
    }
}
