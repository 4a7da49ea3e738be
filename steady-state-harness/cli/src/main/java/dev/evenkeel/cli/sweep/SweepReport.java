package dev.evenkeel.cli.sweep;

import dev.evenkeel.soak.report.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A sweep as text for a terminal, as Markdown and as JSON. Pure. */
final class SweepReport {
    private final SweepResult result;

    SweepReport(SweepResult result) {
        this.result = result;
    }

    /** {@code PASS: Take ...}. */
    String headline() {
        Recommendation r = result.recommendation();
        return r.verdict() + ": " + r.sentences().get(0);
    }

    private static List<String> heads() {
        List<String> heads = new ArrayList<>(List.of("Collector", "Heap"));
        for (Figure figure : Figure.values()) {
            heads.add(figure.title());
        }
        return heads;
    }

    /** The cells of one row; of a setting that never ran well its trouble stands in the third. */
    private List<String> row(Cell cell) {
        List<String> row = new ArrayList<>(
                List.of(cell.setting().collector().title(), cell.setting().heapMiB() + "m"));
        boolean any = cell.readings().stream().anyMatch(Reading::ok);
        for (Figure figure : Figure.values()) {
            row.add(any ? figure.words(cell.interval(figure)) : "");
        }
        if (!any) {
            row.set(2, cell.readings().isEmpty() ? "not run" : cell.trouble());
        } else if (!cell.sound()) {
            row.set(2, row.get(2) + ", " + cell.trouble());
        }
        return row;
    }

    private boolean chosen(Cell cell) {
        return cell.setting().equals(result.recommendation().setting());
    }

