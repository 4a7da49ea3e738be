package dev.evenkeel.cli.soak;

import dev.evenkeel.cli.ProgressLine;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.SoakListener;
import dev.evenkeel.soak.Standing;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Shows a run's progress: one line that is rewritten on a terminal, a plain line every 15 seconds
 * elsewhere. One thread.
 */
public final class Console implements SoakListener {
    private static final double PLAIN_EVERY_SECONDS = 15;

    private final ProgressLine line;
    private final boolean terminal;
    private final boolean quiet;
    private double nextPlain;
    private String verdicts = "";

    Console(PrintStream err, boolean terminal, boolean quiet) {
        this.line = new ProgressLine(new PrintWriter(err), terminal, quiet);
        this.terminal = terminal;
        this.quiet = quiet;
    }

    /** Whether both ends are a terminal that understands the two control sequences we use. */
    public static boolean isTerminal(Map<String, String> environment) {
        java.io.Console console = System.console();
        if (console == null || environment.getOrDefault("TERM", "dumb").equals("dumb")) {
            return false;
        }
        try {
            // From JDK 22 on there is a console even without a terminal, and a method that tells.
            Method isTerminal = java.io.Console.class.getMethod("isTerminal");
            return (boolean) isTerminal.invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** The verdict in its colour, where colours are wanted. */
    static String coloured(String headline, Verdict verdict, boolean terminal, Map<String, String> environment) {
        String word = verdict.name();
        if (!terminal || !environment.getOrDefault("NO_COLOR", "").isEmpty() || !headline.startsWith(word)) {
            return headline;
        }
        String colour =
                switch (verdict) {
                    case PASS -> "32";
                    case FAIL -> "31";
                    case INCONCLUSIVE, INVALID -> "33";
                };
        return "\u001b[1;" + colour + "m" + word + "\u001b[0m" + headline.substring(word.length());
    }

    @Override
    public void phase(String name) {
        if (quiet) {
            return;
        }
        switch (name) {
            case "starting" -> line.say("starting the service and its parts ...");
            case "judging" -> line.say("judging ...");
            default -> {
                if (!terminal) {
                    line.say(name + " ...");
                }
            }
        }
    }

    @Override
    public void note(String sentence) {
        line.say(sentence);
    }

    @Override
    public void standings(List<Standing> soFar) {
        StringBuilder s = new StringBuilder();
        soFar.forEach(standing -> s.append(s.length() == 0 ? "  so far: " : ", ")
                .append(standing.title().toLowerCase(Locale.ROOT))
                .append(' ')
                .append(standing.verdict()));
        verdicts = s.toString();
    }

    @Override
    public void tick(Progress progress) {
        if (quiet) {
            return;
        }
        if (terminal) {
            line.show(pace(progress) + shortVerdicts() + amounts(progress));
        } else if (progress.second() >= nextPlain) {
            nextPlain = progress.second() + PLAIN_EVERY_SECONDS - 0.5;
            line.say(words(progress) + verdicts);
        }
    }

    /** As much as possible in the 120 columns of a terminal. */
    private String shortVerdicts() {
        return verdicts.replace("open file descriptors", "fds")
                .replace("live heap", "heap")
                .replace("direct buffers", "buffers")
                .replace("  so far: ", "  ")
                .replace("INCONCLUSIVE", "?")
                .replace("PASS", "ok");
    }

    /** Leaves the rewritten line, if one stands. */
    void endLine() {
        line.close();
    }

    static String words(SoakListener.Progress p) {
        return pace(p) + amounts(p);
    }

    /** Where the run is, and its load. */
    private static String pace(SoakListener.Progress p) {
        StringBuilder s = new StringBuilder(100);
        s.append(clock(p.second()))
                .append('/')
                .append(clock(p.totalSeconds()))
                .append(" (")
                .append(clock(Math.max(0, p.totalSeconds() - p.second())))
                .append(" left)  ")
                .append(p.phase());
        if (!Double.isNaN(p.ratePerSecond())) {
            s.append(String.format(Locale.ROOT, "  %.0f/s", p.ratePerSecond()));
        }
        if (!Double.isNaN(p.p99Millis())) {
            s.append(String.format(Locale.ROOT, "  p99 %.1f ms", p.p99Millis()));
        }
        return s.toString();
    }

    private static String amounts(SoakListener.Progress p) {
        StringBuilder s = new StringBuilder(60);
        if (!Double.isNaN(p.heapLiveBytes())) {
            s.append(String.format(Locale.ROOT, "  live %.2f MiB", p.heapLiveBytes() / (1 << 20)));
        }
        if (!Double.isNaN(p.threads())) {
            s.append(String.format(Locale.ROOT, "  threads %.0f", p.threads()));
        }
        if (!Double.isNaN(p.openFds())) {
            s.append(String.format(Locale.ROOT, "  fds %.0f", p.openFds()));
        }
        if (p.shed() > 0) {
            s.append("  shed ").append(p.shed());
        }
        if (p.failed() > 0) {
            s.append("  FAILED ").append(p.failed());
        }
        if (p.fault()) {
            s.append("  upstream slow");
        }
        return s.toString();
    }

    private static String clock(double seconds) {
        long s = Math.round(seconds);
        return s >= 3600
                ? String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60)
                : String.format(Locale.ROOT, "%02d:%02d", s / 60, s % 60);
    }
}
