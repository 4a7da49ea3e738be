package dev.evenkeel.cli.wire;

import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.exporter.otlp.RegistryMetricProducer;
import dev.evenkeel.metrics.Exemplar;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.name.WireNames;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.sdk.resources.Resource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** OTLP, sent by the SDK's exporter over a real socket and read with the messages of the protocol. */
final class OtlpWire extends Wire {
    private final MetricRegistry registry;
    private final RegistryMetricProducer producer;
    private final BlockingQueue<ExportMetricsServiceRequest> received = new LinkedBlockingQueue<>();
    private final HttpServer server;
    private final OtlpHttpMetricExporter exporter;

    OtlpWire(MetricRegistry registry) throws Exception {
        this.registry = registry;
        producer = RegistryMetricProducer.of(registry);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/metrics", exchange -> {
            try (exchange) {
                received.add(ExportMetricsServiceRequest.parseFrom(exchange.getRequestBody()));
                exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
                exchange.sendResponseHeaders(200, -1);
            }
        });
        server.start();
        exporter = OtlpHttpMetricExporter.builder()
                .setEndpoint("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/metrics")
                .build();
    }

    @Override
    Map<Sample, Object> expected(Reference reference) {
        Map<Sample, Object> all = samples();
        for (Reference.Entry entry : reference.entries) {
            String name = entry.names().otlp();
            Map<String, String> labels = labels(entry.labels());
            if (entry.labels().isOverflow()) {
                labels = Map.of(WireNames.OTLP_OVERFLOW, "bool true");
            }
            all.put(Sample.of("unit " + name), entry.family().unit());
            all.put(Sample.of("help " + name), entry.family().help());
            all.put(Sample.of("type " + name), type(entry.family().kind()));
            put(all, new Sample(name + " start", labels), Math.min(entry.startMillis(), WireFixture.COLLECT_MILLIS));
            put(all, new Sample(name + " time", labels), WireFixture.COLLECT_MILLIS);
            if (!(entry.value() instanceof Reference.Counted counted)) {
                put(all, new Sample(name, labels), valueOf(entry, entry.value()));
                continue;
            }
            put(all, new Sample(name + " count", labels), valueOf(entry, counted.count()));
            put(all, new Sample(name + " sum", labels), valueOf(entry, counted.sum()));
            if (counted.count() > 0 && !Double.isNaN(counted.min())) {
                put(all, new Sample(name + " min", labels), valueOf(entry, counted.min()));
                put(all, new Sample(name + " max", labels), valueOf(entry, counted.max()));
            }
            for (int i = 0; i < counted.bounds().length; i++) {
                put(
                        all,
                        new Sample(name + " le " + counted.bounds()[i], labels),
                        valueOf(entry, counted.atOrBelow()[i]));
            }
            int number = 0;
            for (Exemplar exemplar : counted.exemplars()) {
                put(all, new Sample(name + " exemplar " + number++, labels), PrometheusWire.text(exemplar));
            }
        }
        return all;
    }

    private static String type(Kind kind) {
        return switch (kind) {
            case COUNTER -> "monotonic sum";
            case UP_DOWN_COUNTER -> "sum";
            case GAUGE -> "gauge";
            case HISTOGRAM -> "histogram";
        };
    }

    private List<Metric> push() throws Exception {
        received.clear();
        if (!exporter.export(producer.produce(Resource.getDefault()))
                .join(20, TimeUnit.SECONDS)
                .isSuccess()) {
            throw new IllegalStateException("The push failed.");
        }
        List<Metric> metrics = new ArrayList<>();
        received.take().getResourceMetricsList().forEach(resource -> resource.getScopeMetricsList()
                .forEach(scope -> metrics.addAll(scope.getMetricsList())));
        return metrics;
    }

    @Override
    Map<Sample, Object> read() throws Exception {
        Map<Sample, Object> all = samples();
        for (Metric metric : push()) {
            String name = metric.getName();
            put(all, Sample.of("unit " + name), metric.getUnit());
            put(all, Sample.of("help " + name), metric.getDescription());
            if (metric.hasSum()) {
                put(all, Sample.of("type " + name), metric.getSum().getIsMonotonic() ? "monotonic sum" : "sum");
                metric.getSum().getDataPointsList().forEach(point -> number(all, name, point));
            } else if (metric.hasGauge()) {
                put(all, Sample.of("type " + name), "gauge");
                metric.getGauge().getDataPointsList().forEach(point -> number(all, name, point));
            } else {
                put(all, Sample.of("type " + name), "histogram");
                metric.getHistogram().getDataPointsList().forEach(point -> histogram(all, name, point));
            }
        }
        return all;
    }

    private static void number(Map<Sample, Object> to, String name, NumberDataPoint point) {
        Map<String, String> labels = labels(point.getAttributesList());
        put(to, new Sample(name, labels), point.hasAsInt() ? (Object) point.getAsInt() : point.getAsDouble());
        times(to, name, labels, point.getStartTimeUnixNano(), point.getTimeUnixNano());
    }

    private static void times(Map<Sample, Object> to, String name, Map<String, String> labels, long start, long end) {
        put(to, new Sample(name + " start", labels), start / 1_000_000);
        put(to, new Sample(name + " time", labels), end / 1_000_000);
    }

    private static void histogram(Map<Sample, Object> to, String name, HistogramDataPoint point) {
        Map<String, String> labels = labels(point.getAttributesList());
        times(to, name, labels, point.getStartTimeUnixNano(), point.getTimeUnixNano());
        put(to, new Sample(name + " count", labels), point.getCount());
        put(to, new Sample(name + " sum", labels), point.getSum());
        if (point.hasMin()) {
            put(to, new Sample(name + " min", labels), point.getMin());
        }
        if (point.hasMax()) {
            put(to, new Sample(name + " max", labels), point.getMax());
        }
        long atOrBelow = 0;
        for (int i = 0; i < point.getBucketCountsCount(); i++) {
            atOrBelow += point.getBucketCounts(i);
            double bound = i < point.getExplicitBoundsCount() ? point.getExplicitBounds(i) : Double.POSITIVE_INFINITY;
            put(to, new Sample(name + " le " + bound, labels), atOrBelow);
        }
        for (int i = 0; i < point.getExemplarsCount(); i++) {
            var exemplar = point.getExemplars(i);
            put(
                    to,
                    new Sample(name + " exemplar " + i, labels),
                    PrometheusWire.text(
                            HexFormat.of().formatHex(exemplar.getTraceId().toByteArray()),
                            HexFormat.of().formatHex(exemplar.getSpanId().toByteArray()),
                            exemplar.getAsDouble(),
                            exemplar.getTimeUnixNano() / 1_000_000 / 1e3));
        }
    }

    private static Map<String, String> labels(List<KeyValue> attributes) {
        Map<String, String> labels = new HashMap<>();
        for (KeyValue attribute : attributes) {
            labels.put(
                    attribute.getKey(),
                    attribute.getValue().hasBoolValue()
                            ? "bool " + attribute.getValue().getBoolValue()
                            : attribute.getValue().getStringValue());
        }
        return labels;
    }

    @Override
    String listing() throws Exception {
        StringBuilder text = new StringBuilder();
        for (Metric metric : push()) {
            if (!metric.getName().startsWith("evenkeel.")) {
                text.append(metric).append('\n');
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        exporter.close();
        server.stop(0);
    }
}
