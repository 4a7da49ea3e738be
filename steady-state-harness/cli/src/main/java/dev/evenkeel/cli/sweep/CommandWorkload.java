package dev.evenkeel.cli.sweep;

import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A command that ends by itself. How much it did is told by what it prints, see {@link CommandOutput}, else by how long it took: one
 * operation a run.
 */
final class CommandWorkload implements Workload {
    /** Where the JVM's flags go; without it they go into {@value #VARIABLE}. */
    static final String PLACE = "{jvm}";

    static final String VARIABLE = "JAVA_TOOL_OPTIONS";
    private static final long LOOK_MILLIS = 50;

    /** A pilot collects this often; a collection of a heap of some hundred megabytes takes a good part of a second. */
    private static final long PILOT_COLLECTS_MILLIS = 1_000;

    private final List<String> command;
    private final Duration timeout;
    private volatile boolean stopRequested;

    /**
     * A command.
     *
     * @param timeout after which a run is ended by force and counts as {@link Outcome#TIMED_OUT}
     */
    CommandWorkload(List<String> command, Duration timeout) {
        this.command = List.copyOf(command);
        this.timeout = timeout;
    }

    @Override
    public String describe() {
        return String.join(" ", command);
    }

    @Override
    public void requestStop() {
        stopRequested = true;
    }

    /** Starts a command with the JVM's flags in it, its output in a file. */
    static Process start(List<String> command, Trial trial) throws UnfitException {
        ProcessBuilder builder = new ProcessBuilder(withFlags(command, trial.jvmFlags()));
        if (!hasPlace(command)) {
            Map<String, String> environment = builder.environment();
            String before = environment.getOrDefault(VARIABLE, "");
            environment.put(VARIABLE, (before + " " + String.join(" ", trial.jvmFlags())).strip());
        }
        try {
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(trial.output().toFile())
                    .start();
            process.getOutputStream().close();
            return process;
        } catch (IOException e) {
            throw new UnfitException(
                    "The command \"" + String.join(" ", command) + "\" could not be started: " + e.getMessage()
                            + ". Name the program with its path.",
                    e);
        }
    }

    private static boolean hasPlace(List<String> command) {
        return command.stream().anyMatch(word -> word.contains(PLACE));
    }

    /** A word that is the place becomes as many words as there are flags; inside of a longer word they stand with spaces between. */
    static List<String> withFlags(List<String> command, List<String> flags) {
        List<String> words = new ArrayList<>();
        for (String word : command) {
            if (word.equals(PLACE)) {
                words.addAll(flags);
            } else {
                words.add(word.replace(PLACE, String.join(" ", flags)));
            }
        }
        return words;
    }

    /** Ends a process and all it started, waits for it. */
    static void end(Process process) throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** What to say of a process that should have gone on, and ended by itself. */
    static Reading ended(Process process, Trial trial) {
        String printed = trial.printed();
        Outcome outcome = Outcome.ofFailure(process.exitValue(), printed);
        return Reading.failed(
                outcome == Outcome.OK ? Outcome.CRASHED : outcome,
                "It ended with exit code " + process.exitValue() + ". " + lastLine(printed));
    }

    @Override
    public Reading run(Trial trial) throws UnfitException, IOException, InterruptedException {
        long startMillis = System.currentTimeMillis();
        long start = System.nanoTime();
        Process process = start(command, trial);
        ProcessMeter meter = new ProcessMeter(process.toHandle());
        try {
            if (!await(process, meter, trial, start)) {
                return Reading.failed(
                        Outcome.TIMED_OUT, "It ran for longer than " + timeout.toSeconds() + " s (--timeout).");
            }
        } finally {
            end(process);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        String printed = trial.printed();
        Outcome outcome = Outcome.ofFailure(process.exitValue(), printed);
        if (outcome != Outcome.OK) {
            return Reading.failed(outcome, "Exit code " + process.exitValue() + ". " + lastLine(printed));
        }
        Optional<CommandOutput> said = CommandOutput.of(printed);
        double ops = said.map(CommandOutput::ops).orElse(1.0);
        double perSecond = said.map(CommandOutput::opsPerSecond).orElse(Double.NaN);
        double in = Double.isNaN(perSecond) ? seconds : Double.isNaN(ops) ? 1 : ops / perSecond;
        double done = Double.isNaN(ops) ? perSecond * in : ops;
        return trial.reading(
                process.pid(),
                done,
                in,
                said.map(CommandOutput::p99Millis).orElse(Double.NaN),
                meter.cpuSeconds(),
                Double.isNaN(ops) ? perSecond * seconds : ops,
                meter.mostRssBytes(),
                startMillis,
                System.currentTimeMillis());
    }

    /** False when it did not end in time. */
    private boolean await(Process process, ProcessMeter meter, Trial trial, long start)
            throws IOException, InterruptedException {
        long nextCollect = start + TimeUnit.MILLISECONDS.toNanos(PILOT_COLLECTS_MILLIS);
        while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            meter.look();
            if (stopRequested || System.nanoTime() - start > timeout.toNanos()) {
                return false;
            }
            if (trial.pilot() && System.nanoTime() > nextCollect) {
                for (long jvm : trial.jvms()) {
                    Jcmd.collect(jvm);
                }
                nextCollect = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PILOT_COLLECTS_MILLIS);
            }
        }
        return true;
    }

    /** The last line with letters in it, at most 200 of them. */
    static String lastLine(String printed) {
        String[] lines =
                Outcome.PICKED_UP.matcher(printed).replaceAll("").strip().split("\\R", -1);
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].contains("OutOfMemoryError") || lines[i].startsWith("Error")) {
                return shortened(lines[i]);
            }
        }
        return shortened(lines[lines.length - 1]);
    }

    private static String shortened(String line) {
        String one = line.strip();
        return one.length() > 200 ? one.substring(0, 200) + "..." : one;
    }
}
