package dev.evenkeel.payments;

import dev.evenkeel.metrics.resource.LiveSet;
import dev.evenkeel.payments.control.ControlPipe;
import dev.evenkeel.payments.control.Evidence;
import dev.evenkeel.payments.control.Flags;
import dev.evenkeel.payments.control.StartFailure;
import dev.evenkeel.payments.plant.Plant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The payments service as a process.
 *
 * <pre>
 * PaymentsMain [--jdbc-url URL --clearing-url URL] [--host ADDRESS] [--port N] [--admin-port N] [--retain-minutes N]
 *              [--plant heap|fd|thread|buffer|loader|none] [--plant-per-hour N]
 * </pre>
 *
 * <p>Without the two URLs it starts {@link PartsMain} as a child. Speaks the control protocol on its standard streams: says
 * {@code @ready} with {@code port}, {@code admin-port} and {@code pid}, answers {@code live-set} and {@code evidence}, and
 * ends at {@code stop} or when its input ends; so give it an input that stays open. Logs go to standard error.
 *
 * <p>Exit codes: 0 stopped, 2 wrong command line, 5 the environment cannot run it.
 */
public final class PaymentsMain {
    private static final List<String> FLAGS = List.of(
            "--jdbc-url",
            "--clearing-url",
            "--host",
            "--port",
            "--admin-port",
            "--retain-minutes",
            "--plant",
            "--plant-per-hour");

    private PaymentsMain() {}

    /** Runs the service until it is told to stop. */
    public static void main(String[] args) {
        ProcessSettings.apply();
        ControlPipe pipe = ControlPipe.claimStandardStreams();
        System.exit(run(args, pipe));
    }

    private static int run(String[] args, ControlPipe pipe) {
        Running running = new Running();
        return ControlledProcess.run("payments", "The service", pipe, running::close, () -> {
            PaymentService service = running.start(Flags.parse(args, FLAGS));
            LiveSet liveSet = LiveSet.probe();
            pipe.say(
                    "@ready",
                    "port=" + service.port(),
                    "admin-port=" + service.adminPort(),
                    "pid=" + ProcessHandle.current().pid());
            pipe.serve(Map.of(
                    "live-set", (words, out) -> Evidence.sayLiveSet(liveSet, out),
                    "evidence", (words, out) -> Evidence.say(liveSet, out)));
        });
    }

    /** What has to be closed, by the main thread or by the shutdown hook, whichever is first. */
    private static final class Running {
        private @Nullable PartsProcess parts;
        private @Nullable PaymentService service;

        PaymentService start(Flags flags) throws StartFailure {
            String jdbcUrl = flags.text("--jdbc-url");
            String clearingUrl = flags.text("--clearing-url");
            String host = flags.text("--host", "127.0.0.1");
            int port = (int) flags.number("--port", 8080, 0, 65_535);
            int adminPort = (int) flags.number("--admin-port", 9464, 0, 65_535);
            int retainMinutes = (int) flags.number("--retain-minutes", 10, 1, 1_000_000);
            String plant = flags.choice("--plant", "none", Plant.KINDS);
            double perHour = flags.number("--plant-per-hour", 0, 0, Long.MAX_VALUE);
            if (plant.equals("none") != (perHour == 0)) {
                throw Flags.usage(
                        plant.equals("none")
                                ? "--plant-per-hour is given without --plant: say what to plant, heap, fd, thread, buffer or loader."
                                : "--plant " + plant + " needs --plant-per-hour N with N above 0.");
            }
            if (jdbcUrl == null || clearingUrl == null) {
                PartsProcess started = PartsProcess.start(jdbcUrl == null, clearingUrl == null);
                synchronized (this) {
                    parts = started;
                }
                jdbcUrl = jdbcUrl == null ? started.value("jdbc-url") : jdbcUrl;
                clearingUrl = clearingUrl == null ? started.value("clearing-url") : clearingUrl;
            }
            PaymentService started = new PaymentService(new PaymentService.Settings(
                    jdbcUrl, clearingUrl, host, port, adminPort, retainMinutes, plant, perHour));
            synchronized (this) {
                service = started;
            }
            return started;
        }

        synchronized void close() {
            if (service != null) {
                service.close();
                service = null;
            }
            if (parts != null) {
                parts.close();
                parts = null;
            }
        }
    }
}
