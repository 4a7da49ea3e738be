package dev.evenkeel.exporter.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A small HTTP listener beside the service's own, for metrics, status and readiness.
 *
 * <pre>{@code
 * AdminListener admin = AdminListener.builder()
 *         .registry(registry)
 *         .ready(pool::hasRoom)
 *         .handle("/metrics", PrometheusEndpoint.of(registry))
 *         .build();
 * }</pre>
 *
 * <p>It serves, beside what is registered:
 *
 * <ul>
 *   <li>{@code /healthz}: 200 while the process answers at all, or 503 when {@link Builder#healthy} says no;
 *   <li>{@code /readyz}: 200, or 503 when {@link Builder#ready} says no;
 *   <li>{@code /status}: who this process is, as JSON;
 *   <li>{@code /debug/vars}: all metrics as JSON, when a registry is given.
 * </ul>
 *
 * <p><b>What it refuses.</b> It listens on loopback unless {@link Builder#bind} says otherwise. GET and HEAD only (405).
 * On loopback, only requests whose Host header is a loopback name or the bound address (421): this keeps web pages from
 * reading it through a name of their own. It sends no CORS headers.
 *
 * <p><b>Bounds.</b> At most {@value #THREADS} requests run at a time and {@value #QUEUE} wait; what comes on top loses its
 * connection and is counted ({@link #rejected()}, and {@code evenkeel.admin.rejected} when a registry is given). The JDK
 * server has no time limit for slow clients unless the system properties {@code sun.net.httpserver.maxReqTime} and
 * {@code maxRspTime} (seconds) are set for the whole JVM: set them before you bind to an address that strangers can reach.
 *
 * <p><b>Side effects.</b> Sets the system property {@code sun.net.httpserver.nodelay} to true, for the whole JVM, unless
 * it has a value: without it a kept-alive connection may wait 40 ms for a delayed acknowledgement. The property is read
 * when the first JDK server of the JVM is made. Starts a thread {@code HTTP-Dispatcher} and up to {@value #THREADS} called
 * {@code evenkeel-admin-N}, all daemons.
 */
public final class AdminListener implements AutoCloseable {
    /** Where a listener stands unless told otherwise. */
    public static final int DEFAULT_PORT = 9464;

    static final int THREADS = 4;
    static final int QUEUE = 32;
    private static final int BACKLOG = 32;
    private static final long IDLE_SECONDS = 30;
    private static final String NODELAY = "sun.net.httpserver.nodelay";
    private static final Logger LOG = System.getLogger(AdminListener.class.getName());

    private final HttpServer server;
    private final ThreadPoolExecutor executor;
    private final AtomicLong rejected = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final @Nullable Counter rejectedCounter;

    private AdminListener(Builder builder) {
        if (System.getProperty(NODELAY) == null) {
            System.setProperty(NODELAY, "true");
        }
        InetAddress address = resolve(builder.host);
        MetricRegistry registry = builder.registry;
        rejectedCounter = registry == null
                ? null
                : registry.counter("evenkeel.admin.rejected")
                        .unit("{request}")
                        .help("Requests to the admin listener that found its queue full.")
                        .register();
        server = listen(builder.host, address, builder.port);
        AtomicInteger number = new AtomicInteger();
        executor = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                task -> {
                    Thread thread = new Thread(task, "evenkeel-admin-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                this::reject);
        executor.allowCoreThreadTimeOut(true);
        server.setExecutor(executor);
        HostCheck hosts = new HostCheck(builder.host, address);
        Map<String, AdminEndpoint> endpoints = builder.endpoints();
        server.createContext("/", exchange -> serve(exchange, hosts, endpoints));
        startAsDaemon();
    }

    private static InetAddress resolve(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "Cannot listen on \"" + host + "\": no address is known for that name. Give bind(..) an address of"
                            + " this machine, such as 127.0.0.1, or 0.0.0.0 for all of them.",
                    e);
        }
    }

    private static HttpServer listen(String host, InetAddress address, int port) {
        String shown = (host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
        try {
            return HttpServer.create(new InetSocketAddress(address, port), BACKLOG);
        } catch (BindException e) {
            String text = String.valueOf(e.getMessage());
            boolean notOurs = text.contains("assign requested address");
            boolean forbidden = text.contains("ermission denied");
            String cause = notOurs
                    ? "that address does not belong to this machine. Choose one of its own with bind(..)."
                    : forbidden
                            ? "this user may not use a port below 1024. Choose a higher one with port(..) or 0 for any"
                                    + " free one."
                            : "another process listens there already. Choose another with port(..) or 0 for any free"
                                    + " one.";
            throw new UncheckedIOException("Cannot listen on " + shown + ": " + cause, e);
        } catch (SocketException e) {
            throw new UncheckedIOException(
                    "Cannot listen on " + shown + ": " + e.getMessage()
                            + ". Choose another address with bind(..) or another port with port(..).",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot listen on " + shown + ": " + e.getMessage()
                            + ". If descriptors ran out, raise the limit (ulimit -n) and try again.",
                    e);
        }
    }

    /** The dispatcher inherits its being a daemon from the thread that starts it; ours must not keep a JVM alive. */
    private void startAsDaemon() {
        Thread starter = new Thread(server::start, "evenkeel-admin-start");
        starter.setDaemon(true);
        starter.start();
        boolean interrupted = false;
        while (true) {
            try {
                starter.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void reject(Runnable task, ThreadPoolExecutor pool) {
        rejected.incrementAndGet();
        Counter counter = rejectedCounter;
        if (counter != null) {
            counter.increment();
        }
        throw new RejectedExecutionException("admin listener is busy");
    }

    private void serve(HttpExchange exchange, HostCheck hosts, Map<String, AdminEndpoint> endpoints) {
        try (exchange) {
            AdminResponse response = new AdminResponse(exchange);
            String method = exchange.getRequestMethod();
            if (!hosts.allows(exchange.getRequestHeaders().getFirst("Host"))) {
                response.text(
                        421,
                        "This listener is bound to loopback and answers to localhost, 127.0.0.1 and [::1] only."
                                + " Ask for it by one of those names, or bind it to another address.\n");
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                response.header("Allow", "GET, HEAD").text(405, "Only GET and HEAD: nothing here can be changed.\n");
            } else {
                answer(exchange, response, endpoints);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "admin client went away", e);
        }
    }

    private void answer(HttpExchange exchange, AdminResponse response, Map<String, AdminEndpoint> endpoints)
            throws IOException {
        AdminRequest request = new AdminRequest(exchange);
        AdminEndpoint endpoint = find(endpoints, request.path());
        if (endpoint == null) {
            response.text(404, "Nothing is served here. There is: " + String.join(" ", endpoints.keySet()) + "\n");
            return;
        }
        try {
            endpoint.respond(request, response);
        } catch (IOException e) {
            if (response.isSent()) {
                throw e; // the client's side, or too late to say anything
            }
            failed(request.path(), e);
        } catch (RuntimeException e) {
            failed(request.path(), e);
        }
        if (!response.isSent()) {
            response.text(500, "This page failed; the log of the process says why.\n");
        }
    }

    /** The 1st, 2nd, 4th, 8th … failure is logged: a scraper asks again every few seconds for ever. */
    private void failed(String path, Exception e) {
        long n = failures.incrementAndGet();
        if (Long.bitCount(n) == 1) {
            LOG.log(Level.WARNING, "Admin page " + path + " failed (failure " + n + " of this listener).", e);
        }
    }

    private static @Nullable AdminEndpoint find(Map<String, AdminEndpoint> endpoints, String path) {
        AdminEndpoint exact = endpoints.get(path);
        if (exact != null) {
            return exact;
        }
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            AdminEndpoint folder = endpoints.get(path.substring(0, slash + 1));
            if (folder != null) {
                return folder;
            }
        }
        return null;
    }

    /** Begins a description of a listener. */
    public static Builder builder() {
        return new Builder();
    }

    /** The port it listens on; the one the system chose when 0 was asked for. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Requests that were turned away because {@value #THREADS} ran and {@value #QUEUE} waited. */
    public long rejected() {
        return rejected.get();
    }

    /**
     * Stops listening and breaks off what still runs; waits at most a second for that. The dispatcher, and an endpoint that
     * ignores interruption, may take longer; both are daemons. Calls after the first do nothing.
     */
    @Override
    public void close() {
        executor.shutdownNow();
        server.stop(0);
        try {
            executor.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What to listen on and what to serve. */
    public static final class Builder {
        private static final BooleanSupplier ALWAYS = () -> true;

        private String host = "127.0.0.1";
        private int port = DEFAULT_PORT;
        private BooleanSupplier healthy = ALWAYS;
        private BooleanSupplier ready = ALWAYS;
        private @Nullable MetricRegistry registry;
        private final Map<String, AdminEndpoint> own = new TreeMap<>();

        private Builder() {}

        /** The address to listen on; 127.0.0.1 unless set. */
        public Builder bind(String address) {
            host = Objects.requireNonNull(address, "address");
            if (host.isBlank()) {
                throw new IllegalArgumentException(
                        "Cannot bind to an empty address: it would silently mean loopback or all"
                                + " addresses, depending on the platform. Say 127.0.0.1 or 0.0.0.0.");
            }
            return this;
        }

        /** The port, or 0 for any free one; {@value AdminListener#DEFAULT_PORT} unless set. */
        public Builder port(int number) {
            if (number < 0 || number > 65535) {
                throw new IllegalArgumentException("Cannot listen on port " + number
                        + ": a port is a number from 1 to 65535. Choose one of those, or 0 for any free one.");
            }
            port = number;
            return this;
        }

        /** Serves all metrics of a registry under {@code /debug/vars}, and counts refusals there. */
        public Builder registry(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
            return this;
        }

        /** What {@code /healthz} says. An exception counts as no. */
        public Builder healthy(BooleanSupplier healthy) {
            this.healthy = Objects.requireNonNull(healthy, "healthy");
            return this;
        }

        /** What {@code /readyz} says. An exception counts as no. */
        public Builder ready(BooleanSupplier ready) {
            this.ready = Objects.requireNonNull(ready, "ready");
            return this;
        }

        /**
         * Serves an endpoint under a path; under all paths below it when it ends with a slash.
         *
         * @throws IllegalArgumentException if the path does not begin with a slash, or is taken
         */
        public Builder handle(String path, AdminEndpoint endpoint) {
            Objects.requireNonNull(endpoint, "endpoint");
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("Cannot serve \"" + path
                        + "\": the path of a request always begins with a slash. Write \"/" + path + "\".");
            }
            boolean builtIn = path.equals("/healthz")
                    || path.equals("/readyz")
                    || path.equals("/status")
                    || path.equals("/debug/vars");
            if (builtIn || own.putIfAbsent(path, endpoint) != null) {
                throw new IllegalArgumentException("Cannot serve \"" + path + "\" twice: "
                        + (builtIn ? "the listener serves it by itself" : "an endpoint is registered for it")
                        + ". Choose another path.");
            }
            return this;
        }

        /**
         * Starts listening.
         *
         * @throws java.io.UncheckedIOException if the address cannot be used, with the reason and a way out
         * @throws IllegalArgumentException if the address is a name that nobody knows
         */
        public AdminListener build() {
            return new AdminListener(this);
        }

        private Map<String, AdminEndpoint> endpoints() {
            Map<String, AdminEndpoint> all = new TreeMap<>(own);
            BooleanSupplier isHealthy = healthy;
            BooleanSupplier isReady = ready;
            all.put("/healthz", (request, response) -> yesOrNo(response, isHealthy, "ok", "unhealthy"));
            all.put("/readyz", (request, response) -> yesOrNo(response, isReady, "ready", "not ready"));
            all.put("/status", (request, response) -> response.json(status(isReady, isHealthy, all)));
            MetricRegistry reg = registry;
            if (reg != null) {
                all.put("/debug/vars", (request, response) -> {
                    DebugVars vars = new DebugVars();
                    reg.collect(vars);
                    response.json(vars.toString());
                });
            }
            return all;
        }
    }

    private static void yesOrNo(AdminResponse response, BooleanSupplier question, String yes, String no)
            throws IOException {
        boolean answer = ask(question);
        response.text(answer ? 200 : 503, (answer ? yes : no) + "\n");
    }

    private static boolean ask(BooleanSupplier question) {
        try {
            return question.getAsBoolean();
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static String status(BooleanSupplier ready, BooleanSupplier healthy, Map<String, AdminEndpoint> endpoints) {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        JsonText json = new JsonText().open().name("schema").value(1);
        json.name("pid").value(ProcessHandle.current().pid());
        json.name("startedAt")
                .value(Instant.ofEpochMilli(runtime.getStartTime()).toString());
        json.name("uptimeSeconds").value(runtime.getUptime() / 1e3);
        json.name("jvm").value(runtime.getVmName() + " " + runtime.getVmVersion());
        json.name("processors").value(Runtime.getRuntime().availableProcessors());
        json.name("maxHeapBytes").value(Runtime.getRuntime().maxMemory());
        json.name("healthy").value(ask(healthy));
        json.name("ready").value(ask(ready));
        json.name("endpoints").openArray();
        endpoints.keySet().forEach(json::value);
        return json.closeArray().close().toString();
    }
}
