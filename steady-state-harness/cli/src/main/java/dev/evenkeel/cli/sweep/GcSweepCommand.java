package dev.evenkeel.cli.sweep;

import dev.evenkeel.cli.ExitCode;
import dev.evenkeel.cli.MachineFacts;
import dev.evenkeel.cli.OutputFiles;
import dev.evenkeel.cli.ProgressLine;
import dev.evenkeel.cli.soak.Console;
import dev.evenkeel.cli.soak.DurationConverter;
import dev.evenkeel.cli.soak.HttpRequests;
import dev.evenkeel.cli.soak.StopOnSignal;
import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one workload under several collectors and heaps, and says which to take. */
@Command(
        name = "gc-sweep",
        mixinStandardHelpOptions = true,
        header = "Try collectors and heap sizes on a workload, and recommend one.",
        description = {
            "Runs the reference payment service, or a command of yours, under each collector that the JVM has and under heaps"
                    + " from half of what it takes by itself to six times what is live: every setting once a round, in random"
                    + " order, five rounds. Says throughput, p99, heap after collections, pauses, processor time and resident"
                    + " memory with their 95 % intervals, and the smallest heap that costs nothing that matters.",
            "A command gets the JVM's flags by JAVA_TOOL_OPTIONS, or where it says {jvm}. It prints ops=N [seconds=S] [p99_ms=M],"
                    + " or the table of JMH, or is timed: one operation a run. With --url it is a service: started, loaded,"
                    + " ended. With --metrics and --ops-metric it brings its own load, and its page is read."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel gc-sweep                                    the reference service; about half an hour",
            "  evenkeel gc-sweep --quick                            two collectors, two heaps, three rounds",
            "  evenkeel gc-sweep --collectors g1,parallel --heaps 64m,256m -- java -jar app.jar",
            "  evenkeel gc-sweep --url http://localhost:8080/ --rate 200 -- java -jar service.jar",
            "  evenkeel gc-sweep --metrics http://localhost:9464/metrics --ops-metric jobs_total -- java -jar worker.jar",
            "  evenkeel gc-sweep -- java -jar benchmarks.jar MyBench -f 0 -bm thrpt",
            "  evenkeel gc-sweep --java /opt/jdk-25/bin/java -- sh -c '/opt/jdk-25/bin/java {jvm} -jar app.jar'",
            "",
            "Writes gc-sweep.md, gc-sweep.json and, for each run, its output and its log of collections to the output"
                    + " directory. docs/gc-sweep.md explains the table and the rule.",
            "Exit codes: 0 a recommendation, 1 internal error, 2 usage, 3 no setting holds the workload, 4 the repeats cannot"
                    + " tell, 5 unfit to measure."
        })
public final class GcSweepCommand implements Callable<Integer> {
    private static final String MARKDOWN = "gc-sweep.md";
    private static final String JSON = "gc-sweep.json";

    /** No heap takes more of what the machine has free: a machine that swaps measures its disk. */
    private static final double MOST_OF_FREE_MEMORY = 0.6;

