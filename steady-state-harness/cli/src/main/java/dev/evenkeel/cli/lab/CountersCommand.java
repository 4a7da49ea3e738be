package dev.evenkeel.cli.lab;

import dev.evenkeel.cli.ExitCode;
import dev.evenkeel.cli.OutputFiles;
import dev.evenkeel.cli.ProgressLine;
import dev.evenkeel.cli.soak.Console;
import dev.evenkeel.soak.UnfitException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs every counter at every place of a grid, each trial in a JVM of its own, and writes what came out.
 *
 * <p>Repeat 1 of everything runs before repeat 2 of anything: a machine changes its speed by the minute, and what is
 * compared must have seen the same weather.
 */
@Command(
        name = "counters",
        mixinStandardHelpOptions = true,
        header = "Count with and without synchronisation, and see what each way costs and loses.",
        description = {
            "Counts with no synchronisation, a mutex, a CAS loop, AtomicLong, stripes with and without padding, LongAdder and"
                    + " Evenkeel, over thread counts, thread kinds and numbers of processors. Each trial is a JVM of its own."
                    + " Takes about 5 minutes on 2 processors."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel lab counters                                    the whole grid",
            "  evenkeel lab counters --quick                            under a minute, fewer places",
            "  evenkeel lab counters --profile --out lab                with flame graphs and hot frames",
            "  evenkeel lab counters --counters atomic,long-adder,evenkeel --threads 1,100,10000 --kind virtual --jdk JDK21",
            "",
            "Writes counters.csv (one line per trial), counters-summary.csv (median, low, high), counters.json and counters.html.",
            "The number of processors is what the JVM is told; the hardware stays what it is.",
            "Exit codes: 0 done, 1 internal error, 2 usage, 3 an exact counter lost updates, 5 unfit to measure."
        })
public final class CountersCommand implements Callable<Integer> {
    private static final int MOST_THREADS = 10_000;
    private static final int MOST_STRIPES = 4096;
    private static final int MOST_PROCESSORS = 1024;
    private static final int LEAST_REPEATS = 3;
    private static final int MOST_REPEATS = 1000;
    private static final long MOST_MILLIS = 10_000;

    /** Threads whose waking up is lost in a trial of the given length; with more of them a trial grows. */
    private static final int EASY_THREADS = 250;

