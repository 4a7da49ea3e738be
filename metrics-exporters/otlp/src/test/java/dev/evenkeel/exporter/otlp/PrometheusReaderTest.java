package dev.evenkeel.exporter.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.prometheus.PrometheusText;
import dev.evenkeel.exporter.prometheus.PrometheusTextWriter;
import dev.evenkeel.exporter.prometheus.TextFormat;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What OpenTelemetry's own reader for Prometheus shows of our metrics is what our exporter for Prometheus shows. */
class PrometheusReaderTest {
    @Test
    void theSameSeriesAndValuesComeOutOfBoth() throws Exception {
        MetricRegistry registry = MetricRegistry.create();
        fill(registry);
        PrometheusMetricReader reader = PrometheusMetricReader.builder()
                .setOtelScopeLabelsEnabled(false)
                .setTargetInfoMetricEnabled(false)
                .build();
        SdkMeterProvider provider = SdkMeterProvider.builder()
                .registerMetricProducer(RegistryMetricProducer.of(registry))
                .registerMetricReader(reader)
                .build();

        ByteArrayOutputStream theirs = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(theirs, reader.collect(), EscapingScheme.UNDERSCORE_ESCAPING);
        PrometheusTextWriter writer = PrometheusTextWriter.of(TextFormat.PROMETHEUS);
        registry.collect(writer);
        ByteArrayOutputStream ours = new ByteArrayOutputStream();
        writer.writeTo(ours);

        Map<String, Double> expected = samples(ours);
        assertTrue(expected.size() > 60, expected.size() + " samples");
        Map<String, Double> found = samples(theirs);
        Map<String, Double> onlyOurs = new TreeMap<>(expected);
        onlyOurs.entrySet().removeAll(found.entrySet());
        Map<String, Double> onlyTheirs = new TreeMap<>(found);
        onlyTheirs.entrySet().removeAll(expected.entrySet());
        assertEquals(Map.of(), onlyOurs, "what they do not show, while they show " + shortened(onlyTheirs));
        assertEquals(Map.of(), onlyTheirs);
        provider.close();
        registry.close();
    }

    private static String shortened(Map<String, Double> all) {
        String text = all.toString();
        return text.substring(0, Math.min(text.length(), 2_000));
    }

    /** All samples but those of the registry itself, which change from one collect to the next. */
    private static Map<String, Double> samples(ByteArrayOutputStream page) {
        Map<String, Double> all = new TreeMap<>();
        for (PrometheusText.Sample sample : PrometheusText.parse(page.toString(StandardCharsets.UTF_8))) {
            if (!sample.name().startsWith("evenkeel_")) {
                Map<String, String> labels = new TreeMap<>(sample.labels());
                labels.computeIfPresent("le", (name, bound) -> String.valueOf(bound(bound))); // one writes 1, one 1.0
                all.put(sample.name() + labels, sample.value());
            }
        }
        return all;
    }

    private static double bound(String text) {
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    private static void fill(MetricRegistry registry) {
        Labelled<Counter> paths = registry.counter("http.server.requests")
                .unit("{request}")
                .help("Requests, by path.\nA \\ and a \"quote\".")
                .labels("http.path", "status")
                .register();
        paths.bind("/a\"b\\c\nd", "200").add(3);
        paths.bind("", "\u00fcn\u00efc\u00f6d\u00e9 \uD83D\uDE00").increment();
        paths.bind("{a=\"b\"} 1", "# HELP").add(1L << 52);
        paths.bind("x".repeat(10_000), "200").increment();
        registry.doubleCounter("shop.cost").unit("s").register().add(1.25);
        registry.gauge("shop.temperature").unit("Cel").register().set(-0.1);
        registry.gauge("shop.full").register().set(Double.POSITIVE_INFINITY);
        registry.upDownCounter("shop.carts").unit("{cart}").register().add(-4);
        registry.observedCounter("process.cpu.time").unit("s").register().add(() -> 12.34);
        Labelled<Timer> queries = registry.timer("db.query.duration")
                .help("Queries.")
                .labels("table")
                .register();
        for (int i = 1; i < 1_000; i++) {
            queries.bind("t" + i % 3).record(i * 1_000_003L);
        }
        registry.timer("idle.duration").help("Never used.").register();
        registry.histogram("batch.size").unit("{item}").register().record(7);
        registry.histogram("body.size").unit("By").register().record(70_000);
    }
}
