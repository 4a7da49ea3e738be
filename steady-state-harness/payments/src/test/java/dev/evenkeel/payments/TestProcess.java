package dev.evenkeel.payments;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One of our mains as a child process, spoken to through its control pipe. */
final class TestProcess implements AutoCloseable {
    private static final long LIMIT_SECONDS = 90; // The first PostgreSQL of a machine is unpacked; CI is slow.
    private static final String END = "\u0000end";

    private final Process process;
    private final OutputStream in;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    private TestProcess(Process process) {
        this.process = process;
        in = process.getOutputStream();
        Thread reader = new Thread(this::read, "test-process-reader");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            out.lines().forEach(said::add);
        } catch (IOException | UncheckedIOException e) {
            // Its end, said below.
        }
        said.add(END);
    }

    static TestProcess start(Class<?> main, Map<String, String> environment, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().putAll(environment);
        return new TestProcess(builder.start());
    }

    static TestProcess start(Class<?> main, String... args) throws IOException {
        return start(main, Map.of(), args);
    }

    void say(String command) throws IOException {
        in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    /** The next line it says, or a failed test after the limit. */
    String hear() throws InterruptedException {
        String line = said.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (line == null || line.equals(END)) {
            return fail(line == null ? "silent for " + LIMIT_SECONDS + " s" : "ended without a word");
        }
        return line;
    }

    /** The values of its {@code @ready}. */
    Map<String, String> ready() throws InterruptedException {
        String line = hear();
        assertTrue(line.startsWith("@ready\t"), line);
        return pairs(line);
    }

    static Map<String, String> pairs(String line) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String field : line.split("\t")) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                pairs.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return pairs;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    void endInput() throws IOException {
        in.close();
    }

    int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "did not end");
        return process.exitValue();
    }

    /** Polls until the condition holds; fails after the limit. For what other processes do in their own time. */
    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("still waiting: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