    private static final int MOST_GROWTH = 40;
    private static final long PROFILE_MILLIS = 3000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--counters",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Which of unsynchronised, mutex, cas-loop, atomic, striped-unpadded, striped-padded, long-adder,"
                            + " evenkeel (default: all).")
    private List<String> counters = new ArrayList<>();

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N",
            description = "Thread counts, 1 to 10000 (default: 1,2,8,64,1000).")
    private List<Integer> threads = new ArrayList<>();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description =
                    "platform, virtual or both; virtual ones need a JDK 21 or later (default: both where there are"
                            + " virtual ones).")
    private @Nullable String kind;

    @Option(
            names = "--processors",
            split = ",",
            paramLabel = "N",
            description = "Processors that the JVM is told of (default: 1,2,4,8).")
    private List<Integer> processors = new ArrayList<>();

    @Option(
            names = "--stripes",
            split = ",",
            paramLabel = "N",
            description = "Stripe counts to sweep, powers of two (default: 8,16,32,64,128,256).")
    private List<Integer> stripes = new ArrayList<>();

    @Option(
            names = "--repeats",
            paramLabel = "N",
            description = "Trials of each place, interleaved; at least 3 (default: 3).")
    private int repeats = LEAST_REPEATS;

    @Option(
            names = "--millis",
            paramLabel = "MS",
            description =
                    "Length of a trial to aim at (default: 100, with both kinds 50, with --quick 30; longer from 500 threads on).")
    private @Nullable Long millis;

    @Option(
            names = "--operations",
            paramLabel = "N",
            description = "Increments per thread, in place of a length (default: as many as fill it, at least 5000).")
    private long operations;

    @Option(names = "--jdk", paramLabel = "HOME", description = "Home of the JDK to measure on (default: this one).")
    private @Nullable Path jdk;

    @Option(
            names = "--profile",
            description = "Also sample each counter once: flame graphs, and the hot frame by name.")
    private boolean profile;

    @Option(names = "--quick", description = "Fewer places: done in under a minute.")
    private boolean quick;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the files go (default: evenkeel-lab/DATE-TIME in the current directory).")
    private @Nullable Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write counters.json to this file.")
    private @Nullable Path json;

    @Option(names = "--quiet", description = "No progress, only the main finding.")
    private boolean quiet;

    private final int machine = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws IOException, InterruptedException, UnfitException {
        Fork fork = fork();
        Grid grid = grid(fork);
        long aim = aimMillis(grid);
        Path dir = OutputFiles.directory(out, "evenkeel-lab", spec, "counters.csv");
        OutputFiles.checkJson(json);
        long begun = System.nanoTime();
        Runs runs = new Runs(grid, measure(fork, grid, aim, dir.resolve("counters.csv")));
        List<Profile> profiles = profile ? profiles(fork, grid) : List.of();
        Findings findings = new Findings(runs, machine);
        Map<String, String> environment = environment(fork, System.nanoTime() - begun);
        String text = LabFiles.json(runs, findings, profiles, environment);
        write(dir.resolve("counters-summary.csv"), LabFiles.summary(runs));
        write(dir.resolve("counters.json"), text);
        write(dir.resolve("counters.html"), new LabPage(runs, findings, profiles, environment, command()).html());
        if (json != null) {
            write(json, text);
        }
        print(runs, findings, profiles, dir);
        return runs.inexact().isEmpty() ? ExitCode.PASS : ExitCode.FAIL;
    }

    private Fork fork() {
        try {
            return Fork.on(jdk == null ? Path.of(System.getProperty("java.home")) : jdk);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private Grid grid(Fork fork) {
        if (repeats < LEAST_REPEATS || repeats > MOST_REPEATS) {
            throw usage("--repeats takes " + LEAST_REPEATS + " to " + MOST_REPEATS + ", not " + repeats
                    + ": fewer than " + LEAST_REPEATS + " tell no spread.");
        }
        if (operations < 0) {
            throw usage("--operations takes a whole number from 1 up, or 0 to fill the time; not " + operations + ".");
        }
        return new Grid(
                counterKinds(),
                powersOfTwo(),
                kinds(fork),
                range("--threads", threads, quick ? List.of(1, 8) : List.of(1, 2, 8, 64, 1000), MOST_THREADS),
                range("--processors", processors, quick ? List.of(machine) : List.of(1, 2, 4, 8), MOST_PROCESSORS));
    }

    private List<CounterKind> counterKinds() {
        if (counters.isEmpty()) {
            return List.of(CounterKind.values());
        }
        TreeSet<CounterKind> chosen = new TreeSet<>();
        for (String id : counters) {
            chosen.add(CounterKind.of(id)
                    .orElseThrow(
                            () -> usage("There is no counter \"" + id + "\". Choose from " + CounterKind.ids() + ".")));
        }
        return List.copyOf(chosen);
    }

    private List<Integer> powersOfTwo() {
        List<Integer> counts =
                range("--stripes", stripes, quick ? List.of(8, 64) : List.of(8, 16, 32, 64, 128, 256), MOST_STRIPES);
        for (int count : counts) {
            if (Integer.bitCount(count) != 1) {
                throw usage("--stripes takes powers of two, not " + count + ": a thread finds its stripe by a mask.");
            }
        }
        return counts;
    }

    private List<ThreadKind> kinds(Fork fork) {
        String wanted = kind == null ? "both" : kind.toLowerCase(Locale.ROOT);
        if (!List.of("platform", "virtual", "both").contains(wanted)) {
            throw usage("--kind takes platform, virtual or both, not " + kind + ".");
        }
        if (wanted.equals("platform")) {
            return List.of(ThreadKind.PLATFORM);
        }
        if (!fork.hasVirtualThreads()) {
            if (wanted.equals("virtual")) {
                throw usage("--kind virtual needs a JDK of " + ThreadKind.VIRTUAL_SINCE + " or later, and this one is "
                        + fork.version() + ". Name another with --jdk HOME.");
            }
            line().say("evenkeel: Virtual threads are skipped: JDK " + fork.version()
                    + " has none. --jdk HOME names one of " + ThreadKind.VIRTUAL_SINCE + " or later.");
            return List.of(ThreadKind.PLATFORM);
        }
        return wanted.equals("virtual") ? List.of(ThreadKind.VIRTUAL) : List.of(ThreadKind.values());
    }

    private List<Integer> range(String option, List<Integer> given, List<Integer> otherwise, int most) {
        List<Integer> values = given.isEmpty() ? otherwise : given;
        for (int value : values) {
            if (value < 1 || value > most) {
                throw usage(option + " takes whole numbers from 1 to " + most + ", not " + value + ".");
            }
        }
        return List.copyOf(new TreeSet<>(values));
    }

    private long aimMillis(Grid grid) {
        if (millis == null) {
            return quick ? 30 : grid.kinds().size() == 1 ? 100 : 50;
        }
        if (millis < 1 || millis > MOST_MILLIS) {
            throw usage("--millis takes 1 to " + MOST_MILLIS + ", not " + millis + ".");
        }
        return millis;
    }

    private List<Run> measure(Fork fork, Grid grid, long aim, Path csv)
            throws IOException, InterruptedException, UnfitException {
        List<Cell> cells = grid.cells();
        List<Run> runs = new ArrayList<>();
        int total = repeats * cells.size();
        // Each line as it comes: whoever stops the command keeps what was measured.
        try (BufferedWriter lines = Files.newBufferedWriter(csv, StandardCharsets.UTF_8);
                Progress progress = new Progress(line(), total)) {
            lines.write(LabFiles.CSV_HEAD);
            for (int repeat = 1; repeat <= repeats; repeat++) {
                for (Cell cell : cells) {
                    progress.next(cell);
                    long stretched = aim * Math.max(1, Math.min(MOST_GROWTH, cell.threads() / EASY_THREADS));
                    Run run = fork.run(cell, repeat, operations, stretched);
                    runs.add(run);
                    lines.write(LabFiles.csv(run));
                    lines.flush();
                }
            }
        }
        return runs;
    }

    private List<Profile> profiles(Fork fork, Grid grid) throws InterruptedException, UnfitException {
        Grid one = new Grid(
                grid.counters(),
                List.of(grid.usualStripes()),
                grid.kinds(),
                List.of(grid.sweepThreads()),
                List.of(new Runs(grid, List.of()).honestProcessors(machine)));
        List<Cell> cells = one.cells();
        List<Profile> profiles = new ArrayList<>();
        try (Progress progress = new Progress(line(), cells.size())) {
            for (Cell cell : cells) {
                progress.next(cell);
                profiles.add(fork.profile(cell, PROFILE_MILLIS));
            }
        }
        return profiles;
    }

    private Map<String, String> environment(Fork fork, long nanos) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("jdk", fork.version());
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("processors", Integer.toString(machine));
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        if (load >= 0) {
            facts.put("load average at the end", String.format(Locale.ROOT, "%.2f", load));
        }
        facts.put(
                "finished",
                DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
                        .format(LocalDateTime.now(ZoneOffset.UTC)));
        facts.put("seconds", Long.toString(nanos / 1_000_000_000));
        return facts;
    }

    private void print(Runs runs, Findings findings, List<Profile> profiles, Path dir) {
        PrintWriter to = spec.commandLine().getOut();
        to.println(findings.headline());
        if (!quiet) {
            to.print(LabText.tables(runs, findings, machine));
            to.println();
            findings.sentences().forEach(sentence -> to.println("- " + sentence));
            for (Profile each : profiles) {
                to.println("- " + LabText.hotFrame(each));
            }
            to.println();
            to.println("page: " + dir.resolve("counters.html"));
        }
        to.flush();
    }

    private ProgressLine line() {
        return new ProgressLine(spec.commandLine().getErr(), Console.isTerminal(System.getenv()), quiet);
    }

    /** The command line as it was given, quoted where a shell would need it. */
    private String command() {
        CommandLine root = spec.commandLine();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        List<String> words = new ArrayList<>(List.of("./evenkeel"));
        for (String argument : root.getParseResult() == null
                ? Arrays.asList("lab", "counters")
                : root.getParseResult().originalArgs()) {
            words.add(argument.matches("[\\w@%+=:,./-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'");
        }
        return String.join(" ", words);
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
