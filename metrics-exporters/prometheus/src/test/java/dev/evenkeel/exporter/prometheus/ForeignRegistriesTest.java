package dev.evenkeel.exporter.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Enumeration;
import io.prometheus.client.Info;
import io.prometheus.client.exporter.common.TextFormat;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.StateSet;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What simpleclient and client_java hold is what our exporters show of them, and neither direction feeds the other. */
class ForeignRegistriesTest {
    private final MetricRegistry registry = MetricRegistry.create();
    private final CollectorRegistry simple = new CollectorRegistry();
    private final PrometheusRegistry java = new PrometheusRegistry();

    @AfterEach
    void close() {
        registry.close();
    }

    private void fillSimple() {
        io.prometheus.client.Counter calls = io.prometheus.client.Counter.build("calls", "Calls.\nTwo \\ lines.")
                .labelNames("path", "otel_scope")
                .register(simple);
        calls.labels("/a\"b\\c\nd", "").inc(3);
        calls.labels("\uD83D\uDE00", "x").inc(0.5);
        io.prometheus.client.Gauge.build("thread_count", "A name that ours would change.")
                .register(simple)
                .set(-12.25);
        io.prometheus.client.Gauge.build("cache:hits:ratio", "With colons.")
                .register(simple)
                .set(Double.NaN);
        io.prometheus.client.Histogram latency = io.prometheus.client.Histogram.build("latency_seconds", "Latency.")
                .buckets(0.1, 0.25, 4)
                .labelNames("op")
                .register(simple);
        latency.labels("get").observe(0.1);
        latency.labels("get").observe(5);
        latency.labels("put").observe(0.2);
        io.prometheus.client.Summary.build("size_bytes", "Size.")
                .register(simple)
                .observe(70);
        Info.build("build", "Build.").register(simple).info("version", "1.2");
        Enumeration.build("phase", "Phase.")
                .states("on", "off")
                .register(simple)
                .state("off");
    }

    private void fillJava() {
        Counter calls = Counter.builder()
                .name("calls")
                .help("Calls.")
                .labelNames("path")
                .register(java);
        calls.labelValues("/a\"b\\c\nd").inc(3);
        calls.labelValues("\uD83D\uDE00").inc(0.5);
        Counter.builder().name("cpu").unit(Unit.SECONDS).register(java).inc(1.5);
        Gauge.builder()
                .name("room_temperature")
                .unit(Unit.CELSIUS)
                .register(java)
                .set(-1);
        Histogram latency = Histogram.builder()
                .name("latency")
                .unit(Unit.SECONDS)
                .labelNames("op")
                .classicUpperBounds(0.1, 0.25, 4)
                .register(java);
        latency.labelValues("get").observe(0.1);
        latency.labelValues("get").observe(5);
        latency.labelValues("put").observe(0.2);
        io.prometheus.metrics.core.metrics.Info.builder()
                .name("build_info")
                .labelNames("version")
                .register(java)
                .addLabelValues("1.2");
        StateSet.builder().name("phase").states("on", "off").register(java).setTrue("off");
    }

    /** simpleclient writes the size_bytes summary of one count and one sum; ours has a bucket for all of them beside. */
    @Test
    void ourTextHoldsTheSamplesOfSimpleclient() throws IOException {
        fillSimple();
        registry.addForeign(SimpleclientSource.of(simple));
        StringWriter text = new StringWriter();
        TextFormat.write004(text, simple.metricFamilySamples());

        Set<String> theirs = samples(text.toString());
        theirs.add("size_bytes_bucket{le=Infinity}1.0");

        assertEquals(theirs, ours());
    }

    @Test
    void ourTextHoldsTheSamplesOfClientJava() throws IOException {
        fillJava();
        registry.addForeign(ClientJavaSource.of(java));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, java.scrape());

