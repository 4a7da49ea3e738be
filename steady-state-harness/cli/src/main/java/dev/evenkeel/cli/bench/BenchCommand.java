package dev.evenkeel.cli.bench;

import dev.evenkeel.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs a suite of benchmarks, forks interleaved, and prints each library's median, our ratio to the best peer, and our goals
 * beside what was reached; or compares our library with another version of itself.
 *
 * <p>Fork 1 of every row runs before fork 2 of any: this kind of machine changes its speed by the minute, and rows that
 * are compared must have seen the same weather.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        subcommands = LeaksCommand.class,
        header = "Measure our recorders and exporters beside their peers, or beside an earlier version.",
        description = {
            "Prints processor nanoseconds per operation (median, lowest and highest iteration over all forks), "
                    + "bytes allocated per operation, our median over the best peer's, and each goal beside what was reached.",
            "",
            "With --compare COMMIT it builds the core of that commit, runs it and this one fork beside fork, and ends with 3 when a "
                    + "case has certainly become more than 3 percent slower. With --compare FILE it only warns."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel bench counters",
            "  evenkeel bench counters --threads 1,2,8,32 --jdk 17,25 --json counters.json",
            "  evenkeel bench counters --case lookup --forks 5",
            "  evenkeel bench collect --quick",
            "  evenkeel bench sampling --jdk 17",
            "  evenkeel bench scrape --case \"10 000 counters\"",
            "  evenkeel bench counters --compare main",
            "  evenkeel bench leaks",
            "",
            "Exit codes: 0 done, 1 internal error, 2 usage, 3 slower than the commit of --compare."
        })
