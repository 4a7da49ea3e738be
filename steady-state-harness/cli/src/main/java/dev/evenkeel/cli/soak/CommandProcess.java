package dev.evenkeel.cli.soak;

import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A command of the user's, as a child that does not outlive this process: a small shell beside it waits for the end of its
 * own standard input, which comes with ours, and ends it then.
 */
final class CommandProcess implements AutoCloseable {

    private final Process process;
    private final Process guard;

    private CommandProcess(Process process, Process guard) {
        this.process = process;
        this.guard = guard;
    }

    static CommandProcess start(String line, Path log) throws UnfitException {
        List<String> words = words(line);
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh"));
        command.addAll(words);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            RotatedLog.start(process.getInputStream(), log);
            process.getOutputStream().close();
            String pid = Long.toString(process.pid());
            Process guard = new ProcessBuilder(
                            "/bin/sh",
                            "-c",
                            "trap '' INT; read x; kill " + pid + "; sleep " + ProcessEnd.STOP_SECONDS + "; kill -9 "
                                    + pid)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new CommandProcess(process, guard);
        } catch (IOException e) {
            throw new UnfitException("The command \"" + line + "\" could not be started: " + e.getMessage(), e);
        }
    }

    /**
     * Splits a command line at spaces, outside of single and double quotes.
     *
     * @throws UnfitException for one that is empty, or has a quote that is not closed
     */
    static List<String> words(String line) throws UnfitException {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean any = false;
        char quote = 0;
        for (char c : line.toCharArray()) {
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                any = true;
            } else if (Character.isWhitespace(c)) {
                if (any || word.length() > 0) {
                    words.add(word.toString());
                }
                word.setLength(0);
                any = false;
            } else {
                word.append(c);
            }
        }
        if (any || word.length() > 0) {
            words.add(word.toString());
        }
        if (quote != 0 || words.isEmpty()) {
            throw new UnfitException("The command \"" + line
                    + "\" is empty, or a quote in it is not closed. For pipes and" + " variables write: sh -c '...'.");
        }
        return words;
    }

    long pid() {
        return process.pid();
    }

    OptionalInt exitCode() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return " The end of " + log.getFileName() + ":\n    "
                    + String.join("\n    ", lines.subList(Math.max(0, lines.size() - 12), lines.size())) + "\n";
        } catch (IOException e) {
            return " Its output is in " + log + ".";
        }
    }

    @Override
    public void close() {
        guard.destroyForcibly(); // first: the id may be another process's soon
        process.destroy();
        ProcessEnd.await(process);
    }
}
