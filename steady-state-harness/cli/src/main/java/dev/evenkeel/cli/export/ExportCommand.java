package dev.evenkeel.cli.export;

import dev.evenkeel.cli.ExitCode;
import dev.evenkeel.soak.StoredRun;
import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a stored run for other tools. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        header = "Write a stored run as OpenMetrics with timestamps, to replay it in Prometheus.",
        description = {
            "Resources carry the names under which a service exports them, so that dashboards and alerts show the run as they"
                    + " would have. Latencies become the histogram soak_request_duration_seconds, requests soak_requests_total,"
                    + " faults soak_fault."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel export evenkeel-soak/20261121-1326 --openmetrics run.om",
            "  promtool tsdb create-blocks-from openmetrics run.om data && prometheus --storage.tsdb.path=data",
            "",
            "Start Prometheus with --storage.tsdb.retention.time longer ago than the run, or it drops the blocks.",
            "Exit codes: 0 written, 1 internal error, 2 usage, 5 no run to read, or nowhere to write."
        })
public final class ExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "DIR", description = "The directory of the run.")
    private Path dir = Path.of(".");

    @Option(names = "--openmetrics", required = true, paramLabel = "FILE", description = "Where the text goes.")
    private Path file = Path.of("run.om");

    @Option(names = "--job", defaultValue = "soak", description = "Value of the label job (default: ${DEFAULT-VALUE}).")
    private String job = "soak";

    @Option(names = "--run", description = "Value of the label run (default: the directory's name).")
    private @Nullable String run;

    @Option(names = "--quiet", description = "Print nothing.")
    private boolean quiet;

    @Override
    public Integer call() throws IOException, UnfitException {
        StoredRun stored = StoredRun.read(dir);
        Path name = dir.toAbsolutePath().normalize().getFileName();
        String label = run != null ? run : name == null ? "run" : name.toString();
        OpenMetricsRun text;
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            text = new OpenMetricsRun(out, stored, job, label);
            text.write();
        } catch (IOException e) {
            throw new UnfitException(file + " cannot be written (" + e.getMessage() + "). Choose another file.", e);
        }
        if (!quiet) {
            spec.commandLine().getOut().println(text.lines() + " values of " + text.samples() + " samples written to " + file);
        }
        return ExitCode.PASS;
    }
}