    private static final int QUICK_REPEATS = 3;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "After --: what to run instead of the service.")
    private List<String> command = new ArrayList<>();

    @Option(
            names = "--collectors",
            split = ",",
            paramLabel = "NAME",
            description = "serial, parallel, g1, zgc, zgc-generational, shenandoah, shenandoah-generational, epsilon"
                    + " (default: all that the JVM has).")
    private List<String> collectors = new ArrayList<>();

    @Option(
            names = "--heaps",
            split = ",",
            paramLabel = "SIZE",
            description = "Such as 64m,256m,1g (default: four, from a pilot run).")
    private List<String> heaps = new ArrayList<>();

    @Option(
            names = "--epsilon-heap",
            paramLabel = "SIZE",
            description = "Of the run without collections (default: half of the free memory, at most 4g).")
    private @Nullable String epsilonHeap;

    @Option(names = "--repeats", defaultValue = "5", description = "Rounds, 2 to 1000 (default: ${DEFAULT-VALUE}).")
    private int repeats;

    @Option(
            names = "--margin",
            defaultValue = "10",
            paramLabel = "PERCENT",
            description = "A difference up to this is none (default: ${DEFAULT-VALUE}).")
    private double margin;

    @Option(names = "--seed", defaultValue = "1", description = "Of the order of the runs (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--java",
            paramLabel = "PATH",
            description =
                    "The java whose collectors are tried (default: that of the command, else the one that runs us).")
    private @Nullable Path javaProgram;

    @Option(names = "--url", description = "The command is a service: send it GET requests there.")
    private @Nullable String url;

    @Option(
            names = "--rate",
            defaultValue = "200",
            description = "Requests a second while latencies are read (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--metrics", paramLabel = "URL", description = "The command's own Prometheus page.")
    private @Nullable URI metrics;

    @Option(
            names = "--ops-metric",
            paramLabel = "NAME",
            description = "On it: the counter, or histogram, of operations.")
    private @Nullable String opsMetric;

    @Option(
            names = "--warmup",
            defaultValue = "4s",
            converter = DurationConverter.class,
            description = "Load before a service is read (default: ${DEFAULT-VALUE}).")
    private Duration warmup = Duration.ofSeconds(4);

    @Option(
            names = "--measure",
            defaultValue = "6s",
            converter = DurationConverter.class,
            description = "At --rate, for the latencies (default: ${DEFAULT-VALUE}).")
    private Duration measure = Duration.ofSeconds(6);

    @Option(
            names = "--saturate",
            defaultValue = "4s",
            converter = DurationConverter.class,
            description = "As fast as it goes, for the throughput (default: ${DEFAULT-VALUE}).")
    private Duration saturate = Duration.ofSeconds(4);

    @Option(
            names = "--timeout",
            defaultValue = "10m",
            converter = DurationConverter.class,
            description = "Longest run of a command, or start of a service (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofMinutes(10);

    @Option(
            names = "--quick",
            description =
                    "A smoke run of a minute and a half: Serial and G1, 96m and 256m, three short rounds, where these are"
                            + " not given.")
    private boolean quick;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the files go (default: evenkeel-gc-sweep/DATE-TIME in the current directory).")
    private @Nullable Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the result as JSON to this file.")
    private @Nullable Path json;

    @Option(names = "--quiet", description = "No progress, only the recommendation.")
    private boolean quiet;

    @Override
    public Integer call() throws UnfitException, IOException, InterruptedException {
        checkOptions();
        List<Collector> wanted = wanted();
        List<Integer> sizes = sizes();
        Integer endless = epsilonHeap == null ? null : size(epsilonHeap);
        Path dir = OutputFiles.directory(out, "evenkeel-gc-sweep", spec, JSON);
        OutputFiles.checkJson(json);
        boolean terminal = Console.isTerminal(System.getenv());
        try (Workload workload = workload(dir);
                ProgressLine line = new ProgressLine(spec.commandLine().getErr(), terminal, quiet)) {
            SweepRun run = new SweepRun(workload, dir.resolve("runs"), new SweepProgress(line));
            try (StopOnSignal signal = StopOnSignal.install(run::requestStop)) {
                SweepResult result = sweep(workload, run, wanted, sizes, endless, line);
                line.close();
                int code = write(result, dir);
                signal.exitWith(code);
                return code;
            }
        }
    }

    private SweepResult sweep(
            Workload workload,
            SweepRun run,
            List<Collector> wanted,
            List<Integer> given,
            @Nullable Integer endless,
            ProgressLine line)
            throws UnfitException, IOException, InterruptedException {
        Map<String, String> environment = environment();
        List<String> notes = new ArrayList<>();
        busyNote().ifPresent(notes::add);
        List<Collector> collectors = available(wanted, notes);
        line.say("starting " + (command.isEmpty() ? "the database and the upstream" : "the first run") + " ...");
        workload.begin();
        int most = (int) (MOST_OF_FREE_MEMORY * MachineFacts.freeMiB());
        SweepResult.Pilot pilot = given.isEmpty() ? run.pilot() : null;
        List<Integer> sizes = pilot == null ? given : Ladder.of(pilot.liveBytes(), pilot.naturalBytes(), most);
        for (int size : sizes) {
            if (size > most) {
                notes.add("A heap of " + size + "m is more than " + Math.round(100 * MOST_OF_FREE_MEMORY)
                        + " % of the free memory (" + Math.round(MachineFacts.freeMiB())
                        + " MiB): its runs may have swapped.");
            }
        }
        List<Setting> settings = new ArrayList<>();
        for (Collector collector : collectors) {
            if (collector == Collector.EPSILON) {
                settings.add(new Setting(
                        collector, endless != null ? endless : Math.min(4096, (int) (0.5 * MachineFacts.freeMiB()))));
            } else {
                sizes.forEach(size -> settings.add(new Setting(collector, size)));
            }
        }
        SweepPlan plan = plan(settings);
        SweepRun.Sweep sweep = run.run(plan);
        if (sweep.cutShort()) {
            notes.add("The sweep was cut short in round " + sweep.rounds() + " of " + plan.repeats()
                    + ", and judged on what there is.");
        }
        return new SweepResult(
                workload.describe(),
                plan,
                sweep.rounds(),
                sweep.cutShort(),
                pilot,
                sweep.cells(),
                Recommendation.of(sweep.cells(), plan.marginPercent()),
                environment,
                List.copyOf(notes));
    }

    private SweepPlan plan(List<Setting> settings) {
        try {
            return new SweepPlan(settings, quick && !given("--repeats") ? QUICK_REPEATS : repeats, seed, margin);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private int write(SweepResult result, Path dir) throws IOException {
        SweepReport report = new SweepReport(result);
        Files.writeString(dir.resolve(MARKDOWN), report.markdown(), StandardCharsets.UTF_8);
        Files.writeString(dir.resolve(JSON), report.json(), StandardCharsets.UTF_8);
        if (json != null) {
            Files.writeString(json, report.json(), StandardCharsets.UTF_8);
        }
        PrintWriter to = spec.commandLine().getOut();
        to.println(report.headline());
        if (!quiet) {
            List<String> more = result.recommendation().sentences();
            more.subList(1, more.size()).forEach(to::println);
            to.println();
            to.print(report.text());
            result.notes().forEach(note -> to.println("note: " + note));
            to.println();
            to.println("report: " + dir.resolve(MARKDOWN));
        }
        to.flush();
        return ExitCode.of(result.recommendation().verdict());
    }

    private boolean given(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private void checkOptions() {
        if (url != null && command.isEmpty()) {
            throw usage("--url says where a service of yours listens, but not how to start it. Add -- COMMAND.");
        }
        if ((metrics == null) != (opsMetric == null)) {
            throw usage("--metrics and --ops-metric belong together: the page, and what on it counts operations.");
        }
        if (metrics != null && (command.isEmpty() || url != null)) {
            throw usage("--metrics is read of a command that brings its own load: give -- COMMAND, and no --url.");
        }
        if (!(rate >= 1 && rate <= 100_000)) {
            throw usage("--rate takes 1 to 100000 requests a second, not "
                    + spec.findOption("--rate").getValue() + ".");
        }
        if (measure.isZero() || saturate.isZero() || timeout.isZero()) {
            throw usage("--measure, --saturate and --timeout take more than no time.");
        }
        if (repeats < SweepPlan.LEAST_REPEATS || !(margin > 0 && margin <= 100)) {
            plan(List.of(new Setting(Collector.SERIAL, Ladder.LEAST_MIB)));
        }
    }

    private List<Collector> wanted() {
        if (collectors.isEmpty()) {
            return quick ? List.of(Collector.SERIAL, Collector.G1) : List.of();
        }
        Set<Collector> named = new TreeSet<>();
        for (String name : collectors) {
            try {
                named.add(Collector.of(name));
            } catch (IllegalArgumentException e) {
                throw usage(String.valueOf(e.getMessage()));
            }
        }
        return List.copyOf(named);
    }

    private List<Integer> sizes() {
        if (heaps.isEmpty()) {
            return quick ? List.of(96, 256) : List.of();
        }
        return List.copyOf(new TreeSet<>(heaps.stream().map(this::size).toList()));
    }

    private int size(String text) {
        try {
            return Ladder.mib(text);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    /** What was asked for and is there; a collector that was named and is not is a row that says so. */
    private List<Collector> available(List<Collector> wanted, List<String> notes)
            throws UnfitException, InterruptedException {
        if (!wanted.isEmpty()) {
            return wanted;
        }
        Path program = java();
        List<Collector> found = new ArrayList<>(new TreeSet<>(Collector.availableOn(program)));
        List<String> missing = new ArrayList<>();
        for (Collector collector : Collector.values()) {
            if (!found.contains(collector)) {
                missing.add(collector.title());
            }
        }
        if (!missing.isEmpty()) {
            notes.add("Not in " + program + ", or the same there as another: " + String.join(", ", missing) + ".");
        }
        return found;
    }

    private Path java() {
        if (javaProgram != null) {
            return javaProgram;
        }
        if (!command.isEmpty() && command.get(0).matches("(.*/)?java")) {
            return Path.of(command.get(0));
        }
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    private Workload workload(Path dir) {
        Duration warm = quick && !given("--warmup") ? Duration.ofSeconds(1) : warmup;
        Duration even = quick && !given("--measure") ? Duration.ofSeconds(1) : measure;
        Duration most = quick && !given("--saturate") ? Duration.ofSeconds(1) : saturate;
        LoadWindow load = new LoadWindow(rate, warm, even, most);
        if (command.isEmpty()) {
            return new PaymentsWorkload(load, dir);
        }
        if (url == null && metrics == null) {
            return new CommandWorkload(command, timeout);
        }
        try {
            if (url != null) {
                return new ServiceWorkload(command, HttpRequests.of(url, List.of()), load, timeout);
            }
            return new MeteredWorkload(
                    command,
                    MeteredWorkload.Page.of(
                            metrics == null ? "" : metrics.toString(), opsMetric == null ? "" : opsMetric),
                    warm,
                    even,
                    timeout);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private Map<String, String> environment() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("os", MachineFacts.os());
        facts.put("processors", Integer.toString(MachineFacts.processors()));
        facts.put("free memory", Math.round(MachineFacts.freeMiB()) + " MiB");
        facts.put("load average at start", MachineFacts.loadAverageText());
        facts.put(command.isEmpty() ? "jdk" : "jdk of evenkeel", MachineFacts.jdk());
        facts.put("date", MachineFacts.today());
        return facts;
    }

    private static Optional<String> busyNote() {
        double average = MachineFacts.loadAverage();
        return average <= MachineFacts.processors()
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "The machine was busy when the sweep began: a load average of %.1f on %d processors. The rounds share"
                                + " that out among the settings; the intervals are wider for it.",
                        average,
                        MachineFacts.processors()));
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
