package dev.evenkeel.cli.lab;

import java.io.PrintStream;
import java.util.Locale;

/** One line that is rewritten on a terminal; nothing elsewhere. */
final class Progress implements AutoCloseable {
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream to;
    private final boolean shown;
    private final int total;
    private final long begun = System.nanoTime();
    private int done;

    Progress(PrintStream to, boolean shown, int total) {
        this.to = to;
        this.shown = shown;
        this.total = total;
    }

    /** The next trial begins. */
    void next(Cell cell) {
        if (shown) {
            to.print(ERASE_LINE + words(done, total, (System.nanoTime() - begun) / 1e9, cell));
            to.flush();
        }
        done++;
    }

    static String words(int done, int total, double seconds, Cell cell) {
        String left =
                done == 0 ? "" : String.format(Locale.ROOT, ", about %.0f s left", seconds / done * (total - done));
        return "[" + (done + 1) + "/" + total + left + "] " + cell.name() + ", " + cell.threads() + " "
                + cell.kind().id() + ", " + Findings.processors(cell.processors());
    }

    @Override
    public void close() {
        if (shown) {
            to.print(ERASE_LINE);
            to.flush();
        }
    }
}
