package dev.evenkeel.cli.judge;

import dev.evenkeel.cli.ExitCode;
import dev.evenkeel.cli.soak.DurationConverter;
import dev.evenkeel.cli.soak.VerdictText;
import dev.evenkeel.soak.RunResult;
import dev.evenkeel.soak.StoredRun;
import dev.evenkeel.soak.UnfitException;
import dev.evenkeel.soak.report.ReportWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Judges a stored run again. */
@Command(
        name = "judge",
        mixinStandardHelpOptions = true,
        header = "Judge a stored run again, and write its reports.",
        description = {
            "Reads run.log of a directory that a soak wrote, whole or cut off by a kill, a crash or a full disk, and says what"
                    + " the run itself would have said. Writes samples.csv and all reports again."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel judge evenkeel-soak/20261121-1326",
            "  evenkeel judge /tmp/leak --out /tmp/reports --json verdict.json --quiet",
            "  evenkeel judge nightly --of-commit $(git rev-parse HEAD) --newer-than 48h    before a release",
            "",
            "Exit codes: 0 pass, 1 internal error, 2 usage, 3 fail, 4 inconclusive, 5 invalid, or no run to judge."
        })
public final class JudgeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "DIR", description = "The directory of the run.")
    private Path dir = Path.of(".");

    @Option(names = "--out", paramLabel = "DIR", description = "Where the reports go (default: the run's directory).")
    private @Nullable Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the verdict as JSON to this file.")
    private @Nullable Path json;

    @Option(
            names = "--of-commit",
            paramLabel = "HASH",
            description = "Refuse (5) a run of anything but this commit, as said by -Devenkeel.commit when it ran.")
    private @Nullable String commit;

    @Option(
            names = "--newer-than",
            paramLabel = "AGE",
            converter = DurationConverter.class,
            description = "Refuse (5) a run that began longer ago than this.")
    private @Nullable Duration newerThan;

    @Option(names = "--quiet", description = "Only the verdict.")
    private boolean quiet;

    @Override
    public Integer call() throws IOException, UnfitException {
        StoredRun stored = StoredRun.read(dir);
        RunResult result = stored.judge();
        requireFresh(result);
        Path to = out == null ? dir : out;
        try {
            if (out == null) {
                stored.writeSamples();
            }
            ReportWriter.writeAll(result, to);
            if (json != null) {
                Files.copy(to.resolve(ReportWriter.JSON), json, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            VerdictText.print(spec.commandLine().getOut(), result, to, quiet);
            throw new UnfitException("The reports could not be written (" + e.getMessage() + "). Choose another directory"
                    + " with --out DIR.", e);
        }
        VerdictText.print(spec.commandLine().getOut(), result, to, quiet);
        return ExitCode.of(result.verdict());
    }

    private void requireFresh(RunResult result) throws UnfitException {
        String of = result.environment().getOrDefault("commit", "");
        if (commit != null && !commit.equals(of)) {
            throw new UnfitException("This run is of " + (of.isEmpty() ? "no known commit" : "commit " + of) + ", not of "
                    + commit + ". Soak that commit, and say which it is with EVENKEEL_OPTS=-Devenkeel.commit=HASH.");
        }
        if (newerThan != null
                && Instant.parse(result.startedAt()).isBefore(Instant.now().minus(newerThan))) {
            throw new UnfitException("This run began at " + result.startedAt() + ", longer ago than "
                    + newerThan.toHours() + " h. Soak again before you rely on it.");
        }
    }
}