    /** The table, the recommended row with an arrow before it. */
    String text() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(heads());
        result.cells().forEach(cell -> rows.add(row(cell)));
        int[] widths = new int[rows.get(0).size()];
        for (int i = 0; i < rows.size(); i++) {
            List<String> row = rows.get(i);
            for (int c = 0; c < widths.length; c++) {
                // What went wrong may run into the empty columns beside it.
                boolean runsOver = c == 2 && row.get(3).isEmpty();
                widths[c] =
                        runsOver ? widths[c] : Math.max(widths[c], row.get(c).length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            out.append(i > 0 && chosen(result.cells().get(i - 1)) ? "> " : "  ");
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < widths.length; c++) {
                String cell = rows.get(i).get(c);
                line.append(
                                c < 1 || cell.length() > widths[c]
                                        ? cell + " ".repeat(Math.max(0, widths[c] - cell.length()))
                                        : " ".repeat(widths[c] - cell.length()) + cell)
                        .append("  ");
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    /** For people, in a file or a pull request. */
    String markdown() {
        StringBuilder out = new StringBuilder("# Collectors and heaps\n\n");
        Recommendation r = result.recommendation();
        out.append("**")
                .append(r.verdict())
                .append(".** ")
                .append(line(r.sentences().get(0)))
                .append("\n");
        for (String sentence : r.sentences().subList(1, r.sentences().size())) {
            out.append('\n').append(line(sentence)).append('\n');
        }
        out.append("\n| | ").append(String.join(" | ", heads())).append(" |\n|---|---|--:|");
        out.append("--:|".repeat(Figure.values().length)).append('\n');
        for (Cell cell : result.cells()) {
            out.append("| ").append(chosen(cell) ? "**>**" : "");
            for (String value : row(cell)) {
                out.append(" | ").append(line(value));
            }
            out.append(" |\n");
        }
        out.append("\nMean and half the width of its 95 % interval (Student's t) over ")
                .append(result.rounds())
                .append(" rounds; in each round every setting ran once, in an order of its own (seed ")
                .append(result.plan().seed())
                .append(
                        "). Throughput is as many operations as go through; p99 counts from the moment a request was due, at a")
                .append(
                        " fixed rate below that. Heap after GC is the middle of what collections left (with Epsilon, all that")
                .append(" was allocated), pauses and CPU are of the measured time, RSS is the most that was seen.\n");
        SweepResult.Pilot pilot = result.pilot();
        if (pilot != null) {
            out.append("\nHeaps go from half of the ")
                    .append(Figure.AFTER_GC.words(pilot.naturalBytes()))
                    .append(" that the heap took with the JVM's own settings to six times the ")
                    .append(Figure.AFTER_GC.words(pilot.liveBytes()))
                    .append(" that are live.\n");
        }
        out.append("\nWorkload: ").append(line(result.workload())).append(".\n");
        troubles(out);
        if (!result.notes().isEmpty()) {
            out.append("\n## Notes\n\n");
            result.notes().forEach(note -> out.append("- ").append(line(note)).append('\n'));
        }
        out.append("\n## Machine\n\n");
        for (Map.Entry<String, String> fact : result.environment().entrySet()) {
            out.append("- ")
                    .append(fact.getKey())
                    .append(": ")
                    .append(line(fact.getValue()))
                    .append('\n');
        }
        return out.toString();
    }

    private void troubles(StringBuilder out) {
        List<String> lines = new ArrayList<>();
        for (Cell cell : result.cells()) {
            cell.readings().stream()
                    .filter(reading -> !reading.ok())
                    .findFirst()
                    .ifPresent(reading -> lines.add("- " + cell.setting().title() + ": " + cell.trouble() + ". "
                            + line(reading.detail()) + "\n"));
        }
        if (!lines.isEmpty()) {
            out.append("\n## What did not end well\n\n");
            lines.forEach(out::append);
        }
    }

    /** One line that is no markup. */
    private static String line(String text) {
        return text.replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .replace("<", "&lt;")
                .replace("*", "\\*");
    }

    /** For machines. */
    String json() {
        JsonWriter json = new JsonWriter().beginObject();
        json.member("schema", (long) SweepResult.SCHEMA);
        Recommendation r = result.recommendation();
        json.member("verdict", r.verdict().name());
        json.name("recommendation").beginObject();
        Setting setting = r.setting();
        if (setting != null) {
            json.member("collector", setting.collector().key());
            json.member("heap_mib", (long) setting.heapMiB());
            json.name("flags").beginArray();
            setting.collector().flags().forEach(json::value);
            json.value("-Xms" + setting.heapMiB() + "m").value("-Xmx" + setting.heapMiB() + "m");
            json.endArray();
        }
        json.name("sentences").beginArray();
        r.sentences().forEach(json::value);
        json.endArray();
        json.endObject();
        json.member("workload", result.workload());
        json.member("repeats", (long) result.plan().repeats());
        json.member("rounds", (long) result.rounds());
        json.member("seed", result.plan().seed());
        json.member("margin_percent", result.plan().marginPercent());
        json.member("cut_short", result.cutShort());
        SweepResult.Pilot pilot = result.pilot();
        if (pilot != null) {
            json.name("pilot").beginObject();
            json.member("live_bytes", pilot.liveBytes());
            json.member("natural_bytes", pilot.naturalBytes());
            json.endObject();
        }
        json.name("cells").beginArray();
        result.cells().forEach(cell -> cell(json, cell));
        json.endArray();
        json.name("environment").beginObject();
        result.environment().forEach(json::member);
        json.endObject();
        json.name("notes").beginArray();
        result.notes().forEach(json::value);
        json.endArray();
        return json.endObject().toString();
    }

    private static void cell(JsonWriter json, Cell cell) {
        json.beginObject();
        json.member("collector", cell.setting().collector().key());
        json.member("heap_mib", (long) cell.setting().heapMiB());
        json.name("outcomes").beginArray();
        cell.readings().forEach(reading -> json.value(reading.outcome().name().toLowerCase(Locale.ROOT)));
        json.endArray();
        for (Figure figure : Figure.values()) {
            Interval interval = cell.interval(figure);
            json.name(figure.key()).beginObject();
            json.member("mean", interval.mean());
            json.member("lower", interval.lower());
            json.member("upper", interval.upper());
            json.name("values").beginArray();
            cell.values(figure).forEach(json::value);
            json.endArray();
            json.endObject();
        }
        json.endObject();
    }
}
