package dev.evenkeel.cli.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A result in words: for a terminal, as Markdown and as JSON. */
final class BaselineReport {
    /** Rises when a field changes its meaning or goes; new fields do not count. */
    static final int SCHEMA = 1;

    private static final List<String> HEAD = List.of(
            "pool",
            "calls",
            "per second",
            "waits",
            "given up",
            "failed",
            "in use",
            "most",
            "limit",
            "acquire p50",
            "p99",
            "max",
            "call p50",
            "p99",
            "max");

    private final BaselineResult result;
    private final Map<String, String> environment;

    /** @param environment what the run ran on, in display order */
    BaselineReport(BaselineResult result, Map<String, String> environment) {
        this.result = result;
        this.environment = environment;
    }

    private static List<String> cells(PoolRow r) {
        return List.of(
                r.name(),
                Long.toString(r.counted().calls()),
                number(r.perSecond(), 1),
                Long.toString(r.steady().waits()),
                Long.toString(r.steady().refused()),
                Long.toString(r.steady().failed()),
                number(r.inUse(), 2),
                Integer.toString(r.peak()),
                Integer.toString(r.limit()),
                number(r.acquire().p50(), 3),
                number(r.acquire().p99(), 3),
                number(r.acquire().max(), 1),
                number(r.held().p50(), 1),
                number(r.held().p99(), 1),
                number(r.held().max(), 0));
    }

