package dev.evenkeel.metrics.pool;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Observed;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.io.LeaseRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.ConnPoolControl;
import org.apache.hc.core5.pool.PoolStats;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Shows a connection pool of Apache HttpClient 5 in a registry, whole and per route. Tried with HttpClient 5.5.
 *
 * <p>The whole pool has the metrics of {@link PoolMetrics#http}, and {@code http.client.connection.routes}, the number of
 * routes that it knows. Each route has {@code http.client.open_connections} by state, which is OpenTelemetry's name,
 * {@code http.client.route.max} and {@code http.client.route.pending_requests}, with the labels {@code server.address} and
 * {@code server.port}. Routes to one server through different proxies are added up.
 *
 * <p>A collect asks the pool once for its totals and once for each route, each under the pool's own lock for
 * as long as it takes to add up sizes. At most {@value #MAX_ROUTES} servers are shown, those that the pool named first: a caller that visits ever new
 * hosts must not make ever new series. Those past it are in the totals alone, and {@code http.client.connection.routes} tells
 * that there are some. Routes that the pool forgets are taken away.
 *
 * <p>The library does not tell whether a pool was closed: close this object with it, or use {@link #timed}.
 *
 * <p>The library measures no times. {@link #timed} does, for a client that takes its connections one by one.
 */
public final class HttpClientPoolMetrics implements AutoCloseable {
    /** Most servers with series of their own: four series each, as many as a dashboard can still show. */
    public static final int MAX_ROUTES = 32;

    private static final String POOL = "http.client.connection.pool.name";
    private static final String ADDRESS = "server.address";
    private static final String PORT = "server.port";

    private final ConnPoolControl<HttpRoute> pool;
    private final String name;
    private final PoolMetrics totals;
    private final Observed routeCount;
    private final DoubleSupplier routeCounter = this::routes;
    private final Observed open;
    private final Observed routeMax;
    private final Observed routePending;

    /** Under this object's monitor, as what it holds. */
    private final Map<Server, Reading> servers = new HashMap<>();

    private @Nullable PoolStats total;
    private int taken;
    private int knownRoutes;
    private boolean closed;

    private record Server(String address, int port) {
        static Server of(HttpRoute route) {
            return new Server(
                    route.getTargetHost().getHostName(), route.getTargetHost().getPort());
        }
    }

    private HttpClientPoolMetrics(MetricRegistry registry, String name, ConnPoolControl<HttpRoute> pool) {
        this.pool = Objects.requireNonNull(pool, "pool");
        this.name = name;
        totals = PoolMetrics.http(registry, name)
                .used(() -> total(0))
                .idle(() -> total(1))
                .waiting(() -> total(2))
                .max(() -> total(3))
                .times(true, true, true)
                .timeouts()
                .register();
        routeCount = registry.observedGauge("http.client.connection.routes")
                .unit("{route}")
                .help("Routes that the pool knows; at most " + MAX_ROUTES + " servers have series of their own.")
                .labels(POOL)
                .register()
                .add(routeCounter, name);
        open = registry.observedGauge("http.client.open_connections")
                .unit("{connection}")
                .help("Open connections to a server, by state.")
                .labels(POOL, ADDRESS, PORT, "http.connection.state")
                .register();
        routeMax = registry.observedGauge("http.client.route.max")
                .unit("{connection}")
                .help("Most connections that the pool may open to a server.")
                .labels(POOL, ADDRESS, PORT)
                .register();
        routePending = registry.observedGauge("http.client.route.pending_requests")
                .unit("{request}")
                .help("Callers that wait for a connection to a server now.")
                .labels(POOL, ADDRESS, PORT)
                .register();
        synchronized (this) {
            readAll();
        }
    }

    /**
     * Shows a pool. Once per pool; a pool of the same name that is there already is replaced.
     *
     * @param name what tells its series from those of other pools
     * @param pool a {@code PoolingHttpClientConnectionManager} or its asynchronous sister
     * @throws IllegalArgumentException when something else has one of the metric names
     */
    public static HttpClientPoolMetrics bindTo(MetricRegistry registry, String name, ConnPoolControl<HttpRoute> pool) {
        return new HttpClientPoolMetrics(registry, name, pool);
    }

    /**
     * Returns a connection manager that does what the given one does and records wait, create and use times, and
     * timeouts, in nanoseconds. Closing it takes the pool's series away and closes the given one. Give it to the client:
     *
     * <pre>{@code
     * HttpClientPoolMetrics metrics = HttpClientPoolMetrics.bindTo(registry, "upstreams", manager);
     * CloseableHttpClient client = HttpClients.custom().setConnectionManager(metrics.timed(manager)).build();
     * }</pre>
     *
     * <p>Costs two small objects and two readings of the clock for each request.
     */
    public HttpClientConnectionManager timed(HttpClientConnectionManager manager) {
        return new Timed(Objects.requireNonNull(manager, "manager"), this);
    }

    private synchronized double routes() {
        if (closed) {
            return Double.NaN;
        }
        return knownRoutes;
    }

    /** A total by its place. One that is asked for again belongs to the next collect, for which everything is read anew. */
    private synchronized double total(int place) {
        if (closed) {
            return Double.NaN;
        }
        if (total == null || (taken & 1 << place) != 0) {
            readAll();
        }
        taken |= 1 << place;
        return Reading.value(Objects.requireNonNull(total), place);
    }

    private void readAll() {
        taken = 0;
        total = pool.getTotalStats();
        Set<HttpRoute> routes = pool.getRoutes();
        knownRoutes = routes.size();
        for (Reading reading : servers.values()) {
            reading.clear();
        }
        for (HttpRoute route : routes) {
            Server server = Server.of(route);
            Reading reading = servers.get(server);
            if (reading == null && servers.size() < MAX_ROUTES) {
                reading = new Reading(server);
                servers.put(server, reading);
                reading.add(pool.getStats(route));
                reading.show();
            } else if (reading != null) {
                reading.add(pool.getStats(route));
            }
        }
        for (Iterator<Reading> i = servers.values().iterator(); i.hasNext(); ) {
            Reading reading = i.next();
            if (reading.routes == 0) {
                reading.hide();
                i.remove();
            }
        }
    }

    /** Takes the pool's series away; the pool itself stays as it is. Idempotent; waits for a collect that reads the pool. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        totals.close();
        routeCount.remove(routeCounter, name);
        servers.values().forEach(Reading::hide);
        servers.clear();
    }

    /** What the routes to one server add up to. Under the monitor of the outer object, but for the suppliers. */
    private final class Reading {
        private final String address;
        private final String port;
        private final int[] sums = new int[4];
        private final DoubleSupplier active = () -> sum(0);
        private final DoubleSupplier idle = () -> sum(1);
        private final DoubleSupplier pending = () -> sum(2);
        private final DoubleSupplier max = () -> sum(3);
        private int routes;

        Reading(Server server) {
            address = server.address();
            port = Integer.toString(server.port());
        }

        static int value(PoolStats stats, int place) {
            return switch (place) {
                case 0 -> stats.getLeased();
                case 1 -> stats.getAvailable();
                case 2 -> stats.getPending();
                default -> stats.getMax();
            };
        }

        private double sum(int place) {
            synchronized (HttpClientPoolMetrics.this) {
                return sums[place];
            }
        }

        void clear() {
            routes = 0;
            Arrays.fill(sums, 0);
        }

        void add(PoolStats stats) {
            routes++;
            for (int i = 0; i < sums.length; i++) {
                sums[i] += value(stats, i);
            }
        }

        void show() {
            open.add(active, name, address, port, "active").add(idle, name, address, port, "idle");
            routeMax.add(max, name, address, port);
            routePending.add(pending, name, address, port);
        }

        void hide() {
            open.remove(active, name, address, port, "active");
            open.remove(idle, name, address, port, "idle");
            routeMax.remove(max, name, address, port);
            routePending.remove(pending, name, address, port);
        }
    }

    /** Measures what passes through a connection manager. */
    private static final class Timed implements HttpClientConnectionManager {
        private final HttpClientConnectionManager manager;
        private final HttpClientPoolMetrics shown;
        private final PoolMetrics metrics;

        /** When each connection that is out was taken; as many entries as there are connections out. */
        private final Map<ConnectionEndpoint, Long> takenNanos = new ConcurrentHashMap<>();

        Timed(HttpClientConnectionManager manager, HttpClientPoolMetrics shown) {
            this.manager = manager;
            this.shown = shown;
            this.metrics = shown.totals;
        }

        @Override
        public LeaseRequest lease(String id, HttpRoute route, Timeout timeout, @Nullable Object state) {
            long start = System.nanoTime();
            LeaseRequest lease = manager.lease(id, route, timeout, state);
            return new LeaseRequest() {
                @Override
                public ConnectionEndpoint get(Timeout wait)
                        throws InterruptedException, ExecutionException, TimeoutException {
                    ConnectionEndpoint endpoint;
                    try {
                        endpoint = lease.get(wait);
                    } catch (TimeoutException e) {
                        metrics.recordWaitNanos(System.nanoTime() - start);
                        metrics.recordTimeout();
                        throw e;
                    }
                    long now = System.nanoTime();
                    if (takenNanos.putIfAbsent(endpoint, now) == null) { // get may be called again
                        metrics.recordWaitNanos(now - start);
                    }
                    return endpoint;
                }

                @Override
                public boolean cancel() {
                    return lease.cancel();
                }
            };
        }

        @Override
        public void release(ConnectionEndpoint endpoint, @Nullable Object newState, @Nullable TimeValue validFor) {
            try {
                manager.release(endpoint, newState, validFor);
            } finally {
                Long taken = takenNanos.remove(endpoint);
                if (taken != null) {
                    metrics.recordUseNanos(System.nanoTime() - taken);
                }
            }
        }

        @Override
        public void connect(ConnectionEndpoint endpoint, TimeValue timeout, HttpContext context) throws IOException {
            long start = System.nanoTime();
            manager.connect(endpoint, timeout, context);
            metrics.recordCreateNanos(System.nanoTime() - start);
        }

        @Override
        public void upgrade(ConnectionEndpoint endpoint, HttpContext context) throws IOException {
            manager.upgrade(endpoint, context);
        }

        @Override
        public void close(CloseMode mode) {
            shown.close();
            manager.close(mode);
        }

        @Override
        public void close() throws IOException {
            shown.close();
            manager.close();
        }
    }
}
