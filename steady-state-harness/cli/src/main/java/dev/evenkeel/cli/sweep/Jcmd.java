package dev.evenkeel.cli.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks another JVM of this machine and user to collect. */
final class Jcmd {
    private static final long LONGEST_SECONDS = 20;

    private Jcmd() {}

    /** Makes a JVM collect all of its heap; nothing happens to one that is gone, or where this is no JDK. */
    static void collect(long pid) throws InterruptedException {
        Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(program)) {
            return;
        }
        try {
            Process process = new ProcessBuilder(List.of(
                            program.toString(), "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "" + pid, "GC.run"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            // the log then tells less of what is live, and the ladder of heaps begins with what there is
        }
    }
}
