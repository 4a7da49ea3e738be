package dev.evenkeel.cli.soak;

import dev.evenkeel.cli.ExitCode;
import dev.evenkeel.soak.ResourceResult;
import dev.evenkeel.soak.RunResult;
import dev.evenkeel.soak.SoakEngine;
import dev.evenkeel.soak.SoakPlan;
import dev.evenkeel.soak.UnfitException;
import dev.evenkeel.soak.report.ReportWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Soaks the payments service and judges what grew. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        header = "Put the payments service under steady load, and judge whether it would last.",
        description = {
            "Starts the reference service with a real database in processes of their own, sends requests at a fixed rate, slows"
                    + " its upstream down now and then, reads its resources every second, and says of each whether it grows beyond"
                    + " its budget. Ctrl-C ends a run early and judges what there is."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel soak                                    two minutes, about 20 s more to warm up",
            "  evenkeel soak --duration 1h --rate 500           long enough for the hourly budgets",
            "  evenkeel soak --plant fd                         leaks file descriptors on purpose: must FAIL",
            "  evenkeel soak --plant heap --plant-per-hour 40000000 --out /tmp/leak --json verdict.json",
            "",
            "Writes samples.csv, verdict.json, summary.md, report.html and service.log to the output directory.",
            "Exit codes: 0 pass, 1 internal error, 2 usage, 3 fail, 4 inconclusive, 5 unfit to measure."
        })
