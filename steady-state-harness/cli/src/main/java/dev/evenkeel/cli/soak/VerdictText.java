package dev.evenkeel.cli.soak;

import dev.evenkeel.soak.ResourceResult;
import dev.evenkeel.soak.RunResult;
import dev.evenkeel.soak.report.ReportWriter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/** A verdict on a terminal. */
public final class VerdictText {
    private VerdictText() {}

    /**
     * The headline, and unless {@code quiet} the deciding resources, the notes, and where the report is.
     *
     * @param dir where the reports are
     */
    public static void print(PrintWriter to, RunResult result, Path dir, boolean quiet) {
        boolean terminal = Console.isTerminal(System.getenv());
        to.println(Console.coloured(result.headline(), result.verdict(), terminal, System.getenv()));
        if (!quiet) {
            to.println();
            for (ResourceResult r : result.resources()) {
                if (r.deciding()) {
                    to.printf(Locale.ROOT, "  %-13s %-24s %s%n", r.drift().verdict(), r.title(), r.model());
                }
            }
            for (String note : result.notes()) {
                to.println("  note: " + note);
            }
            to.println();
            to.println("report: " + dir.resolve(ReportWriter.HTML));
        }
        to.flush();
    }
}
