package dev.evenkeel.exporter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Through real sockets, byte by byte: what a client library would hide is what is checked. */
class AdminListenerIT {
    private AdminListener admin;
    private final MetricRegistry registry = MetricRegistry.create();

    @AfterEach
    void close() {
        if (admin != null) {
            admin.close();
        }
        registry.close();
    }

    @Test
    void endpointAnswersGetWithBodyAndHeadWithLengthAlone() throws IOException {
        admin = AdminListener.builder()
                .port(0)
                .handle("/hello", (request, response) -> response.text(200, "hello " + request.query("who") + "\n"))
                .build();

        String get = ask("GET /hello?x=1&who=J%C3%B6rg+B HTTP/1.1", "Host: localhost");
        String head = ask("HEAD /hello?who=you HTTP/1.1", "Host: localhost");

        assertTrue(get.startsWith("HTTP/1.1 200 OK\r\n"), get);
        assertTrue(get.endsWith("\r\n\r\nhello J\u00f6rg B\n"), get);
        assertTrue(head.toLowerCase().contains("content-length: 10\r\n"), head);
        assertTrue(head.endsWith("\r\n\r\n"), head);
        assertTrue(get.contains("Cache-Control: no-store\r\n"), get);
        assertFalse(get.toLowerCase().contains("access-control"), get);
    }

