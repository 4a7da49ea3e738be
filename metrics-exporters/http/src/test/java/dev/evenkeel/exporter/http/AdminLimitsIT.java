package dev.evenkeel.exporter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each bound: that it holds, that it is counted, and that others are answered meanwhile. */
class AdminLimitsIT {
    /** More than the buffers of both kernels' ends take of an answer that nobody reads. */
    private static final byte[] LARGE = new byte[12 << 20];

    private final MetricRegistry registry = MetricRegistry.create();
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<Socket> clients = new ArrayList<>();
    private AdminListener admin;

    @AfterEach
    void close() throws IOException {
        release.countDown();
        for (Socket client : clients) {
            client.close();
        }
        if (admin != null) {
            admin.close();
        }
        registry.close();
    }

    private void serve(AdminLimits limits) {
        admin = AdminListener.builder()
                .port(0)
                .registry(registry)
                .limits(limits)
                .handle("/quick", (request, response) -> response.text(200, "quick"))
                .handle("/large", (request, response) -> response.send(200, "x/y", LARGE, 0, LARGE.length))
                .handle("/stuck", (request, response) -> {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    response.text(200, "done");
                })
                .build();
    }

    private Socket client(String text) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(
                8192); // before it connects: else the kernel takes megabytes for a reader that takes none
        socket.setSoTimeout(RawHttp.DEADLINE_MILLIS);
        socket.connect(new InetSocketAddress("127.0.0.1", admin.port()));
        clients.add(socket);
        RawHttp.write(socket, text);
        return socket;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private String quick() throws IOException {
        return RawHttp.ask(admin.port(), "GET /quick HTTP/1.1", "Host: localhost");
    }

    private double cut(String reason) {
        return registry.snapshot().value("evenkeel.admin.cut_off", reason);
    }

    private double connections() {
        return registry.snapshot().value("evenkeel.admin.connections", Integer.toString(admin.port()));
    }

    @Test
    void requestBeyondThePlacesToRunIsToldToComeAgain() throws Exception {
        serve(AdminLimits.DEFAULTS.withRequests(2).withRoom(Duration.ofMillis(50)));
        client(get("/stuck"));
        client(get("/stuck"));
        assertTrue(RawHttp.comesTrue(() -> connections() == 2));
        // One more of the two may not have begun to run; so ask until the answer is that there is no room.
        String[] answer = {""};
        assertTrue(RawHttp.comesTrue(() -> {
            try {
                answer[0] = quick();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return RawHttp.status(answer[0]) == 503;
        }));

        assertTrue(answer[0].contains("\r\nRetry-After: 1\r\n"), answer[0]);
        assertEquals(registry.snapshot().value("evenkeel.admin.rejected"), admin.rejected());
        assertTrue(admin.rejected() >= 1);
        for (String path : List.of("/healthz", "/readyz", "/status")) {
            assertEquals(
                    200,
                    RawHttp.status(RawHttp.ask(admin.port(), "GET " + path + " HTTP/1.1", "Host: localhost")),
                    path);
        }
        release.countDown();
        assertTrue(RawHttp.comesTrue(() -> {
            try {
                return RawHttp.status(quick()) == 200;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }));
    }

    @Test
    void endpointThatTakesTooLongIsInterruptedAndItsPlaceIsFreeAgain() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        admin = AdminListener.builder()
                .port(0)
                .registry(registry)
                .limits(AdminLimits.DEFAULTS.withRequests(1).withAnswerTime(Duration.ofMillis(200)))
                .handle("/never", (request, response) -> {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        interrupted.set(true);
                        Thread.currentThread().interrupt();
                    }
                })
                .handle("/quick", (request, response) -> response.text(200, "quick"))
                .build();

        Socket waiting = client(get("/never"));

        assertEquals("", RawHttp.readAll(waiting));
        assertTrue(RawHttp.comesTrue(interrupted::get));
        assertEquals(200, RawHttp.status(quick()));
        assertEquals(1, cut("slow_endpoint"));
    }

