package dev.evenkeel.payments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.payments.control.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The company that clears payments, or what we see of it: {@code POST /clear} is answered after a delay that can be
 * changed while it runs. {@code GET /warm} is answered after {@value #WARM_MILLIS} ms, so that a client that sends several
 * at once gets as many connections.
 *
 * <p>Delays hold no thread: a slow upstream can hold as many calls as there are connections.
 */
final class ClearingUpstream implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int THREADS = 4;
    private static final int BACKLOG = 64;
    private static final int WARM_MILLIS = 100;
    private static final int BODY_LIMIT = 4_096;

    private final HttpServer server;
    private final ScheduledThreadPoolExecutor executor;
    private final int normalMillis;
    private volatile int delayMillis;
    private volatile int errorPercent;
    private final AtomicInteger cleared = new AtomicInteger();

    /**
     * Starts listening on loopback.
     *
     * @throws StartFailure if the port is in use
     */
    ClearingUpstream(int port, int delayMillis) throws StartFailure {
        this.normalMillis = delayMillis;
        this.delayMillis = delayMillis;
        try {
            server = HttpServer.create(new InetSocketAddress(HOST, port), BACKLOG);
        } catch (IOException e) {
            throw PaymentService.portInUse(HOST, port, "--clearing-port", e);
        }
        AtomicInteger number = new AtomicInteger();
        executor = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "clearing-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        executor.prestartAllCoreThreads();
        server.setExecutor(executor);
        server.createContext("/clear", this::clear);
        server.createContext("/warm", exchange -> answerLater(exchange, 200, "warm", WARM_MILLIS));
        server.start();
    }

    private void clear(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            answerLater(exchange, 405, "POST only", 0);
            return;
        }
        try (InputStream in = exchange.getRequestBody()) {
            if (in.readNBytes(BODY_LIMIT).length == BODY_LIMIT) {
                answerLater(exchange, 413, "too long", 0);
                return;
            }
        }
        // Spread evenly and by count, not by chance: the same share in every run.
        int percent = errorPercent;
        int number = cleared.incrementAndGet();
        boolean fails = (long) number * percent / 100 != (number - 1L) * percent / 100;
        answerLater(exchange, fails ? 500 : 200, fails ? "failed" : "cleared", delayMillis);
    }

    private void answerLater(HttpExchange exchange, int status, String word, int millis) {
        byte[] body = ("{\"status\":\"" + word + "\"}\n").getBytes(StandardCharsets.UTF_8);
        Runnable answer = () -> {
            try (exchange) {
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            } catch (IOException e) {
                // The caller's timeout was shorter than our delay, and it hung up.
            }
        };
        executor.schedule(answer, millis, TimeUnit.MILLISECONDS);
    }

    /** Answers from now on after so many milliseconds. */
    void slow(int millis) {
        delayMillis = millis;
    }

    /** Answers from now on so many requests of a hundred with an error. */
    void fail(int percent) {
        errorPercent = percent;
    }

    /** Answers from now on after the delay it was made with, and without errors. */
    void normal() {
        errorPercent = 0;
        delayMillis = normalMillis;
    }

    String url() {
        return "http://" + HOST + ":" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
