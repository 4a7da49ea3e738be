package dev.evenkeel.cli.sweep;

import dev.evenkeel.cli.soak.HttpRequests;
import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A service of the user's: started by a command, loaded over HTTP, ended after each run. */
final class ServiceWorkload implements Workload {
    private static final long LOOK_MILLIS = 50;

    private final List<String> command;
    private final HttpRequests requests;
    private final LoadWindow load;
    private final Duration readyWithin;
    private volatile boolean stopRequested;

    /**
     * A service.
     *
     * @param readyWithin after which one whose port does not answer counts as {@link Outcome#TIMED_OUT}
     */
    ServiceWorkload(List<String> command, HttpRequests requests, LoadWindow load, Duration readyWithin) {
        this.command = List.copyOf(command);
        this.requests = requests;
        this.load = load;
        this.readyWithin = readyWithin;
    }

    @Override
    public String describe() {
        return String.join(" ", command) + ", asked " + Math.round(load.ratePerSecond()) + " times a second";
    }

    @Override
    public void requestStop() {
        stopRequested = true;
    }

    @Override
    public Reading run(Trial trial) throws UnfitException, IOException, InterruptedException {
        Process process = CommandWorkload.start(command, trial);
        try {
            ProcessMeter meter = new ProcessMeter(process.toHandle());
            if (!awaitReady(process)) {
                return ended(process, trial, "Its port did not answer within " + readyWithin.toSeconds() + " s.");
            }
            LoadWindow.Result result = null;
            String refused = "";
            try {
                result = load.send(requests::connect, meter, () -> process.isAlive() && !stopRequested);
            } catch (IOException e) {
                refused = "It refused a connection: " + e.getMessage() + ".";
            }
            if (result == null || !process.isAlive()) {
                return ended(process, trial, refused);
            }
            if (!result.failure().isEmpty()) {
                return Reading.failed(Outcome.ERRORS, result.failure());
            }
            if (trial.pilot()) {
                for (long jvm : trial.jvms()) {
                    Jcmd.collect(jvm);
                }
            }
            return trial.reading(
                    process.pid(),
                    result.opsPerSecond(),
                    1,
                    result.p99Millis(),
                    result.cpuSeconds(),
                    result.ops(),
                    meter.mostRssBytes(),
                    result.fromMillis(),
                    result.toMillis());
        } finally {
            CommandWorkload.end(process);
        }
    }

    private static Reading ended(Process process, Trial trial, String otherwise) throws InterruptedException {
        if (!process.waitFor(2, TimeUnit.SECONDS)) {
            return Reading.failed(otherwise.startsWith("Its port") ? Outcome.TIMED_OUT : Outcome.ERRORS, otherwise);
        }
        return CommandWorkload.ended(process, trial);
    }

    private boolean awaitReady(Process process) throws InterruptedException {
        long deadline = System.nanoTime() + readyWithin.toNanos();
        while (process.isAlive() && !stopRequested && System.nanoTime() < deadline) {
            try {
                requests.connect().close();
                return true;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        }
        return false;
    }
}
