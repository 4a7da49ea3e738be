package dev.evenkeel.cli.lab;

import dev.evenkeel.cli.ProgressLine;
import java.util.Locale;

/** Says on a terminal which trial runs, and about how long the rest takes; nothing elsewhere. */
final class Progress implements AutoCloseable {
    private final ProgressLine line;
    private final int total;
    private final long begun = System.nanoTime();
    private int done;

    Progress(ProgressLine line, int total) {
        this.line = line;
        this.total = total;
    }

    /** The next trial begins. */
    void next(Cell cell) {
        line.show(words(done, total, (System.nanoTime() - begun) / 1e9, cell));
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
        line.close();
    }
}