        assertEquals(samples(text.toString(StandardCharsets.UTF_8)), ours());
    }

    @Test
    void quantilesOfSummariesAreGauges() throws IOException {
        io.prometheus.client.Summary.build("simple_seconds", "S.")
                .quantile(0.5, 0.01)
                .register(simple)
                .observe(7);
        Summary.builder()
                .name("java")
                .unit(Unit.SECONDS)
                .quantile(0.5, 0.01)
                .register(java)
                .observe(9);
        registry.addForeign(SimpleclientSource.of(simple));
        registry.addForeign(ClientJavaSource.of(java));

        assertEquals(
                new TreeSet<>(List.of(
                        "simple_seconds_count{}1.0",
                        "simple_seconds_sum{}7.0",
                        "simple_seconds_bucket{le=Infinity}1.0",
                        "simple_seconds_quantile{quantile=0.5}7.0",
                        "java_seconds_count{}1.0",
                        "java_seconds_sum{}9.0",
                        "java_seconds_bucket{le=Infinity}1.0",
                        "java_quantile_seconds{quantile=0.5}9.0")),
                ours());
    }

    @Test
    void nativeBucketsAreCountedByOurLadder() throws IOException {
        Histogram histogram = Histogram.builder()
                .name("native")
                .unit(Unit.SECONDS)
                .nativeOnly()
                .register(java);
        histogram.observe(0.0024); // 4 % below a bound: more than half a bucket of schema 5
        histogram.observe(0.3);
        histogram.observe(99);
        histogram.observe(0);
        histogram.observe(-1);
        registry.addForeign(ClientJavaSource.of(java));

        Set<String> ours = ours();

        for (String sample : List.of(
                "native_seconds_bucket{le=0.001}2.0",
                "native_seconds_bucket{le=0.0025}3.0",
                "native_seconds_bucket{le=0.25}3.0",
                "native_seconds_bucket{le=0.5}4.0",
                "native_seconds_bucket{le=10.0}4.0",
                "native_seconds_bucket{le=Infinity}5.0",
                "native_seconds_count{}5.0")) {
            assertTrue(ours.contains(sample), sample + " in " + ours);
        }
    }

    @Test
    void bothDirectionsAtOnceShowEverythingOnceOnEachSide() throws IOException {
        fillSimple();
        registry.counter("our.calls").register().add(7);
        SimpleclientCollector.of(registry).register(simple);
        registry.addForeign(SimpleclientSource.of(simple));
        Set<String> alone = ours();
        java.register(ClientJavaCollector.of(registry));
        registry.addForeign(ClientJavaSource.of(java));

        Set<String> ours = ours();
        StringWriter text = new StringWriter();
        TextFormat.write004(text, simple.metricFamilySamples());
        Set<String> theirs = samples(text.toString());

        assertEquals(alone, ours);
        assertTrue(ours.contains("our_calls_total{}7.0"));
        assertTrue(ours.contains("thread_count{}-12.25"));
        ours.remove("size_bytes_bucket{le=Infinity}1.0");
        assertEquals(theirs, ours);
        assertEquals(
                theirs.size(),
                PrometheusText.parse(text.toString()).stream()
                        .filter(s ->
                                !s.name().startsWith("evenkeel_") && !s.name().endsWith("_created"))
                        .count(),
                "each of them once");
        ByteArrayOutputStream javaText = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(javaText, java.scrape());
        assertEquals(Set.of("our_calls_total{}7.0"), samples(javaText.toString(StandardCharsets.UTF_8)));
    }

    /** A scrape of theirs waits for no lock that a scrape of ours holds, and the other way about. */
    @Test
    void scrapesFromBothSidesDoNotWaitForEachOther() throws Exception {
        fillSimple();
        SimpleclientCollector.of(registry).register(simple);
        registry.addForeign(SimpleclientSource.of(simple));
        int rounds = 300;
        CountDownLatch together = new CountDownLatch(4);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new java.util.ArrayList<>();
            for (int t = 0; t < 4; t++) {
                boolean ours = t % 2 == 0;
                all.add(pool.submit(() -> {
                    together.countDown();
                    together.await();
                    for (int i = 0; i < rounds; i++) {
                        if (ours) {
                            ours();
                        } else {
                            TextFormat.write004(new StringWriter(), simple.metricFamilySamples());
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** A collector of somebody else that breaks the rules costs its own library, not our scrape. */
    @Test
    void aCollectorThatThrowsLeavesOurOwnMetrics() throws IOException {
        registry.counter("our.calls").register().add(7);
        new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                throw new IllegalStateException("broken");
            }
        }.register(simple);
        registry.addForeign(SimpleclientSource.of(simple));

        assertEquals(Set.of("our_calls_total{}7.0"), ours());
        assertTrue(registry.snapshot().value("evenkeel.dropped", "callback_error") >= 1);
    }

    private Set<String> ours() throws IOException {
        PrometheusTextWriter writer = PrometheusTextWriter.of(dev.evenkeel.exporter.prometheus.TextFormat.PROMETHEUS);
        registry.collect(writer);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);
        return samples(out.toString(StandardCharsets.UTF_8));
    }

    private static Set<String> samples(String text) {
        return PrometheusText.parse(text).stream()
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