    private static String number(double value, int digits) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** Below the headline. */
    String text() {
        List<List<String>> table = new ArrayList<>(List.of(HEAD));
        result.rows().forEach(row -> table.add(cells(row)));
        int[] widths = new int[HEAD.size()];
        for (List<String> line : table) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : table) {
            for (int i = 0; i < widths.length; i++) {
                String cell = line.get(i);
                String pad = " ".repeat(widths[i] - cell.length());
                text.append(i == 0 ? "  " + cell + pad : "  " + pad + cell);
            }
            text.append('\n');
        }
        text.append(
                "  Times in ms. In use: calls a second x mean time of a call (Little's law). Most: callers at once.\n"
                        + "  Waits, given up and failed are without the seconds in which this machine stalled.\n\n");
        for (BaselineResult.Check check : result.checks()) {
            text.append(String.format(Locale.ROOT, "  %-13s %s: %s%n", check.verdict(), check.what(), check.words()));
        }
        return text.toString();
    }

    String markdown() {
        StringBuilder md = new StringBuilder("# Pool baseline\n\n");
        md.append("**").append(result.headline()).append("**\n\n");
        md.append(String.format(
                Locale.ROOT,
                "%d s after a warm-up of %.0f s: %.0f queries/s and, through each HTTP client, %.0f calls/s to two upstreams.%n%n",
                result.samples().size(),
                result.warmUpSeconds(),
                Settings.QUERIES_PER_SECOND,
                Settings.CALLS_PER_SECOND));
        md.append("| ").append(String.join(" | ", HEAD)).append(" |\n|");
        for (int i = 0; i < HEAD.size(); i++) {
            md.append(i == 0 ? " --- |" : " ---: |");
        }
        md.append('\n');
        for (PoolRow row : result.rows()) {
            md.append("| ").append(String.join(" | ", cells(row))).append(" |\n");
        }
        md.append(
                "\nTimes in ms. *In use* is calls a second times the mean time of a call (Little's law), *most* the most"
                        + " callers at once. Waits, given up and failed are without the seconds in which this machine stalled; times are"
                        + " with them.\n\n| verdict | what | |\n| --- | --- | --- |\n");
        for (BaselineResult.Check check : result.checks()) {
            md.append("| ")
                    .append(check.verdict())
                    .append(" | ")
                    .append(check.what())
                    .append(" | ")
                    .append(check.words())
                    .append(" |\n");
        }
        md.append("\n## Settings\n\n| pool | setting | value | reason |\n| --- | --- | --- | --- |\n");
        for (Settings.Reason r : result.settings().reasons()) {
            md.append("| ")
                    .append(r.pool())
                    .append(" | ")
                    .append(r.setting())
                    .append(" | ")
                    .append(r.value())
                    .append(" | ")
                    .append(r.why())
                    .append(" |\n");
        }
        md.append("\n## Run on\n\n");
        environment.forEach((key, value) ->
                md.append("- ").append(key).append(": ").append(value).append('\n'));
        return md.toString();
    }

    String json() {
        StringBuilder json = new StringBuilder("{\n  \"schema\": ").append(SCHEMA);
        json.append(",\n  \"verdict\": ").append(quoted(result.verdict().name()));
        json.append(",\n  \"headline\": ").append(quoted(result.headline()));
        json.append(",\n  \"cut_short\": ").append(result.cutShort());
        json.append(",\n  \"seconds\": ").append(result.samples().size());
        json.append(",\n  \"warm_up_seconds\": ").append(plain(result.warmUpSeconds()));
        json.append(",\n  \"stalled_seconds\": ").append(result.stalledSeconds());
        json.append(",\n  \"threads\": {\"least\": ")
                .append(plain(result.threads().least()))
                .append(", \"most\": ")
                .append(plain(result.threads().most()))
                .append("}");
        json.append(",\n  \"pools\": [");
        String comma = "";
        for (PoolRow r : result.rows()) {
            json.append(comma).append("\n    {\"upstream\": ").append(quoted(r.upstream()));
            json.append(", \"library\": ").append(quoted(r.library()));
            json.append(", \"limit\": ").append(r.limit());
            json.append(", \"most_callers\": ").append(r.peak());
            json.append(", \"calls\": ").append(r.counted().calls());
            json.append(", \"per_second\": ").append(plain(r.perSecond()));
            json.append(", \"waits\": ").append(r.steady().waits());
            json.append(", \"waits_while_stalled\": ")
                    .append(r.counted().waits() - r.steady().waits());
            json.append(", \"most_waiting\": ").append(plain(r.mostWaiting()));
            json.append(", \"given_up\": ").append(r.counted().refused());
            json.append(", \"timeouts\": ").append(plain(r.timeouts()));
            json.append(", \"failed\": ").append(r.counted().failed());
            json.append(", \"given_up_while_stalled\": ")
                    .append(r.counted().refused() - r.steady().refused());
            json.append(", \"failed_while_stalled\": ")
                    .append(r.counted().failed() - r.steady().failed());
            json.append(", \"in_use\": ").append(plain(r.inUse()));
            json.append(", \"acquire_ms\": ").append(times(r.acquire()));
            json.append(", \"call_ms\": ").append(times(r.held())).append('}');
            comma = ",";
        }
        json.append("\n  ],\n  \"checks\": [");
        comma = "";
        for (BaselineResult.Check check : result.checks()) {
            json.append(comma).append("\n    {\"what\": ").append(quoted(check.what()));
            json.append(", \"verdict\": ").append(quoted(check.verdict().name()));
            json.append(", \"words\": ").append(quoted(check.words())).append('}');
            comma = ",";
        }
        json.append("\n  ],\n  \"settings\": [");
        comma = "";
        for (Settings.Reason r : result.settings().reasons()) {
            json.append(comma).append("\n    {\"pool\": ").append(quoted(r.pool()));
            json.append(", \"setting\": ").append(quoted(r.setting()));
            json.append(", \"value\": ").append(quoted(r.value()));
            json.append(", \"reason\": ").append(quoted(r.why())).append('}');
            comma = ",";
        }
        json.append("\n  ],\n  \"environment\": {");
        comma = "";
        for (Map.Entry<String, String> fact : environment.entrySet()) {
            json.append(comma)
                    .append("\n    ")
                    .append(quoted(fact.getKey()))
                    .append(": ")
                    .append(quoted(fact.getValue()));
            comma = ",";
        }
        return json.append("\n  }\n}\n").toString();
    }

    /** One line a second; empty where nothing was to be read. */
    String csv() {
        StringBuilder csv = new StringBuilder("second,threads,lateness_ms,due,completed");
        for (PoolRow row : result.rows()) {
            String name = (row.upstream() + "_" + row.library())
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9]+", "_");
            for (String column : List.of("used", "idle", "waiting", "waits", "given_up", "failed")) {
                csv.append(',').append(name).append('_').append(column);
            }
        }
        csv.append('\n');
        for (Sample sample : result.samples()) {
            csv.append(plain(sample.second()))
                    .append(',')
                    .append(plain(sample.threads()))
                    .append(',')
                    .append(plain(sample.latenessMillis()))
                    .append(',')
                    .append(sample.due())
                    .append(',')
                    .append(sample.completed());
            for (Sample.Pool pool : sample.pools()) {
                for (double value : new double[] {
                    pool.used(),
                    pool.idle(),
                    pool.waiting(),
                    pool.counted().waits(),
                    pool.counted().refused(),
                    pool.counted().failed()
                }) {
                    csv.append(',').append(Double.isNaN(value) ? "" : plain(value));
                }
            }
            csv.append('\n');
        }
        return csv.toString();
    }

    private static String times(PoolRow.Times times) {
        return "{\"p50\": " + plain(times.p50()) + ", \"p99\": " + plain(times.p99()) + ", \"max\": "
                + plain(times.max()) + "}";
    }

    /** A number as JSON has it; null for none. */
    private static String plain(double value) {
        if (!Double.isFinite(value)) {
            return "null";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.4f", value);
    }

    private static String quoted(String text) {
        StringBuilder s = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                s.append('\\').append(c);
            } else if (c < ' ') {
                s.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                s.append(c);
            }
        }
        return s.append('"').toString();
    }
}
