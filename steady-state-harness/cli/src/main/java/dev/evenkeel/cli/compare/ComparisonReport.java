package dev.evenkeel.cli.compare;

import dev.evenkeel.soak.RunComparison;
import dev.evenkeel.soak.report.JsonWriter;
import java.util.List;
import java.util.Locale;

/** A comparison as text, Markdown, HTML and JSON. Immutable. */
final class ComparisonReport {
    private static final int SCHEMA = 1;

    private final RunComparison comparison;
    private final String before;
    private final String after;
    private final double tolerance;

    ComparisonReport(RunComparison comparison, String before, String after, double tolerance) {
        this.comparison = comparison;
        this.before = before;
        this.after = after;
        this.tolerance = tolerance;
    }

    private List<RunComparison.Row> worst() {
        return comparison.rows().stream()
                .filter(r -> r.deciding() && r.worse(tolerance))
                .toList();
    }

    boolean worse() {
        return !worst().isEmpty();
    }

    /** The one sentence a person reads first. */
    String headline() {
        List<RunComparison.Row> worst = worst();
        if (!worst.isEmpty()) {
            RunComparison.Row first = worst.get(0);
            return "WORSE: " + name(first) + " went from " + first.words(first.before()) + " to "
                    + first.words(first.after()) + " (99 % sure: by at least " + first.words(first.lower()) + ")"
                    + (worst.size() == 1 ? "." : ", and " + (worst.size() - 1) + " more.");
        }
        long better = comparison.rows().stream()
                .filter(r -> r.deciding() && r.upper() < 0)
                .count();
        return better > 0
                ? "NOT WORSE: nothing that decides got worse, and " + better + " of it got better."
                : "NOT WORSE: nothing that decides got worse beyond what is tolerated. See what would have been seen.";
    }

    private static String name(RunComparison.Row row) {
        return switch (row.kind()) {
            case GROWTH -> "growth of " + lower(row.title());
            case LEVEL -> "level of " + lower(row.title());
            case LATENCY -> lower(row.title());
        };
    }

    private static String lower(String title) {
        return Character.toLowerCase(title.charAt(0)) + title.substring(1);
    }

    private String finding(RunComparison.Row row) {
        if (!row.differs()) {
            return "no difference seen";
        }
        if (row.lower() > 0) {
            return row.deciding() && row.worse(tolerance) ? "worse" : "higher";
        }
        return row.deciding() ? "better" : "lower";
    }

    String text(boolean quiet) {
        StringBuilder s = new StringBuilder(headline()).append('\n');
        if (quiet) {
            return s.toString();
        }
        s.append('\n');
        s.append(String.format(
                Locale.ROOT,
                "  %-48s %18s %18s   %-40s %-20s %s%n",
                "",
                "before",
                "after",
                "difference, 99 % interval",
                "would have shown",
                "finding"));
        for (RunComparison.Row row : comparison.rows()) {
            s.append(String.format(
                    Locale.ROOT,
                    "  %-48s %18s %18s   %-40s %-20s %s%n",
                    name(row),
                    row.words(row.before()),
                    row.words(row.after()),
                    row.words(row.difference()) + " (" + row.words(row.lower()) + " to " + row.words(row.upper()) + ")",
                    row.words(row.smallestVisible()),
                    finding(row)));
        }
        comparison.notes().forEach(note -> s.append("  note: ").append(note).append('\n'));
        return s.toString();
    }

    String markdown() {
        StringBuilder s = new StringBuilder("## ").append(headline()).append("\n\n");
        s.append("Before: `").append(before).append("`, after: `").append(after).append("`.\n\n");
        s.append("| | Before | After | Difference | 99 % interval | Would have shown | Finding |\n");
        s.append("|---|--:|--:|--:|--:|--:|---|\n");
        for (RunComparison.Row row : comparison.rows()) {
            s.append("| ").append(name(row));
            s.append(" | ").append(row.words(row.before()));
            s.append(" | ").append(row.words(row.after()));
            s.append(" | ").append(row.words(row.difference()));
            s.append(" | ").append(row.words(row.lower())).append(" to ").append(row.words(row.upper()));
            s.append(" | ").append(row.words(row.smallestVisible()));
            String finding = finding(row);
            s.append(" | ").append(finding.equals("worse") ? "**worse**" : finding).append(" |\n");
        }
        if (!comparison.notes().isEmpty()) {
            s.append('\n');
            comparison.notes().forEach(note -> s.append("- ").append(note.replace("|", "\\|")).append('\n'));
        }
        s.append("\n\"Would have shown\" is the smallest difference that these two runs show nine times in ten.\n");
        return s.toString();
    }

