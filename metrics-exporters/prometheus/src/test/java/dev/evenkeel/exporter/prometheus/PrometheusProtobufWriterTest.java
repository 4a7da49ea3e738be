package dev.evenkeel.exporter.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.convert.NativeBuckets;
import io.prometheus.metrics.expositionformats.generated.com_google_protobuf_4_36_1.Metrics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the classes that protoc made of Prometheus's own description read from our bytes. */
class PrometheusProtobufWriterTest {
    private final MetricRegistry registry =
            MetricRegistry.builder().wallClock(() -> 1_700_000_000_250L).build();
    private final PrometheusProtobufWriter writer = new PrometheusProtobufWriter();

    @BeforeEach
    void fill() {
        NastyRegistry.fill(registry);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void protobufHoldsTheSamplesOfTheText() throws IOException {
        PrometheusTextWriter textWriter = PrometheusTextWriter.of(TextFormat.PROMETHEUS);
        registry.collect(textWriter);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        textWriter.writeTo(text);
        List<String> expected = PrometheusText.parse(text.toString(StandardCharsets.UTF_8)).stream()
                .filter(s -> !s.name().startsWith("evenkeel_"))
                .map(s -> s.name() + labels(s.labels()) + s.value())
                .toList();

        List<String> read = new ArrayList<>();
        for (Metrics.MetricFamily family : families()) {
            for (Metrics.Metric metric : family.getMetricList()) {
                samples(family, metric, read);
            }
        }

        assertTrue(expected.size() > 60, () -> expected.size() + " samples");
        assertEquals(expected, read);
    }

    @Test
    void familySaysTypeHelpUnitAndStart() throws IOException {
        Metrics.MetricFamily requests = family("http_server_requests_total");
        Metrics.MetricFamily queries = family("db_query_seconds");

        assertEquals(Metrics.MetricType.COUNTER, requests.getType());
        assertEquals("Requests, by path.\nA \\ and a \"quote\".", requests.getHelp());
        assertEquals("", requests.getUnit());
        assertEquals(
                1_700_000_000L,
                requests.getMetric(0).getCounter().getCreatedTimestamp().getSeconds());
        assertEquals(
                250_000_000,
                requests.getMetric(0).getCounter().getCreatedTimestamp().getNanos());
        assertEquals(Metrics.MetricType.HISTOGRAM, queries.getType());
        assertEquals("seconds", queries.getUnit());
        assertEquals(0.374956789, queries.getMetric(0).getHistogram().getSampleSum());
    }

    @Test
    void nativeBucketsHoldEveryValueOnceWithinTheirBounds() throws IOException {
        Metrics.Histogram queries = family("db_query_seconds").getMetric(0).getHistogram();
        Metrics.Histogram idle = family("idle_seconds").getMetric(0).getHistogram();

        List<Double> uppers = new ArrayList<>();
        double base = Math.pow(2, Math.pow(2, -queries.getSchema()));
        int index = 0;
        int delta = 0;
        long count = 0;
        for (Metrics.BucketSpan span : queries.getPositiveSpanList()) {
            index += span.getOffset();
            for (int i = 0; i < span.getLength(); i++, index++) {
                count += queries.getPositiveDelta(delta++);
                for (long n = 0; n < count; n++) {
                    uppers.add(Math.pow(base, index));
                }
            }
        }

        assertEquals(3, uppers.size() + queries.getZeroCount());
        double[] recorded = {0.0015, 0.123456789, 0.25};
        for (int i = 0; i < recorded.length; i++) {
            double error = NativeBuckets.relativeError(queries.getSchema(), 2) + base - 1;
            assertEquals(recorded[i], uppers.get(i), recorded[i] * error);
        }
        assertEquals(0, idle.getPositiveDeltaCount());
        assertEquals(1, idle.getPositiveSpanCount(), "an empty span says that it is native");
    }

    @Test
    void exemplarIsInItsBucket() throws IOException {
        try (MetricRegistry traced = TracedRegistry.create()) {
            TracedRegistry.record(traced);
            traced.collect(writer);
            Metrics.Histogram work = read().stream()
                    .filter(f -> f.getName().equals("work_seconds"))
                    .findFirst()
                    .orElseThrow()
                    .getMetric(0)
                    .getHistogram();

            Metrics.Exemplar exemplar = work.getBucket(1).getExemplar();

            assertEquals(0.0025, work.getBucket(1).getUpperBound());
            assertEquals(0.002, exemplar.getValue());
            assertEquals(1_700_000_000L, exemplar.getTimestamp().getSeconds());
            assertEquals("trace_id", exemplar.getLabel(0).getName());
            assertEquals(TracedRegistry.TRACE, exemplar.getLabel(0).getValue());
            assertEquals(TracedRegistry.SPAN, exemplar.getLabel(1).getValue());
            assertEquals(
                    2,
                    work.getBucketList().stream()
                            .filter(Metrics.Bucket::hasExemplar)
                            .count());
        }
    }

    @Test
    void familiesThatNobodyAskedForLeaveNoByte() throws IOException {
        writer.only(Set.of("jvm_threads"));

        assertEquals(
                List.of("jvm_threads"),
                families().stream().map(Metrics.MetricFamily::getName).toList());
    }

    private Metrics.MetricFamily family(String name) throws IOException {
        return families().stream()
                .filter(f -> f.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<Metrics.MetricFamily> families() throws IOException {
        registry.collect(writer);
        return read();
    }

    private List<Metrics.MetricFamily> read() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);
        assertEquals(out.size(), writer.length());
        ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
        List<Metrics.MetricFamily> families = new ArrayList<>();
        while (in.available() > 0) {
            Metrics.MetricFamily family = Metrics.MetricFamily.parseDelimitedFrom(in);
            if (!family.getName().startsWith("evenkeel_")) {
                families.add(family);
            }
        }
        return families;
    }

    private static void samples(Metrics.MetricFamily family, Metrics.Metric metric, List<String> into) {
        String name = family.getName();
        Map<String, String> labels = new LinkedHashMap<>();
        metric.getLabelList().forEach(l -> labels.put(l.getName(), l.getValue()));
        if (metric.hasCounter()) {
            into.add(name + labels(labels) + metric.getCounter().getValue());
        } else if (metric.hasGauge()) {
            into.add(name + labels(labels) + metric.getGauge().getValue());
        } else {
            Metrics.Histogram histogram = metric.getHistogram();
            for (Metrics.Bucket bucket : histogram.getBucketList()) {
                Map<String, String> withBound = new LinkedHashMap<>(labels);
                withBound.put("le", Double.toString(bucket.getUpperBound()));
                into.add(name + "_bucket" + labels(withBound) + (double) bucket.getCumulativeCount());
            }
            into.add(name + "_sum" + labels(labels) + histogram.getSampleSum());
            into.add(name + "_count" + labels(labels) + (double) histogram.getSampleCount());
        }
    }

    /** Bounds by their value, for there are several ways to write it. */
    private static Map<String, String> labels(Map<String, String> labels) {
        Map<String, String> plain = new LinkedHashMap<>(labels);
        plain.computeIfPresent("le", (k, v) -> v.equals("+Inf") ? "Infinity" : Double.toString(Double.parseDouble(v)));
        return plain;
    }
}
