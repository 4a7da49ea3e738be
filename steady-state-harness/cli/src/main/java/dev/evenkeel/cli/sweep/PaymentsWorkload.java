package dev.evenkeel.cli.sweep;

import dev.evenkeel.cli.soak.ChildProcess;
import dev.evenkeel.cli.soak.PaymentConnection;
import dev.evenkeel.payments.PaymentRequests;
import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The reference payment service. Its database and clearing upstream are started once and shared by all runs; the service itself
 * is started anew, with the flags of the run, and takes payments that no run before it sent.
 */
final class PaymentsWorkload implements Workload {
    private static final String HOST = "127.0.0.1";
    private static final long PARTS_READY_SECONDS = 180;
    private static final long SERVICE_READY_SECONDS = 60;
    private static final List<String> PARTS_FLAGS = List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final LoadWindow load;
    private final Path dir;
    private @Nullable ChildProcess parts;
    private String jdbcUrl = "";
    private String clearingUrl = "";
    private long nextRun = System.currentTimeMillis();
    private volatile boolean stopRequested;

    PaymentsWorkload(LoadWindow load, Path dir) {
        this.load = load;
        this.dir = dir;
    }

    @Override
    public String describe() {
        return "the reference payment service with its database, " + Math.round(load.ratePerSecond())
                + " payments a second, then as many as it takes";
    }

    @Override
    public void begin() throws UnfitException, InterruptedException {
        ChildProcess started = ChildProcess.start(
                "The database and clearing process",
                PARTS_FLAGS,
                "dev.evenkeel.payments.PartsMain",
                List.of(),
                dir.resolve("parts.log"));
        parts = started;
        Map<String, String> at = started.awaitReady(PARTS_READY_SECONDS);
        jdbcUrl = at.getOrDefault("jdbc-url", "");
        clearingUrl = at.getOrDefault("clearing-url", "");
    }

    @Override
    public void requestStop() {
        stopRequested = true;
    }

    @Override
    public Reading run(Trial trial) throws UnfitException, IOException, InterruptedException {
        PaymentRequests requests = PaymentRequests.of(nextRun++);
        try (ChildProcess service = ChildProcess.start(
                "The payments service",
                trial.jvmFlags(),
                "dev.evenkeel.payments.PaymentsMain",
                List.of("--jdbc-url", jdbcUrl, "--clearing-url", clearingUrl, "--port", "0", "--admin-port", "0"),
                trial.output())) {
            Map<String, String> ready;
            try {
                ready = service.awaitReady(SERVICE_READY_SECONDS);
            } catch (UnfitException e) {
                String said = String.valueOf(e.getMessage());
                int code = service.exitCode().orElse(-1);
                Outcome outcome = Outcome.ofFailure(code, trial.printed() + said);
                return Reading.failed(
                        code == -1 ? Outcome.TIMED_OUT : outcome == Outcome.OK ? Outcome.CRASHED : outcome,
                        CommandWorkload.lastLine(said));
            }
            int port = Integer.parseInt(ready.getOrDefault("port", "0"));
            ProcessMeter meter =
                    new ProcessMeter(ProcessHandle.of(service.pid()).orElse(ProcessHandle.current()));
            LoadWindow.Result result = null;
            try {
                result = load.send(
                        () -> PaymentConnection.open(HOST, port, requests),
                        meter,
                        () -> service.exitCode().isEmpty() && !stopRequested);
            } catch (IOException e) {
                // refused: it is ending, or has ended
            }
            if (result == null || service.exitCode().isPresent()) {
                return gone(service, trial);
            }
            if (!result.failure().isEmpty()) {
                return Reading.failed(Outcome.ERRORS, result.failure());
            }
            if (trial.pilot()) {
                Jcmd.collect(service.pid());
            }
            return trial.reading(
                    service.pid(),
                    result.opsPerSecond(),
                    1,
                    result.p99Millis(),
                    result.cpuSeconds(),
                    result.ops(),
                    meter.mostRssBytes(),
                    result.fromMillis(),
                    result.toMillis());
        }
    }

    private static Reading gone(ChildProcess service, Trial trial) throws InterruptedException {
        for (int i = 0; i < 40 && service.exitCode().isEmpty(); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        int code = service.exitCode().orElse(-1);
        Outcome outcome = Outcome.ofFailure(code, trial.printed());
        return Reading.failed(
                outcome == Outcome.OK ? Outcome.CRASHED : outcome,
                "It ended with exit code " + code + ". " + CommandWorkload.lastLine(trial.printed()));
    }

    @Override
    public void close() {
        if (parts != null) {
            parts.close();
        }
    }
}
