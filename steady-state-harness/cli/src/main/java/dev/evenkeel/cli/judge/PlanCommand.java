package dev.evenkeel.cli.judge;

import dev.evenkeel.cli.ExitCode;
import dev.evenkeel.cli.soak.DurationConverter;
import dev.evenkeel.soak.PilotPlan;
import dev.evenkeel.soak.StoredRun;
import dev.evenkeel.soak.UnfitException;
import dev.evenkeel.soak.report.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says from a pilot how long a run must be to see what. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        header = "Say from a pilot run how long the next must be, and what it would see.",
        description = {
            "Reads a stored run, takes how much its readings wobble, and says which growth a run of each length fails nine times"
                    + " in ten. What the pilot has not seen, such as a daily cycle, is not in it."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel plan evenkeel-soak/20261121-1326",
            "  evenkeel plan PILOT --for 30m --for 8h --json plan.json",
            "",
            "Exit codes: 0 said, 1 internal error, 2 usage, 5 the pilot is too short, or not there."
        })
public final class PlanCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private static final int SCHEMA = 1;

    @Parameters(index = "0", paramLabel = "DIR", description = "The directory of the pilot run.")
    private Path dir = Path.of(".");

    @Option(
            names = "--for",
            converter = DurationConverter.class,
            description = "Length of a run to plan for; may be repeated (default: 10m, 1h, 8h, 24h).")
    private List<Duration> lengths = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Also write it as JSON to this file.")
    private @Nullable Path json;

    @Option(names = "--quiet", description = "Print nothing.")
    private boolean quiet;

    @Override
    public Integer call() throws IOException, UnfitException {
        List<Duration> asked = lengths.isEmpty()
                ? List.of(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofHours(8), Duration.ofHours(24))
                : lengths;
        List<PilotPlan> rows = PilotPlan.of(StoredRun.read(dir), asked);
        if (!quiet) {
            spec.commandLine().getOut().print(text(rows, asked));
            spec.commandLine().getOut().flush();
        }
        if (json != null) {
            Files.writeString(json, json(rows, asked));
        }
        return ExitCode.PASS;
    }

    private static String text(List<PilotPlan> rows, List<Duration> asked) {
        StringBuilder s = new StringBuilder("Smallest growth per hour that a run fails nine times in ten:\n\n");
        s.append(String.format(Locale.ROOT, "  %-24s", ""));
        asked.forEach(d -> s.append(String.format(Locale.ROOT, "%14s", words(d))));
        s.append(String.format(Locale.ROOT, "   %s%n", "to see twice the hourly budget"));
        for (PilotPlan row : rows) {
            s.append(String.format(Locale.ROOT, "  %-24s", row.title()));
            row.visiblePerHour().forEach(v -> s.append(String.format(Locale.ROOT, "%14s", row.words(v))));
            s.append(String.format(
                    Locale.ROOT,
                    "   %s (budget %s)%n",
                    words(Duration.ofSeconds((long) Math.ceil(row.secondsToSee()))),
                    row.words(row.budgetPerHour())));
        }
        return s.toString();
    }

    private static String words(Duration d) {
        long s = d.toSeconds();
        if (s >= 48 * 3600) {
            return Math.round(s / 86400.0) + "d";
        }
        long minutes = Math.round(s / 60.0);
        return s < 120 ? s + "s" : minutes < 120 ? minutes + "m" : Math.round(minutes / 60.0) + "h";
    }

    private static String json(List<PilotPlan> rows, List<Duration> asked) {
        JsonWriter json = new JsonWriter().beginObject();
        json.member("schema", SCHEMA);
        json.name("resources").beginArray();
        for (PilotPlan row : rows) {
            json.beginObject();
            json.member("name", row.resource());
            json.member("unit", row.unit());
            json.member("budget_per_hour", row.budgetPerHour());
            json.member("seconds_to_see_twice_the_budget", row.secondsToSee());
            json.name("visible").beginArray();
            for (int i = 0; i < asked.size(); i++) {
                json.beginObject();
                json.member("seconds", asked.get(i).toSeconds());
                json.member("per_hour", row.visiblePerHour().get(i));
                json.endObject();
            }
            json.endArray();
            json.endObject();
        }
        json.endArray();
        return json.endObject().toString();
    }
}