    String html() {
        StringBuilder s = new StringBuilder(8192);
        s.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .append("<title>").append(escape(headline())).append("</title>\n<style>\n")
                .append("""
                        :root{color-scheme:light dark;--fg:#1b1f24;--bg:#fff;--dim:#59636e;--line:#d1d9e0;--bad:#b42318;\
                        --good:#1a7f37;--bar:#54aeff}
                        @media(prefers-color-scheme:dark){:root{--fg:#e6edf3;--bg:#0d1117;--dim:#9198a1;--line:#3d444d;\
                        --bad:#ff7b72;--good:#3fb950;--bar:#388bfd}}
                        body{font:15px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);margin:2rem auto;\
                        max-width:76rem;padding:0 1rem}
                        h1{font-size:1.25rem}p{color:var(--dim)}.scroll{overflow-x:auto}
                        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
                        th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
                        th:first-child,td:first-child,th:last-child,td:last-child{text-align:left}
                        .worse{color:var(--bad);font-weight:600}.better{color:var(--good);font-weight:600}
                        svg{width:11rem;height:1.1rem;display:block}.i{stroke:var(--bar);stroke-width:3}
                        .z{stroke:var(--dim);stroke-width:1}.d{fill:var(--fg)}
                        """)
                .append("</style></head><body>\n<h1>").append(escape(headline())).append("</h1>\n<p>Before: ")
                .append(escape(before)).append("<br>After: ").append(escape(after))
                .append("</p>\n<div class=\"scroll\"><table><thead><tr><th>Figure</th><th>Before</th><th>After</th>")
                .append("<th>Difference</th><th>99 % interval</th><th>Around no change</th><th>Would have shown</th>")
                .append("<th>Finding</th></tr></thead><tbody>\n");
        for (RunComparison.Row row : comparison.rows()) {
            String finding = finding(row);
            s.append("<tr><td>").append(escape(name(row)));
            cell(s, row.words(row.before()));
            cell(s, row.words(row.after()));
            cell(s, row.words(row.difference()));
            cell(s, row.words(row.lower()) + " to " + row.words(row.upper()));
            s.append("</td><td>").append(bar(row));
            cell(s, row.words(row.smallestVisible()));
            s.append("</td><td class=\"").append(finding.split(" ")[0]).append("\">").append(finding).append("</td></tr>\n");
        }
        s.append("</tbody></table></div>\n");
        for (String note : comparison.notes()) {
            s.append("<p>").append(escape(note)).append("</p>\n");
        }
        s.append("<p>\u201cWould have shown\u201d is the smallest difference that these two runs show nine times in ten.")
                .append(" About one row in a hundred differs by chance.</p>\n</body></html>\n");
        return s.toString();
    }

    private static void cell(StringBuilder s, String text) {
        s.append("</td><td>").append(escape(text));
    }

    /** The interval against zero, on a scale of its own. */
    private static String bar(RunComparison.Row row) {
        double most = Math.max(Math.abs(row.lower()), Math.abs(row.upper()));
        if (!(most > 0)) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 200 20\" role=\"img\" aria-label=\"interval\"><path class=\"z\" d=\"M100 0V20\"/>"
                        + "<path class=\"i\" d=\"M%.1f 10H%.1f\"/><circle class=\"d\" cx=\"%.1f\" cy=\"10\" r=\"3\"/></svg>",
                100 + 95 * row.lower() / most,
                100 + 95 * row.upper() / most,
                100 + 95 * row.difference() / most);
    }

    private static String escape(String s) {
        return s.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    String json() {
        JsonWriter json = new JsonWriter().beginObject();
        json.member("schema", SCHEMA);
        json.member("headline", headline());
        json.member("worse", worse());
        json.member("before", before);
        json.member("after", after);
        json.member("tolerance", tolerance);
        json.name("rows").beginArray();
        for (RunComparison.Row row : comparison.rows()) {
            json.beginObject();
            json.member("kind", row.kind().name().toLowerCase(Locale.ROOT));
            json.member("name", row.name());
            json.member("unit", row.unit());
            json.member("before", row.before());
            json.member("after", row.after());
            json.member("difference", row.difference());
            json.member("lower", row.lower());
            json.member("upper", row.upper());
            json.member("smallest_visible", row.smallestVisible());
            json.member("deciding", row.deciding());
            json.member("finding", finding(row));
            json.endObject();
        }
        json.endArray();
        json.name("notes").beginArray();
        comparison.notes().forEach(json::value);
        json.endArray();
        return json.endObject().toString();
    }
}
