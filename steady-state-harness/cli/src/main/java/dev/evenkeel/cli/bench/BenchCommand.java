package dev.evenkeel.cli.bench;

import java.io.IOException;
import java.io.PrintStream;
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
 * Runs a suite of JMH benchmarks, forks interleaved, and prints each library's median and our ratio to the best peer.
 *
 * <p>Fork 1 of every row runs before fork 2 of any: this kind of machine changes its speed by the minute, and rows that
 * are compared must have seen the same weather.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        header = "Measure our recorders beside their peers.",
        description =
                "Prints processor nanoseconds per operation (median, lowest and highest iteration over all forks), "
                        + "bytes allocated per operation, and our median over the best peer's.",
        footer = {
            "",
            "Examples:",
            "  evenkeel bench counters",
            "  evenkeel bench latency --threads 1,2,8 --forks 3 --json latency.json",
            "  evenkeel bench counters --quick"
        })
public final class BenchCommand implements Callable<Integer> {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SUITE", description = "counters or latency.")
    private String suiteName = "";

    @Option(names = "--threads", split = ",", defaultValue = "1,2", description = "Thread counts (default: 1,2).")
    private List<Integer> threads = List.of();

    @Option(names = "--forks", defaultValue = "3", description = "JVMs per row (default: 3).")
    private int forks;

    @Option(names = "--quick", description = "A smoke run: the first case, one fork, one thread, short iterations.")
    private boolean quick;

    @Option(names = "--jdk", description = "Home of a JDK to measure on; may be given again (default: this one).")
    private List<Path> jdks = new ArrayList<>();

    @Option(names = "--json", description = "Also write the rows to this file.")
    private @Nullable Path json;

    @Option(names = "--markdown", description = "Also keep the tables of this Markdown page up to date.")
    private @Nullable Path markdown;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchSuite suite;
        try {
            suite = BenchSuite.named(suiteName);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        if (forks < 1 || threads.stream().anyMatch(count -> count < 1)) {
            throw usage("--forks and --threads take whole numbers from 1 up.");
        }
        if (jdks.isEmpty()) {
            jdks = List.of(Path.of(System.getProperty("java.home")));
        }
        JmhFork runner = JmhFork.under(Path.of(System.getProperty("evenkeel.home", ".")), quick);
        PrintStream out = System.out;
        List<BenchRow> rows = measure(suite, runner);
        print(out, rows);
        if (json != null) {
            Files.writeString(
                    json,
                    rows.stream().map(row -> row.toJson(rows)).collect(Collectors.joining(",\n", "[\n", "\n]\n")),
                    StandardCharsets.UTF_8);
        }
        if (markdown != null) {
            String command = "./evenkeel bench " + suite.title() + " --threads "
                    + threads.stream().map(String::valueOf).collect(Collectors.joining(",")) + " --forks " + forks
                    + (quick ? " --quick" : "");
            BenchMarkdown.update(
                    markdown, suite, command, LocalDate.now(ZoneOffset.UTC).toString(), rows);
        }
        return 0;
    }

    private List<BenchRow> measure(BenchSuite suite, JmhFork runner) throws IOException, InterruptedException {
        List<BenchSuite.Entry> entries = quick ? suite.quickEntries() : suite.entries();
        List<Integer> threadCounts = quick ? List.of(1) : threads;
        List<BenchRow> rows = new ArrayList<>();
        List<Path> homes = new ArrayList<>();
        for (Path jdk : jdks) {
            String version = JmhFork.version(jdk);
            for (int count : threadCounts) {
                for (BenchSuite.Entry entry : entries) {
                    rows.add(new BenchRow(suite, version, count, entry));
                    homes.add(jdk);
                }
            }
        }
        int rounds = quick ? 1 : forks;
        int done = 0;
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < rows.size(); i++) {
                BenchRow row = rows.get(i);
                System.err.printf(
                        Locale.ROOT,
                        "[%d/%d] %s, %d thread%s%n",
                        ++done,
                        rounds * rows.size(),
                        row.entry().benchmark(),
                        row.threads(),
                        row.threads() == 1 ? "" : "s");
                row.add(runner.run(homes.get(i), row.entry().benchmark(), row.threads()), PROCESSORS);
            }
        }
        return rows;
    }

    private static void print(PrintStream out, List<BenchRow> rows) {
        String group = "";
        for (BenchRow row : rows) {
            String title = String.format(
                    Locale.ROOT, "%s, JDK %s, threads %d", row.entry().caseName(), row.jdk(), row.threads());
            if (!title.equals(group)) {
                out.printf("%n%s%n", title);
                out.printf("  %-46s %9s %9s %9s %7s  %s%n", "", "median ns", "low", "high", "B/op", "ours / best peer");
                group = title;
            }
            out.printf(
                    Locale.ROOT,
                    "  %-46s %9.2f %9.2f %9.2f %7.0f  %s%n",
                    row.entry().library() + (row.entry().role() == BenchSuite.Role.FLOOR ? " (floor)" : ""),
                    row.median(),
                    row.low(),
                    row.high(),
                    row.bytesPerOp(),
                    row.ratioToBestPeer(rows).isPresent()
                            ? String.format(
                                    Locale.ROOT,
                                    "%.2f",
                                    row.ratioToBestPeer(rows).getAsDouble())
                            : "");
        }
    }

    private ParameterException usage(String message) {
        if (spec == null) {
            throw new IllegalStateException("The command was not started by its parser: " + message);
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
