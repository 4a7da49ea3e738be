package dev.evenkeel.payments.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeSet;

/**
 * One end of the control pipe: says messages on standard output and reads commands from standard input.
 *
 * <p>Saying is safe from any thread, one whole line at a time. Commands are run one after the other by the thread that
 * calls {@link #serve}.
 */
public final class ControlPipe {
    private final BufferedReader in;
    private final PrintStream out;

    /** A pipe over the given streams; both are read and written as UTF-8. */
    public ControlPipe(InputStream in, PrintStream out) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.out = out;
    }

    /**
     * Takes standard input and output of this process for the protocol, and sends whatever else prints to standard
     * output to standard error, so that no library can talk into the protocol.
     */
    public static ControlPipe claimStandardStreams() {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        System.setOut(System.err);
        return new ControlPipe(System.in, out);
    }

    /** Says one line: the fields, separated by tabs. Tabs and line breaks inside a field become spaces. */
    public void say(String... fields) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < fields.length; i++) {
            if (i > 0) {
                line.append('\t');
            }
            line.append(fields[i].replaceAll("[\\t\\r\\n]+", " "));
        }
        line.append('\n');
        synchronized (out) {
            out.append(line);
            out.flush();
        }
    }

    /** Says {@code @error} with the exit code and the sentence of a failed start. */
    public void say(StartFailure failure) {
        say("@error", "exit=" + failure.exitCode(), "message=" + failure.sentence());
    }

    /**
     * Reads and runs commands until {@code stop} or the end of the input. A command that throws is answered with
     * {@code @error} and does not end the loop, and so is one that is not known.
     *
     * @param commands what to run for each first word; {@code stop} is built in
     */
    public void serve(Map<String, Command> commands) {
        while (true) {
            String line;
            try {
                line = in.readLine();
            } catch (IOException e) {
                return; // A broken pipe means the same as its end: the parent is gone.
            }
            if (line == null || line.strip().equals("stop")) {
                return;
            }
            if (line.isBlank()) {
                continue;
            }
            String[] words = line.strip().split("[\\t ]+");
            Command command = commands.get(words[0]);
            if (command == null) {
                say(
                        "@error",
                        "exit=0",
                        "message=Unknown command \"" + words[0] + "\": this process knows "
                                + String.join(", ", new TreeSet<>(commands.keySet())) + " and stop.");
                continue;
            }
            try {
                command.run(words, this);
            } catch (IOException | RuntimeException e) {
                say("@error", "exit=0", "message=Command \"" + line.strip() + "\" failed: " + e.getMessage());
            }
        }
    }

    /** What one command does. */
    @FunctionalInterface
    public interface Command {
        /**
         * Runs the command and says its answer.
         *
         * @param words the line, split at tabs and spaces; the first is the command itself
         */
        void run(String[] words, ControlPipe pipe) throws IOException;
    }
}
