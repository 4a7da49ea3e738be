package dev.evenkeel.payments;

import dev.evenkeel.payments.control.StartFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@link PartsMain} as a child of this process. Its life hangs on a pipe: it ends when we do, however we end. */
final class PartsProcess implements AutoCloseable {
    private final Process process;
    private final Map<String, String> values;

    private PartsProcess(Process process, Map<String, String> values) {
        this.process = process;
        this.values = values;
    }

    /**
     * Starts the parts and waits until they are ready.
     *
     * @throws StartFailure with the child's own sentence and exit code if it cannot start
     */
    static PartsProcess start(boolean postgres, boolean clearing) throws StartFailure {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PartsMain.class.getName()));
        if (!postgres) {
            command.addAll(List.of("--without", "postgres"));
        } else if (!clearing) {
            command.addAll(List.of("--without", "clearing"));
        }
        Process process;
        try {
            process =
                    new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.UNFIT,
                    "Cannot start " + command.get(0) + " for the database and the clearing upstream: " + e.getMessage()
                            + ". Give --jdbc-url and --clearing-url to use your own.",
                    e);
        }
        // Never closed: closing it would close the child's output, on which it may still want to say something.
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Map<String, String> values = pairs(line);
                if (line.startsWith("@ready\t")) {
                    return new PartsProcess(process, values);
                }
                if (line.startsWith("@error\t")) {
                    throw new StartFailure(
                            Integer.parseInt(values.getOrDefault("exit", "5")),
                            values.getOrDefault("message", "The parts could not start."));
                }
            }
        } catch (IOException e) {
            // The same as its end.
        } finally {
            if (!process.isAlive()) {
                process.destroy();
            }
        }
        process.destroy();
        throw new StartFailure(
                StartFailure.UNFIT,
                "The process with the database and the clearing upstream ended before it was ready: see its messages "
                        + "above, or give --jdbc-url and --clearing-url to use your own.");
    }

    private static Map<String, String> pairs(String line) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String field : line.split("\t")) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                pairs.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return pairs;
    }

    /**
     * A value of the child's {@code @ready}.
     *
     * @throws StartFailure if it did not say it
     */
    String value(String key) throws StartFailure {
        @Nullable String value = values.get(key);
        if (value == null) {
            throw new StartFailure(
                    StartFailure.UNFIT, "The process with the parts said no " + key + ": it is of another version.");
        }
        return value;
    }

    /** Ends the child by ending its input, and waits up to 10 s for it. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It is gone already.
        }
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
