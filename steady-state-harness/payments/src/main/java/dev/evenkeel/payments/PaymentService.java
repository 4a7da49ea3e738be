package dev.evenkeel.payments;

import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.exporter.http.AdminListener;
import dev.evenkeel.exporter.prometheus.PrometheusEndpoint;
import dev.evenkeel.guard.BoundedPool;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.resource.ResourceSamplers;
import dev.evenkeel.payments.control.StartFailure;
import dev.evenkeel.payments.plant.Plant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The wired service: listener, pools, clients, schedule, admin listener.
 *
 * <p>The constructor starts every thread the service will ever have: {@value #READERS} {@code http-N} read requests,
 * {@value #WORKERS} {@code payments-N} do what waits for others, one {@code payments-schedule} ticks; beside them the
 * threads of the JDK's servers and client, of the connection pool and of the admin listener.
 */
final class PaymentService implements AutoCloseable {
    /** What to run and against what. */
    record Settings(
            String jdbcUrl,
            String clearingUrl,
            String host,
            int port,
            int adminPort,
            int retainMinutes,
            String plant,
            double plantPerHour) {}

    private static final Logger LOG = System.getLogger(PaymentService.class.getName());

    // Reading and checking takes some 100 us: four threads read more than the workers can book.
    private static final int READERS = 4;
    // As many connections may send at once as wait here; a connection on top is closed, which its client sees at once.
    private static final int READER_QUEUE = 512;
    // Each waits 5 to 10 ms per payment: eight book some 1 000 a second. Two more than the permits for clearing, so
    // that
    // a slow upstream leaves workers to notice it.
    private static final int WORKERS = 8;
    // At 1 000 a second, 64 places are 64 ms of patience; more would only be answered later, not better.
    private static final int WORKER_QUEUE = 64;
    private static final int BACKLOG = 256;
    private static final long TICK_MILLIS = 200;
    private static final int REWARM_TICKS = 15;
    private static final int PURGE_TICKS = 5;

    private final MetricRegistry registry;
    private final HttpServer http;
    private final AdminListener admin;
    private final Plant plant;
    private final Ledger ledger;
    private final ClearingClient clearing;
    private final int retainMinutes;
    private final NanoClock clock = NanoClock.system();
    private final Deque<Step> closing = new ArrayDeque<>();
    private long ticks;

    private record Step(String what, AutoCloseable step) {}

    PaymentService(Settings settings) throws StartFailure {
        registry = MetricRegistry.create();
        boolean started = false;
        try {
            closeLater("metrics", registry);
            closeLater("samplers", ResourceSamplers.bindTo(registry));
            // One connection per worker and one for the schedule: borrowing never waits for another request.
            ledger = new Ledger(settings.jdbcUrl(), WORKERS + 1, registry);
            closeLater("database", ledger);
            clearing = new ClearingClient(settings.clearingUrl(), registry);
            closeLater("clearing", clearing);
            BoundedPool workers = BoundedPool.builder("payments")
                    .workers(WORKERS)
                    .queue(WORKER_QUEUE)
                    .stopWithin(Duration.ofSeconds(5))
                    .daemon(true)
                    .registry(registry)
                    .build();
            closeLater("workers", workers);
            BoundedPool readers = BoundedPool.builder("http")
                    .workers(READERS)
                    .queue(READER_QUEUE)
                    .stopWithin(Duration.ofSeconds(2))
                    .daemon(true)
                    .registry(registry)
                    .build();
            closeLater("readers", readers);
            http = listen(settings.host(), settings.port());
            http.setExecutor(readers);
            http.createContext(
                    "/",
                    new PaymentHandler(
                            Signature.fromEnvironment(), new FraudRules(clock), clearing, ledger, workers, registry));
            closeLater("listener", () -> http.stop(0));
            plant = Plant.of(settings.plant(), settings.plantPerHour());
            registry.observedGauge("payments.planted")
                    .help("What has been planted on purpose, in the unit of --plant-per-hour.")
                    .labels("kind")
                    .register()
                    .add(plant::planted, settings.plant());
            retainMinutes = settings.retainMinutes();
            ScheduledThreadPoolExecutor schedule = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, "payments-schedule");
                thread.setDaemon(true);
                return thread;
            });
            schedule.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
            closeLater("schedule", schedule::shutdownNow);
            admin = admin(settings, workers);
            closeLater("admin listener", admin);
            http.start();
            started = true;
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.UNFIT,
                    "Cannot make a temporary file in " + System.getProperty("java.io.tmpdir") + ": " + e.getMessage()
                            + ". Make that directory writable, or give java -Djava.io.tmpdir=DIR.",
                    e);
        } finally {
            if (!started) {
                close();
            }
        }
    }

    private AdminListener admin(Settings settings, BoundedPool workers) throws StartFailure {
        try {
            return AdminListener.builder()
                    .bind("127.0.0.1")
                    .port(settings.adminPort())
                    .registry(registry)
                    .ready(() -> workers.isOpen() && ledger.ready())
                    .handle("/metrics", PrometheusEndpoint.of(registry))
                    .build();
        } catch (UncheckedIOException e) {
            throw portInUse("127.0.0.1", settings.adminPort(), "--admin-port", e);
        }
    }

    private static HttpServer listen(String host, int port) throws StartFailure {
        try {
            return HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
        } catch (IOException e) {
            throw portInUse(host, port, "--port", e);
        }
    }

    static StartFailure portInUse(String host, int port, String flag, Exception e) {
        return new StartFailure(
                StartFailure.UNFIT,
                "Cannot listen on " + host + ":" + port + ": " + e.getMessage() + ". Stop what listens there, or give "
                        + flag + " another number (0 takes any free port).",
                e);
    }

    private void tick() {
        try {
            plant.tick(clock.nanos());
            if (ticks % REWARM_TICKS == 0) {
                clearing.rewarm();
            }
            if (ticks % PURGE_TICKS == 0) {
                ledger.purge(retainMinutes);
            }
        } catch (SQLException e) {
            if (ticks % 300 == 0) {
                LOG.log(Level.WARNING, "Cannot delete old payments: {0}. Tried again each second.", e.getMessage());
            }
        } catch (RuntimeException e) { // An exception would end the schedule for good.
            LOG.log(Level.ERROR, "A tick of the schedule failed; the next one goes on.", e);
        } finally {
            ticks++;
        }
    }

    /** The port that payments are posted to. */
    int port() {
        return http.getAddress().getPort();
    }

    /** The port of the admin listener, on loopback. */
    int adminPort() {
        return admin.port();
    }

    private void closeLater(String what, AutoCloseable step) {
        closing.push(new Step(what, step));
    }

    /** Stops in the opposite order of the start: no more requests, then what is queued, then what it needs. Idempotent. */
    @Override
    public synchronized void close() {
        while (!closing.isEmpty()) {
            Step next = closing.pop();
            try {
                next.step().close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "Stopping the " + next.what() + " failed; the rest is stopped all the same.", e);
            }
        }
    }
}
