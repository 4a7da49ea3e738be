package dev.evenkeel.cli.soak;

import dev.evenkeel.soak.RunResult;
import java.io.PrintWriter;
import java.nio.file.Path;

/** A verdict on a terminal. */
public final class VerdictText {
    private VerdictText() {}

    /**
     * The headline, and unless {@code quiet} the deciding resources, the notes, and where the report is.
     *
     * @param dir where the reports are
     */
    public static void print(PrintWriter to, RunResult result, Path dir, boolean quiet) {
        SoakCommand.print(to, result, dir, Console.isTerminal(System.getenv()), quiet);
    }
}