public final class BenchCommand implements Callable<Integer> {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final int FORKS = 3;
    private static final int COMPARED_FORKS = 20;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SUITE",
            description =
                    "counters, collect, latency, sampling or scrape; or the command leaks, which has options of its own.")
    private String suiteName = "";

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N",
            description = "Thread counts (default: 1,2; with --compare 1).")
    private List<Integer> threads = new ArrayList<>();

    @Option(names = "--forks", paramLabel = "N", description = "JVMs per row (default: 3; with --compare a commit 20).")
    private @Nullable Integer forks;

    @Option(names = "--quick", description = "A smoke run: the first case, one fork, one thread, short iterations.")
    private boolean quick;

    @Option(
            names = "--jdk",
            split = ",",
            paramLabel = "JDK",
            description =
                    "JDKs to measure on, as numbers or home folders (default: this one, and JAVA25_HOME if it is set; "
                            + "with --quick or --compare this one).")
    private List<String> jdks = new ArrayList<>();

    @Option(
            names = "--case",
            split = ";",
            paramLabel = "TEXT",
            description = "Only the cases with this text in their name.")
    private List<String> caseTexts = new ArrayList<>();

    @Option(
            names = "--compare",
            paramLabel = "COMMIT|FILE",
            description = "Compare with the core of another commit, or with what --json once wrote.")
    private @Nullable String compare;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write the rows, or the comparison, to this file.")
    private @Nullable Path json;

    @Option(
            names = "--markdown",
            paramLabel = "FILE",
            description = "Also keep the tables of this Markdown page up to date.")
    private @Nullable Path markdown;

    @Option(names = "--quiet", description = "No progress.")
    private boolean quiet;

    private int done;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchSuite suite;
        List<BenchCase> cases;
        List<Jdk> on;
        try {
            suite = BenchSuite.named(suiteName);
            cases = cases(suite);
            on = Jdk.chosen(jdks, !quick && compare == null);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        if (forks != null && forks < 1 || threads.stream().anyMatch(count -> count < 1)) {
            throw usage("--forks and --threads take whole numbers from 1 up.");
        }
        if (markdown != null && (quick || compare != null || !caseTexts.isEmpty())) {
            throw usage(
                    "--markdown replaces a suite's whole section, so it goes with no --quick, --case or --compare.");
        }
        if (threads.isEmpty()) {
            threads = quick || compare != null ? List.of(1) : List.of(1, 2);
        }
        return compare == null ? measure(suite, cases, on) : compare(suite, cases, on, compare);
    }

    private List<BenchCase> cases(BenchSuite suite) {
        if (quick && caseTexts.isEmpty()) {
            // The smallest run with a ratio in it: the first case, and the first that is a program of its own.
            return suite.cases().stream()
                    .filter(each -> each == suite.cases().get(0) || each.kind().isProgram() && each.fixedThreads() == 1)
                    .toList();
        }
        return suite.cases(caseTexts);
    }

    /** A row still to be filled, and the JDK that fills it. */
    private record Task(Jdk jdk, BenchRow row) {}

    private List<Task> tasks(BenchSuite suite, List<BenchCase> cases, List<Jdk> on, boolean onlyOurs) {
        List<Task> tasks = new ArrayList<>();
        for (Jdk jdk : on) {
            for (BenchCase each : cases) {
                if (each.kind() == BenchCase.Kind.VIRTUAL && jdk.feature() < 21) {
                    err().println("evenkeel: \"" + each.name() + "\" is left out on JDK " + jdk.version()
                            + ", which has no virtual threads.");
                    continue;
                }
                for (int count : each.fixedThreads() == 0 ? threads : List.of(each.fixedThreads())) {
                    for (BenchCase.Entry entry : each.entries()) {
                        if (!onlyOurs || entry.role() == BenchCase.Role.OURS) {
                            tasks.add(new Task(jdk, new BenchRow(suite, jdk.version(), count, each, entry)));
                        }
                    }
                }
            }
        }
        return tasks;
    }

    private int measure(BenchSuite suite, List<BenchCase> cases, List<Jdk> on)
            throws IOException, InterruptedException {
        JmhFork runner = JmhFork.under(home(), quick ? JmhFork.Length.QUICK : JmhFork.Length.FULL);
        List<Task> tasks = tasks(suite, cases, on, false);
        int rounds = forks != null ? forks : quick ? 1 : FORKS;
        run(runner, tasks, rounds);
        List<BenchRow> rows = tasks.stream().map(Task::row).toList();
        BenchText.print(out(), rows);
        if (rounds < FORKS) {
            out().printf("%nFewer than %d forks a row: enough to see that it runs, not to quote.%n", FORKS);
        }
        if (json != null) {
            Files.writeString(
                    json,
                    BenchTable.of(rows).stream()
                            .flatMap(table -> table.rows().stream().map(row -> row.toJson(table)))
                            .collect(Collectors.joining(",\n", "[\n", "\n]\n")),
                    StandardCharsets.UTF_8);
        }
        if (markdown != null) {
            String command = "./evenkeel bench " + suite.title() + " --threads "
                    + threads.stream().map(String::valueOf).collect(Collectors.joining(",")) + " --forks " + rounds;
            BenchMarkdown.update(
                    markdown, suite, command, LocalDate.now(ZoneOffset.UTC).toString(), rows);
        }
        return ExitCode.PASS;
    }

    /** A weighing gives the same bytes each time, so it runs in the first round only. */
    private void run(JmhFork runner, List<Task> tasks, int rounds) throws IOException, InterruptedException {
        int weighings = (int) tasks.stream()
                .filter(task -> task.row.benchCase().kind() == BenchCase.Kind.MEMORY)
                .count();
        int all = rounds * (tasks.size() - weighings) + weighings;
        for (int round = 0; round < rounds; round++) {
            for (Task task : tasks) {
                if (round == 0 || task.row.benchCase().kind() != BenchCase.Kind.MEMORY) {
                    progress(all, task.row.entry().benchmark(), task.row);
                    task.row.add(runner.run(task.jdk, task.row, runner.core()), PROCESSORS);
                }
            }
        }
    }

    private int compare(BenchSuite suite, List<BenchCase> cases, List<Jdk> on, String base)
            throws IOException, InterruptedException {
        List<BenchCase> comparable = cases.stream()
                .filter(each -> !each.kind().isProgram() && each.kind() != BenchCase.Kind.PAIRED)
                .toList();
        List<Task> tasks = tasks(suite, comparable, on, true);
        if (tasks.isEmpty()) {
            throw usage(
                    "Nothing is left to compare: weighings and paired cases are not, and virtual threads need JDK 21.");
        }
        Comparison comparison = Files.isRegularFile(Path.of(base))
                ? compareWithFile(tasks, Path.of(base))
                : compareWithCommit(suite, tasks, base);
        comparison.print(out());
        if (json != null) {
            Files.writeString(json, comparison.toJson(suite), StandardCharsets.UTF_8);
        }
        return comparison.regression() ? ExitCode.FAIL : ExitCode.PASS;
    }

    private Comparison compareWithFile(List<Task> tasks, Path file) throws IOException, InterruptedException {
        List<StoredRow> stored;
        try {
            stored = StoredRow.parse(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw usage("Cannot compare with " + file + ". " + e.getMessage());
        }
        List<Task> known = tasks.stream()
                .filter(task -> stored.stream().anyMatch(row -> row.isOf(task.row)))
                .toList();
        if (known.isEmpty()) {
            throw usage(file + " holds no row of ours with the same case, JDK and number of threads. It has: "
                    + stored.stream().map(StoredRow::title).distinct().collect(Collectors.joining("; ")) + ".");
        }
        run(
                JmhFork.under(home(), quick ? JmhFork.Length.QUICK : JmhFork.Length.FULL),
                known,
                forks == null ? FORKS : forks);
        List<Comparison.Change> changes = new ArrayList<>();
        for (Task task : known) {
            StoredRow before = stored.stream()
                    .filter(row -> row.isOf(task.row))
                    .findFirst()
                    .orElseThrow();
            changes.add(new Comparison.Change(
                    task.row.title(),
                    before.forkMedians(),
                    task.row.forkMedians(),
                    RatioInterval.unpaired(
                            before.forkMedians(), task.row.forkMedians(), Comparison.alpha(known.size()))));
        }
        return new Comparison(file.toString(), false, changes);
    }

    /** The benchmarks are this checkout's on both sides: only the core's classes differ. */
    private Comparison compareWithCommit(BenchSuite suite, List<Task> tasks, String ref)
            throws IOException, InterruptedException {
        double alpha = Comparison.alpha(tasks.size());
        int rounds = forks != null ? forks : COMPARED_FORKS;
        int least = RatioInterval.leastPairs(alpha);
        if (rounds < least) {
            throw usage("Cannot be certain of " + tasks.size() + " cases with " + rounds
                    + " forks each: any order of so few is" + " likely enough by chance. Give --forks " + least
                    + " or more, or choose fewer with --case.");
        }
        Git git = new Git(home());
        String commit;
        try {
            commit = git.commit(ref);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        if (!quiet) {
            err().println("evenkeel: building the core of " + commit + " ...");
        }
        JmhFork runner = JmhFork.under(home(), quick ? JmhFork.Length.QUICK : JmhFork.Length.SHORT);
        Path baseCore = git.coreAt(commit);
        PairedRun pairs = new PairedRun(tasks.stream().map(Task::row).toList());
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < tasks.size(); i++) {
                Task task = tasks.get(i);
                PairedRun.Pair pair = pairs.pair(i);
                if (pair.leftOut()) {
                    continue;
                }
                progress(rounds * tasks.size(), "both " + task.row.entry().benchmark(), task.row);
                for (boolean head : pairs.order()) {
                    try {
                        pair.add(head, runner.run(task.jdk, task.row, head ? runner.core() : baseCore), PROCESSORS);
                    } catch (ForkFailure e) {
                        if (head || !e.notLinked()) {
                            throw e;
                        }
                        pair.leaveOut();
                        err().println("evenkeel: \"" + task.row.title() + "\" is left out: the core of " + ref
                                + " lacks what the benchmark calls.");
                        break;
                    }
                }
            }
        }
        List<Comparison.Change> changes = pairs.changes(alpha);
        if (changes.isEmpty()) {
            throw usage(
                    "No case of " + suite.title() + " runs on the core of " + ref + ". Compare with a later commit.");
        }
        return new Comparison(ref + " (" + commit.substring(0, 10) + ")", true, changes);
    }

    private void progress(int all, String what, BenchRow row) {
        done++;
        if (!quiet) {
            err().printf(
                            Locale.ROOT,
                            "[%d/%d] %s, JDK %s, %d thread%s%n",
                            done,
                            all,
                            what,
                            row.jdk(),
                            row.threads(),
                            row.threads() == 1 ? "" : "s");
            err().flush();
        }
    }

    /** Where the launcher stands, with the project around it. */
    static Path home() {
        return Path.of(System.getProperty("evenkeel.home", "."))
                .toAbsolutePath()
                .normalize();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