    /** Slowloris: as many clients as there are places dribble their headers; the next is answered all the same. */
    @Test
    void headsThatComeAByteAtATimeDelayOthersByNoMoreThanTheRoom() throws Exception {
        AdminLimits limits = AdminLimits.DEFAULTS
                .withConnections(8)
                .withHeadTime(Duration.ofSeconds(2))
                .withRoom(Duration.ofMillis(200));
        serve(limits);
        for (int i = 0; i < 8; i++) {
            client("GET /quick HTTP/1.1\r\nX:");
        }
        assertTrue(RawHttp.comesTrue(() -> connections() == 8));
        AtomicBoolean over = new AtomicBoolean();
        Thread dribble = new Thread(() -> {
            while (!over.get()) {
                for (Socket slow : clients) {
                    try {
                        slow.getOutputStream().write('x');
                    } catch (IOException e) {
                        continue; // cut off already
                    }
                }
                LockSupport.parkNanos(50_000_000L);
            }
        });
        dribble.start();

        String answer = quick();

        assertEquals(200, RawHttp.status(answer), answer);
        assertTrue(registry.snapshot().value("evenkeel.admin.connections.waited") >= 1);
        assertTrue(cut("gave_way") >= 1);
        assertTrue(RawHttp.comesTrue(() -> connections() == 0));
        over.set(true);
        dribble.join();
        assertEquals(8, cut("gave_way") + cut("slow_request"));
    }

    @Test
    void headThatTakesTooLongIsCutOffThoughNobodyWaits() throws Exception {
        serve(AdminLimits.DEFAULTS.withHeadTime(Duration.ofMillis(200)));

        Socket silent = client("");
        Socket half = client("GET /quick HT");
        Socket second = client(get("/quick") + "GET /qu");

        assertEquals("", RawHttp.readAll(silent));
        assertEquals("", RawHttp.readAll(half));
        assertTrue(RawHttp.readAll(second).endsWith("\r\n\r\nquick"));
        assertTrue(RawHttp.comesTrue(() -> cut("slow_request") == 3));
    }

    @Test
    void idleConnectionEndsInItsTimeAndIsNotCountedAsCut() throws Exception {
        serve(AdminLimits.DEFAULTS.withIdleTime(Duration.ofMillis(200)));

        String answer = RawHttp.readAll(client(get("/quick")));

        assertTrue(answer.endsWith("\r\n\r\nquick"), answer);
        assertFalse(answer.contains("Connection: close"), answer);
        assertEquals(0, cut("gave_way") + cut("slow_request") + cut("slow_reader"));
    }

    @Test
    void readerThatTakesNothingIsCutOffWhileOthersAreServed() throws Exception {
        serve(AdminLimits.DEFAULTS.withRequests(1).withReader(16_384, Duration.ofMillis(500)));
        for (int i = 0; i < 4; i++) {
            client(get("/large")); // nobody reads
        }

        int served = 0;
        while (cut("slow_reader") < 4) {
            assertEquals(200, RawHttp.status(quick()));
            served++;
        }

        assertTrue(served >= 4, served + " answers beside the slow readers");
        assertTrue(RawHttp.comesTrue(() -> connections() == 0));
        assertEquals(0, admin.rejected());
    }

