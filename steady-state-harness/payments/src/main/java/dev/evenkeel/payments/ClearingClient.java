package dev.evenkeel.payments;

import dev.evenkeel.guard.ConcurrencyLimit;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import dev.evenkeel.payments.control.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks the clearing upstream to clear a payment.
 *
 * <p>Safe from any thread. At most {@value #PERMITS} calls are in flight, over as many connections, opened beforehand; a
 * call ends within {@value #ACQUIRE_MILLIS} + {@value #CALL_MILLIS} ms whatever the upstream does.
 */
final class ClearingClient implements AutoCloseable {
    /** What the upstream said, or why it did not. */
    enum Outcome {
        CLEARED,
        DECLINED,
        /** All permits are out: the upstream is slow and we do not pile up on it. */
        BUSY,
        TIMEOUT,
        FAILED
    }

    static final int PERMITS = 6;

    // In good times a call takes a few ms: who waited 40 times as long for a permit meets an upstream in trouble.
    private static final int ACQUIRE_MILLIS = 200;
    private static final int CALL_MILLIS = 2_000;
    private static final int EXECUTOR_THREADS = 4;
    // Each call in flight queues a handful of small tasks; at the bound, the client's own thread runs them.
    private static final int EXECUTOR_QUEUE = 256;
    private static final Duration ACQUIRE = Duration.ofMillis(ACQUIRE_MILLIS);
    private static final Duration CALL = Duration.ofMillis(CALL_MILLIS);

    private final URI clear;
    private final URI warm;
    private final ThreadPoolExecutor executor;
    private final HttpClient client;
    private final ConcurrencyLimit limit;
    private final Map<Outcome, Timer> seconds = new EnumMap<>(Outcome.class);
    private volatile boolean cold;

    /**
     * Opens all connections.
     *
     * @throws StartFailure if the upstream cannot be reached
     */
    ClearingClient(String url, MetricRegistry registry) throws StartFailure {
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        try {
            clear = URI.create(base + "/clear");
            warm = URI.create(base + "/warm");
            HttpRequest.newBuilder(clear);
        } catch (IllegalArgumentException e) {
            throw new StartFailure(
                    StartFailure.USAGE,
                    "--clearing-url is \"" + url + "\", which is no URL: write something like http://127.0.0.1:8081.",
                    e);
        }
        AtomicInteger number = new AtomicInteger();
        executor = new ThreadPoolExecutor(
                EXECUTOR_THREADS,
                EXECUTOR_THREADS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(EXECUTOR_QUEUE),
                task -> {
                    Thread thread = new Thread(task, "clearing-client-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.CallerRunsPolicy());
        executor.prestartAllCoreThreads();
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(1))
                .executor(executor)
                .build();
        limit = ConcurrencyLimit.builder("clearing")
                .permits(PERMITS)
                .waiters(16)
                .registry(registry)
                .build();
        var timer = registry.timer("clearing.request.duration")
                .help("Time of one call to the clearing upstream, waiting for a permit included.")
                .labels("outcome")
                .register();
        for (Outcome outcome : Outcome.values()) {
            seconds.put(outcome, timer.bind(outcome.name().toLowerCase(Locale.ROOT)));
        }
        try {
            warmUp(PERMITS).get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            close();
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new StartFailure(
                    StartFailure.UNFIT,
                    "Cannot reach the clearing upstream at " + url
                            + ": start it, correct --clearing-url, or leave both URLs out to run one of our own.",
                    e);
        }
    }

    /** Clears a payment. The id is the upstream's idempotency key too, so that asking again is safe. */
    Outcome clear(Payment payment) throws InterruptedException {
        long startNanos = System.nanoTime();
        Outcome outcome = Outcome.FAILED;
        try {
            outcome = call(payment);
        } finally {
            Timer timer = seconds.get(outcome);
            if (timer != null) {
                timer.recordSince(startNanos);
            }
        }
        return outcome;
    }

    private Outcome call(Payment payment) throws InterruptedException {
        if (!limit.tryAcquire(ACQUIRE)) {
            return Outcome.BUSY;
        }
        try {
            HttpRequest request = HttpRequest.newBuilder(clear)
                    .timeout(CALL)
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", payment.id())
                    .POST(BodyPublishers.ofString("{\"id\":\"" + payment.id() + "\",\"amount\":" + payment.amountMinor()
                            + ",\"currency\":\"" + payment.currency() + "\"}"))
                    .build();
            HttpResponse<Void> response = client.send(request, BodyHandlers.discarding());
            return switch (response.statusCode()) {
                case 200, 201, 204 -> Outcome.CLEARED;
                case 402, 409, 422 -> Outcome.DECLINED;
                default -> Outcome.FAILED;
            };
        } catch (HttpTimeoutException e) {
            cold = true; // The client closed that connection.
            return Outcome.TIMEOUT;
        } catch (IOException e) {
            cold = true;
            return Outcome.FAILED;
        } finally {
            limit.release();
        }
    }

    /**
     * Opens the connections again that timeouts and failures have cost, so that their number is the same before and after
     * an outage. Takes the permits that are free for as long as that takes, a tenth of a second where all is well. Does
     * not wait; to be called every few seconds.
     */
    void rewarm() {
        if (!cold) {
            return;
        }
        int held = 0;
        try {
            while (held < PERMITS && limit.tryAcquire(Duration.ZERO)) {
                held++;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // What is held goes back below, with the calls.
        }
        if (held == 0) {
            return; // Every connection is in use, so every one is open.
        }
        cold = false;
        int permits = held;
        warmUp(permits).whenComplete((done, failure) -> {
            cold = cold || failure != null;
            for (int i = 0; i < permits; i++) {
                limit.release();
            }
        });
    }

    /** So many requests at once; the upstream holds them long enough for each to need a connection of its own. An
     * upstream without {@code /warm} answers 404 sooner, which serves nearly as well. */
    private CompletableFuture<Void> warmUp(int connections) {
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            calls.add(client.sendAsync(
                    HttpRequest.newBuilder(warm).timeout(CALL).GET().build(), BodyHandlers.discarding()));
        }
        return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new));
    }

    /** Stops the client's own threads. Calls in flight fail. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
