package dev.evenkeel.cli.soak;

import dev.evenkeel.cli.ExitCode;
import dev.evenkeel.cli.OutputFiles;
import dev.evenkeel.soak.RunResult;
import dev.evenkeel.soak.SoakEngine;
import dev.evenkeel.soak.SoakListener;
import dev.evenkeel.soak.SoakPlan;
import dev.evenkeel.soak.StoredRun;
import dev.evenkeel.soak.Target;
import dev.evenkeel.soak.UnfitException;
import dev.evenkeel.soak.report.ReportWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "With --command, --pid, --metrics, --jmx or --otlp-listen it watches a service of yours instead, and sends load to --url."
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
            "  evenkeel soak --duration 8h --early-stop --page 8090   may end once the verdict is in; watch it in a browser",
            "  evenkeel soak --otlp-listen --sampling 10s --duration 6h   a service that pushes to port 4318",
            "  evenkeel soak --resume evenkeel-soak/20261121-1326",
            "",
            "Writes run.log, samples.csv, verdict.json, junit.xml, report.sarif, summary.md, report.html and service.log to the output"
                    + " directory.",
            "Exit codes: 0 pass, 1 internal error, 2 usage, 3 fail, 4 inconclusive, 5 unfit to measure."
        })
public final class SoakCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private PlanOptions planned = new PlanOptions();

    @Mixin
    private TargetOptions soaked = new TargetOptions();

    @Option(
            names = "--resume",
            paramLabel = "DIR",
            description =
                    "Go on with a run that was killed or stopped, in its directory, with its plan. A service of yours is"
                            + " named again with the same flags.")
    private @Nullable Path resume;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the files go (default: evenkeel-soak/DATE-TIME in the current directory).")
    private @Nullable Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the verdict as JSON to this file.")
    private @Nullable Path json;

    @Option(
            names = "--page",
            arity = "0..1",
            fallbackValue = "0",
            paramLabel = "PORT",
            description =
                    "Show the progress on a page at this port of 127.0.0.1 as well (without a number: any free one).")
    private @Nullable Integer page;

    @Option(names = "--quiet", description = "No progress, only the verdict.")
    private boolean quiet;

    @Override
    public Integer call() throws IOException, UnfitException {
        PlanFile file = planned.file();
        StoredRun stored = resume == null ? null : StoredRun.read(resume);
        SoakPlan plan = stored == null ? planned.plan(file, soaked) : stored.plan();
        soaked.check(file);
        if (page != null && (page < 0 || page > 65_535)) {
            throw usage("--page takes a port from 0 (any) to 65535, not " + page + ".");
        }
        Path dir = stored == null ? outputs() : stored.directory();
        OutputFiles.checkJson(json);
        Target target = soaked.target(file, dir.resolve("service.log"));
        Console console = new Console(System.err, Console.isTerminal(System.getenv()), quiet);
        try (ProgressPage shown = page(plan, dir)) {
            SoakListener listener = shown == null ? console : new Listeners(List.of(console, shown));
            if (shown != null) {
                console.note("progress: " + shown.url());
            }
            SoakEngine engine = stored == null
                    ? new SoakEngine(plan, target, dir, listener)
                    : SoakEngine.resume(stored, target, listener);
            try (StopOnSignal signal = StopOnSignal.install(engine::requestStop)) {
                int code = run(engine, dir, console);
                signal.exitWith(code);
                return code;
            }
        }
    }

    private @Nullable ProgressPage page(SoakPlan plan, Path dir) throws UnfitException {
        Integer port = page;
        if (port == null) {
            return null;
        }
        try {
            return new ProgressPage(port, plan.command(), dir);
        } catch (UncheckedIOException e) {
            throw new UnfitException(
                    "The page of the run cannot be served at port " + port + ": " + e.getMessage()
                            + " Choose another with --page, or leave the number out for any free one.",
                    e);
        }
    }

    private int run(SoakEngine engine, Path dir, Console console) throws IOException, UnfitException {
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
                Files.copy(dir.resolve(ReportWriter.JSON), json, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            // A full disk: the verdict is known all the same.
            VerdictText.print(spec.commandLine().getOut(), result, dir, quiet);
            throw new UnfitException(
                    "The reports could not be written (" + e.getMessage() + "). Free some space, and write them with"
                            + " evenkeel judge " + dir + ".",
                    e);
        }
        VerdictText.print(spec.commandLine().getOut(), result, dir, quiet);
        return ExitCode.of(result.verdict());
    }

    private Path outputs() throws UnfitException {
        return OutputFiles.directory(
                out, "evenkeel-soak", spec, "run.log", "samples.csv", ReportWriter.HTML, ReportWriter.JSON);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
