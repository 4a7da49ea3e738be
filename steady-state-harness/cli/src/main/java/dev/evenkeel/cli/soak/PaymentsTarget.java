package dev.evenkeel.cli.soak;

import dev.evenkeel.exporter.prometheus.PrometheusText;
import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.payments.PaymentRequests;
import dev.evenkeel.soak.Evidence;
import dev.evenkeel.soak.FaultPlan;
import dev.evenkeel.soak.ResourceNames;
import dev.evenkeel.soak.Target;
import dev.evenkeel.soak.UnfitException;
import dev.evenkeel.soak.load.Connection;
import dev.evenkeel.soak.load.HttpConnection;
import dev.evenkeel.soak.target.AllocationRecording;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The payments service and its parts, each in a JVM of its own: readings come over its metrics page,
 * commands over its standard input.
 */
final class PaymentsTarget implements Target {
    private static final String HOST = "127.0.0.1";
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final long PARTS_READY_SECONDS = 180;
    private static final long SERVICE_READY_SECONDS = 90;
    private static final long READING_SECONDS = 30;

    /** A heap of fixed size, so that nothing but the service's own data moves the readings. */
    private static final List<String> SERVICE_FLAGS = List.of(
            "-Xms256m",
            "-Xmx256m",
            "-XX:+UseG1GC",
            "-XX:+ExitOnOutOfMemoryError",
            // By default what only soft references hold goes when it was idle for a second for each free megabyte:
            // here four minutes after the start, the code of method handles, a step in the middle of a short run.
            "-XX:SoftRefLRUPolicyMSPerMB=50");

    private static final List<String> PARTS_FLAGS = List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final Settings settings;

    /** Payments of this run; a database that outlives runs must not take them for repetitions. */
    private final PaymentRequests requests = PaymentRequests.of(System.currentTimeMillis());

    private @Nullable ChildProcess parts;
    private @Nullable ChildProcess service;
    private @Nullable HttpConnection admin;
    private byte[] scrape = new byte[0];
    private String jdbcUrl = "";
    private String clearingUrl = "";
    private int port;
    private String incarnation = "";

    /**
     * What to start.
     *
     * @param port the service's port; 0 for any
     * @param jdbcUrl a database in place of the embedded one
     * @param plant what leaks, if anything
     * @param plantPerHour how much of it leaks per hour
     * @param log where the children's output goes
     */
    record Settings(int port, Optional<String> jdbcUrl, Plant plant, double plantPerHour, Path log) {}

    PaymentsTarget(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void start() throws UnfitException, InterruptedException {
        requireFree(settings.port());
        List<String> partsArgs = new ArrayList<>();
        if (settings.jdbcUrl().isPresent()) {
            partsArgs.addAll(List.of("--without", "postgres"));
        }
        ChildProcess upstream = ChildProcess.start(
                "The database and clearing process",
                PARTS_FLAGS,
                "dev.evenkeel.payments.PartsMain",
                partsArgs,
                settings.log());
        parts = upstream;
        Map<String, String> at = upstream.awaitReady(PARTS_READY_SECONDS);
        jdbcUrl = settings.jdbcUrl().orElse(at.getOrDefault("jdbc-url", ""));
        clearingUrl = at.getOrDefault("clearing-url", "");
        startService(settings.port());
    }

    private void startService(int atPort) throws UnfitException, InterruptedException {
        List<String> args = new ArrayList<>(List.of(
                "--jdbc-url",
                jdbcUrl,
                "--clearing-url",
                clearingUrl,
                "--port",
                Integer.toString(atPort),
                "--admin-port",
                "0"));
        if (settings.plant() != Plant.NONE) {
            args.addAll(List.of(
                    "--plant",
                    settings.plant().flag(),
                    "--plant-per-hour",
                    Long.toString(Math.round(settings.plantPerHour()))));
        }
        ChildProcess payments = ChildProcess.start(
                "The payments service", SERVICE_FLAGS, "dev.evenkeel.payments.PaymentsMain", args, settings.log());
        service = payments;
        Map<String, String> ready = payments.awaitReady(SERVICE_READY_SECONDS);
        port = number(ready, "port");
        int adminPort = number(ready, "admin-port");
        incarnation = ready.getOrDefault("pid", Long.toString(payments.pid()));
        admin = new HttpConnection(HOST, adminPort, TIMEOUT_MILLIS);
        scrape = ("GET /metrics" + MetricsPage.ownQuery() + " HTTP/1.1\r\nHost: " + HOST + ":" + adminPort + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The service would say it too, but only once its database runs. */
    private static void requireFree(int port) throws UnfitException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(HOST, port));
        } catch (IOException e) {
            throw new UnfitException(
                    "Port " + port + " cannot be used by the service (" + e.getMessage()
                            + "). Choose another with --port, or 0 for any free one.",
                    e);
        }
    }

