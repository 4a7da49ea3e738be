package dev.evenkeel.cli.soak;

import dev.evenkeel.soak.UnfitException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A child JVM that answers commands: one line each way, tab-separated, answers begin with {@code @}.
 *
 * <p>Its standard error, and whatever else it prints, goes to a log file. It ends when its standard
 * input does, so also when this process is killed. One control thread; {@link #exitCode} from any.
 */
public final class ChildProcess implements AutoCloseable {
    private static final String END = "\u0000end of output";
    private static final int TAIL_LINES = 12;

    private final String name;
    private final Process process;
    private final Path log;
    private final BufferedWriter commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(this::readAnswers, "evenkeel-child-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a class of our own class path in a JVM of our own kind.
     *
     * @param name what messages call it, for example {@code "the service"}
     * @throws UnfitException when no process could be started
     */
    public static ChildProcess start(String name, List<String> jvmFlags, String mainClass, List<String> args, Path log)
            throws UnfitException {
        List<String> command = new ArrayList<>();
        if (new File("/bin/sh").canExecute()) {
            // A terminal sends Ctrl-C to the whole process group. What is ignored when a program starts stays
            // ignored in a JVM, so that only the harness hears it and ends its children in order.
            command.addAll(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(args);
        try {
            Process process = new ProcessBuilder(command).start();
            RotatedLog.start(process.getErrorStream(), log);
            return new ChildProcess(name, process, log);
        } catch (IOException e) {
            throw new UnfitException(name + " could not be started: " + e.getMessage(), e);
        }
    }

    private void readAnswers() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("@")) {
                    answers.add(line);
                }
            }
        } catch (IOException e) {
            // the same as the end of its output
        }
        answers.add(END);
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** The exit code once it has ended. */
    public OptionalInt exitCode() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    /**
     * Waits until it says that it is ready, and returns what it says of itself.
     *
     * @throws UnfitException when it says that it cannot start here, ends, or keeps silent for too long
     */
    public Map<String, String> awaitReady(long seconds) throws UnfitException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            String line = answers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new UnfitException(name + " was not ready after " + seconds + " s." + tail());
            }
            if (line.equals(END)) {
                process.waitFor(5, TimeUnit.SECONDS);
                throw new UnfitException(name + " ended before it was ready (exit code "
                        + exitCode().orElse(-1) + ")." + tail());
            }
            Map<String, String> fields = fields(line);
            if (line.startsWith("@error")) {
                throw new UnfitException(fields.getOrDefault("message", name + " could not start: " + line));
            }
            if (line.startsWith("@ready")) {
                return fields;
            }
        }
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : line.split("\t", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return fields;
    }

    /**
     * Sends a command and returns the fields of its one-line answer, the answer's name first.
     *
     * @throws IOException when no such answer comes in time
     */
    String[] ask(String command, String answer, long seconds) throws IOException {
        send(command);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            String[] fields = next(command, deadline, seconds);
            if (fields[0].equals(answer)) {
                return fields;
            }
        }
    }

    /** Sends a command and returns the lines between the first and the last line of its answer, split. */
    List<String[]> askLines(String command, String first, String last, long seconds) throws IOException {
        ask(command, first, seconds);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<String[]> lines = new ArrayList<>();
        while (true) {
            String[] fields = next(command, deadline, seconds);
            if (fields[0].equals(last)) {
                return lines;
            }
            lines.add(fields);
        }
    }

    private void send(String command) throws IOException {
        commands.write(command);
        commands.write('\n');
        commands.flush();
    }

    private String[] next(String command, long deadline, long seconds) throws IOException {
        String line;
        try {
            line = answers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " was asked for \"" + command + "\"", e);
        }
        if (line == null) {
            throw new IOException(name + " did not answer \"" + command + "\" within " + seconds + " s");
        }
        if (line.equals(END)) {
            answers.add(END);
            throw new IOException(name + " ended while it was asked for \"" + command + "\"");
        }
        if (line.startsWith("@error")) {
            throw new IOException(fields(line).getOrDefault("message", line));
        }
        return line.split("\t", -1);
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
            return last.isEmpty()
                    ? " It printed nothing."
                    : " The end of " + log.getFileName() + ":\n    " + String.join("\n    ", last) + "\n";
        } catch (IOException e) {
            return " Its log cannot be read: " + e.getMessage();
        }
    }

    /** Asks it to stop, waits up to 10 s, then kills it. Idempotent. */
    @Override
    public void close() {
        try {
            send("stop");
        } catch (IOException e) {
            // it has ended already
        }
        try {
            commands.close();
        } catch (IOException e) {
            // likewise
        }
        ProcessEnd.await(process);
    }
}
