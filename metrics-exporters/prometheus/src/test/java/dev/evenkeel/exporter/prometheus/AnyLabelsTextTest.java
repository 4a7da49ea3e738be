package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Series that name their labels themselves, as those of Micrometer's meters do, are written with those names. */
class AnyLabelsTextTest {
    private static List<String> lines(PrometheusTextWriter writer, MetricRegistry registry) throws IOException {
        registry.collect(writer);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writer.writeTo(text);
        List<String> lines = new ArrayList<>();
        for (String line : text.toString(UTF_8).split("\n")) {
            if (line.contains("jobs") || line.contains("level")) {
                lines.add(line);
            }
        }
        return lines;
    }

    @Test
    void eachSeriesIsWrittenWithItsOwnLabelNames() throws IOException {
        MetricRegistry registry = MetricRegistry.create();
        Labelled<Counter> jobs = registry.counter("jobs")
                .help("Jobs")
                .anyLabels()
                .cardinalityLimit(3)
                .register();
        jobs.bind(Labels.of()).increment();
        jobs.bind(Labels.of("kind", "mail")).add(2);
        jobs.bind(Labels.of("kind", "mail", "queue.name", "fast")).add(3);
        jobs.bind(Labels.of("late", "1")).add(4);
        registry.observedGauge("level")
                .anyLabels()
                .register()
                .add(() -> 5, Labels.of())
                .add(() -> 6, Labels.of("a", "1"));

        List<String> expected = List.of(
                "# HELP jobs_total Jobs",
                "# TYPE jobs_total counter",
                "jobs_total 1",
                "jobs_total{kind=\"mail\"} 2",
                "jobs_total{kind=\"mail\",queue_name=\"fast\"} 3",
                "jobs_total{otel_metric_overflow=\"true\"} 4",
                "# HELP level Registered as level, without help.",
                "# TYPE level gauge",
                "level 5",
                "level{a=\"1\"} 6");
        PrometheusTextWriter writer = PrometheusTextWriter.of(TextFormat.PROMETHEUS);
        assertEquals(expected, lines(writer, registry));
        assertEquals(expected, lines(writer, registry), "from what the writer remembers");
        PrometheusProtobufWriter protobuf = new PrometheusProtobufWriter();
        registry.collect(protobuf);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        protobuf.writeTo(bytes);
        String message = bytes.toString(ISO_8859_1);
        assertTrue(message.contains("queue_name") && message.contains("fast"), message);
    }
}
