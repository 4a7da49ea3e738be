package dev.evenkeel.cli.soak;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.exporter.prometheus.PrometheusNames;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.soak.UnfitException;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * Takes what a service pushes over OTLP, HTTP with protobuf, plain or gzip, at {@code /v1/metrics} of 127.0.0.1, and keeps the newest
 * value of each series of its gauges and up-down counters.
 *
 * <p>Names are translated as a metrics page of the same service would spell them, so that {@link MetricsPage} knows them. Safe from
 * any thread. Starts the thread {@code evenkeel-otlp}; it and the listener end with {@link #close()}.
 */
final class OtlpReceiver implements AutoCloseable {
    /** Where exporters push to unless told otherwise. */
    static final int STANDARD_PORT = 4318;

    /** Most bytes of a request, unpacked: some 100 000 series. A larger one is refused with 413. */
    static final int MOST_BYTES = 32 << 20;

    /** Most series kept; a service that makes new ones without end must not fill the harness. Those past it are left out. */
    static final int MOST_SERIES = 100_000;

    /** Least time without a push after which nothing is expected any more: five of OpenTelemetry's default of a minute. */
    private static final double LEAST_PATIENCE_SECONDS = 300;

    /** A series that missed two pushes is gone. */
    private static final double GONE_AFTER_PUSHES = 2.5;

    private final NanoClock clock;
    private final HttpServer server;
    private final ExecutorService thread;
    private final Map<String, Reading> series = new HashMap<>();
    private long pushes;
    private long taken;
    private long lastPushNanos;
    private double longestSeconds;
    private String sender = "";

    /** The newest value of a series. */
    private record Reading(String name, double value, long atNanos) {}

    private OtlpReceiver(HttpServer server, ExecutorService thread, NanoClock clock) {
        this.server = server;
        this.thread = thread;
        this.clock = clock;
    }

    /**
     * Starts listening.
     *
     * @param port of 127.0.0.1; 0 for any that is free
     * @throws UnfitException when nothing can listen there
     */
    static OtlpReceiver start(int port, NanoClock clock) throws UnfitException {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
                Thread t = new Thread(task, "evenkeel-otlp");
                t.setDaemon(true);
                return t;
            });
            OtlpReceiver receiver = new OtlpReceiver(server, thread, clock);
            server.createContext("/", receiver::answer);
            server.setExecutor(thread);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UnfitException(
                    "OTLP cannot be received at port " + port + " (" + e.getMessage()
                            + "); a collector may listen there. Choose another with --otlp-listen PORT, and tell the service.",
                    e);
        }
    }

    /** Where a service has to push to. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/metrics";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String type = header(exchange, "Content-Type").toLowerCase(Locale.ROOT);
            if (!exchange.getRequestURI().getPath().equals("/v1/metrics")) {
                refuse(exchange, 404, "Push metrics to /v1/metrics.");
            } else if (!exchange.getRequestMethod().equals("POST")) {
                refuse(exchange, 405, "Metrics are pushed with POST.");
            } else if (!type.startsWith("application/x-protobuf")) {
                refuse(exchange, 415, "Only protobuf is read. Set the exporter's protocol to http/protobuf.");
            } else {
                byte[] body = body(exchange);
                if (body.length > MOST_BYTES) {
                    refuse(exchange, 413, "More than " + MOST_BYTES + " bytes. Push fewer series at a time.");
                    return;
                }
                try {
                    take(ExportMetricsServiceRequest.parseFrom(body));
                } catch (IOException e) {
                    refuse(exchange, 400, "This is no ExportMetricsServiceRequest: " + e.getMessage());
                    return;
                }
                exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
                exchange.sendResponseHeaders(200, -1); // an empty message: all was taken
            }
        }
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        boolean packed = header(exchange, "Content-Encoding").equalsIgnoreCase("gzip");
        try (InputStream in = packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            return in.readNBytes(MOST_BYTES + 1);
        }
    }

    private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
        byte[] text = (why + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, text.length);
        exchange.getResponseBody().write(text);
    }

    private synchronized void take(ExportMetricsServiceRequest request) {
        long now = clock.nanos();
        for (ResourceMetrics resource : request.getResourceMetricsList()) {
            sender = identity(resource.getResource());
            for (ScopeMetrics scope : resource.getScopeMetricsList()) {
                scope.getMetricsList().forEach(metric -> take(metric, now));
            }
        }
        if (pushes > 0) {
            longestSeconds = Math.max(longestSeconds, (now - lastPushNanos) / 1e9);
        }
        lastPushNanos = now;
        pushes++;
    }

    private void take(Metric metric, long now) {
        String name;
        try {
            name = PrometheusNames.metricName(
                    new MetricDescriptor(metric.getName(), metric.getUnit(), "", Kind.GAUGE, List.of(), 1));
        } catch (IllegalArgumentException e) {
            return; // no name of a resource that we know
        }
        for (NumberDataPoint point : levels(metric)) {
            String key = name + " " + words(point.getAttributesList());
            if (series.containsKey(key) || series.size() < MOST_SERIES) {
                double value = point.hasAsInt() ? point.getAsInt() : point.getAsDouble();
                series.put(key, new Reading(name, value, now));
            }
        }
    }

    /** Levels, which a resource is read from: no totals, no differences, no distributions. */
    private static List<NumberDataPoint> levels(Metric metric) {
        if (metric.hasGauge()) {
            return metric.getGauge().getDataPointsList();
        }
        boolean level = metric.hasSum()
                && !metric.getSum().getIsMonotonic()
                && metric.getSum().getAggregationTemporality() != AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
        return level ? metric.getSum().getDataPointsList() : List.of();
    }

    private static String identity(Resource resource) {
        List<String> telling = List.of("service.name", "service.instance.id", "process.pid");
        return words(resource.getAttributesList().stream()
                .filter(attribute -> telling.contains(attribute.getKey()))
                .toList());
    }

    private static String words(List<KeyValue> attributes) {
        return attributes.stream()
                .map(a -> a.getKey() + "="
                        + (a.getValue().hasIntValue()
                                ? Long.toString(a.getValue().getIntValue())
                                : a.getValue().getStringValue()))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    /**
     * The newest values by name, those of a family added up, when something was pushed since the last call; empty when not.
     *
     * @throws IOException when nothing was pushed yet, or nothing for much longer than there was between any two pushes before
     */
    synchronized Map<String, Double> news() throws IOException {
        if (pushes == 0) {
            throw new IOException("nothing has been pushed to " + url() + " yet");
        }
        double silent = (clock.nanos() - lastPushNanos) / 1e9;
        if (silent > Math.max(LEAST_PATIENCE_SECONDS, 3 * longestSeconds)) {
            throw new IOException("nothing has been pushed to " + url() + " for " + Math.round(silent) + " s");
        }
        if (taken == pushes) {
            return Map.of();
        }
        taken = pushes;
        return newest();
    }

    /** The newest values by name, those of a family added up. */
    synchronized Map<String, Double> newest() {
        double gone = GONE_AFTER_PUSHES * longestSeconds;
        series.values().removeIf(reading -> longestSeconds > 0 && (lastPushNanos - reading.atNanos()) / 1e9 > gone);
        Map<String, Double> sums = new HashMap<>();
        series.values().forEach(reading -> sums.merge(reading.name(), reading.value(), Double::sum));
        return sums;
    }

    /** Who pushed last, by its resource: another after a restart, where the service has an instance or process id there. */
    synchronized String sender() {
        return sender;
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdownNow();
        try {
            thread.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
