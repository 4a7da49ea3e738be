package dev.evenkeel.cli.drift;

import dev.evenkeel.cli.ExitCode;
import dev.evenkeel.cli.OutputFiles;
import dev.evenkeel.cli.soak.Console;
import dev.evenkeel.cli.soak.DurationConverter;
import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftAnalysis.Options;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Mark;
import dev.evenkeel.drift.Method;
import dev.evenkeel.drift.RunVerdict;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Judges series that were recorded elsewhere. */
@Command(
        name = "drift",
        mixinStandardHelpOptions = true,
        header = "Say whether a recorded series grows faster than a budget.",
        description = {
            "Reads comma-separated values: a header, the elapsed time in seconds in the first column, a reading in each other."
                    + " An empty cell is a missed reading.",
            "With --corpus, judges every file that labels.csv in a directory names, by the budgets there and nothing else in"
                    + " it, and writes one verdict a file.",
            "With --prometheus, judges every series of a query in a store, and the fleet: a restart splits a series, and"
                    + " among many series more evidence is asked of each (Holm)."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel drift --csv fds.csv --budget-per-hour 2 --resolution 1",
            "  evenkeel drift --csv run.csv --column heap --load requests --budget-per-hour 1e6",
            "  evenkeel drift --csv run.csv --budget-per-hour 5 --event 1800=deploy --fault 2400-2460",
            "  evenkeel drift --csv day.csv --budget-per-hour 5 --period 24h --json verdict.json",
            "  evenkeel drift --corpus traces --out verdicts.csv",
            "  evenkeel drift --prometheus http://prometheus:9090 --query 'process_open_fds{job=\"shop\"}'"
                    + " --range 24h --budget-per-hour 2 --resolution 1 --limit 1024",
            "",
            "docs/drift.md says what a verdict means and what to do.",
            "Exit codes: 0 pass, 1 internal error, 2 usage, 3 fail, 4 inconclusive, 5 no series to judge, or"
                    + " no store that answers."
        })
public final class DriftCommand implements Callable<Integer> {
    private static final Pattern TIME = Pattern.compile("([0-9.]+)(?:-([0-9.]+))?(?:=(.*))?");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--csv", paramLabel = "FILE", description = "Readings to judge.")
    private @Nullable Path csv;

    @Option(
            names = "--column",
            paramLabel = "NAME",
            description = "Column to judge; may be given again. Needed where there are several.")
    private List<String> columns = new ArrayList<>();

    @Option(names = "--budget-per-hour", paramLabel = "N", description = "Growth allowed, in units of the reading.")
    private @Nullable Double budget;

    @Option(names = "--resolution", paramLabel = "N", description = "Least step of the reading: 1 for a count.")
    private double resolution;

    @Option(
            names = "--load",
            paramLabel = "NAME",
            description = "Column that drives the others, as requests per second.")
    private @Nullable String load;

    @Option(
            names = "--period",
            converter = DurationConverter.class,
            description = "Length of a cycle that is known to be there; may be given again.")
    private List<Duration> periods = new ArrayList<>();

    @Option(
            names = "--event",
            paramLabel = "S[-S][=LABEL]",
            description = "Second of a deploy or change; may be repeated.")
    private List<String> events = new ArrayList<>();

    @Option(
            names = "--fault",
            paramLabel = "S-S[=LABEL]",
            description = "Seconds of a fault, left out; may be repeated.")
    private List<String> faults = new ArrayList<>();

    @Option(names = "--restart", paramLabel = "S[-S]", description = "Second of a planned restart; may be repeated.")
    private List<String> restarts = new ArrayList<>();

    @Option(names = "--limit", paramLabel = "N", description = "Ceiling of the resource: when will it be met?")
    private @Nullable Double limit;

