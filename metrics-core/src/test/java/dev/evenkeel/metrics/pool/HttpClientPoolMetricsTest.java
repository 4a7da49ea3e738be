package dev.evenkeel.metrics.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import dev.evenkeel.metrics.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real pool, whose connections are taken but not opened. */
class HttpClientPoolMetricsTest {
    private static final HttpRoute CLEARING = new HttpRoute(new HttpHost("http", "clearing", 8080));
    private static final HttpRoute FRAUD = new HttpRoute(new HttpHost("https", "fraud", 443), null, true);

    private final MetricRegistry registry = MetricRegistry.create();
    private final PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager();

    @AfterEach
    void close() {
        pool.close(CloseMode.IMMEDIATE);
        registry.close();
    }

    private static ConnectionEndpoint take(HttpClientConnectionManager from, HttpRoute route) throws Exception {
        return from.lease("test", route, Timeout.ofSeconds(5), null).get(Timeout.ofSeconds(5));
    }

    private long series(String prefix) {
        return registry.snapshot().points().stream()
                .filter(p -> p.descriptor().name().startsWith(prefix))
                .count();
    }

    @Test
    void totalsAndRoutesAreOfOneReading() throws Exception {
        pool.setMaxTotal(9);
        pool.setMaxPerRoute(CLEARING, 4);
        HttpClientPoolMetrics.bindTo(registry, "upstreams", pool);
        take(pool, CLEARING);
        take(pool, CLEARING);
        take(pool, FRAUD);
        registry.snapshot(); // sees the routes for the first time

        Snapshot snapshot = registry.snapshot();

        assertEquals(3, snapshot.value("http.client.connection.count", "upstreams", "active"));
        assertEquals(0, snapshot.value("http.client.connection.count", "upstreams", "idle"));
        assertEquals(9, snapshot.value("http.client.connection.max", "upstreams"));
        assertEquals(0, snapshot.value("http.client.connection.pending_requests", "upstreams"));
        assertEquals(2, snapshot.value("http.client.connection.routes", "upstreams"));
        assertEquals(2, snapshot.value("http.client.open_connections", "upstreams", "clearing", "8080", "active"));
        assertEquals(4, snapshot.value("http.client.route.max", "upstreams", "clearing", "8080"));
        assertEquals(1, snapshot.value("http.client.open_connections", "upstreams", "fraud", "443", "active"));
        assertEquals(0, snapshot.value("http.client.route.pending_requests", "upstreams", "fraud", "443"));
    }

    @Test
    void waitingCallersShow() throws Exception {
        pool.setMaxPerRoute(CLEARING, 1);
        HttpClientPoolMetrics.bindTo(registry, "upstreams", pool);
        take(pool, CLEARING);
        pool.lease("waits", CLEARING, Timeout.ofSeconds(60), null);
        registry.snapshot();

        assertEquals(1, registry.snapshot().value("http.client.connection.pending_requests", "upstreams"));
        assertEquals(
                1, registry.snapshot().value("http.client.route.pending_requests", "upstreams", "clearing", "8080"));
    }

    @Test
    void routesPastTheBoundAreInTheTotalsAlone() throws Exception {
        pool.setMaxTotal(HttpClientPoolMetrics.MAX_ROUTES + 1);
        HttpClientPoolMetrics.bindTo(registry, "upstreams", pool);
        for (int i = 0; i <= HttpClientPoolMetrics.MAX_ROUTES; i++) {
            take(pool, new HttpRoute(new HttpHost("http", "host" + i, 80)));
        }
        registry.snapshot();

        assertEquals(HttpClientPoolMetrics.MAX_ROUTES, series("http.client.route.max"));
        assertEquals(
                HttpClientPoolMetrics.MAX_ROUTES + 1,
                registry.snapshot().value("http.client.connection.count", "upstreams", "active"));
        assertEquals(
                HttpClientPoolMetrics.MAX_ROUTES + 1,
                registry.snapshot().value("http.client.connection.routes", "upstreams"));
    }

    @Test
    void routeThatThePoolForgetsGoes() throws Exception {
        HttpClientPoolMetrics.bindTo(registry, "upstreams", pool);
        ConnectionEndpoint taken = take(pool, CLEARING);
        registry.snapshot();
        assertEquals(1, series("http.client.route.max"));

        pool.release(taken, null, TimeValue.ZERO_MILLISECONDS);
        pool.closeIdle(TimeValue.ZERO_MILLISECONDS); // drops routes without connections too
        registry.snapshot();

        assertEquals(0, series("http.client.route.max"));
        assertEquals(0, series("http.client.open_connections"));
        assertEquals(0, registry.snapshot().value("http.client.connection.routes", "upstreams"));
    }

    @Test
    void timedManagerMeasuresWaitsUsesAndTimeouts() throws Exception {
        pool.setMaxPerRoute(CLEARING, 1);
        HttpClientConnectionManager timed =
                HttpClientPoolMetrics.bindTo(registry, "upstreams", pool).timed(pool);

        ConnectionEndpoint taken = take(timed, CLEARING);
        assertThrows(TimeoutException.class, () -> timed.lease("late", CLEARING, Timeout.ofMilliseconds(1), null)
                .get(Timeout.ofMilliseconds(1)));
        timed.release(taken, null, TimeValue.ZERO_MILLISECONDS);

        Snapshot snapshot = registry.snapshot();
        assertEquals(2, count(snapshot, "http.client.connection.wait_time"));
        assertEquals(1, count(snapshot, "http.client.connection.use_time"));
        assertEquals(0, count(snapshot, "http.client.connection.create_time"));
        assertEquals(1, snapshot.value("http.client.connection.timeouts", "upstreams"));
    }

    private static long count(Snapshot snapshot, String name) {
        return snapshot.find(name, "upstreams").orElseThrow().histogram().count();
    }

    @Test
    void closedPoolIsAbsentAndNoError() throws Exception {
        HttpClientConnectionManager timed =
                HttpClientPoolMetrics.bindTo(registry, "upstreams", pool).timed(pool);
        take(timed, CLEARING);
        registry.snapshot();

        timed.close();
        registry.snapshot();

        List<String> left = new ArrayList<>();
        for (Point point : registry.snapshot().points()) {
            if (point.descriptor().name().startsWith("http.")) {
                left.add(point.descriptor().name());
            }
        }
        assertEquals(List.of(), left);
        assertEquals(0, registry.snapshot().value("evenkeel.dropped", "callback_error"));
    }
}
