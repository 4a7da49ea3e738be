package dev.evenkeel.cli;

import java.io.PrintWriter;

/**
 * Progress on the error stream: on a terminal one line that is rewritten, elsewhere lines that stay; nothing when quiet. One
 * thread.
 */
public final class ProgressLine implements AutoCloseable {
    private static final String ERASE_LINE = "\r\u001b[K";

    /** Around a line that may be wider than the terminal: it is cut there, and does not become a second that nobody erases. */
    private static final String CUT = "\u001b[?7l";

    private static final String CUT_NO_MORE = "\u001b[?7h";

    private final PrintWriter to;
    private final boolean terminal;
    private final boolean quiet;
    private boolean open;

    /**
     * Progress to a stream.
     *
     * @param terminal whether it understands the control sequences; see {@link dev.evenkeel.cli.soak.Console#isTerminal}
     */
    public ProgressLine(PrintWriter to, boolean terminal, boolean quiet) {
        this.to = to;
        this.terminal = terminal;
        this.quiet = quiet;
    }

    /** Whether {@link #show} shows anything. */
    public boolean rewrites() {
        return terminal && !quiet;
    }

    /** Shows some words in place of those before; nothing where lines stay. */
    public void show(String words) {
        if (rewrites()) {
            to.print(ERASE_LINE + CUT + words + CUT_NO_MORE);
            to.flush();
            open = true;
        }
    }

    /** Prints a line that stays. */
    public void say(String words) {
        if (!quiet) {
            close();
            to.println(words);
            to.flush();
        }
    }

    /** Erases the line that is rewritten, if one stands. May be used again. */
    @Override
    public void close() {
        if (open) {
            to.print(ERASE_LINE);
            to.flush();
            open = false;
        }
    }
}