    @Test
    void readerAboveTheLeastRateGetsItAllHoweverLongItTakes() throws Exception {
        serve(AdminLimits.DEFAULTS.withReader(16_384, Duration.ofMillis(400)));
        long read = 0;
        long nanos = 0;
        for (int attempt = 0; attempt < 5 && read < LARGE.length; attempt++) { // this thread may be kept waiting itself
            Socket socket = client(get("/large").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
            long began = System.nanoTime();
            read = readAt(socket, 10_000_000, began);
            nanos = System.nanoTime() - began;
        }

        assertTrue(read > LARGE.length, read + " bytes");
        assertTrue(nanos > 1_000_000_000L, "took more than twice the patience");
    }

    private static long readAt(Socket socket, long bytesPerSecond, long began) throws IOException {
        byte[] into = new byte[64 * 1024];
        long read = 0;
        try {
            for (int n = socket.getInputStream().read(into);
                    n >= 0;
                    n = socket.getInputStream().read(into)) {
                read += n;
                LockSupport.parkNanos(began + read * 1_000_000_000L / bytesPerSecond - System.nanoTime());
            }
        } catch (IOException e) {
            return read; // cut off
        }
        return read;
    }

    @Test
    void answersBeyondTheUnsentBytesWaitAndThenAreToldToComeAgain() throws Exception {
        serve(AdminLimits.DEFAULTS
                .withUnsentBytes(LARGE.length)
                .withReader(16_384, Duration.ofMinutes(10)) // the first reader may hold them unless others wait
                .withRoom(Duration.ofMillis(100)));

        int refused = 0;
        int slow = 0;
        while (refused == 0
                && slow < 20) { // this thread may be kept waiting for longer than the slow one's first window
            slow++;
            client(get("/large")).getInputStream().read(); // begun, and then takes nothing more
            String next = RawHttp.ask(admin.port(), "GET /large HTTP/1.1", "Host: localhost");
            while (RawHttp.status(next) == 503) {
                assertTrue(next.contains("\r\nRetry-After: 1\r\n"), next);
                refused++;
                next = RawHttp.ask(admin.port(), "GET /large HTTP/1.1", "Host: localhost");
            }
            assertEquals(200, RawHttp.status(next), "whoever waits presses the slow one out, some day");
        }

        assertTrue(refused >= 1, "the first window counts what the kernel took");
        assertEquals(refused, admin.rejected());
        assertEquals(slow, cut("slow_reader"));
        assertEquals(200, RawHttp.status(RawHttp.ask(admin.port(), "HEAD /large HTTP/1.1", "Host: localhost")));
    }

    /** More clients than places and all at once: all are answered, none is reset, threads stay within the places. */
    @Test
    void twoHundredAtOnceAreAllAnswered() throws Exception {
        serve(AdminLimits.DEFAULTS);
        int count = 200;
        CountDownLatch ready = new CountDownLatch(count);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger again = new AtomicInteger();
        AtomicInteger mostThreads = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> {
                ready.countDown();
                try {
                    go.await();
                    int status = RawHttp.status(quick());
                    (status == 200 ? answered : again).addAndGet(status == 200 || status == 503 ? 1 : 1000);
                } catch (IOException | InterruptedException e) {
                    again.addAndGet(1000);
                }
            });
            thread.start();
            threads.add(thread);
        }
        assertTrue(ready.await(RawHttp.DEADLINE_MILLIS, TimeUnit.MILLISECONDS));
        go.countDown();
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                long own = Thread.getAllStackTraces().keySet().stream()
                        .filter(t -> t.getName().matches("evenkeel-admin-\\d+"))
                        .count();
                mostThreads.accumulateAndGet((int) own, Math::max);
                thread.join(20);
            }
        }

        assertEquals(count, answered.get() + again.get());
        assertEquals(again.get(), admin.rejected());
        assertTrue(answered.get() >= 100, answered + " of 200 within a second of waiting");
        assertTrue(mostThreads.get() <= 2 * AdminLimits.DEFAULTS.connections(), mostThreads + " threads");
    }

    @Test
    void impossibleLimitsAreRefusedAtOnce() {
        AdminLimits limits = AdminLimits.DEFAULTS;

        assertEquals(
                "Cannot limit connections to 0: it is a number from 1 to 1024, so that the listener answers at all and stays"
                        + " small. The default is in AdminLimits.DEFAULTS.",
                assertThrows(IllegalArgumentException.class, () -> limits.withConnections(0))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> limits.withConnections(1025));
        assertThrows(IllegalArgumentException.class, () -> limits.withRequests(0));
        assertThrows(IllegalArgumentException.class, () -> limits.withHeadBytes(1023));
        assertThrows(IllegalArgumentException.class, () -> limits.withHeadTime(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> limits.withIdleTime(Duration.ofHours(2)));
        assertThrows(IllegalArgumentException.class, () -> limits.withAnswerTime(Duration.ofMillis(9)));
        assertThrows(IllegalArgumentException.class, () -> limits.withReader(0, Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> limits.withUnsentBytes(0));
        assertThrows(IllegalArgumentException.class, () -> limits.withRoom(Duration.ofSeconds(-1)));
    }
}