    private static int number(Map<String, String> ready, String key) throws UnfitException {
        try {
            return Integer.parseInt(ready.getOrDefault(key, ""));
        } catch (NumberFormatException e) {
            throw new UnfitException("The payments service did not say its " + key + " but " + ready + ".", e);
        }
    }

    @Override
    public Connection connect() throws IOException {
        return PaymentConnection.open(HOST, port, requests);
    }

    @Override
    public Map<String, Double> sample() throws IOException {
        return MetricsPage.resources(scraped());
    }

    @Override
    public Map<String, Double> limits() throws IOException {
        Map<String, Double> limits = MetricsPage.limits(scraped());
        limits.put(ResourceNames.HEAP_LIVE, 256.0 * (1 << 20)); // -Xmx of SERVICE_FLAGS
        return limits;
    }

    private List<PrometheusText.Sample> scraped() throws IOException {
        HttpConnection page = admin;
        if (page == null) {
            throw new IOException("the service has not started");
        }
        int status = page.exchange(scrape);
        if (status != 200) {
            throw new IOException("its metrics page answered " + status);
        }
        try {
            return PrometheusText.parse(page.bodyText());
        } catch (IllegalArgumentException e) {
            throw new IOException("its metrics page cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public double liveSetBytes() throws IOException {
        return Double.parseDouble(running(service).ask("live-set", "@live-set", READING_SECONDS)[1]);
    }

    @Override
    public Evidence evidence() throws IOException {
        List<Evidence.Row> rows = new ArrayList<>();
        for (String[] line :
                running(service).askLines("evidence", "@evidence-begin", "@evidence-end", READING_SECONDS)) {
            switch (line[0]) {
                case "@class" -> rows.add(new Evidence.Row(
                        ResourceNames.HEAP_LIVE, line[1], Double.parseDouble(line[2]), Double.parseDouble(line[3])));
                case "@thread" -> rows.add(counted(ResourceNames.THREADS, line));
                case "@fd" -> rows.add(counted(ResourceNames.OPEN_FDS, line));
                case "@buffers" -> rows.add(new Evidence.Row(
                        ResourceNames.DIRECT_MEMORY,
                        line[1] + " buffers",
                        Double.parseDouble(line[2]),
                        Double.parseDouble(line[3])));
                default -> {
                    // a newer service may tell more than we know to use
                }
            }
        }
        return new Evidence(rows);
    }

    private static Evidence.Row counted(String resource, String[] line) {
        double count = Double.parseDouble(line[2]);
        return new Evidence.Row(resource, line[1], count, count, line.length > 3 ? line[3] : "");
    }

    @Override
    public boolean canFault(FaultPlan.Kind kind) {
        return true;
    }

    @Override
    public void fault(FaultPlan.Fault fault, Duration lasts) throws IOException {
        switch (fault.kind()) {
            case SLOW -> running(parts).ask("slow " + fault.amount(), "@ok", READING_SECONDS);
            case ERRORS -> running(parts).ask("errors " + fault.amount(), "@ok", READING_SECONDS);
            case PAUSE -> Pauses.pause(running(service).pid(), lasts);
            case COMMAND -> throw new IOException("a command is run by the engine");
        }
    }

    @Override
    public boolean canRestart() {
        return true;
    }

    @Override
    public void restart() throws UnfitException, InterruptedException {
        HttpConnection page = admin;
        ChildProcess old = service;
        if (page != null) {
            page.close();
        }
        if (old != null) {
            old.close();
        }
        startService(port);
    }

    @Override
    public void normal() throws IOException {
        running(parts).ask("normal", "@ok", READING_SECONDS);
    }

    private static ChildProcess running(@Nullable ChildProcess child) throws IOException {
        if (child == null) {
            throw new IOException("the service has not started");
        }
        return child;
    }

    @Override
    public Optional<List<AllocationSite>> allocationSites(Duration window) throws IOException, InterruptedException {
        return Optional.of(AllocationRecording.ofProcess(running(service).pid(), window));
    }

    @Override
    public OptionalInt exitCode() {
        ChildProcess child = service;
        return child == null ? OptionalInt.empty() : child.exitCode();
    }

    @Override
    public String incarnation() {
        return incarnation;
    }

    @Override
    public Map<String, String> environment() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("service", "payments, on the harness's own JDK");
        facts.put("service flags", String.join(" ", SERVICE_FLAGS));
        facts.put("database", settings.jdbcUrl().isPresent() ? "given by --jdbc-url" : "embedded PostgreSQL");
        facts.put("plant", settings.plant().words(settings.plantPerHour()));
        return facts;
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close();
        }
        if (service != null) {
            service.close();
        }
        if (parts != null) {
            parts.close();
        }
    }
}
