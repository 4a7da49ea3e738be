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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Judges each case of the leak corpus in a JVM of its own, by the detector and by a one-delta check, and scores both. */
@Command(
        name = "leaks",
        mixinStandardHelpOptions = true,
        header = "Score the leak detector over its corpus, beside a one-delta check.",
        description = {
            "Runs each leak, the same code mended, and each look-alike in a JVM of its own and prints precision, recall and the share of "
                    + "leaks whose culprit the first finding names, with 95 percent bounds (Wilson). The one-delta check is what "
                    + "tests write by hand: collect, run forty times, collect, compare.",
            "",
            "Ends with 3 when precision is under 0.99, recall under 0.97, or the culprit named in under 90 percent."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel bench leaks",
            "  evenkeel bench leaks --all --json leaks.json --markdown docs/leaks.md",
            "  evenkeel bench leaks --case \"per call\" --repeat 5",
            "  evenkeel bench leaks --quick",
            "",
            "Exit codes: 0 the goals are reached, 1 internal error, 2 usage, 3 they are not."
        })
final class LeaksCommand implements Callable<Integer> {
    private static final int QUICK_STEP = 11;
    private static final int MOST_PARALLEL = 8;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--all",
            description = "On this JDK and the one that JAVA25_HOME names, on every collector (takes hours).")
    private boolean all;

    @Option(
            names = "--jdk",
            split = ",",
            paramLabel = "JDK",
            description = "JDKs, as numbers or home folders (default: this one).")
    private List<String> jdks = new ArrayList<>();

    @Option(
            names = "--collector",
            split = ",",
            paramLabel = "GC",
            description = "${COMPLETION-CANDIDATES} (default: G1).")
    private List<LeakFork.Collector> collectors = new ArrayList<>();

    @Option(
            names = "--case",
            split = ";",
            paramLabel = "TEXT",
            description = "Only the cases with this text in their name.")
    private List<String> texts = new ArrayList<>();

    @Option(names = "--repeat", paramLabel = "N", defaultValue = "1", description = "Runs of each case (default: 1).")
    private int repeat;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "2",
            description = "JVMs at a time, 1 to 8 (default: 2).")
    private int parallel;

    @Option(names = "--quick", description = "A smoke run: one case in eleven, without the one-delta check.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the scores to this file.")
    private @Nullable Path json;

    @Option(
            names = "--markdown",
            paramLabel = "FILE",
            description = "Also keep the table of this Markdown page up to date.")
    private @Nullable Path markdown;

    @Option(names = "--quiet", description = "No progress.")
    private boolean quiet;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (repeat < 1 || parallel < 1 || parallel > MOST_PARALLEL) {
            throw usage("--repeat takes whole numbers from 1 up, --parallel 1 to " + MOST_PARALLEL + ".");
        }
        if (markdown != null && (quick || !texts.isEmpty())) {
            throw usage("--markdown replaces the whole table, so it goes with no --quick or --case.");
        }
        LeakFork fork = LeakFork.under(BenchCommand.home());
        List<Cell> cells = new ArrayList<>();
        for (Jdk jdk : jdks()) {
            List<LeakFork.Case> cases = chosen(fork.cases(jdk));
            if (cases.isEmpty()) {
                throw usage("No case has " + texts.stream().collect(Collectors.joining("\" or \"", "\"", "\""))
                        + " in its name.");
            }
            for (LeakFork.Collector collector : collectors()) {
                if (fork.has(jdk, collector)) {
                    cells.add(run(fork, jdk, collector, cases));
                    print(cells.get(cells.size() - 1));
                } else {
                    err().println("evenkeel: " + collector + " is left out on JDK " + jdk.version()
                            + ", whose build has it not.");
                }
            }
        }
        write(cells);
        return cells.stream().allMatch(cell -> cell.ours.reachesGoals()) ? ExitCode.PASS : ExitCode.FAIL;
    }

    /** One JDK and collector. */
    private record Cell(Jdk jdk, LeakFork.Collector collector, LeakScore ours, LeakScore delta) {
        String toJson() {
            return String.format(
                    Locale.ROOT,
                    "{\"schema\":1,\"suite\":\"leaks\",\"jdk\":\"%s\",\"collector\":\"%s\",\"cases\":%d,\"leaks\":%d,\"undecided\":%d,"
                            + "%s,%s,%s,\"goals_reached\":%b,\"one_delta\":%s,\"wrong\":[%s]}",
                    jdk.version(),
                    collector,
                    ours.cases(),
                    ours.leaks(),
                    ours.undecided(),
                    ours.precision().json("precision"),
                    ours.recall().json("recall"),
                    ours.culprit().json("culprit"),
                    ours.reachesGoals(),
                    delta.cases() == 0
                            ? "null"
                            : "{" + delta.precision().json("precision") + ","
                                    + delta.recall().json("recall") + "}",
                    ours.wrong().stream()
                            .map(o -> String.format(
                                    "{\"case\":\"%s\",\"truth\":\"%s\",\"verdict\":\"%s\",\"culprit\":\"%s\"}",
                                    quoted(o.caseId()), o.truth(), o.verdict(), quoted(o.culprit())))
                            .collect(Collectors.joining(",")));
        }

        private static String quoted(String text) {
            return text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("[\\x00-\\x1f]", " ");
        }
    }

    private Cell run(LeakFork fork, Jdk jdk, LeakFork.Collector collector, List<LeakFork.Case> cases)
            throws InterruptedException, IOException {
        int total = cases.size() * repeat * (quick ? 1 : 2);
        AtomicInteger done = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(parallel);
        try {
            List<Future<LeakOutcome>> ours = new ArrayList<>();
            List<Future<LeakOutcome>> delta = new ArrayList<>();
            for (int i = 0; i < repeat; i++) {
                for (LeakFork.Case one : cases) {
                    ours.add(pool.submit(() -> judged(fork, jdk, collector, one, false, done, total)));
                    if (!quick) {
                        delta.add(pool.submit(() -> judged(fork, jdk, collector, one, true, done, total)));
                    }
                }
            }
            return new Cell(jdk, collector, new LeakScore(results(ours)), new LeakScore(results(delta)));
        } finally {
            pool.shutdownNow();
        }
    }

    private LeakOutcome judged(
            LeakFork fork,
            Jdk jdk,
            LeakFork.Collector collector,
            LeakFork.Case one,
            boolean oneDelta,
            AtomicInteger done,
            int total)
            throws IOException, InterruptedException {
        LeakOutcome outcome = fork.run(jdk, collector, one, oneDelta);
        int n = done.incrementAndGet();
        if (!quiet) {
            synchronized (this) {
                err().printf(
                                Locale.ROOT,
                                "[%d/%d] %s%s: %s%s%n",
                                n,
                                total,
                                one.id(),
                                oneDelta ? ", one delta" : "",
                                outcome.verdict(),
                                outcome.isWrong() ? ", which is wrong" : "");
                err().flush();
            }
        }
        return outcome;
    }

    private static List<LeakOutcome> results(List<Future<LeakOutcome>> futures)
            throws InterruptedException, IOException {
        List<LeakOutcome> outcomes = new ArrayList<>();
        for (Future<LeakOutcome> one : futures) {
            try {
                outcomes.add(one.get());
            } catch (ExecutionException e) {
                throw new IOException("A case could not be started: " + e.getCause(), e);
            }
        }
        return outcomes;
    }

    private List<Jdk> jdks() throws IOException {
        try {
            return Jdk.chosen(jdks, all);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private List<LeakFork.Collector> collectors() {
        if (!collectors.isEmpty()) {
            return collectors;
        }
        return all ? Arrays.asList(LeakFork.Collector.values()) : List.of(LeakFork.Collector.G1);
    }

    private List<LeakFork.Case> chosen(List<LeakFork.Case> cases) {
        List<LeakFork.Case> chosen = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            String id = cases.get(i).id().toLowerCase(Locale.ROOT);
            boolean byName = texts.isEmpty() || texts.stream().anyMatch(t -> id.contains(t.toLowerCase(Locale.ROOT)));
            if (byName && (!quick || !texts.isEmpty() || i % QUICK_STEP == 0)) {
                chosen.add(cases.get(i));
            }
        }
        return chosen;
    }

    private void print(Cell cell) {
        PrintWriter out = out();
        out.printf(
                Locale.ROOT,
                "%nJDK %s, %s: %d runs, of which %d of leaks%n",
                cell.jdk.version(),
                cell.collector,
                cell.ours.cases(),
                cell.ours.leaks());
        out.printf(
                Locale.ROOT, "  %-16s %-24s %-24s %-24s %s%n", "", "precision", "recall", "culprit named", "undecided");
        line(out, "leak detector", cell.ours);
        if (cell.delta.cases() > 0) {
            line(out, "one delta", cell.delta);
        }
        out.printf(
                Locale.ROOT,
                "  %-16s %-24s %-24s %-24s%n",
                "goal",
                LeakScore.LEAST_PRECISION,
                LeakScore.LEAST_RECALL,
                LeakScore.LEAST_CULPRIT);
        for (LeakOutcome wrong : cell.ours.wrong()) {
            out.printf(
                    Locale.ROOT,
                    "  %s: %s (%s)%s%n",
                    wrong.isWrong() ? "wrong" : "not named",
                    wrong.caseId(),
                    wrong.verdict(),
                    wrong.culprit().isEmpty() ? "" : ", " + wrong.culprit());
        }
        out.flush();
    }

    private static void line(PrintWriter out, String check, LeakScore score) {
        out.printf(
                Locale.ROOT,
                "  %-16s %-24s %-24s %-24s %d%n",
                check,
                score.precision().text(),
                score.recall().text(),
                score.culprit().text(),
                score.undecided());
    }

    private void write(List<Cell> cells) throws IOException {
        if (json != null) {
            Files.writeString(
                    json,
                    cells.stream().map(Cell::toJson).collect(Collectors.joining(",\n", "[\n", "\n]\n")),
                    StandardCharsets.UTF_8);
        }
        if (markdown != null) {
            String old = Files.exists(markdown) ? Files.readString(markdown, StandardCharsets.UTF_8) : "# Leaks\n";
            Files.writeString(
                    markdown, BenchMarkdown.replaced(old, "corpus score", section(cells)), StandardCharsets.UTF_8);
        }
    }

    private String section(List<Cell> cells) {
        StringBuilder out = new StringBuilder();
        out.append("`./evenkeel bench leaks").append(all ? " --all" : "");
        out.append(repeat > 1 ? " --repeat " + repeat : "")
                .append("`, ")
                .append(LocalDate.now(ZoneOffset.UTC))
                .append(", ")
                .append(Runtime.getRuntime().availableProcessors())
                .append(" processors; shares with 95 % bounds.\n\n");
        out.append("| JDK | collector | check | runs (leaks) | precision | recall | culprit named | undecided |\n");
        out.append("|---|---|---|--:|--:|--:|--:|--:|\n");
        for (Cell cell : cells) {
            row(out, cell, "leak detector", cell.ours);
            row(out, cell, "one delta", cell.delta);
        }
        out.append("\nWrong, or right without the culprit in the first finding:\n\n");
        boolean any = false;
        for (Cell cell : cells) {
            for (LeakOutcome wrong : cell.ours.wrong()) {
                any = true;
                out.append("- ")
                        .append(wrong.caseId())
                        .append(" (JDK ")
                        .append(cell.jdk.version())
                        .append(", ")
                        .append(cell.collector)
                        .append("): ")
                        .append(wrong.verdict())
                        .append(wrong.culprit().isEmpty() ? "" : ", `" + wrong.culprit() + "`")
                        .append('\n');
            }
        }
        return out.append(any ? "" : "- none\n").toString();
    }

    private static void row(StringBuilder out, Cell cell, String check, LeakScore score) {
        if (score.cases() > 0) {
            out.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %d (%d) | %s | %s | %s | %d |\n",
                    cell.jdk.version(),
                    cell.collector,
                    check,
                    score.cases(),
                    score.leaks(),
                    score.precision().text(),
                    score.recall().text(),
                    score.culprit().text(),
                    score.undecided()));
        }
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