public final class SoakCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--duration",
            defaultValue = "2m",
            converter = DurationConverter.class,
            description = "Steady time to judge, after the warm-up (default: ${DEFAULT-VALUE}; at least 10s).")
    private Duration duration = Duration.ofMinutes(2);

    @Option(
            names = "--warmup",
            defaultValue = "20s",
            converter = DurationConverter.class,
            description = "Load before anything is judged (default: ${DEFAULT-VALUE}).")
    private Duration warmup = Duration.ofSeconds(20);

    @Option(names = "--rate", defaultValue = "200", description = "Requests per second (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--fault-every",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "Time from one slow-upstream fault to the next; 0 for none (default: ${DEFAULT-VALUE}).")
    private Duration faultEvery = Duration.ofSeconds(30);

    @Option(
            names = "--plant",
            defaultValue = "none",
            paramLabel = "KIND",
            description = "Leak on purpose: ${COMPLETION-CANDIDATES} (default: none).")
    private Plant plant = Plant.NONE;

    @Option(
            names = "--plant-per-hour",
            paramLabel = "R",
            description = "How much of it per hour: bytes of heap, or a count (default: 24 MiB, 300).")
    private @Nullable Double plantPerHour;

    @Option(names = "--jdbc-url", paramLabel = "URL", description = "A PostgreSQL in place of the embedded one.")
    private @Nullable String jdbcUrl;

    @Option(names = "--port", defaultValue = "0", description = "Port of the service (default: any free one).")
    private int port;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the files go (default: evenkeel-soak/DATE-TIME in the current directory).")
    private @Nullable Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the verdict as JSON to this file.")
    private @Nullable Path json;

    @Option(names = "--quiet", description = "No progress, only the verdict.")
    private boolean quiet;

    @Override
    public Integer call() throws Exception {
        SoakPlan plan = plan();
        Path dir = outputDirectory();
        checkWritable(json);
        PaymentsTarget target = new PaymentsTarget(new PaymentsTarget.Settings(
                port, Optional.ofNullable(jdbcUrl), plant, plantRate(), dir.resolve("service.log")));
        boolean terminal = Console.isTerminal(System.getenv());
        Console console = new Console(System.err, terminal, quiet);
        SoakEngine engine = new SoakEngine(plan, target, dir, console);
        try (StopOnSignal signal = StopOnSignal.install(engine::requestStop)) {
            int code = run(engine, dir, console, terminal);
            signal.exitWith(code);
            return code;
        }
    }

    private int run(SoakEngine engine, Path dir, Console console, boolean terminal) throws IOException, UnfitException {
        RunResult result;
        try {
            result = engine.run();
        } catch (InterruptedException e) {
            console.endLine();
            System.err.println("evenkeel: stopped before the first request; there is nothing to judge.");
            return ExitCode.INCONCLUSIVE;
        } finally {
            console.endLine();
        }
        ReportWriter.writeAll(result, dir);
        if (json != null) {
            Files.copy(dir.resolve("verdict.json"), json, StandardCopyOption.REPLACE_EXISTING);
        }
        print(System.out, result, dir, terminal);
        return ExitCode.of(result.verdict());
    }

    private void print(PrintStream to, RunResult result, Path dir, boolean terminal) {
        to.println(Console.coloured(result.headline(), result.verdict(), terminal, System.getenv()));
        if (!quiet) {
            to.println();
            for (ResourceResult r : result.resources()) {
                if (r.deciding()) {
                    to.printf(Locale.ROOT, "  %-13s %-24s %s%n", r.drift().verdict(), r.title(), r.model());
                }
            }
            for (String note : result.notes()) {
                to.println("  note: " + note);
            }
            to.println();
            to.println("report: " + dir.resolve("report.html"));
        }
        to.flush();
    }

    private SoakPlan plan() {
        if (!(rate >= 1 && rate <= 100_000)) {
            throw usage("--rate takes 1 to 100000 requests per second, not "
                    + spec.findOption("--rate").getValue() + ".");
        }
        if (port < 0 || port > 65_535) {
            throw usage("--port takes 0 (any) to 65535, not " + port + ".");
        }
        if (plantPerHour != null && !(plantPerHour > 0 && plantPerHour < 1e12)) {
            throw usage("--plant-per-hour takes a number above 0.");
        }
        if (plantPerHour != null && plant == Plant.NONE) {
            throw usage("--plant-per-hour says how much is to leak, but not what. Add --plant heap, fd or thread.");
        }
        try {
            return new SoakPlan(warmup, duration, rate, faultEvery, command());
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private double plantRate() {
        return plantPerHour == null ? plant.defaultPerHour() : plantPerHour;
    }

    /** The command line as it was given, quoted where a shell would need it. A password in a URL stays out. */
    private String command() {
        List<String> words = new ArrayList<>(List.of("./evenkeel"));
        for (String argument : spec.commandLine().getParent() == null
                ? List.of("soak")
                : spec.commandLine().getParent().getParseResult().originalArgs()) {
            String shown = argument.replaceAll("(?i)(password=)[^&]*", "$1***");
            words.add(shown.matches("[\\w@%+=:,./-]+") ? shown : "'" + shown.replace("'", "'\\''") + "'");
        }
        return String.join(" ", words);
    }

    private Path outputDirectory() throws UnfitException {
        Path dir = out != null
                ? out
                : Path.of(
                        "evenkeel-soak",
                        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
                                .format(LocalDateTime.now()));
        try {
            Files.createDirectories(dir);
            Path probe = Files.createTempFile(dir, ".probe", "");
            Files.delete(probe);
        } catch (IOException | SecurityException e) {
            throw new UnfitException(
                    "The output directory "
                            + dir.toAbsolutePath()
                            + " cannot be written ("
                            + cause(e)
                            + "). Choose another with --out DIR.",
                    e);
        }
        for (String name : List.of("samples.csv", "report.html", "verdict.json")) {
            if (Files.exists(dir.resolve(name))) {
                throw usage("The output directory " + dir + " already holds the " + name
                        + " of another run. Choose another with --out DIR.");
            }
        }
        return dir.toAbsolutePath().normalize();
    }

    private static void checkWritable(@Nullable Path file) throws UnfitException {
        if (file == null) {
            return;
        }
        try {
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw new UnfitException(
                    "The file " + file.toAbsolutePath() + " for --json cannot be written (" + cause(e) + ").", e);
        }
    }

    private static String cause(Exception e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : e.getClass().getSimpleName() + ": " + message;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
