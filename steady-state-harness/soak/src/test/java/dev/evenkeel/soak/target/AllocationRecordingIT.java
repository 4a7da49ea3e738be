package dev.evenkeel.soak.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.leak.allocation.AllocationSite;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AllocationRecordingIT {
    private static volatile Object sink;

    /** Runs in a JVM of its own, until its input ends. */
    public static final class Allocating {
        private Allocating() {}

        public static void main(String[] args) throws Exception {
            System.out.println("ready");
            while (System.in.available() == 0) {
                for (int i = 0; i < 1000; i++) {
                    makeArray();
                }
            }
        }

        static void makeArray() {
            sink = new long[100];
        }
    }

    @Test
    void anotherJvmSaysWhereItAllocates() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        "-Xmx64m",
                        Allocating.class.getName())
                .start();
        List<AllocationSite> sites;
        try {
            assertEquals('r', process.getInputStream().read());

            sites = AllocationRecording.ofProcess(process.pid(), Duration.ofSeconds(1));
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }

        AllocationSite first = sites.get(0);
        assertEquals("long[]", first.type(), sites::toString);
        assertTrue(first.share() > 0.5, sites::toString);
        assertTrue(
                first.stack().get(0).startsWith(AllocationRecordingIT.class.getName() + "$Allocating."),
                sites::toString);
    }

    @Test
    void aProcessThatIsGoneSaysSo() {
        assertThrows(IOException.class, () -> AllocationRecording.ofProcess(4_194_300, Duration.ofMillis(1)));
    }

    private static String classPath() {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Files.exists(Path.of(entry, "dev/evenkeel/soak/target/AllocationRecordingIT.class"))) {
                return entry;
            }
        }
        return "target/test-classes";
    }
}
