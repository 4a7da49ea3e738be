package dev.evenkeel.cli.lab;

import dev.evenkeel.soak.report.JsonWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The files for machines. Their schema number rises when a column or a member changes its meaning or goes. */
final class LabFiles {
    static final int SCHEMA = 1;

    static final String CSV_HEAD = "schema,counter,stripes,kind,processors,threads,repeat,operations,seconds,"
            + "success_per_second,cpu_seconds,cpu_ns_per_success,attempts,lost_updates\n";

    private static final MathContext DIGITS = new MathContext(6);

    private LabFiles() {}

    /** One trial as a line of the CSV. */
    static String csv(Run run) {
        Cell cell = run.cell();
        return String.format(
                        Locale.ROOT,
                        "%d,%s,%d,%s,%d,%d,%d,%d,%s,%s,%s,%s,%d,%d%n",
                        SCHEMA,
                        cell.counter().id(),
                        cell.stripes(),
                        cell.kind().id(),
                        cell.processors(),
                        cell.threads(),
                        run.repeat(),
                        run.operations(),
                        number(run.seconds()),
                        number(run.successPerSecond()),
                        number(run.cpuSeconds()),
                        number(run.cpuNanosPerSuccess()),
                        run.attempts(),
                        run.lostUpdates())
                .replace(System.lineSeparator(), "\n");
    }

    /** A line per cell: median, lowest and highest of its repeats. */
    static String summary(Runs runs) {
        StringBuilder csv = new StringBuilder("schema,counter,stripes,kind,processors,threads,repeats,"
                + "success_per_second_median,success_per_second_low,success_per_second_high,"
                + "cpu_ns_per_success_median,cpu_ns_per_success_low,cpu_ns_per_success_high,lost_updates_most\n");
        for (Cell cell : runs.cells()) {
            Spread rate = runs.spread(cell, Run::successPerSecond).orElseThrow();
            Spread cost = runs.cost(cell).orElseThrow();
            csv.append(String.join(
                            ",",
                            Integer.toString(SCHEMA),
                            cell.counter().id(),
                            Integer.toString(cell.stripes()),
                            cell.kind().id(),
                            Integer.toString(cell.processors()),
                            Integer.toString(cell.threads()),
                            Integer.toString(runs.of(cell).size()),
                            number(rate.median()),
                            number(rate.low()),
                            number(rate.high()),
                            number(cost.median()),
                            number(cost.low()),
                            number(cost.high()),
                            Long.toString(runs.of(cell).stream()
                                    .mapToLong(Run::lostUpdates)
                                    .max()
                                    .orElse(0))))
                    .append('\n');
        }
        return csv.toString();
    }

    /** Everything, with what follows from it. */
    static String json(Runs runs, Findings findings, List<Profile> profiles, Map<String, String> environment) {
        JsonWriter json = new JsonWriter();
        json.beginObject().member("schema", SCHEMA).member("headline", findings.headline());
        json.name("findings").beginArray();
        findings.sentences().forEach(json::value);
        json.endArray().name("environment").beginObject();
        environment.forEach(json::member);
        json.endObject().name("best_stripes").beginArray();
        for (Runs.BestStripes best : runs.bestStripes()) {
            json.beginObject()
                    .member("kind", best.kind().id())
                    .member("processors", best.processors())
                    .member("threads", best.threads())
                    .member("stripes", best.stripes())
                    .member("enough", best.enough())
                    .member("cpu_ns_per_success", best.cost().median())
                    .endObject();
        }
        json.endArray().name("hot_frames").beginArray();
        for (Profile profile : profiles) {
            json.beginObject()
                    .member("counter", profile.cell().counter().id())
                    .member("stripes", profile.cell().stripes())
                    .member("kind", profile.cell().kind().id())
                    .member("threads", profile.cell().threads())
                    .member("samples", profile.samples())
                    .member("frame", profile.hottest().frame())
                    .member("share", profile.hottest().share())
                    .endObject();
        }
        json.endArray().name("rows").beginArray();
        for (Run run : runs.all()) {
            json.beginObject()
                    .member("counter", run.cell().counter().id())
                    .member("stripes", run.cell().stripes())
                    .member("kind", run.cell().kind().id())
                    .member("processors", run.cell().processors())
                    .member("threads", run.cell().threads())
                    .member("repeat", run.repeat())
                    .member("operations", run.operations())
                    .member("seconds", run.seconds())
                    .member("success_per_second", run.successPerSecond())
                    .member("cpu_seconds", run.cpuSeconds())
                    .member("cpu_ns_per_success", run.cpuNanosPerSuccess())
                    .member("attempts", run.attempts())
                    .member("lost_updates", run.lostUpdates())
                    .endObject();
        }
        return json.endArray().endObject().toString();
    }

    /** Six digits, never in exponents: spreadsheets disagree about those. */
    private static String number(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString()
                : "";
    }
}
