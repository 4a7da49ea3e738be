package dev.evenkeel.exporter.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import io.prometheus.client.exporter.common.TextFormat;
import io.prometheus.metrics.expositionformats.PrometheusProtobufWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the writers of simpleclient and client_java make of our registry is what ours makes of it. */
class ClientLibrariesTest {
    private final MetricRegistry registry =
            MetricRegistry.builder().wallClock(() -> 1_700_000_000_250L).build();

    @BeforeEach
    void fill() {
        NastyRegistry.fill(registry);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void simpleclientWritesTheSamplesThatWeWrite() throws IOException {
        CollectorRegistry theirs = new CollectorRegistry(true);
        SimpleclientCollector.of(registry).register(theirs);
        StringWriter text = new StringWriter();

        TextFormat.write004(text, theirs.metricFamilySamples());

        assertEquals(ours(), samples(text.toString()));
    }

    @Test
    void clientJavaWritesTheSamplesThatWeWrite() throws IOException {
        PrometheusRegistry theirs = new PrometheusRegistry();
        theirs.register(ClientJavaCollector.of(registry));
        ByteArrayOutputStream text = new ByteArrayOutputStream();

        PrometheusTextFormatWriter.create().write(text, theirs.scrape());

        assertEquals(ours(), samples(text.toString(StandardCharsets.UTF_8)));
    }

    @Test
    void clientJavaWritesNativeBuckets() throws IOException {
        PrometheusRegistry theirs = new PrometheusRegistry();
        theirs.register(ClientJavaCollector.of(registry));

        String protobuf = new PrometheusProtobufWriter().toDebugString(theirs.scrape());

        assertTrue(protobuf.contains("positive_delta"), protobuf);
    }

    @Test
    void collisionsShowAtRegistration() {
        CollectorRegistry simple = new CollectorRegistry(true);
        Gauge.build("jvm_threads", "Theirs.").register(simple);
        PrometheusRegistry clientJava = new PrometheusRegistry();
        io.prometheus.metrics.core.metrics.Gauge.builder().name("jvm_threads").register(clientJava);

        assertThrows(IllegalArgumentException.class, () -> SimpleclientCollector.of(registry)
                .register(simple));
        assertThrows(RuntimeException.class, () -> clientJava.register(ClientJavaCollector.of(registry)));
    }

    private Set<String> ours() throws IOException {
        PrometheusTextWriter writer = PrometheusTextWriter.of(dev.evenkeel.exporter.prometheus.TextFormat.PROMETHEUS);
        registry.collect(writer);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);
        return samples(out.toString(StandardCharsets.UTF_8));
    }

    /** Samples by value, whatever the order of families and the way to write a number. */
    private static Set<String> samples(String text) {
        List<PrometheusText.Sample> all = PrometheusText.parse(text);
        return all.stream()
                .filter(s -> !s.name().startsWith("evenkeel_") && !s.name().endsWith("_created"))
                .map(s -> s.name() + byValue(s.labels()) + s.value())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, String> byValue(Map<String, String> labels) {
        Map<String, String> plain = new TreeMap<>(labels);
        plain.computeIfPresent("le", (k, v) -> Double.toString(Double.parseDouble(v.replace("+Inf", "Infinity"))));
        return plain;
    }
}
