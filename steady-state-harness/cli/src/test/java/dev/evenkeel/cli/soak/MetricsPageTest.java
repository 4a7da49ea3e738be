package dev.evenkeel.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.http.AdminListener;
import dev.evenkeel.exporter.prometheus.PrometheusEndpoint;
import dev.evenkeel.exporter.prometheus.PrometheusText;
import dev.evenkeel.exporter.prometheus.PrometheusTextWriter;
import dev.evenkeel.exporter.prometheus.TextFormat;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.resource.ResourceSamplers;
import dev.evenkeel.soak.ResourceNames;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

    /** A query that asked for too little would silence a resource in every soak of the reference service. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsAskedOfAPageOfOursHasAllThatTheWholePageHas() throws Exception {
        try (MetricRegistry registry = MetricRegistry.create();
                AutoCloseable samplers = ResourceSamplers.bindTo(registry);
                AdminListener admin = AdminListener.builder()
                        .port(0)
                        .registry(registry)
                        .handle("/metrics", PrometheusEndpoint.of(registry))
                        .build()) {
            System.gc();
            List<PrometheusText.Sample> whole = scrape(admin.port(), "");
            List<PrometheusText.Sample> asked = scrape(admin.port(), MetricsPage.ownQuery());

            assertEquals(
                    MetricsPage.resources(whole).keySet(),
                    MetricsPage.resources(asked).keySet());
            assertTrue(MetricsPage.resources(asked).containsKey(ResourceNames.ALLOCATED), "a counter is found as well");
            assertEquals(
                    MetricsPage.limits(whole).keySet(),
                    MetricsPage.limits(asked).keySet());
            assertTrue(asked.size() < whole.size() / 3, () -> asked.size() + " of " + whole.size());
        }
    }

    private static List<PrometheusText.Sample> scrape(int port, String query) throws Exception {
        return PrometheusText.parse(HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics" + query))
                                .build(),
                        BodyHandlers.ofString())
                .body());
    }
}
