package dev.evenkeel.cli.pool;

import dev.evenkeel.cli.ExitCode;
import dev.evenkeel.cli.MachineFacts;
import dev.evenkeel.cli.OutputFiles;
import dev.evenkeel.cli.ProgressLine;
import dev.evenkeel.cli.soak.Console;
import dev.evenkeel.cli.soak.StopOnSignal;
import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the documented pool settings under a steady load, and judges whether anybody had to wait. */
@Command(
        name = "pool-baseline",
        mixinStandardHelpOptions = true,
        header = "Show that the baseline settings of connection pools hold: nobody waits, threads are flat.",
        description = {
            "Starts PostgreSQL and two HTTP servers in processes of their own. Sends 50 queries/s through HikariCP and, at the same"
                    + " time, 20 calls/s through Apache HttpClient 5 and 20 calls/s through the bounded java.net.http, each on a"
                    + " fixed schedule whatever the answers do. Reads the pools every second and says who waited."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel pool-baseline                                    ten minutes",
            "  evenkeel pool-baseline --minutes 1 --json pools.json",
            "  evenkeel pool-baseline --minutes 1 --connections 1        too few: must FAIL",
            "  evenkeel pool-baseline --jdbc-url 'jdbc:postgresql://db/app?user=me'   reads only",
            "",
            "Writes pool-baseline.md, pool-baseline.json, samples.csv and parts.log to the output directory.",
            "docs/pools.md has the settings with their reasons.",
            "Exit codes: 0 pass, 1 internal error, 2 usage, 3 fail, 4 inconclusive, 5 unfit to measure."
        })
public final class PoolBaselineCommand implements Callable<Integer> {
    private static final int PLAIN_EVERY_SECONDS = 60;

    /** Held, or the level would be forgotten with the logger. */
    private static final Logger HIKARI = Logger.getLogger("com.zaxxer.hikari");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--minutes",
            defaultValue = "10",
            paramLabel = "M",
            description = "Length of the load, warm-up included: 0.05 to 1440 (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Option(
            names = "--connections",
            defaultValue = "" + Settings.CONNECTIONS,
            paramLabel = "N",
            description = "Database connections, 1 to 100 (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--permits",
            defaultValue = "" + Settings.PERMITS,
            paramLabel = "N",
            description = "Calls in flight to one upstream, 1 to 100 (default: ${DEFAULT-VALUE}).")
    private int permits;

    @Option(names = "--jdbc-url", paramLabel = "URL", description = "A PostgreSQL in place of the embedded one.")
    private @Nullable String jdbcUrl;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the files go (default: evenkeel-pools/DATE-TIME in the current directory).")
    private @Nullable Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the result as JSON to this file.")
    private @Nullable Path json;

    @Option(names = "--quiet", description = "No progress, only the verdict.")
    private boolean quiet;

    @Override
    public Integer call() throws UnfitException, IOException, InterruptedException {
        Settings settings = settings();
        Path dir = OutputFiles.directory(out, "evenkeel-pools", spec, "pool-baseline.json");
        OutputFiles.checkJson(json);
        // Read by the JDK's client when its classes are loaded; -D on the command line wins.
        if (System.getProperty("jdk.httpclient.keepalive.timeout") == null) {
            System.setProperty("jdk.httpclient.keepalive.timeout", Long.toString(Settings.HTTP_IDLE.toSeconds()));
        }
        HIKARI.setLevel(Level.WARNING); // its own news would drown ours
        Map<String, String> environment = environment();
        ProgressLine line = new ProgressLine(spec.commandLine().getErr(), Console.isTerminal(System.getenv()), quiet);
        Duration length = Duration.ofMillis(Math.round(minutes * 60_000));
        line.say("starting the database and the upstreams ...");
        try (Parts parts = Parts.start(jdbcUrl, dir.resolve("parts.log"))) {
            int seconds = (int) length.toSeconds();
            BaselineRun run = new BaselineRun(parts, settings, length, sample -> progress(line, sample, seconds));
            line.say("sending for " + Math.max(1, seconds) + " s ...");
            try (StopOnSignal signal = StopOnSignal.install(run::requestStop)) {
                BaselineResult result = run.run();
                line.close();
                int code = write(result, environment, dir);
                signal.exitWith(code);
                return code;
            }
        }
    }

    private int write(BaselineResult result, Map<String, String> environment, Path dir) throws IOException {
        BaselineReport report = new BaselineReport(result, environment);
        Files.writeString(dir.resolve("pool-baseline.md"), report.markdown(), StandardCharsets.UTF_8);
        Files.writeString(dir.resolve("pool-baseline.json"), report.json(), StandardCharsets.UTF_8);
        Files.writeString(dir.resolve("samples.csv"), report.csv(), StandardCharsets.UTF_8);
        if (json != null) {
            Files.writeString(json, report.json(), StandardCharsets.UTF_8);
        }
        PrintWriter to = spec.commandLine().getOut();
        to.println(result.headline());
        if (!quiet) {
            to.println();
            to.print(report.text());
            to.println();
            to.println("report: " + dir.resolve("pool-baseline.md"));
        }
        to.flush();
        return ExitCode.of(result.verdict());
    }

    private static void progress(ProgressLine line, Sample sample, int seconds) {
        if (!line.rewrites() && (int) sample.second() % PLAIN_EVERY_SECONDS != 0) {
            return;
        }
        long waits = sample.pools().stream().mapToLong(p -> p.counted().waits()).sum();
        String words = String.format(
                Locale.ROOT,
                "%.0f/%d s  %d calls/s  waits %d  threads %.0f  late %.1f ms",
                sample.second(),
                seconds,
                sample.completed(),
                waits,
                sample.threads(),
                sample.latenessMillis());
        if (line.rewrites()) {
            line.show(words);
        } else {
            line.say(words);
        }
    }

    private static Map<String, String> environment() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("os", MachineFacts.os());
        facts.put("processors", Integer.toString(MachineFacts.processors()));
        facts.put("load average at start", MachineFacts.loadAverageText());
        facts.put("jdk", MachineFacts.jdk());
        facts.put("date", MachineFacts.today());
        return facts;
    }

    private Settings settings() {
        if (!(minutes >= 0.05 && minutes <= 1440)) {
            throw usage("--minutes takes 0.05 to 1440, not "
                    + spec.findOption("--minutes").getValue() + ".");
        }
        if (connections < 1 || connections > 100) {
            throw usage("--connections takes 1 to 100, not " + connections + ".");
        }
        if (permits < 1 || permits > 100) {
            throw usage("--permits takes 1 to 100, not " + permits + ".");
        }
        return new Settings(connections, permits);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
