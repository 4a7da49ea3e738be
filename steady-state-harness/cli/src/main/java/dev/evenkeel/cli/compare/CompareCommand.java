package dev.evenkeel.cli.compare;

import dev.evenkeel.cli.ExitCode;
import dev.evenkeel.soak.RunComparison;
import dev.evenkeel.soak.StoredRun;
import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares two stored runs. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        header = "Say what changed from one stored run to another, and what change would have been seen.",
        description = {
            "Growth and level of each resource, and each latency: the difference with its 99 % interval, and the smallest"
                    + " difference that these two runs would have shown nine times in ten. About one row in a hundred differs by"
                    + " chance.",
            "It fails when live heap, threads or descriptors grow faster than before, or a latency (p50, p90, p99 from the"
                    + " intended start) is higher by more than --tolerance."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel compare RUN-BEFORE RUN-AFTER",
            "  evenkeel compare main branch --tolerance 10 --out report --json compare.json",
            "",
            "Exit codes: 0 nothing worse, 1 internal error, 2 usage, 3 something is worse, 5 nothing to compare."
        })
public final class CompareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "BEFORE", description = "Directory of the first run.")
    private Path before = Path.of(".");

    @Parameters(index = "1", paramLabel = "AFTER", description = "Directory of the second.")
    private Path after = Path.of(".");

    @Option(
            names = "--tolerance",
            defaultValue = "5",
            paramLabel = "PERCENT",
            description = "By how much a latency may rise (default: ${DEFAULT-VALUE} %%).")
    private double tolerance;

    @Option(names = "--out", paramLabel = "DIR", description = "Write compare.html, compare.md and compare.json there.")
    private @Nullable Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write it as JSON to this file.")
    private @Nullable Path json;

    @Option(names = "--quiet", description = "Only whether something is worse.")
    private boolean quiet;

    @Override
    public Integer call() throws IOException, UnfitException {
        if (!(tolerance >= 0 && tolerance <= 1000)) {
            throw new ParameterException(spec.commandLine(), "--tolerance takes 0 to 1000 per cent, not " + tolerance + ".");
        }
        RunComparison comparison = RunComparison.of(StoredRun.read(before), StoredRun.read(after));
        ComparisonReport report =
                new ComparisonReport(comparison, before.toString(), after.toString(), tolerance / 100);
        spec.commandLine().getOut().print(report.text(quiet));
        spec.commandLine().getOut().flush();
        try {
            if (out != null) {
                Files.createDirectories(out);
                Files.writeString(out.resolve("compare.md"), report.markdown());
                Files.writeString(out.resolve("compare.html"), report.html());
                Files.writeString(out.resolve("compare.json"), report.json());
            }
            if (json != null) {
                Files.writeString(json, report.json());
            }
        } catch (IOException e) {
            throw new UnfitException("The comparison cannot be written (" + e + "). Choose another directory.", e);
        }
        return report.worse() ? ExitCode.FAIL : ExitCode.PASS;
    }
}
