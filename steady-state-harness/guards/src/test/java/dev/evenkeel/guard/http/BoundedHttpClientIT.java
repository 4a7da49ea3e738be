package dev.evenkeel.guard.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JDK's own client over real sockets: what its exchanges do, the fake one of the unit tests only claims. */
@Timeout(60)
class BoundedHttpClientIT {
    private static final int PERMITS = 4;

    private final MetricRegistry registry = MetricRegistry.create();
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private Upstream upstream;
    private BoundedHttpClient client;

    @BeforeEach
    void start() throws IOException {
        upstream = new Upstream();
        client = BoundedHttpClient.builder(
                        "c",
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .executor(executor)
                                .build())
                .permits(PERMITS)
                .queue(1_000)
                .wait(Duration.ofSeconds(30))
                .registry(registry)
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        upstream.close();
        client.close();
        executor.shutdownNow();
        registry.close();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(upstream.uri(path));
    }

    private int inFlight() {
        return client.inFlight(upstream.uri("/"));
    }

    private static void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, what);
            Thread.onSpinWait();
        }
    }

    @Test
    void connectionsFollowTheBound() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            calls.add(client.sendAsync(to("/answer").build(), BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> call : calls) {
            assertEquals("ok", call.get(20, TimeUnit.SECONDS).body());
        }

        assertEquals(0, inFlight());
        assertTrue(upstream.mostAnswering.get() <= PERMITS, () -> upstream.mostAnswering.get() + " at once");
        assertEquals(200, upstream.requests.get());
        // A place is free a moment before its connection is back with the client: some open one more than they had to.
        assertTrue(upstream.accepted.get() <= 2 * PERMITS, () -> upstream.accepted.get() + " connections were opened");
    }

    @Test
    void streamHoldsItsPlaceUntilItIsRead() throws Exception {
        HttpResponse<InputStream> response = client.send(to("/body-later").build(), BodyHandlers.ofInputStream());
        assertEquals(1, inFlight());

        upstream.bodies.countDown();
        assertEquals("ok", new String(response.body().readAllBytes(), StandardCharsets.US_ASCII));

        await(() -> inFlight() == 0, "the place of a stream that was read is not free");
    }

    @Test
    void streamClosedEarlyGivesItsPlaceBack() throws Exception {
        client.send(to("/body-later").build(), BodyHandlers.ofInputStream())
                .body()
                .close();

        await(() -> inFlight() == 0, "the place of a stream that was closed is not free");
    }

    @Test
    void answersWithoutABodyGiveTheirPlaceBack() throws Exception {
        client.send(to("/none").build(), BodyHandlers.ofString());
        client.send(
                to("/none").method("HEAD", HttpRequest.BodyPublishers.noBody()).build(), BodyHandlers.discarding());

        assertEquals(0, inFlight());
    }

    @Test
    void timeoutOfARequestGivesItsPlaceBack() {
        HttpRequest request = to("/never").timeout(Duration.ofMillis(50)).build();

        assertThrows(HttpTimeoutException.class, () -> client.send(request, BodyHandlers.ofString()));
        assertEquals(0, inFlight());
        assertInstanceOf(
                HttpTimeoutException.class,
                assertThrows(ExecutionException.class, () -> client.sendAsync(request, BodyHandlers.ofString())
                                .get(20, TimeUnit.SECONDS))
                        .getCause());
        assertEquals(0, inFlight());
    }

    @Test
    void deadUpstreamGivesItsPlaceBack() throws IOException {
        URI nobody;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + taken.getLocalPort() + "/");
        }

        assertThrows(
                IOException.class,
                () -> client.send(HttpRequest.newBuilder(nobody).build(), BodyHandlers.ofString()));

        assertEquals(0, client.inFlight(nobody));
    }

    @Test
    void interruptEndsACallAndGivesItsPlaceBack() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread caller = new Thread(() -> {
            try {
                client.send(to("/never").build(), BodyHandlers.ofString());
            } catch (InterruptedException e) {
                interrupted.countDown();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        caller.start();
        await(() -> upstream.requests.get() == 1, "the call has not arrived");

        caller.interrupt();

        assertTrue(interrupted.await(20, TimeUnit.SECONDS));
        assertEquals(0, inFlight());
    }

    @Test
    void thousandsOfCancelsLoseNoPlaceAndMakeNone() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20; round++) {
            List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                CompletableFuture<HttpResponse<String>> call =
                        client.sendAsync(to("/answer").build(), BodyHandlers.ofString());
                calls.add(call);
                if (random.nextInt(3) > 0) {
                    calls.get(random.nextInt(calls.size())).cancel(random.nextInt(4) > 0);
                }
            }
            for (CompletableFuture<HttpResponse<String>> call : calls) {
                call.handle((response, failure) -> 0).get(20, TimeUnit.SECONDS);
            }
        }
        await(() -> inFlight() == 0, "a place is lost, seed " + seed);
        assertEquals(0, client.waiting(upstream.uri("/")));

        int before = upstream.requests.get();
        for (int i = 0; i < PERMITS + 1; i++) {
            client.sendAsync(to("/never").build(), BodyHandlers.ofString());
        }
        await(() -> upstream.requests.get() == before + PERMITS, "not all places are left, seed " + seed);
        assertEquals(PERMITS, inFlight());
        assertEquals(1, client.waiting(upstream.uri("/")));
    }

    /** Answers over HTTP/1.1, one thread a connection. */
    private static final class Upstream implements AutoCloseable {
        final ServerSocket server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
        final AtomicInteger accepted = new AtomicInteger();
        final AtomicInteger requests = new AtomicInteger();
        final AtomicInteger answering = new AtomicInteger();
        final AtomicInteger mostAnswering = new AtomicInteger();
        final CountDownLatch bodies = new CountDownLatch(1);
        final CountDownLatch end = new CountDownLatch(1);

        Upstream() throws IOException {
            daemon(() -> {
                try {
                    while (true) {
                        Socket socket = server.accept();
                        accepted.incrementAndGet();
                        sockets.add(socket);
                        daemon(() -> serve(socket));
                    }
                } catch (IOException e) {
                    // closed
                }
            });
        }

        private static void daemon(Runnable work) {
            Thread thread = new Thread(work, "upstream");
            thread.setDaemon(true);
            thread.start();
        }

        URI uri(String path) {
            return URI.create("http://127.0.0.1:" + server.getLocalPort() + path);
        }

        private void serve(Socket socket) {
            try (socket) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                OutputStream out = socket.getOutputStream();
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    String[] words = line.split(" ");
                    while (!line.isEmpty()) {
                        line = in.readLine();
                    }
                    mostAnswering.accumulateAndGet(answering.incrementAndGet(), Math::max);
                    requests.incrementAndGet();
                    answer(words[1], out);
                }
            } catch (IOException | InterruptedException e) {
                // the client hung up, or the test is over
            } finally {
                sockets.remove(socket);
            }
        }

        private void answer(String path, OutputStream out) throws IOException, InterruptedException {
            String ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
            boolean answered = false;
            try {
                switch (path) {
                    case "/never" -> end.await();
                    case "/none" -> {
                        answered = true;
                        answering.decrementAndGet();
                        out.write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    }
                    case "/body-later" -> {
                        out.write(ok.getBytes(StandardCharsets.US_ASCII));
                        bodies.await();
                        out.write("ok".getBytes(StandardCharsets.US_ASCII));
                    }
                    default -> {
                        answered = true;
                        answering.decrementAndGet(); // before the client can know
                        out.write((ok + "ok").getBytes(StandardCharsets.US_ASCII));
                    }
                }
            } finally {
                if (!answered) {
                    answering.decrementAndGet();
                }
            }
        }

        @Override
        public void close() throws IOException {
            end.countDown();
            bodies.countDown();
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
