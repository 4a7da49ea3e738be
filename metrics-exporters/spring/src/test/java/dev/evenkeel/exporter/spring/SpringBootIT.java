package dev.evenkeel.exporter.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.micrometer.EvenkeelMeterRegistry;
import dev.evenkeel.metrics.MetricRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A real service with web server and Actuator, asked over HTTP. */
class SpringBootIT {
    private static ConfigurableApplicationContext application;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        application = new SpringApplicationBuilder(ShopApplication.class)
                .properties(
                        "server.port=0",
                        "spring.main.banner-mode=off",
                        "logging.level.root=warn",
                        "logging.level.org.apache.catalina.core=off", // what a failing handler threw, which is asked
                        // for here
                        "management.endpoints.web.exposure.include=health,metrics,evenkeel",
                        "management.metrics.distribution.percentiles.http.server.requests=0.5,0.99",
                        "management.metrics.tags.application=shop")
                .run();
    }

    @AfterAll
    static void stop() {
        if (application != null) {
            MetricRegistry core = application.getBean(MetricRegistry.class);
            application.close();
            assertTrue(core.isClosed());
        }
    }

    private static HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        String port = application.getEnvironment().getProperty("local.server.port");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    /** The value of a statistic that Actuator shows. */
    private static double actuator(String meter, String statistic) throws IOException, InterruptedException {
        String body = get("/actuator/metrics/" + meter).body();
        Matcher found = Pattern.compile("\"statistic\":\"" + statistic + "\",\"value\":([-0-9.E]+)")
                .matcher(body);
        assertTrue(found.find(), body);
        return Double.parseDouble(found.group(1));
    }

    /** Requests are counted after their answer was sent: waits until so many were. */
    private static void awaitRequests(String tags, double count) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < deadline) {
            HttpResponse<String> answer = get("/actuator/metrics/http.server.requests?" + tags);
            if (answer.statusCode() == 200 && answer.body().contains("\"statistic\":\"COUNT\",\"value\":" + count)) {
                return;
            }
            Thread.onSpinWait();
        }
        assertEquals(
                "", get("/actuator/metrics/http.server.requests?" + tags).body(), "never " + count + " of " + tags);
    }

    @Test
    void requestsAreCountedByTheCoreAndShownByActuatorAndAsText() throws Exception {
        List<MeterRegistry> registries =
                List.copyOf(application.getBeansOfType(MeterRegistry.class).values());
        assertEquals(1, registries.size(), "ours alone, no simple registry beside it");
        assertTrue(registries.get(0) instanceof EvenkeelMeterRegistry, "" + registries.get(0));

        for (int i = 0; i < 40; i++) {
            assertEquals("pen", get("/order/pen").body());
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(500, get("/order/none").statusCode());
        }

        awaitRequests("tag=uri:/order/%7Bitem%7D&tag=status:200", 40.0);
        awaitRequests("tag=uri:/order/%7Bitem%7D&tag=status:500", 3.0);
        assertEquals(100, actuator("shop.sold", "COUNT"));
        assertTrue(actuator("jvm.memory.used", "VALUE") > 1_000_000);
        assertTrue(actuator("http.server.requests", "MAX") > 0);

        HttpResponse<String> text = get("/actuator/evenkeel");
        assertEquals(200, text.statusCode());
        assertTrue(
                text.headers().firstValue("Content-Type").orElse("").startsWith("text/plain;version=0.0.4"),
                "" + text.headers());
        String body = text.body();
        assertEquals(
                40,
                sample(body, "http_server_requests_seconds_count\\{[^}]*status=\"200\",uri=\"/order/\\{item\\}\"\\}"),
                body);
        assertEquals(
                3,
                sample(body, "http_server_requests_seconds_count\\{[^}]*status=\"500\",uri=\"/order/\\{item\\}\"\\}"),
                body);
        assertEquals(100, sample(body, "shop_sold_total\\{application=\"shop\"\\}"), body);
        assertTrue(body.contains("# HELP shop_sold_total Money taken"), body);
        assertTrue(
                sample(
                                body,
                                "http_server_requests_percentile_seconds\\{[^}]*phi=\"0.99\"[^}]*status=\"200\",uri=\"/order/\\{item\\}\"\\}")
                        > 0,
                body);
        assertTrue(body.contains("jvm_memory_used_bytes{application=\"shop\",area=\"heap\""), body);
        assertEquals(0, sample(body, "evenkeel_micrometer_refused_total"), body);

        HttpResponse<String> openMetrics =
                get("/actuator/evenkeel", "Accept", "application/openmetrics-text;version=1.0.0");
        assertTrue(
                openMetrics.headers().firstValue("Content-Type").orElse("").startsWith("application/openmetrics-text"),
                "" + openMetrics.headers());
        assertTrue(openMetrics.body().endsWith("# EOF\n"), openMetrics.body());
        assertFalse(get("/actuator").body().contains("prometheus"));
    }

    private static double sample(String text, String series) {
        Matcher found = Pattern.compile("(?m)^" + series + " ([-0-9.E+]+)$").matcher(text);
        return found.find() ? Double.parseDouble(found.group(1)) : Double.NaN;
    }
}
