package dev.evenkeel.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.cli.CommandLineRun;
import dev.evenkeel.cli.TestJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each kind of target against a real process that knows nothing of us. Runs of 35 judged seconds: a leak shows, a pass need
 * not. Those run when asked for, with {@code -Devenkeel.soak.slow=true} ({@code .ci/soak-targets}).
 */
class TargetsIT {
    @TempDir
    Path dir;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endWhatIsLeft() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static List<String> service(int port, double leakPerSecond, String... flags) {
        List<String> command = new ArrayList<>(List.of(TestJvm.java(), "-Xmx64m", "-XX:+UseSerialGC"));
        command.addAll(List.of(flags));
        command.addAll(List.of(
                "-cp",
                TestJvm.testClasses(),
                "dev.evenkeel.cli.soak.SmallService",
                Integer.toString(port),
                Double.toString(leakPerSecond)));
        return command;
    }

    private Process start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("service.txt").toFile())
                .start();
        started.add(process);
        return process;
    }

    private CommandLineRun soak(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "soak",
                "--duration",
                "35s",
                "--warmup",
                "4s",
                "--out",
                dir.resolve("run").toString(),
                "--quiet"));
        all.addAll(List.of(arguments));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    private String verdict() {
        try {
            return Files.readString(dir.resolve("run/verdict.json"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "evenkeel.soak.slow", matches = "true")
    void aCommandIsStartedLoadedReadAndEndedAndItsLeakIsNamed() throws IOException {
        int port = TestJvm.freePort();
        String line = "'" + String.join("' '", service(port, 4)) + "'";

        CommandLineRun run = soak(
                "--command", line, "--url", "http://127.0.0.1:" + port + "/", "--rate", "50", "--fault-every", "0");

        assertEquals(3, run.code(), () -> run.out() + run.err());
        assertTrue(run.out().startsWith("FAIL: open file descriptors grow by "), run::out);
        assertTrue(run.out().contains("Culprit: /proc/*/status"), run::out);
        assertTrue(verdict().contains("\"name\": \"heap_live\""), "the JVM was asked for its live heap too");
        assertFalse(TestJvm.runs("SmallService " + port), "the command was ended");
    }

    @Test
    @EnabledIfSystemProperty(named = "evenkeel.soak.slow", matches = "true")
    void aMetricsPageIsReadAndARestartThatNobodyAnnouncedIsInvalid() throws Exception {
        int port = TestJvm.freePort();
        Process first = start(service(port, 0));
        Thread restarter = new Thread(() -> {
            try {
                while (rows() < 12) {
                    TimeUnit.MILLISECONDS.sleep(100);
                }
                first.destroyForcibly().waitFor();
                start(service(port, 0));
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        restarter.start();

        CommandLineRun run = soak("--metrics", "http://127.0.0.1:" + port + "/metrics");

        restarter.join();
        assertEquals(5, run.code(), () -> run.out() + run.err());
        assertTrue(run.out().startsWith("INVALID: the service was restarted during the run"), run::out);
        assertTrue(rows() >= 12, "what was sampled is kept");
    }

    private long rows() {
        try (var lines = Files.lines(dir.resolve("run/samples.csv"))) {
            return lines.count();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "evenkeel.soak.slow", matches = "true")
    void aRemoteJvmIsReadOverJmx() throws Exception {
        int port = TestJvm.freePort();
        int jmx = TestJvm.freePort();
        start(service(
                port,
                4,
                "-Dcom.sun.management.jmxremote.port=" + jmx,
                "-Dcom.sun.management.jmxremote.rmi.port=" + jmx,
                "-Djava.rmi.server.hostname=127.0.0.1",
                "-Dcom.sun.management.jmxremote.authenticate=false",
                "-Dcom.sun.management.jmxremote.ssl=false"));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!answers(jmx) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(100);
        }

        CommandLineRun run = soak("--jmx", "127.0.0.1:" + jmx);

        assertEquals(3, run.code(), () -> run.out() + run.err());
        assertTrue(run.out().startsWith("FAIL: open file descriptors grow by "), run::out);
        assertTrue(verdict().contains("\"name\": \"heap_live\""), this::verdict);
    }

    private static boolean answers(int port) {
        try {
            new java.net.Socket("127.0.0.1", port).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aTargetThatIsNotThereIsUnfitInOneSentence() throws IOException {
        CommandLineRun run = soak("--metrics", "http://127.0.0.1:" + TestJvm.freePort() + "/metrics");

        assertEquals(5, run.code(), run::err);
        assertTrue(run.err().startsWith("evenkeel: The service cannot be reached: "), run::err);
        assertEquals(1, run.err().lines().count(), run::err);
    }

    @Test
    void aCommandThatEndsAtOnceIsUnfitAndItsOutputIsShown() {
        CommandLineRun run = soak("--command", "sh -c 'echo no such database; exit 7'", "--url", "http://127.0.0.1:1/");

        assertEquals(5, run.code(), run::err);
        assertTrue(run.err().contains("exit code 7") && run.err().contains("no such database"), run::err);
    }
}
