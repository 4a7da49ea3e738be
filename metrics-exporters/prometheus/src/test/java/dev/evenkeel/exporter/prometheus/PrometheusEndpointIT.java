package dev.evenkeel.exporter.prometheus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.http.AdminListener;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a scraper asks for is what it gets. */
class PrometheusEndpointIT {
    private final MetricRegistry registry = MetricRegistry.create();
    private final HttpClient client = HttpClient.newHttpClient();
    private AdminListener admin;

    @BeforeEach
    void serve() {
        NastyRegistry.fill(registry);
        admin = AdminListener.builder()
                .port(0)
                .handle("/metrics", PrometheusEndpoint.of(registry))
                .build();
    }

    @AfterEach
    void close() {
        admin.close();
        registry.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain | text/plain",
                "*/* | text/plain",
                "text/html | text/plain",
                "application/openmetrics-text | application/openmetrics-text",
                "application/openmetrics-text;version=0.0.1,text/plain;q=0.1 | text/plain",
                // Prometheus 2.42
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | application/openmetrics-text",
                // Prometheus 3
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                        + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2 | application/openmetrics-text",
                // Prometheus with native histograms
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
                        + "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
                        + " | application/vnd.google.protobuf",
                "application/vnd.google.protobuf;encoding=compact-text, text/plain;q=0.1 | text/plain",
                "text/plain;q=nonsense, application/openmetrics-text;q=0.1 | application/openmetrics-text",
                "text/plain;q=0.5, application/openmetrics-text;q=0 | text/plain"
            })
    void answersInTheFormatThatIsWantedMost(String accept, String type) throws Exception {
        HttpResponse<byte[]> response = get("", "Accept", accept);

        assertEquals(type, contentType(response));
    }

    @Test
    void metricsAreReadOnlyAndOnLoopback() throws Exception {
        byte[] before = get("?name[]=batch_size").body();

        for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
            HttpResponse<byte[]> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin.port() + "/metrics"))
                            .method(method, HttpRequest.BodyPublishers.ofString("batch_size 0\n"))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertEquals(405, response.statusCode());
        }

        assertArrayEquals(before, get("?name[]=batch_size").body());
        assertTrue(admin.address().getAddress().isLoopbackAddress());
    }

    @Test
    void nobodyWhoSaysNothingIsTurnedAway() throws Exception {
        assertEquals("text/plain", contentType(get("")));
    }

    @Test
    void openMetricsEndsWithItsMark() throws Exception {
        String text = utf8(get("", "Accept", "application/openmetrics-text").body());

        assertTrue(text.endsWith("\n# EOF\n"), text);
        assertFalse(text.contains("_created"), "start times only when asked for");
    }

    @Test
    void gzipIsSentToWhoTakesItAndUnpacksToTheSame() throws Exception {
        byte[] plain = get("?name[]=db_query_seconds&name[]=batch_size&name[]=idle_seconds")
                .body();

        HttpResponse<byte[]> packed = get(
                "?name[]=db_query_seconds&name[]=batch_size&name[]=idle_seconds",
                "Accept-Encoding",
                "deflate, gzip;q=0.5");
        HttpResponse<byte[]> refused = get("", "Accept-Encoding", "gzip;q=0");

        assertEquals("gzip", packed.headers().firstValue("Content-Encoding").orElse("none"));
        assertTrue(packed.body().length < plain.length / 4, packed.body().length + " of " + plain.length);
        assertArrayEquals(plain, unpacked(packed.body()));
        assertArrayEquals(
                plain,
                unpacked(
                        get("?name[]=db_query_seconds&name[]=batch_size&name[]=idle_seconds", "Accept-Encoding", "gzip")
                                .body())); // the second answer from one packer
        assertTrue(refused.headers().firstValue("Content-Encoding").isEmpty());
        assertEquals(
                "Accept, Accept-Encoding", packed.headers().firstValue("Vary").orElse(""));
    }

    @Test
    void namesChooseFamilies() throws Exception {
        String text = utf8(
                get("?name[]=jvm_threads&name%5B%5D=db_query_seconds_bucket").body());

        Set<String> families = text.lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ")[2])
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of("jvm_threads", "db_query_seconds"), families);
    }

    private HttpResponse<byte[]> get(String query, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + admin.port() + "/metrics" + query.replace("[]", "%5B%5D")))
                .timeout(Duration.ofSeconds(20));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(200, response.statusCode());
        return response;
    }

    private static String contentType(HttpResponse<byte[]> response) {
        return response.headers().firstValue("Content-Type").orElse("").split(";")[0];
    }

    private static byte[] unpacked(byte[] packed) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return in.readAllBytes();
        }
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
