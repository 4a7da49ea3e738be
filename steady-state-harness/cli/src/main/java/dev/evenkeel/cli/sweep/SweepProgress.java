package dev.evenkeel.cli.sweep;

import dev.evenkeel.cli.ProgressLine;
import java.util.Locale;

/** Says which run of a sweep goes on, about how long the rest takes, and what did not end well. One thread. */
final class SweepProgress implements SweepRun.Listener {
    private final ProgressLine line;
    private final long start = System.nanoTime();

    SweepProgress(ProgressLine line) {
        this.line = line;
    }

    @Override
    public void begins(String what, int done, int all) {
        double spent = (System.nanoTime() - start) / 1e9;
        String left = done > 1 ? String.format(Locale.ROOT, ", about %.0f s left", spent / done * (all - done)) : "";
        String words = "run " + (done + 1) + " of " + all + left + ": " + what;
        if (line.rewrites()) {
            line.show(words + " ...");
        } else {
            line.say(words);
        }
    }

    @Override
    public void ended(Setting setting, Reading reading) {
        if (!reading.ok()) {
            line.say("  " + setting.title() + ": " + reading.outcome().words() + ". " + reading.detail());
        }
    }
}
