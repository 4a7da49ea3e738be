package dev.evenkeel.metrics.example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import dev.evenkeel.metrics.http.HttpServerMetrics;
import dev.evenkeel.metrics.http.RequestScope;
import dev.evenkeel.metrics.http.RequestStats;
import dev.evenkeel.metrics.slo.Slo;
import dev.evenkeel.metrics.slo.SloMonitor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A service that greets: its requests are timed, what each of them did is counted, and two objectives are watched. */
public final class HttpService implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService workers = Executors.newFixedThreadPool(4);
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final SloMonitor monitor;
    private final RequestStats stats;
    private final Timer greeting;
    private final Greetings greetings;

    public HttpService(MetricRegistry registry, Path stateFile) throws IOException {
        HttpServerMetrics metrics = HttpServerMetrics.builder(registry).build();
        stats = RequestStats.builder(registry)
                .stat("db.calls", "{call}", "Calls of the database in one request.")
                .stat("cache.hits", "{hit}", "Hits of the cache in one request.")
                .logSlowerThan(Duration.ofMillis(500))
                .build();
        greeting = registry.timer("greeting.duration")
                .help("Time to find a greeting.")
                .register();
        greetings = new Greetings(stats);
        monitor = SloMonitor.builder(registry)
                .add(Slo.availabilityByErrors("greet", metrics::errors, metrics::requests)
                        .target(0.999)
                        .build())
                .add(Slo.latency("greet-fast", Duration.ofMillis(100), greeting)
                        .target(0.99)
                        .build())
                .stateFile(stateFile)
                .listener(alert -> System.err.println(alert))
                .build();
        scheduler.scheduleAtFixedRate(monitor::tick, 10, 10, TimeUnit.SECONDS);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/greet", this::greet).getFilters().add(0, metrics);
        server.setExecutor(workers);
        server.start();
    }

    private void greet(HttpExchange exchange) throws IOException {
        long start = System.nanoTime();
        try (exchange;
                RequestScope scope = stats.open("/greet")) {
            String name = String.valueOf(exchange.getRequestURI().getQuery());
            byte[] answer = greetings.of(name).getBytes(StandardCharsets.UTF_8);
            greeting.recordSince(start);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdown();
        scheduler.shutdown();
        monitor.close(); // writes the state
    }

    /** Knows nothing of requests: it counts, and each count finds its request. */
    private static final class Greetings {
        private final RequestStats.Stat databaseCalls;
        private final RequestStats.Stat cacheHits;
        private final Map<String, String> cache = new ConcurrentHashMap<>();

        Greetings(RequestStats stats) {
            databaseCalls = stats.stat("db.calls");
            cacheHits = stats.stat("cache.hits");
        }

        String of(String name) {
            String known = cache.get(name);
            if (known != null) {
                cacheHits.increment();
                return known;
            }
            databaseCalls.increment(); // imagine one
            String made = "Hello " + name;
            if (cache.size() < 1000) {
                cache.put(name, made);
            }
            return made;
        }
    }

    /** Serves until its input ends. */
    public static void main(String... args) throws IOException {
        try (HttpService service = new HttpService(MetricRegistry.create(), Path.of("slo.state"))) {
            System.out.println("http://127.0.0.1:" + service.port() + "/greet?world  (Ctrl-D ends)");
            while (System.in.read() >= 0) {
                // until the end of the input
            }
        }
    }
}
