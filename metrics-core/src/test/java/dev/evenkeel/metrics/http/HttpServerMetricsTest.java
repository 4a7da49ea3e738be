package dev.evenkeel.metrics.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.evenkeel.metrics.HistogramPoint;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import dev.evenkeel.metrics.Snapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HttpServerMetricsTest {
    private static final String DURATION = "http.server.request.duration";

    private final MetricRegistry registry = MetricRegistry.create();
    private final AtomicLong now = new AtomicLong();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static HttpHandler answering(int status) {
        return exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(status, -1);
            }
        };
    }

    private HttpServerMetrics.Builder metrics() {
        return HttpServerMetrics.builder(registry).nanoClock(now::get);
    }

    private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    /** The client repeats what is idempotent when a connection breaks, and each time counts. */
    private static HttpRequest.Builder post(URI uri) {
        return HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody());
    }

    private long count(String method, String route, String status, String error) {
        return registry.snapshot()
                .find(DURATION, method, "http", route, status, error)
                .map(point -> point.histogram().count())
                .orElse(0L);
    }

    @Test
    void requestsAreToldApartByMethodRouteAndStatus() throws Exception {
        HttpServerMetrics metrics = metrics().build();
        try (JdkServer server = new JdkServer()
                .handle("/ok", answering(200), metrics)
                .handle("/missing", answering(404), metrics)
                .handle("/broken", answering(503), metrics)) {
            send(HttpRequest.newBuilder(server.uri("/ok")));
            send(HttpRequest.newBuilder(server.uri("/ok/1234?token=secret")));
            send(HttpRequest.newBuilder(server.uri("/ok")).POST(BodyPublishers.ofString("x")));
            send(HttpRequest.newBuilder(server.uri("/ok")).method("BREW", BodyPublishers.noBody()));
            send(HttpRequest.newBuilder(server.uri("/missing")));
            send(HttpRequest.newBuilder(server.uri("/broken")));
        }

        assertEquals(2, count("GET", "/ok", "200", ""));
        assertEquals(1, count("POST", "/ok", "200", ""));
        assertEquals(1, count("_OTHER", "/ok", "200", ""));
        assertEquals(1, count("GET", "/missing", "404", ""), "the caller's error, not the server's");
        assertEquals(1, count("GET", "/broken", "503", "503"));
        assertEquals(6, metrics.requests());
        assertEquals(1, metrics.errors());
        assertEquals(0, registry.snapshot().value("http.server.active_requests", "GET", "http"));
        assertEquals(
                "s",
                registry.snapshot()
                        .find(DURATION, "GET", "http", "/ok", "200", "")
                        .orElseThrow()
                        .descriptor()
                        .unit());
    }

    @Test
    void theDurationEndsWhenTheChainReturnsNotWhenTheAnswerIsSent() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        HttpServerMetrics metrics = metrics().build();
        try (JdkServer server = new JdkServer()
                .handle(
                        "/slow",
                        exchange -> {
                            now.addAndGet(1_000_000);
                            answering(200).handle(exchange);
                            await(answered);
                            now.addAndGet(4_000_000);
                        },
                        metrics)) {
            send(HttpRequest.newBuilder(server.uri("/slow")));
            assertEquals(0, count("GET", "/slow", "200", ""), "the caller has the answer already");
            assertEquals(1, registry.snapshot().value("http.server.active_requests", "GET", "http"));
            answered.countDown();
        }

        HistogramPoint duration = registry.snapshot()
                .find(DURATION, "GET", "http", "/slow", "200", "")
                .orElseThrow()
                .histogram();
        assertEquals(1, duration.count());
        assertEquals(5_000_000, duration.sum());
    }

    /** The JDK's exchange forgets its context once the connection has a next request: seen one time in eight on JDK 17. */
    @Test
    void theRouteIsThatOfTheRequestNotOfTheConnectionsNextOne() throws Exception {
        CountDownLatch next = new CountDownLatch(1);
        HttpServerMetrics metrics = metrics().build();
        try (JdkServer server = new JdkServer()
                .handle(
                        "/first",
                        exchange -> {
                            answering(200).handle(exchange);
                            await(next);
                        },
                        metrics)
                .handle(
                        "/second",
                        exchange -> {
                            answering(200).handle(exchange);
                            next.countDown();
                        },
                        metrics)) {
            send(HttpRequest.newBuilder(server.uri("/first")));
            send(HttpRequest.newBuilder(server.uri("/second"))); // on the same connection
        }

        assertEquals(1, count("GET", "/first", "200", ""));
        assertEquals(1, count("GET", "/second", "200", ""));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatAHandlerThrowsEndsTheRequestOnceAndPassesThrough() throws Exception {
        HttpServerMetrics metrics = metrics().build();
        try (JdkServer server = new JdkServer()
                .handle(
                        "/before",
                        exchange -> {
                            throw new IllegalStateException("boom");
                        },
                        metrics)
                .handle(
                        "/after",
                        exchange -> {
                            answering(200).handle(exchange);
                            throw new AssertionError("after the answer");
                        },
                        metrics)) {
            // The server closes the connection, or answers 500 itself, depending on its version.
            try {
                send(post(server.uri("/before")));
            } catch (IOException expected) {
                // as before JDK 21
            }
            assertEquals(200, send(post(server.uri("/after"))));
        }

        assertEquals(1, count("POST", "/before", "", "java.lang.IllegalStateException"));
        assertEquals(1, count("POST", "/after", "200", "java.lang.AssertionError"));
        assertEquals(2, metrics.requests());
        assertEquals(2, metrics.errors());
        assertEquals(0, registry.snapshot().value("http.server.active_requests", "POST", "http"));
    }

    @Test
    void aHandlerThatDoesNotAnswerOrDoesNotReadIsCountedOnce() throws Exception {
        HttpServerMetrics metrics = metrics().build();
        try (JdkServer server = new JdkServer()
                .handle("/silent", HttpExchange::close, metrics)
                .handle(
                        "/unread",
                        exchange -> {
                            try (exchange) {
                                exchange.sendResponseHeaders(413, -1); // 64 kB are on their way
                            }
                        },
                        metrics)) {
            assertThrows(IOException.class, () -> send(post(server.uri("/silent"))));
            try {
                send(HttpRequest.newBuilder(server.uri("/unread")).POST(BodyPublishers.ofByteArray(new byte[65_536])));
            } catch (IOException mayHappen) {
                // the server may reset the connection while we are sending
            }
        }

        assertEquals(1, count("POST", "/silent", "", "no_response"));
        assertEquals(1, count("POST", "/unread", "413", ""));
        assertEquals(2, metrics.requests());
    }

    @Test
    void aCallerThatHangsUpIsCountedOnce() throws Exception {
        HttpServerMetrics metrics = metrics().build();
        try (JdkServer server = new JdkServer()
                .handle(
                        "/big",
                        exchange -> {
                            try (exchange) {
                                exchange.getRequestBody().readAllBytes(); // fails: half of it never comes
                                exchange.sendResponseHeaders(200, -1);
                            }
                        },
                        metrics)) {
            try (Socket socket = new Socket("127.0.0.1", server.port())) {
                OutputStream out = socket.getOutputStream();
                out.write("POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf".getBytes(UTF_8));
                out.flush();
            }
            // The handler may be about to start: its end is what we wait for.
            long deadline = System.nanoTime() + 10_000_000_000L;
            while (metrics.requests() == 0 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
        }

        assertEquals(1, metrics.requests());
        assertEquals(1, metrics.errors());
        assertEquals(1, durations(registry.snapshot()));
        assertEquals(0, registry.snapshot().value("http.server.active_requests", "POST", "http"));
    }

    @Test
    void routesPastTheLimitShareOne() throws Exception {
        HttpServerMetrics metrics = metrics()
                .route(exchange -> exchange.getRequestURI().getPath()) // what nobody should do
                .routeLimit(3)
                .build();
        try (JdkServer server = new JdkServer().handle("/", answering(200), metrics)) {
            for (int i = 0; i < 10; i++) {
                send(HttpRequest.newBuilder(server.uri("/orders/" + i)));
            }
        }

        assertEquals(1, count("GET", "/orders/0", "200", ""));
        assertEquals(7, count("GET", "_OTHER", "200", ""));
        assertEquals(10, durations(registry.snapshot()));
    }

    @Test
    void aRouteThatIsUnknownOrFailsIsEmpty() throws Exception {
        HttpServerMetrics metrics = metrics()
                .route(exchange -> {
                    if (exchange.getRequestURI().getPath().equals("/null")) {
                        return null;
                    }
                    throw new IllegalStateException("router");
                })
                .build();
        try (JdkServer server = new JdkServer().handle("/", answering(204), metrics)) {
            assertEquals(204, send(HttpRequest.newBuilder(server.uri("/null"))));
            assertEquals(204, send(HttpRequest.newBuilder(server.uri("/throws"))));
        }

        assertEquals(2, count("GET", "", "204", ""));
    }

    @Test
    void thousandsOfRequestsAtOnceAreCountedExactly() throws Exception {
        int requests = 6000;
        HttpServerMetrics metrics = HttpServerMetrics.builder(registry).build();
        AtomicLong handled = new AtomicLong();
        long received;
        try (JdkServer server = new JdkServer()
                .handle(
                        "/count",
                        exchange -> {
                            long n = handled.incrementAndGet();
                            if (n % 10 == 0) {
                                answering(500).handle(exchange);
                            } else {
                                byte[] body = exchange.getRequestBody().readAllBytes();
                                exchange.sendResponseHeaders(200, body.length);
                                exchange.getResponseBody().write(body);
                                exchange.close();
                            }
                        },
                        metrics)) {
            MeteredHttpClient metered =
                    MeteredHttpClient.builder(client, registry).build();
            received = sendInWaves(metered, server, requests);
        }

        Snapshot snapshot = registry.snapshot();
        assertEquals(requests, received);
        assertEquals(requests, handled.get());
        assertEquals(requests, durations(snapshot));
        assertEquals(requests / 10, count("POST", "/count", "500", "500"));
        assertEquals(requests - requests / 10, count("POST", "/count", "200", ""));
        assertEquals(requests, metrics.requests());
        assertEquals(requests / 10, metrics.errors());
        assertEquals(0, snapshot.value("http.server.active_requests", "POST", "http"));
        long sent = snapshot.points().stream()
                .filter(point -> point.descriptor().name().equals("http.client.request.duration"))
                .mapToLong(point -> point.histogram().count())
                .sum();
        assertEquals(requests, sent);
    }

    /** 64 at a time, as many as connections. */
    private static long sendInWaves(MeteredHttpClient metered, JdkServer server, int requests) {
        long received = 0;
        for (int sent = 0; sent < requests; ) {
            List<CompletableFuture<HttpResponse<byte[]>>> wave = new ArrayList<>();
            for (int i = 0; i < 60; i++, sent++) {
                wave.add(metered.sendAsync(
                        HttpRequest.newBuilder(server.uri("/count"))
                                .POST(BodyPublishers.ofByteArray(new byte[100]))
                                .build(),
                        BodyHandlers.ofByteArray()));
            }
            for (CompletableFuture<HttpResponse<byte[]>> answer : wave) {
                int status = answer.join().statusCode();
                received += status == 200 || status == 500 ? 1 : 0;
            }
        }
        return received;
    }

    @Test
    void untilAnsweredWaitsForTheThreadThatAnswers() throws Exception {
        HttpServerMetrics metrics = metrics().untilAnswered().build();
        CountDownLatch returned = new CountDownLatch(1);
        try (JdkServer server = new JdkServer()) {
            server.handle(
                    "/later",
                    exchange -> {
                        assertEquals("/later", exchange.getRequestURI().getPath());
                        server.executor().execute(() -> {
                            await(returned);
                            now.addAndGet(7_000_000);
                            try (exchange) {
                                byte[] body = "later".getBytes(UTF_8);
                                exchange.sendResponseHeaders(200, body.length);
                                exchange.getResponseBody().write(body);
                                exchange.getResponseBody().close();
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        });
                    },
                    metrics);
            server.handle("/headers", exchange -> exchange.sendResponseHeaders(204, -1), metrics);
            server.handle(
                    "/throws",
                    exchange -> {
                        throw new IOException("no");
                    },
                    metrics);
            var answer = client.sendAsync(
                    HttpRequest.newBuilder(server.uri("/later")).build(), BodyHandlers.ofString());
            assertEquals(204, send(HttpRequest.newBuilder(server.uri("/headers"))));
            assertThrows(IOException.class, () -> send(post(server.uri("/throws"))));
            assertEquals(0, count("GET", "/later", "200", ""));
            returned.countDown();
            assertEquals("later", answer.join().body());
        }

        HistogramPoint later = registry.snapshot()
                .find(DURATION, "GET", "http", "/later", "200", "")
                .orElseThrow()
                .histogram();
        assertEquals(1, later.count());
        assertEquals(7_000_000, later.sum());
        assertEquals(1, count("GET", "/headers", "204", ""));
        assertEquals(1, count("POST", "/throws", "", "java.io.IOException"));
        assertEquals(3, durations(registry.snapshot()));
        assertEquals(0, registry.snapshot().value("http.server.active_requests", "GET", "http"));
    }

    @Test
    void noRouteAtAllIsRefused() {
        assertEquals(
                "Cannot tell 0 routes apart: without one there is nothing to count. Pass 1 or more; the default is 100.",
                assertThrows(IllegalArgumentException.class, () -> HttpServerMetrics.builder(registry)
                                .routeLimit(0))
                        .getMessage());
    }

    private static long durations(Snapshot snapshot) {
        long count = 0;
        for (Point point : snapshot.points()) {
            if (point.descriptor().name().equals(DURATION)) {
                count += point.histogram().count();
            }
        }
        assertTrue(count > 0, "no durations");
        return count;
    }
}
