package dev.evenkeel.exporter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.resource.SamplerSchedule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is not answered, and what nobody can do. */
class AdminSecurityIT {
    private final MetricRegistry registry = MetricRegistry.create();
    private final Counter orders = registry.counter("shop.orders").register();
    private final AtomicInteger calls = new AtomicInteger();
    private AdminListener admin;

    @BeforeEach
    void serve() {
        orders.add(3);
        admin = all().build();
    }

    @AfterEach
    void close() {
        admin.close();
        registry.close();
    }

    private AdminListener.Builder all() {
        return AdminListener.builder()
                .port(0)
                .registry(registry)
                .handle("/own", (request, response) -> {
                    calls.incrementAndGet();
                    response.send(200, "text/html; charset=utf-8", "<p>own");
                })
                .handle("/own/", (request, response) -> response.text(200, request.path()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz", "/status", "/debug/vars", "/own", "/own/x", "/nowhere"})
    void noEndpointCanBeWrittenTo(String path) throws IOException {
        int before = calls.get();
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "X")) {
            String answer;
            try (Socket socket = RawHttp.send(
                    admin.port(),
                    method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\n{\"a\": 1}")) {
                answer = RawHttp.readAll(socket);
            }

            assertEquals(405, RawHttp.status(answer), answer);
            assertTrue(answer.contains("\r\nAllow: GET, HEAD\r\n"), answer);
            assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
        }
        assertEquals(before, calls.get(), "an endpoint ran");
        assertEquals(3, registry.snapshot().value("shop.orders"));
        assertEquals(9, registry.snapshot().value("evenkeel.admin.refused", "method"));
    }

    /** What an endpoint reports is the same before and after it was asked, whatever the question. */
    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz", "/status", "/debug/vars"})
    void askingChangesNothing(String path) throws IOException {
        String before = values();

        for (String query : List.of("", "?reset=true", "?shop.orders=0", "?" + "x".repeat(1000))) {
            String answer = RawHttp.ask(admin.port(), "GET " + path + query + " HTTP/1.1", "Host: localhost");
            assertEquals(200, RawHttp.status(answer), answer);
        }

        assertEquals(before, values());
    }

    private String values() {
        return registry.snapshot().points().stream()
                .filter(point -> !point.descriptor().name().startsWith("evenkeel."))
                .toList()
                .toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz", "/status", "/debug/vars", "/own", "/own/x", "/nowhere"})
    void pagesOfOtherOriginsCannotReadAnAnswer(String path) throws IOException {
        String cors = RawHttp.ask(
                admin.port(),
                "GET " + path + " HTTP/1.1",
                "Host: localhost",
                "Origin: https://evil.example",
                "Sec-Fetch-Site: cross-site");
        String preflight = RawHttp.ask(
                admin.port(),
                "OPTIONS " + path + " HTTP/1.1",
                "Host: localhost",
                "Origin: https://evil.example",
                "Access-Control-Request-Method: GET");
        String rebound = RawHttp.ask(admin.port(), "GET " + path + " HTTP/1.1", "Host: evil.example:" + admin.port());
        String absolute = RawHttp.ask(admin.port(), "GET http://evil.example" + path + " HTTP/1.1", "Host: localhost");

        for (String answer : List.of(cors, preflight, rebound, absolute)) {
            String lower = answer.toLowerCase(Locale.ROOT);
            assertFalse(lower.contains("access-control-"), answer);
            assertTrue(lower.contains("\r\nx-content-type-options: nosniff\r\n"), answer);
            assertTrue(lower.contains("\r\nx-frame-options: deny\r\n"), answer);
            assertTrue(
                    lower.contains("\r\ncontent-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"),
                    answer);
            assertTrue(lower.contains("\r\ncache-control: no-store\r\n"), answer);
        }
        assertEquals(405, RawHttp.status(preflight), preflight);
        assertEquals(421, RawHttp.status(rebound), rebound);
        assertEquals(421, RawHttp.status(absolute), absolute);
    }

    @Test
    void namesThatAreGivenAreAnsweredAndNoOthers() throws IOException {
        try (AdminListener named =
                AdminListener.builder().port(0).hosts("metrics.internal").build()) {
            assertEquals(200, statusFor(named, "Metrics.Internal:9464"));
            assertEquals(200, statusFor(named, "localhost"));
            assertEquals(421, statusFor(named, "evil.example"));
        }
        try (AdminListener open = AdminListener.builder()
                        .bind("0.0.0.0")
                        .port(0)
                        .hosts("metrics.internal")
                        .build();
                AdminListener any =
                        AdminListener.builder().bind("0.0.0.0").port(0).build()) {
            assertEquals(200, statusFor(open, "metrics.internal"));
            assertEquals(421, statusFor(open, "localhost"));
            assertEquals(200, statusFor(any, "whatever"));
        }
        assertThrows(
                IllegalArgumentException.class, () -> AdminListener.builder().hosts(" "));
    }

    private static int statusFor(AdminListener listener, String host) throws IOException {
        return RawHttp.status(RawHttp.ask(listener.port(), "GET /healthz HTTP/1.1", "Host: " + host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../etc/passwd",
                "/own/../../etc/passwd",
                "/own/%2e%2e/%2e%2e/etc/passwd",
                "/own/..%2f..%2fetc%2fpasswd",
                "/own/..\\..\\windows",
                "/own/%00",
                "/%c0%ae%c0%ae/etc/passwd"
            })
    void noPathLeadsOutside(String path) throws IOException {
        String answer = RawHttp.ask(admin.port(), "GET " + path + " HTTP/1.1", "Host: localhost");

        assertEquals(400, RawHttp.status(answer), answer);
        assertFalse(answer.contains("root:"), answer);
        assertEquals(1, registry.snapshot().value("evenkeel.admin.refused", "malformed"));
    }

    @Test
    void oversizedRequestsAreRefusedWhileTheyArrive() throws IOException {
        String line = exchange("GET /" + "a".repeat(2_000_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        String header = exchange("GET /own HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(2_000_000) + "\r\n\r\n");
        String many = exchange("GET /own HTTP/1.1\r\nHost: localhost\r\n" + "a: b\r\n".repeat(101) + "\r\n");
        String body = exchange(
                "GET /own HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n" + "b".repeat(900_000));
        String chunked = exchange("GET /own HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\n0\r\n\r\n");

        assertTrue(RawHttp.status(line) == 414 || line.isEmpty(), line); // empty: the rest was not read, which resets
        assertTrue(RawHttp.status(header) == 431 || header.isEmpty(), header);
        assertEquals(431, RawHttp.status(many), many);
        assertEquals(413, RawHttp.status(body), body);
        assertEquals(413, RawHttp.status(chunked), chunked);
        assertEquals(0, calls.get());
        assertEquals(3, registry.snapshot().value("evenkeel.admin.refused", "too_large"));
        assertEquals(2, registry.snapshot().value("evenkeel.admin.refused", "body"));
    }

    private String exchange(String text) throws IOException {
        try (Socket socket = RawHttp.connect(admin.port())) {
            try {
                RawHttp.write(socket, text);
            } catch (IOException e) {
                return RawHttp.readAll(socket); // it stopped listening, as it should
            }
            return RawHttp.readAll(socket);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderUpToTheFirstGarbage() throws IOException {
        String answer = exchange("GET /own/1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "HEAD /own HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "GET /own/2 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "\u0001\u0002garbage\r\n\r\n"
                + "GET /own/3 HTTP/1.1\r\nHost: localhost\r\n\r\n");

        List<Integer> statuses = new ArrayList<>();
        for (String part : answer.split("(?=HTTP/1\\.1 )")) {
            statuses.add(RawHttp.status(part));
        }
        assertEquals(List.of(200, 200, 200, 400), statuses, answer);
        assertTrue(answer.indexOf("/own/1") < answer.indexOf("/own/2"), answer);
        assertFalse(answer.contains("/own/3"), answer);
    }

    @Test
    void garbageOfAllKindsLeavesTheListenerAnswering() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[1 + random.nextInt(3000)];
            random.nextBytes(garbage);
            try (Socket socket = RawHttp.connect(admin.port())) {
                socket.getOutputStream().write(garbage);
                if (random.nextBoolean()) {
                    socket.shutdownOutput();
                }
            } catch (IOException e) {
                continue; // cut off while it was still talking
            }
        }

        assertEquals(200, RawHttp.status(RawHttp.ask(admin.port(), "GET /own/1 HTTP/1.1", "Host: localhost")));
        assertTrue(RawHttp.comesTrue(
                () -> registry.snapshot().value("evenkeel.admin.connections", Integer.toString(admin.port())) == 0));
    }

    @Test
    void headerOfAnAnswerCannotBeginAnother() {
        AdminResponse response = new AdminResponse(null, null);

        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> response.header("X", "a\r\nSet-Cookie: b"));

        assertTrue(
                e.getMessage().startsWith("Cannot send header X: its value has a control character at 1"),
                e.getMessage());
    }

    /** Every way to make a listener that does not say bind(..); each is looked up in the kernel's own table. */
    @Test
    void nothingListensOnAPublicAddressUnlessToldSo(@TempDir Path folder) throws Exception {
        SamplerSchedule schedule = SamplerSchedule.start(registry);
        TestTls keys = TestTls.make(folder, "bound", "EC");
        List<AdminListener.Builder> builders = List.of(
                AdminListener.builder(),
                AdminListener.builder().registry(registry),
                AdminListener.builder().registry(registry).snapshots(schedule, Duration.ofSeconds(10)),
                AdminListener.builder().ready(() -> false).healthy(() -> false),
                AdminListener.builder().service("shop", "1").limits(AdminLimits.DEFAULTS.withConnections(1)),
                AdminListener.builder().handle("/own", (request, response) -> response.text(200, "own")),
                AdminListener.builder().hosts("metrics.internal"),
                AdminListener.builder().password("me", "secret".toCharArray()),
                AdminListener.builder().password("me", "secret".toCharArray()).allowPasswordInClear(),
                AdminListener.builder().tls(AdminTls.pkcs12(keys.store(), TestTls.PASSWORD)),
                AdminListener.builder().bind("localhost"),
                AdminListener.builder().bind("127.0.0.2"));
        for (AdminListener.Builder builder : builders) {
            try (AdminListener listener = builder.port(0).build()) {
                assertTrue(listener.address().getAddress().isLoopbackAddress(), listener.address()::toString);
                List<String> bound = ListeningSockets.of(listener.port());
                assertEquals(Files.exists(Path.of("/proc/net/tcp")), !bound.isEmpty());
                assertTrue(bound.stream().allMatch(ListeningSockets::isLoopback), bound::toString);
            }
        }
        schedule.close();
        try (AdminListener told =
                AdminListener.builder().bind("0.0.0.0").port(0).build()) {
            List<String> bound = ListeningSockets.of(told.port());
            assertFalse(
                    Files.exists(Path.of("/proc/net/tcp")) && bound.stream().allMatch(ListeningSockets::isLoopback),
                    "the test can fail: " + bound);
        }
        assertEquals("127.0.0.1", admin.address().getAddress().getHostAddress());
    }

    @Test
    void passwordIsAskedForOnEveryPageAndIsNotTheOtherOnes(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "pa:ss w\u00f6rd\nsecond line\n");
        for (AdminListener.Builder builder :
                List.of(all().password("me", "pa:ss w\u00f6rd".toCharArray()), all().password("me", file))) {
            try (AdminListener listener = builder.build()) {
                String right = basic("me:pa:ss w\u00f6rd");
                for (String path : List.of("/healthz", "/readyz", "/status", "/debug/vars", "/own", "/nowhere")) {
                    String without = RawHttp.ask(listener.port(), "GET " + path + " HTTP/1.1", "Host: localhost");
                    assertEquals(401, RawHttp.status(without), without);
                    assertTrue(without.contains("\r\nWWW-Authenticate: Basic realm=\"admin\", charset=\"UTF-8\"\r\n"));
                    assertFalse(without.contains("/own"), "tells a stranger what there is: " + without);
                    assertEquals(path.equals("/nowhere") ? 404 : 200, statusWith(listener, path, right));
                }
                for (String wrong : List.of(
                        basic("me:pa:ss w\u00f6re"),
                        basic("me:pa:ss w\u00f6rd "),
                        basic("me:pa:ss w\u00f6r"),
                        basic("you:pa:ss w\u00f6rd"),
                        basic("me:"),
                        basic(""),
                        "Authorization: Basic ***",
                        "Authorization: Bearer " + right.substring(21),
                        "Authorization: Basic")) {
                    assertEquals(401, statusWith(listener, "/own", wrong), wrong);
                }
                assertEquals(200, statusWith(listener, "/own", right.replace("Basic", "BASIC")));
            }
        }
        assertEquals(2 * (6 + 9), registry.snapshot().value("evenkeel.admin.refused", "password"));
    }

    private static int statusWith(AdminListener listener, String path, String authorization) throws IOException {
        return RawHttp.status(
                RawHttp.ask(listener.port(), "GET " + path + " HTTP/1.1", "Host: localhost", authorization));
    }

    private static String basic(String both) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void passwordInClearIsForLoopbackUnlessToldOtherwise() {
        AdminListener.Builder builder =
                AdminListener.builder().bind("0.0.0.0").port(0).password("me", "secret".toCharArray());

        IllegalStateException e = assertThrows(IllegalStateException.class, builder::build);

        assertEquals(
                "Cannot ask for a password on 0.0.0.0 without TLS: it would cross the network readable by all. Give the"
                        + " listener a certificate with tls(..), or bind it to 127.0.0.1; if something in front of it brings"
                        + " TLS, say allowPasswordInClear().",
                e.getMessage());
        builder.allowPasswordInClear().build().close();
    }

    @Test
    void passwordsThatAreNoneAreRefusedWhenTheyAreSet(@TempDir Path folder) throws IOException {
        AdminListener.Builder builder = AdminListener.builder();
        Path empty = Files.writeString(folder.resolve("empty"), "\nsecret\n");
        Path large = Files.writeString(folder.resolve("large"), "x".repeat(1025));
        char[] secret = "secret".toCharArray();

        assertThrows(IllegalArgumentException.class, () -> builder.password("", secret));
        assertThrows(IllegalArgumentException.class, () -> builder.password("a:b", secret));
        assertThrows(IllegalArgumentException.class, () -> builder.password("me", new char[0]));
        assertThrows(IllegalArgumentException.class, () -> builder.password("me", empty));
        assertThrows(IllegalArgumentException.class, () -> builder.password("me", large));
        assertThrows(UncheckedIOException.class, () -> builder.password("me", folder.resolve("missing")));
        builder.password("me", secret);
        assertTrue(Arrays.equals("secret".toCharArray(), secret), "the caller's array is the caller's");
    }

    /**
     * A stopwatch cannot tell: what leaks through a comparison that stops at the first difference is some nanoseconds beside the two
     * microseconds of decoding. So what is checked is the code: digests, and nothing that stops early.
     */
    @Test
    void passwordsAreComparedInConstantTime() throws IOException {
        byte[] bytes;
        try (InputStream in = BasicPassword.class.getResourceAsStream("BasicPassword.class")) {
            bytes = in.readAllBytes();
        }
        String constants = new String(bytes, StandardCharsets.ISO_8859_1);

        assertTrue(constants.contains("isEqual"), "MessageDigest.isEqual");
        assertTrue(constants.contains("SHA-256"));
        for (String stopsEarly :
                List.of("equals", "compareTo", "compare", "mismatch", "contentEquals", "regionMatches")) {
            assertFalse(constants.contains((char) stopsEarly.length() + stopsEarly), stopsEarly);
        }
    }
}
