package dev.evenkeel.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real command with the real service and a real database, in processes of their own. */
class SoakIT {
    private static final Duration LONG = Duration.ofMinutes(4);

    @TempDir
    Path dir;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    private Process soak(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.evenkeel.cli.Main",
                "soak"));
        command.addAll(List.of("--out", dir.resolve("run").toString(), "--warmup", "8s", "--rate", "100"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(dir.resolve("out.txt").toFile())
                .redirectError(dir.resolve("err.txt").toFile())
                .start();
        started.add(process);
        return process;
    }

    private String printed() {
        try {
            return "out: " + Files.readString(dir.resolve("out.txt")) + "\nerr: "
                    + Files.readString(dir.resolve("err.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "waited in vain for " + what + "\n" + printed());
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private long steadyRows() {
        try (var lines = Files.lines(dir.resolve("run/samples.csv"))) {
            return lines.filter(line -> line.contains(",steady,")).count();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void ctrlCJudgesWhatThereIsNamesThePlantedLeakAndLeavesNoProcess() throws Exception {
        Process soak = soak(
                "--duration",
                "10m",
                "--fault-every",
                "0",
                "--plant",
                "fd",
                "--plant-per-hour",
                "7200",
                "--json",
                dir.resolve("v.json").toString());
        await("36 steady samples", () -> !soak.isAlive() || steadyRows() >= 36);
        List<ProcessHandle> children = soak.descendants().toList();

        new ProcessBuilder("kill", "-" + interrupt(soak), Long.toString(soak.pid()))
                .start()
                .waitFor();

        assertTrue(soak.waitFor(60, TimeUnit.SECONDS), this::printed);
        assertEquals(3, soak.exitValue(), this::printed);
        String out = Files.readString(dir.resolve("out.txt"));
        assertTrue(out.startsWith("FAIL: open file descriptors grow by "), this::printed);
        assertTrue(out.contains("Culprit: ") && out.contains("planted"), this::printed);
        assertTrue(out.contains("cut short"), this::printed);
        for (String file : List.of("samples.csv", "verdict.json", "summary.md", "report.html", "service.log")) {
            assertTrue(Files.exists(dir.resolve("run").resolve(file)), file);
        }
        assertEquals(Files.readString(dir.resolve("run/verdict.json")), Files.readString(dir.resolve("v.json")));
        assertTrue(children.size() >= 2, () -> "service and parts among " + children);
        await("all children to end", () -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** INT; TERM where a shell in the background made us, and so the command, deaf to INT. */
    private static String interrupt(Process process) throws IOException {
        String ignored = Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElse("SigIgn: 0")
                .replaceAll("SigIgn:\\s*", "");
        return (Long.parseUnsignedLong(ignored, 16) & 0b10) == 0 ? "INT" : "TERM";
    }

    @Test
    void noChildOutlivesAKilledHarness() throws Exception {
        Process soak = soak("--duration", "10m");
        await(
                "a first sample",
                () -> !soak.isAlive()
                        || Files.exists(dir.resolve("run/samples.csv")) && lines(dir.resolve("run/samples.csv")) > 3);
        List<ProcessHandle> children = soak.descendants().toList();
        assertTrue(children.size() >= 2, () -> "service and parts among " + children + "\n" + printed());

        soak.destroyForcibly();

        await("all children to end", () -> children.stream().noneMatch(ProcessHandle::isAlive));
        long rows = lines(dir.resolve("run/samples.csv"));
        assertTrue(rows > 3, "the samples are still there");
        CommandLineRun judged = CommandLineRun.of("judge", dir.resolve("run").toString());
        assertEquals(4, judged.code(), () -> judged.out() + judged.err());
        assertTrue(judged.out().contains("The harness was killed after "), judged::out);
        long judgedRows = lines(dir.resolve("run/samples.csv"));
        assertTrue(Math.abs(rows - judgedRows) <= 1, () -> rows + " rows before, " + judgedRows + " from the log");
    }

    private static long lines(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void aPortInUseIsOneSentenceAndExitCodeFive() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Process soak = soak("--port", Integer.toString(taken.getLocalPort()), "--quiet");

            assertTrue(soak.waitFor(LONG.toSeconds(), TimeUnit.SECONDS), this::printed);

            assertEquals(5, soak.exitValue(), this::printed);
            String err = Files.readString(dir.resolve("err.txt"));
            assertEquals(1, err.lines().count(), this::printed);
            assertTrue(err.contains(Integer.toString(taken.getLocalPort())), this::printed);
            assertFalse(err.contains("\tat "), this::printed);
        }
    }
}
