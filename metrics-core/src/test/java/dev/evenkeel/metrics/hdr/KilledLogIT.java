package dev.evenkeel.metrics.hdr;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed leaves every interval that it had written. */
class KilledLogIT {
    @TempDir
    private Path directory;

    @Test
    void theLogOfAKilledProcessIsReadToItsLastInterval() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        place(Counter.class)
                                + File.pathSeparator
                                + place(KilledLogProgram.class)
                                + File.pathSeparator
                                + place(Histogram.class),
                        KilledLogProgram.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        long said = 0;
        String line;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            while (said < 100_000) {
                line = out.readLine();
                assertTrue(line != null && line.matches("\\d+"), "the child said " + line);
                said = Long.parseLong(line);
            }
            child.toHandle().destroyForcibly(); // SIGKILL: no hook runs, nothing is closed
            while ((line = out.readLine()) != null) {
                if (line.matches("\\d+000")) { // the last one may be torn
                    said = Math.max(said, Long.parseLong(line));
                }
            }
        }
        child.waitFor();

        long found = Logs.sum(directory, "t", 2).getTotalCount();
        int files = Logs.files(directory).size();

        assertTrue(files > 1, files + " files");
        assertTrue(found >= said && found <= said + 1_000, found + " values in the log, " + said + " were said to be");
    }

    private static String place(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
