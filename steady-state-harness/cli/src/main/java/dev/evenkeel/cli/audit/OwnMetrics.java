package dev.evenkeel.cli.audit;

import dev.evenkeel.exporter.http.AdminListener;
import dev.evenkeel.exporter.prometheus.PrometheusEndpoint;
import dev.evenkeel.guard.BoundedPool;
import dev.evenkeel.guard.ConcurrencyLimit;
import dev.evenkeel.guard.http.BoundedHttpClient;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.http.HttpServerMetrics;
import dev.evenkeel.metrics.http.MeteredHttpClient;
import dev.evenkeel.metrics.http.RequestStats;
import dev.evenkeel.metrics.pool.HttpClientPoolMetrics;
import dev.evenkeel.metrics.pool.PoolMetrics;
import dev.evenkeel.metrics.resource.ResourceSamplers;
import dev.evenkeel.metrics.slo.Slo;
import dev.evenkeel.metrics.slo.SloMonitor;
import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * A process of our own to audit: a registry with its self-telemetry, all samplers and the guards, behind a real admin
 * listener on a free port of the loopback.
 */
final class OwnMetrics implements AutoCloseable {
    /** What exists only after a collection that the JVM reports to us, some milliseconds later. */
    private static final String AFTER_GC = "jvm_gc_duration_seconds_count";

    private static final long GC_DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final MetricRegistry registry = MetricRegistry.create();
    private final ResourceSamplers samplers = ResourceSamplers.bindTo(registry);
    private final BoundedPool pool =
            BoundedPool.builder("own").workers(1).queue(1).registry(registry).build();
    private final PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager();
    private final BoundedHttpClient bounded;
    private final HttpServerMetrics http = HttpServerMetrics.builder(registry).build();
    private final SloMonitor objectives = SloMonitor.builder(registry)
            .add(Slo.availabilityByErrors("own", http::errors, http::requests)
                    .target(0.999)
                    .build())
            .build();
    private final AdminListener admin = AdminListener.builder()
            .port(0)
            .registry(registry)
            .handle("/metrics", PrometheusEndpoint.of(registry))
            .build();

    OwnMetrics() {
        ConcurrencyLimit.builder("own").permits(1).registry(registry).build();
        PoolMetrics database = PoolMetrics.database(registry, "own")
                .used(() -> 1)
                .idle(() -> 1)
                .waiting(() -> 0)
                .max(() -> 2)
                .idleMin(() -> 2)
                .times(true, true, true)
                .timeouts()
                .register();
        database.recordWaitNanos(10_000);
        HttpClientPoolMetrics.bindTo(registry, "own", connections);
        bounded = BoundedHttpClient.builder("own", HttpClient.newHttpClient())
                .registry(registry)
                .build();
        MeteredHttpClient.builder(HttpClient.newHttpClient(), registry).build();
        RequestStats.of(registry, "own.calls").open("own").close();
        registry.addForeign(own -> {}); // for what a registry tells of other libraries
    }

    MetricRegistry registry() {
        return registry;
    }

    String url() {
        return "http://127.0.0.1:" + admin.port() + "/metrics";
    }

    /** The page, once a garbage collection is on it. */
    String page(MetricsSource source) throws UnfitException, InterruptedException {
        long start = System.nanoTime();
        System.gc();
        callUpstreams();
        String page = source.read(url());
        while (!page.contains(AFTER_GC) && System.nanoTime() - start < GC_DEADLINE_NANOS) {
            TimeUnit.MILLISECONDS.sleep(10); // the JVM tells of a collection on a thread of its own
            page = source.read(url());
        }
        return page;
    }

    /** Pools show what they have been asked for: one call to ourselves through each client. */
    private void callUpstreams() throws UnfitException, InterruptedException {
        try {
            bounded.send(HttpRequest.newBuilder(URI.create(url())).build(), BodyHandlers.discarding());
            HttpRoute here = new HttpRoute(new HttpHost("http", "127.0.0.1", admin.port()));
            connections.lease("own", here, Timeout.ofSeconds(1), null).get(Timeout.ofSeconds(1));
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new UnfitException("Our own listener on " + url() + " did not answer: " + e.getMessage() + ".", e);
        }
    }

    @Override
    public void close() {
        admin.close();
        objectives.close();
        pool.close();
        bounded.close();
        connections.close(CloseMode.IMMEDIATE);
        samplers.close();
        registry.close();
    }
}