    @Test
    void otherMethodsAreRefused() throws IOException {
        admin = AdminListener.builder()
                .port(0)
                .handle("/hello", (request, response) -> response.text(200, "hello"))
                .build();

        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH")) {
            String answer = ask(method + " /hello HTTP/1.1", "Host: localhost", "Content-Length: 0");

            assertTrue(answer.startsWith("HTTP/1.1 405 "), answer);
            assertTrue(answer.contains("Allow: GET, HEAD\r\n"), answer);
        }
    }

    @Test
    void foreignHostNamesAreRefusedOnLoopback() throws IOException {
        admin = AdminListener.builder().port(0).build();

        for (String host :
                List.of("evil.example", "evil.example:" + admin.port(), "127.0.0.1.evil.example", "[::2]", "")) {
            String answer = ask("GET /healthz HTTP/1.1", "Host: " + host);
            assertTrue(answer.startsWith("HTTP/1.1 421 "), host + ": " + answer);
        }
        String none = ask("GET /healthz HTTP/1.1");
        assertTrue(none.startsWith("HTTP/1.1 421 "), none);
        for (String host : List.of("localhost", "LOCALHOST:1", "127.0.0.1:" + admin.port(), "[::1]:9464")) {
            String answer = ask("GET /healthz HTTP/1.1", "Host: " + host);
            assertTrue(answer.startsWith("HTTP/1.1 200 "), host + ": " + answer);
        }
    }

    @Test
    void readinessAndHealthFollowTheirSuppliers() throws IOException {
        AtomicBoolean ready = new AtomicBoolean();
        admin = AdminListener.builder()
                .port(0)
                .ready(ready::get)
                .healthy(() -> {
                    throw new IllegalStateException("no idea");
                })
                .build();

        String before = ask("GET /readyz HTTP/1.1", "Host: localhost");
        ready.set(true);
        String after = ask("GET /readyz HTTP/1.1", "Host: localhost");

        assertTrue(before.startsWith("HTTP/1.1 503 ") && before.endsWith("\r\n\r\nnot ready\n"), before);
        assertTrue(after.startsWith("HTTP/1.1 200 ") && after.endsWith("\r\n\r\nready\n"), after);
        assertTrue(ask("GET /healthz HTTP/1.1", "Host: localhost").startsWith("HTTP/1.1 503 "));
    }

    @Test
    void debugVarsShowEverySeriesAsJson() throws IOException {
        registry.counter("shop.orders")
                .labels("route")
                .register()
                .bind("a\"b\\")
                .add(3);
        registry.gauge("shop.load").register().set(0.25);
        Timer timer = registry.timer("shop.time").register();
        timer.record(2_000_000_000L);
        admin = AdminListener.builder().port(0).registry(registry).build();

        String body = body(ask("GET /debug/vars HTTP/1.1", "Host: localhost"));

        assertTrue(body.startsWith("{\"schema\":1,\"epochMillis\":"), body);
        assertTrue(body.contains("\"shop.orders{route=\\\"a\\\\\\\"b\\\\\\\\\\\"}\":3"), body);
        assertTrue(body.contains("\"shop.load\":0.25"), body);
        assertTrue(body.contains("\"shop.time\":{\"count\":1,\"sum\":2,"), body);
        assertTrue(body.endsWith("}}"), body);
    }

    @Test
    void statusSaysWhoThisIs() throws IOException {
        admin = AdminListener.builder().port(0).build();

        String body = body(ask("GET /status HTTP/1.1", "Host: localhost"));

        assertTrue(
                body.startsWith(
                        "{\"schema\":1,\"pid\":" + ProcessHandle.current().pid() + ","),
                body);
        assertTrue(body.contains("\"endpoints\":[\"/healthz\",\"/readyz\",\"/status\"]}"), body);
    }

    @Test
    void unknownPathsSayWhatThereIs() throws IOException {
        admin = AdminListener.builder()
                .port(0)
                .handle("/live/", (request, response) -> response.text(200, request.path()))
                .build();

        assertTrue(ask("GET /healthz/x HTTP/1.1", "Host: localhost").startsWith("HTTP/1.1 404 "));
        assertEquals(
                "Nothing is served here. There is: /healthz /live/ /readyz /status\n",
                body(ask("GET / HTTP/1.1", "Host: localhost")));
        assertEquals("/live/a/b.js", body(ask("GET /live/a/b.js HTTP/1.1", "Host: localhost")));
    }

    @Test
    void failingEndpointIsA500AndTheListenerLivesOn() throws IOException {
        admin = AdminListener.builder()
                .port(0)
                .handle("/bad", (request, response) -> {
                    throw new IllegalStateException("planted");
                })
                .handle("/io", (request, response) -> {
                    throw new IOException("planted");
                })
                .handle("/silent", (request, response) -> {})
                .build();

        for (String path : List.of("/bad", "/io", "/silent")) {
            String answer = ask("GET " + path + " HTTP/1.1", "Host: localhost");
            assertTrue(answer.startsWith("HTTP/1.1 500 "), path + ": " + answer);
            assertFalse(answer.contains("planted"), answer);
        }
        assertTrue(ask("GET /healthz HTTP/1.1", "Host: localhost").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void portInUseIsOneClearSentence() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            AdminListener.Builder builder = AdminListener.builder().port(other.getLocalPort());

            UncheckedIOException e = assertThrows(UncheckedIOException.class, builder::build);

            assertEquals(
                    "Cannot listen on 127.0.0.1:" + other.getLocalPort()
                            + ": another process listens there already. Choose another with port(..) or 0 for any free one.",
                    e.getMessage());
            assertTrue(e.getCause() instanceof BindException);
        }
    }

    @Test
    void addressOfAnotherMachineIsOneClearSentence() {
        AdminListener.Builder builder =
                AdminListener.builder().bind("192.0.2.1").port(0);

        UncheckedIOException e = assertThrows(UncheckedIOException.class, builder::build);

        assertEquals(
                "Cannot listen on 192.0.2.1:0: that address does not belong to this machine. Choose one of its own with"
                        + " bind(..).",
                e.getMessage());
    }

    @Test
    void itsThreadsAreDaemonsAndEndWithIt() throws Exception {
        admin = AdminListener.builder().port(0).build();
        ask("GET /healthz HTTP/1.1", "Host: localhost");
        List<Thread> threads = adminThreads();

        admin.close();
        admin.close();

        assertTrue(threads.size() >= 3, threads::toString);
        for (Thread thread : threads) {
            assertTrue(thread.isDaemon(), thread::toString);
            thread.join(RawHttp.DEADLINE_MILLIS);
            assertFalse(thread.isAlive(), thread::toString);
        }
        assertThrows(IOException.class, () -> ask("GET /healthz HTTP/1.1", "Host: localhost"));
    }

    @Test
    void impossibleBuildersAreRefusedAtOnce() {
        AdminListener.Builder builder = AdminListener.builder().handle("/a", (request, response) -> {});

        assertEquals(
                "Cannot listen on port 65536: a port is a number from 1 to 65535. Choose one of those, or 0 for any free"
                        + " one.",
                assertThrows(IllegalArgumentException.class, () -> builder.port(65536))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> builder.handle("b", (request, response) -> {}));
        assertThrows(IllegalArgumentException.class, () -> builder.handle("/a", (request, response) -> {}));
        assertThrows(IllegalArgumentException.class, () -> builder.handle("/status", (request, response) -> {}));
        assertThrows(IllegalArgumentException.class, () -> builder.bind(" "));
        assertNull(admin);
    }

    private static List<Thread> adminThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("evenkeel-admin-"))
                .toList();
    }

    private String ask(String requestLine, String... headers) throws IOException {
        return RawHttp.ask(admin.port(), requestLine, headers);
    }

    private static String body(String answer) {
        return RawHttp.body(answer);
    }
}
