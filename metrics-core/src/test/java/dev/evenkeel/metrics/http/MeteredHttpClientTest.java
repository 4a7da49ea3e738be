package dev.evenkeel.metrics.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MeteredHttpClientTest {
    private static final String DURATION = "http.client.request.duration";

    private final MetricRegistry registry = MetricRegistry.create();
    private final HttpClient plain = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final MeteredHttpClient client =
            MeteredHttpClient.builder(plain, registry).build();
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch arrived = new CountDownLatch(1);
    private JdkServer server;

    @BeforeEach
    void start() throws IOException {
        server = new JdkServer()
                .handle(
                        "/",
                        exchange -> {
                            exchange.getRequestBody().readAllBytes();
                            exchange.sendResponseHeaders(
                                    Integer.parseInt(
                                            exchange.getRequestURI().getPath().substring(1)),
                                    -1);
                            exchange.close();
                        },
                        null)
                .handle(
                        "/stuck",
                        exchange -> {
                            arrived.countDown();
                            try {
                                released.await();
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                            exchange.close();
                        },
                        null);
    }

    @AfterEach
    void stop() {
        released.countDown();
        server.close();
    }

    private HttpRequest get(String path) {
        return HttpRequest.newBuilder(server.uri(path)).build();
    }

    private long count(String method, int port, String status, String error) {
        return registry.snapshot()
                .find(DURATION, method, "127.0.0.1", Integer.toString(port), status, error)
                .map(point -> point.histogram().count())
                .orElse(0L);
    }

    private long all() {
        long count = 0;
        for (Point point : registry.snapshot().points()) {
            if (point.descriptor().name().equals(DURATION)) {
                count += point.histogram().count();
            }
        }
        return count;
    }

    private double active() {
        return registry.snapshot()
                .value("http.client.active_requests", "GET", "127.0.0.1", Integer.toString(server.port()));
    }

    @Test
    void answersAreToldApartByServerMethodAndStatus() throws Exception {
        int port = server.port();

        client.send(get("/200"), BodyHandlers.discarding());
        client.send(get("/200?secret=1"), BodyHandlers.discarding());
        client.send(get("/404"), BodyHandlers.discarding());
        client.sendAsync(get("/503"), BodyHandlers.discarding()).join();
        client.sendAsync(get("/204"), BodyHandlers.discarding(), (request, push, acceptor) -> {})
                .join();
        client.send(
                HttpRequest.newBuilder(server.uri("/201"))
                        .method("BREW", BodyPublishers.ofString("tea"))
                        .build(),
                BodyHandlers.discarding());

        assertEquals(2, count("GET", port, "200", ""));
        assertEquals(1, count("GET", port, "404", "404"));
        assertEquals(1, count("GET", port, "503", "503"));
        assertEquals(1, count("GET", port, "204", ""));
        assertEquals(1, count("_OTHER", port, "201", ""));
        assertEquals(6, all());
        assertEquals(0, active());
    }

    @Test
    void aRefusedConnectionIsCountedOnce() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .build();

        assertThrows(ConnectException.class, () -> client.send(request, BodyHandlers.discarding()));
        assertThrows(CompletionException.class, () -> client.sendAsync(request, BodyHandlers.discarding())
                .join());

        assertEquals(2, count("GET", port, "", "java.net.ConnectException"));
        assertEquals(2, all());
    }

    @Test
    void aTimeoutEndsTheRequestOnce() {
        HttpRequest request = HttpRequest.newBuilder(server.uri("/stuck"))
                .timeout(Duration.ofMillis(100))
                .build();

        assertThrows(HttpTimeoutException.class, () -> client.send(request, BodyHandlers.discarding()));
        assertThrows(CompletionException.class, () -> client.sendAsync(request, BodyHandlers.discarding())
                .join());

        // A machine that is slow may not even connect in that time, which has an error type of its own.
        assertEquals(
                2,
                count("GET", server.port(), "", "java.net.http.HttpTimeoutException")
                        + count("GET", server.port(), "", "java.net.http.HttpConnectTimeoutException"));
        assertEquals(2, all());
        assertEquals(0, active());
    }

    @Test
    void aCancelReachesTheExchangeAndEndsTheRequestOnce() throws Exception {
        CompletableFuture<HttpResponse<Void>> sent = client.sendAsync(get("/stuck"), BodyHandlers.discarding());
        arrived.await();
        assertEquals(1, active());

        assertTrue(sent.cancel(true));

        RuntimeException thrown = assertThrows(RuntimeException.class, sent::join);
        // The cancel and the end of the exchange that it brings about race for the future; both are a cancellation.
        assertTrue(
                thrown instanceof CancellationException || thrown.getCause() instanceof CancellationException,
                thrown::toString);
        eventually(() -> active() == 0 && all() == 1);
        sent.cancel(true);
        assertEquals(1, all());
        assertEquals(0, count("GET", server.port(), "200", ""));
    }

    @Test
    void anInterruptionEndsTheRequestOnceAndPassesThrough() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread thread = new Thread(() -> {
            try {
                client.send(get("/stuck"), BodyHandlers.discarding());
            } catch (InterruptedException e) {
                interrupted.set(true);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        thread.start();
        arrived.await();

        thread.interrupt();
        thread.join(10_000);

        assertTrue(interrupted.get());
        assertEquals(1, count("GET", server.port(), "", "java.lang.InterruptedException"));
        assertEquals(0, active());
    }

    @Test
    void whatTheClientRefusesIsCountedAndPassesThrough() {
        HttpRequest bad =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:1/")).build();

        assertThrows(NullPointerException.class, () -> client.send(bad, null));
        assertThrows(NullPointerException.class, () -> client.sendAsync(bad, null));
        assertThrows(NullPointerException.class, () -> client.send(null, BodyHandlers.discarding()));

        assertEquals(2, count("GET", 1, "", "java.lang.NullPointerException"));
        assertEquals(2, all());
    }

    @Test
    void serversPastTheLimitShareOne() {
        MeteredHttpClient.Servers servers = new MeteredHttpClient.Servers(
                3, registry.timer("t").labels("a", "b", "c", "d", "e").register());

        assertEquals("80", servers.of(URI.create("http://a/")).port);
        assertEquals("443", servers.of(URI.create("https://a/")).port);
        assertSame(servers.of(URI.create("http://a:80/x")), servers.of(URI.create("http://a/")));
        assertEquals("b", servers.of(URI.create("http://user:secret@B:1/")).address);
        assertEquals("_OTHER", servers.of(URI.create("http://c/")).address);
        assertSame(servers.of(URI.create("http://c/")), servers.of(URI.create("http://d/")));
    }

    @Test
    void everyQuestionIsPassedOn() {
        assertEquals(plain.connectTimeout(), client.connectTimeout());
        assertEquals(plain.cookieHandler(), client.cookieHandler());
        assertEquals(plain.followRedirects(), client.followRedirects());
        assertEquals(plain.proxy(), client.proxy());
        assertSame(plain.sslContext(), client.sslContext());
        assertEquals(
                List.of(plain.sslParameters().getProtocols()),
                List.of(client.sslParameters().getProtocols()));
        assertEquals(plain.authenticator(), client.authenticator());
        assertEquals(plain.version(), client.version());
        assertEquals(plain.executor(), client.executor());
        assertEquals(
                plain.newWebSocketBuilder().getClass(),
                client.newWebSocketBuilder().getClass());
    }

    /** A method of a newer JDK that is not passed on would act on the wrapper, or not at all. */
    @Test
    void noMethodOfThisJdkIsForgotten() throws NoSuchMethodException {
        List<String> forgotten = new ArrayList<>();
        for (Method method : HttpClient.class.getMethods()) {
            if (method.getDeclaringClass() == HttpClient.class && !Modifier.isStatic(method.getModifiers())) {
                Method ours = MeteredHttpClient.class.getMethod(method.getName(), method.getParameterTypes());
                if (ours.getDeclaringClass() == HttpClient.class) {
                    forgotten.add(method.toString());
                }
            }
        }

        assertEquals(List.of(), forgotten);
    }

    @Test
    void closingReachesTheClient() throws Exception {
        HttpClient own = HttpClient.newHttpClient();
        MeteredHttpClient metered = MeteredHttpClient.builder(own, registry).build();
        metered.send(get("/200"), BodyHandlers.discarding());

        metered.shutdown();
        metered.close();

        assertTrue(metered.awaitTermination(Duration.ofSeconds(5)));
        assertEquals(Runtime.version().feature() >= 21, metered.isTerminated());
        if (Runtime.version().feature() >= 21) {
            assertThrows(IOException.class, () -> metered.send(get("/200"), BodyHandlers.discarding()));
        }
        metered.shutdownNow();
    }

    @Test
    void aMeteredClientIsNotMeteredTwice() {
        assertEquals(
                "Cannot meter a client that is metered already: each request would count twice. Wrap the client itself, once.",
                assertThrows(IllegalArgumentException.class, () -> MeteredHttpClient.builder(client, registry)
                                .build())
                        .getMessage());
    }

    /** Of what the client's own threads do a moment later. */
    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "did not happen within 10 s");
            Thread.sleep(1);
        }
    }
}