    @Option(names = "--corpus", paramLabel = "DIR", description = "Judge all files that DIR/labels.csv names.")
    private @Nullable Path corpus;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "With --corpus: where the verdicts go. With --prometheus: a report in Markdown.")
    private @Nullable Path out;

    @Mixin
    private FleetOptions fleet = new FleetOptions();

    @Option(
            names = "--method",
            defaultValue = "average",
            description =
                    "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). The reference is there to compare with.")
    private Method method = Method.AVERAGE;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the verdict as JSON to this file.")
    private @Nullable Path json;

    @Option(names = "--quiet", description = "Only the verdict.")
    private boolean quiet;

    @Override
    public Integer call() throws UnfitException, InterruptedException {
        long sources = Stream.of(csv, corpus, fleet.prometheus)
                .filter(Objects::nonNull)
                .count();
        if (sources != 1) {
            throw usage(
                    sources == 0
                            ? "What is to be judged? Give --csv FILE, --corpus DIR or --prometheus URL."
                            : "--csv judges one file, --corpus many, --prometheus a store. Give one of them.");
        }
        if (fleet.prometheus != null) {
            return judgeFleet(fleet.prometheus);
        }
        return corpus != null ? judgeCorpus(corpus) : judgeFile(String.valueOf(csv));
    }

    private int judgeFleet(String url) throws UnfitException, InterruptedException {
        String query = fleet.query;
        if (query == null) {
            throw usage("Which series? Give --query with a gauge, for example"
                    + " --query 'process_open_fds{job=\"shop\"}'.");
        }
        Double allowed = budget;
        if (allowed == null) {
            throw usage("How much may each grow? Give --budget-per-hour, in units of the reading.");
        }
        if (load != null || !columns.isEmpty() || !restarts.isEmpty()) {
            throw usage("--load, --column and --restart belong to --csv. In a store, --restarts is a query.");
        }
        if (!(fleet.undecidedPercent >= 0 && fleet.undecidedPercent <= 100) || fleet.top < 0) {
            throw usage("--undecided is a share in percent, 0 to 100, and --top a number of series.");
        }
        long range = fleet.range.toSeconds();
        long step = fleet.step == null ? Math.max(15, range / 1440) : fleet.step.toSeconds();
        if (step < 1 || range / step < 30 || range / step > PrometheusRange.MOST_POINTS) {
            throw usage("A --range of " + range + " s at a --step of " + step + " s makes "
                    + (step < 1 ? "no" : range / step) + " readings a series: 30 are needed, and a store answers with "
                    + PrometheusRange.MOST_POINTS + " at most. Change one of the two.");
        }
        Budget perHour;
        Options options;
        try {
            perHour = new Budget(allowed, "");
            options = options();
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        long end = fleet.end == null ? System.currentTimeMillis() / 1000 : fleet.end;
        PrometheusRange store = new PrometheusRange(url, token(), fleet.timeout);
        FleetGate gate = new FleetGate(store, end - range, end, step, perHour, options, marks());
        boolean shown = !quiet && Console.isTerminal(System.getenv());
        PrintWriter err = spec.commandLine().getErr();
        FleetVerdict verdict = gate.judge(
                query,
                fleet.restarts.equals("none") ? "" : fleet.restarts,
                fleet.by,
                fleet.undecidedPercent / 100,
                done -> {
                    if (shown && done % 100 == 0) {
                        err.print("\r" + done + " series judged ");
                        err.flush();
                    }
                });
        if (shown) {
            err.print("\r" + " ".repeat(30) + "\r");
            err.flush();
        }
        FleetReport report = new FleetReport(
                verdict, query, store.where(), DriftText.hours(range) + " at a reading every " + step + " s", limit);
        PrintWriter to = spec.commandLine().getOut();
        to.print(quiet ? verdict.verdict() + "\n" : report.text(fleet.top));
        to.flush();
        if (out != null) {
            OutputFiles.write(out, "--out", report.markdown(fleet.top));
        }
        if (json != null) {
            Map<FleetVerdict.Judged, String> names = verdict.names();
            Map<String, DriftResult> results = new LinkedHashMap<>();
            verdict.ranked().forEach(judged -> results.put(names.get(judged), judged.result()));
            OutputFiles.write(json, "--json", DriftJson.of(results, verdict.verdict(), report));
        }
        return ExitCode.of(verdict.verdict());
    }

    private @Nullable String token() throws UnfitException {
        Path file = fleet.bearerTokenFile;
        if (file == null) {
            return null;
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UnfitException(
                    "The file " + file + " for --bearer-token-file cannot be read (" + OutputFiles.cause(e) + ").", e);
        }
    }

    private Options options() {
        return Options.defaults()
                .withMethod(method)
                .withResolution(resolution)
                .withPeriodsSeconds(
                        periods.stream().map(p -> p.toMillis() / 1000.0).toList());
    }

    private int judgeFile(String name) throws UnfitException {
        if (out != null) {
            throw usage("--out goes with --corpus. Use --json FILE for one file.");
        }
        Double allowed = budget;
        if (allowed == null) {
            throw usage("How much may it grow? Give --budget-per-hour, in units of the reading.");
        }
        CsvTable table = CsvTable.read(Path.of(name));
        Budget perHour;
        Options options;
        List<Mark> marks = marks();
        List<String> judged = judgedColumns(table);
        try {
            perHour = new Budget(allowed, "");
            options = options();
            if (load != null) {
                options = options.withLoad(table.series(load));
            }
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        Map<String, DriftResult> results = new LinkedHashMap<>();
        for (String column : judged) {
            results.put(column, DriftAnalysis.of(table.series(column), perHour, marks, options));
        }
        RunVerdict run = DriftAnalysis.holm(List.copyOf(results.values()));
        Verdict verdict =
                results.size() == 1 ? results.values().iterator().next().verdict() : run.verdict();
        print(results, run, verdict);
        if (json != null) {
            OutputFiles.write(json, "--json", DriftJson.of(results, verdict, null));
        }
        return ExitCode.of(verdict);
    }

    private List<String> judgedColumns(CsvTable table) {
        List<String> others =
                new ArrayList<>(table.names().subList(1, table.names().size()));
        String known = String.join(", ", others);
        if (load != null && !others.remove(load)) {
            throw usage("There is no column \"" + load + "\" for --load. The file has: " + known + ".");
        }
        if (columns.isEmpty()) {
            if (others.size() != 1) {
                throw usage("Which of the columns is to be judged? Give --column with one of: " + known + ".");
            }
            return others;
        }
        for (String column : columns) {
            if (!others.contains(column)) {
                throw usage("There is no column \"" + column + "\" to judge. The file has: " + known + ".");
            }
        }
        return columns;
    }

    private List<Mark> marks() {
        List<Mark> marks = new ArrayList<>();
        events.forEach(given -> marks.add(mark("--event", given, Mark.Kind.EVENT)));
        faults.forEach(given -> marks.add(mark("--fault", given, Mark.Kind.FAULT)));
        restarts.forEach(given -> marks.add(mark("--restart", given, Mark.Kind.RESTART)));
        return marks;
    }

    private Mark mark(String option, String given, Mark.Kind kind) {
        Matcher matcher = TIME.matcher(given);
        try {
            if (matcher.matches()) {
                double from = Double.parseDouble(matcher.group(1));
                double to = matcher.group(2) == null ? from : Double.parseDouble(matcher.group(2));
                return new Mark(from, to, kind, matcher.group(3) == null ? "" : matcher.group(3));
            }
        } catch (IllegalArgumentException e) {
            throw usage(option + " " + given + ": " + e.getMessage());
        }
        throw usage(option + " takes seconds since the start of the run, as 1800 or 1800-1860 or 1800=deploy, not \""
                + given + "\".");
    }

    private void print(Map<String, DriftResult> results, RunVerdict run, Verdict verdict) {
        PrintWriter to = spec.commandLine().getOut();
        if (!quiet) {
            results.forEach((name, result) -> {
                to.println(name + ": " + result.verdict() + ". " + result.reason());
                to.println("  model: " + result.model());
                if (result.measured()) {
                    to.println("  smallest growth that this run would have failed: "
                            + DriftText.number(result.smallestDetectablePerHour()) + " per hour");
                    DriftText.timeToLimit(result, limit).ifPresent(line -> to.println("  " + line));
                }
            });
        }
        if (results.size() > 1) {
            to.println(verdict + ": " + run.reason());
        } else if (quiet) {
            to.println(verdict);
        }
        to.flush();
    }

    private int judgeCorpus(Path directory) throws UnfitException {
        Path target = out;
        if (target == null) {
            throw usage("Where do the verdicts go? Give --out FILE with --corpus.");
        }
        if (budget != null || json != null || load != null || !columns.isEmpty() || !marks().isEmpty()) {
            throw usage("--corpus takes the budgets from labels.csv and knows nothing else of a series: leave out the"
                    + " options of --csv.");
        }
        CorpusVerdicts verdicts = CorpusVerdicts.of(
                directory, Options.defaults().withMethod(method).withResolution(resolution));
        OutputFiles.write(target, "--out", verdicts.csv());
        if (!quiet) {
            PrintWriter to = spec.commandLine().getOut();
            to.println(verdicts.size() + " verdicts in " + target);
            to.flush();
        }
        if (!verdicts.unfit().isEmpty()) {
            throw new UnfitException(verdicts.unfit().size() + " of " + verdicts.size()
                    + " series cannot be judged, and are INVALID in " + target + ". The first: "
                    + verdicts.unfit().get(0));
        }
        return ExitCode.PASS;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
