package dev.evenkeel.cli.judge;

import dev.evenkeel.cli.ExitCode;
import dev.evenkeel.drift.Mark;
import dev.evenkeel.soak.MarkFile;
import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells a run that goes on what is about to happen to its service. */
@Command(
        name = "mark",
        mixinStandardHelpOptions = true,
        header = "Tell a soak that goes on that its service is about to be restarted or changed.",
        description = {
            "A restart that nobody announced makes a run INVALID, because what grew is thrown away with the process. One that"
                    + " is marked, up to five minutes before it happens, splits the run in parts, and each is judged. An event"
                    + " may have moved the level of a resource once, and is not taken for growth."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel mark evenkeel-soak/20261121-1326 --restart 'deploy 1.4.2'",
            "  evenkeel mark evenkeel-soak/20261121-1326 --event 'cache doubled'",
            "",
            "Exit codes: 0 told, 1 internal error, 2 usage, 5 no run writes to that directory."
        })
public final class MarkCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DIR", description = "The directory that the run writes to.")
    private Path dir = Path.of(".");

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    /** One of the two. */
    static final class What {
        @Option(names = "--restart", paramLabel = "LABEL", required = true, description = "It is about to be restarted.")
        private @Nullable String restart;

        @Option(names = "--event", paramLabel = "LABEL", required = true, description = "Something was changed now.")
        private @Nullable String event;
    }

    @Override
    public Integer call() throws IOException, UnfitException {
        String restart = what.restart;
        String event = what.event;
        if (restart != null) {
            MarkFile.tell(dir, Mark.Kind.RESTART, restart);
        } else if (event != null) {
            MarkFile.tell(dir, Mark.Kind.EVENT, event);
        }
        return ExitCode.PASS;
    }
}
