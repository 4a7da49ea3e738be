package dev.evenkeel.cli.soak;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/** Stops a process for a while. */
final class Pauses {
    private Pauses() {}

    /**
     * Stops a process by a signal and lets it go on after a time. A shell of its own does both, so that it goes on even when
     * this process is killed in between; returns at once.
     */
    static void pause(long pid, Duration lasts) throws IOException {
        String seconds = String.format(Locale.ROOT, "%.3f", lasts.toNanos() / 1e9);
        new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "trap '' INT; kill -STOP " + pid + "; sleep " + seconds + "; kill -CONT " + pid)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
