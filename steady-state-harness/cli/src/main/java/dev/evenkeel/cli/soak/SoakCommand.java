package dev.evenkeel.cli.soak;

import dev.evenkeel.cli.ExitCode;
import dev.evenkeel.soak.FaultPlan;
import dev.evenkeel.soak.ResourceResult;
import dev.evenkeel.soak.RunResult;
import dev.evenkeel.soak.SoakEngine;
import dev.evenkeel.soak.SoakPlan;
import dev.evenkeel.soak.StoredRun;
import dev.evenkeel.soak.Target;
import dev.evenkeel.soak.UnfitException;
import dev.evenkeel.soak.report.ReportWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
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
        header = "Put a service under steady load, and judge whether it would last.",
        description = {
            "Starts the reference service with a real database in processes of their own, sends requests at a fixed rate, slows"
                    + " its upstream down now and then, reads its resources every second, and says of each whether it grows beyond"
                    + " its budget. Ctrl-C ends a run early and judges what there is.",
            "With --command, --pid, --metrics or --jmx it watches a service of yours instead, and sends load to --url."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel soak                                    two minutes, about 20 s more to warm up",
            "  evenkeel soak --duration 1h --rate 500           long enough for the hourly budgets",
            "  evenkeel soak --plant fd                         leaks file descriptors on purpose: must FAIL",
            "  evenkeel soak --plant heap --plant-per-hour 40000000 --out /tmp/leak --json verdict.json",
            "  evenkeel soak --plan nightly.yaml --duration 8h  a plan from a file; flags win over it",
            "  evenkeel soak --command 'java -jar app.jar' --url http://localhost:8080/ --rate 100",
            "  evenkeel soak --metrics http://10.0.0.7:9464/metrics --duration 6h",
            "  evenkeel soak --resume evenkeel-soak/20261121-1326",
            "",
            "Writes run.log, samples.csv, verdict.json, junit.xml, summary.md, report.html and service.log to the output"
                    + " directory.",
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

    @Option(names = "--plan", paramLabel = "FILE", description = "A plan in YAML; see docs/soak.md.")
    private @Nullable Path planFile;

    @Option(
            names = "--sampling",
            converter = DurationConverter.class,
            description = "Time between samples, 1s to 60s (default: 1s, more in runs over two hours).")
    private @Nullable Duration sampling;

    @Option(
            names = "--command",
            paramLabel = "LINE",
            description = "Soak this program instead of the reference service; it is started and ended by the run.")
    private @Nullable String command;

    @Option(names = "--pid", description = "Watch this process of this machine instead.")
    private @Nullable Long pid;

    @Option(
            names = "--metrics",
            paramLabel = "URL",
            description = "Read a metrics page in the Prometheus format, of the service named by the others or of one elsewhere.")
    private @Nullable URI metrics;

    @Option(names = "--jmx", paramLabel = "HOST:PORT", description = "Read a JVM over remote JMX.")
    private @Nullable String jmx;

    @Option(
            names = "--url",
            description = "Send the load there: GET to http://host:port/path, or the requests of the plan. Without it a service"
                    + " of yours is only watched.")
    private @Nullable String url;

    @Option(
            names = "--resume",
            paramLabel = "DIR",
            description = "Go on with a run that was killed or stopped, in its directory, with its plan. A service of yours is"
                    + " named again with the same flags.")
    private @Nullable Path resume;

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
    public Integer call() throws IOException, UnfitException {
        PlanFile file = planFile();
        StoredRun stored = resume == null ? null : StoredRun.read(resume);
        SoakPlan plan = stored == null ? plan(file) : stored.plan();
        requireTarget(file);
        Path dir = stored == null ? outputDirectory() : stored.directory();
        checkWritable(json);
        Target target = target(file, dir);
        boolean terminal = Console.isTerminal(System.getenv());
        Console console = new Console(System.err, terminal, quiet);
        SoakEngine engine = stored == null
                ? new SoakEngine(plan, target, dir, console)
                : SoakEngine.resume(stored, target, console);
        try (StopOnSignal signal = StopOnSignal.install(engine::requestStop)) {
            int code = run(engine, dir, console, terminal);
            signal.exitWith(code);
            return code;
        }
    }

    private PlanFile planFile() throws UnfitException {
        if (planFile == null) {
            return PlanFile.empty();
        }
        try {
            return PlanFile.read(planFile);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UnfitException("The plan " + planFile + " cannot be read (" + cause(e) + ").", e);
        }
    }

    private boolean given(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    /** Whether a service of the user's is meant. */
    private boolean ownService(PlanFile file) {
        return command != null || pid != null || metrics != null || jmx != null || !file.target.isEmpty();
    }

    private void requireTarget(PlanFile file) {
        if (ownService(file) && (plant != Plant.NONE || jdbcUrl != null || given("--port"))) {
            throw usage("--plant, --jdbc-url and --port belong to the reference service. Leave them out, or leave out the"
                    + " service of your own.");
        }
        if (!ownService(file) && (url != null || file.url.isPresent() || !file.requests.isEmpty())) {
            throw usage("A URL for load, but no service to watch. Add --command, --pid, --metrics or --jmx.");
        }
        if (ownService(file)) {
            requests(file);
        }
    }

    private Optional<HttpRequests> requests(PlanFile file) {
        String to = url != null ? url : file.url.orElse(null);
        if (to == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(HttpRequests.of(to, file.requests));
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private Target target(PlanFile file, Path dir) {
        Path log = dir.resolve("service.log");
        if (!ownService(file)) {
            return new PaymentsTarget(
                    new PaymentsTarget.Settings(port, Optional.ofNullable(jdbcUrl), plant, plantRate(), log));
        }
        try {
            String page = metrics != null ? metrics.toString() : file.target.get("metrics");
            String process = pid != null ? pid.toString() : file.target.get("pid");
            return new ServiceTarget(new ServiceTarget.Settings(
                    Optional.ofNullable(command != null ? command : file.target.get("command")),
                    Optional.ofNullable(process).map(Long::valueOf),
                    Optional.ofNullable(page).map(SoakCommand::page),
                    Optional.ofNullable(jmx != null ? jmx : file.target.get("jmx")),
                    requests(file),
                    log));
        } catch (NumberFormatException e) {
            throw usage("\"" + file.target.get("pid") + "\" is no process id. Write a whole number.");
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private static URI page(String page) {
        URI uri = URI.create(page);
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "A metrics page is read from http://host:port/path, not from \"" + page + "\".");
        }
        return uri;
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
        try {
            ReportWriter.writeAll(result, dir);
            if (json != null) {
                Files.copy(dir.resolve("verdict.json"), json, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            // A full disk: the verdict is known all the same.
            print(spec.commandLine().getOut(), result, dir, terminal);
            throw new UnfitException(
                    "The reports could not be written (" + e.getMessage() + "). Free some space, and write them with"
                            + " evenkeel judge " + dir + ".",
                    e);
        }
        print(spec.commandLine().getOut(), result, dir, terminal);
        return ExitCode.of(result.verdict());
    }

    private void print(PrintWriter to, RunResult result, Path dir, boolean terminal) {
        print(to, result, dir, terminal, quiet);
    }

    /** The verdict as a person reads it. */
    static void print(PrintWriter to, RunResult result, Path dir, boolean terminal, boolean quiet) {
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

    private SoakPlan plan(PlanFile file) {
        double perSecond = given("--rate") ? rate : file.rate.orElse(rate);
        if (!(perSecond >= 1 && perSecond <= 100_000) && !ownService(file)) {
            throw usage("--rate takes 1 to 100000 requests per second, not "
                    + spec.findOption("--rate").getValue() + ".");
        }
        if (ownService(file) && url == null && file.url.isEmpty()) {
            perSecond = 0;
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
            Duration warm = given("--warmup") ? warmup : file.warmup.orElse(warmup);
            Duration lasts = given("--duration") ? duration : file.duration.orElse(duration);
            List<SoakPlan.Phase> phases = file.phases.isEmpty() || given("--duration") || given("--rate")
                    ? List.of(new SoakPlan.Phase("steady", lasts, perSecond))
                    : file.phases;
            Duration whole = warm;
            for (SoakPlan.Phase phase : phases) {
                whole = whole.plus(phase.lasts());
            }
            Duration between = sampling != null ? sampling : file.sampling.orElse(SoakPlan.defaultSampling(whole));
            FaultPlan slow = ownService(file) && !given("--fault-every") ? FaultPlan.NONE : FaultPlan.slowEvery(faultEvery);
            return new SoakPlan(
                    warm,
                    phases,
                    given("--fault-every") ? slow : file.faults.orElse(slow),
                    between,
                    file.budgets,
                    file.restarts,
                    command());
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
        for (String name : List.of("run.log", "samples.csv", "report.html", "verdict.json")) {
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
