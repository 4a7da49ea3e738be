package dev.evenkeel.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.prometheus.PrometheusText;
import dev.evenkeel.exporter.prometheus.PrometheusTextWriter;
import dev.evenkeel.exporter.prometheus.TextFormat;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.resource.ResourceSamplers;
import dev.evenkeel.soak.ResourceNames;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class MetricsPageTest {

    @Test
    void seriesOfAFamilyAreSummedAndNothingIsInvented() {
        String page =
                """
                # TYPE pool_queue_depth gauge
                pool_queue_depth{pool="http"} 2
                pool_queue_depth{pool="payments"} 3
                pool_queue_limit{pool="http"} 512
                process_memory_rss_bytes NaN
                """;

        assertEquals(Map.of(ResourceNames.POOL_QUEUE, 5.0), MetricsPage.resources(PrometheusText.parse(page)));
        assertEquals(Map.of(), MetricsPage.limits(PrometheusText.parse(page)));
    }

    /** A sampler that is renamed must not silently vanish from every soak. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void everyResourceThatOurSamplersExportIsFound() throws Exception {
        try (MetricRegistry registry = MetricRegistry.create();
                AutoCloseable samplers = ResourceSamplers.bindTo(registry)) {
            System.gc();
            PrometheusTextWriter writer = PrometheusTextWriter.of(TextFormat.PROMETHEUS);
            registry.collect(writer);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            writer.writeTo(bytes);
            String page = bytes.toString(StandardCharsets.UTF_8);
            Map<String, Double> found = MetricsPage.resources(PrometheusText.parse(page));

            for (String resource : new String[] {
                ResourceNames.THREADS,
                ResourceNames.OPEN_FDS,
                ResourceNames.RSS,
                ResourceNames.GC_CPU_SHARE,
                ResourceNames.HEAP_AFTER_GC
            }) {
                assertTrue(found.containsKey(resource), () -> resource + " not in " + page);
            }
            assertTrue(MetricsPage.limits(PrometheusText.parse(page)).get(ResourceNames.OPEN_FDS) > 0);
        }
    }
}
