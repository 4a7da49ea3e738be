package dev.evenkeel.metrics.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.example.HttpService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example that the documentation shows does what it says. */
class HttpServiceTest {
    @Test
    void greetsCountsAndKeepsItsObjectives(@TempDir Path folder) throws Exception {
        MetricRegistry registry = MetricRegistry.create();
        Path state = folder.resolve("slo.state");
        try (HttpService service = new HttpService(registry, state)) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + service.port() + "/greet?world"))
                    .build();
            HttpClient client = HttpClient.newHttpClient();
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        "Hello world",
                        client.send(request, BodyHandlers.ofString()).body());
            }
        }

        assertEquals(3, registry.snapshot().value("greeting.duration"));
        assertEquals(1, sum(registry, "request.db.calls"));
        assertEquals(2, sum(registry, "request.cache.hits"));
        assertTrue(Files.readString(state).contains("slo greet-fast\n"));
    }

    private static double sum(MetricRegistry registry, String name) {
        return registry.snapshot()
                .find(name, "/greet")
                .orElseThrow()
                .histogram()
                .sum();
    }
}
