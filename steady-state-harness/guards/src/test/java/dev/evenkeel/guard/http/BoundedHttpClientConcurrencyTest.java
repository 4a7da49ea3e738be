package dev.evenkeel.guard.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers, failures, cancels, timeouts and interrupts race for every call; each place comes back exactly once. */
@Timeout(60)
class BoundedHttpClientConcurrencyTest {
    private static final URI UPSTREAM = URI.create("http://clearing:8080/");
    private static final int PERMITS = 3;
    private static final int CALLERS = 4;
    private static final int CALLS = 5_000;
    private static final int LEAST_SENT = 3_000;

    @Test
    void everyPlaceComesBackExactlyOnce() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        FakeClient fake = new FakeClient();
        AtomicInteger made = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        try (MetricRegistry registry = MetricRegistry.create();
                BoundedHttpClient client = BoundedHttpClient.builder("c", fake)
                        .permits(PERMITS)
                        .queue(4)
                        .wait(Duration.ofNanos(20_000))
                        .registry(registry)
                        .build()) {
            AtomicBoolean over = new AtomicBoolean();
            List<Thread> upstream = List.of(
                    upstream(fake, over, new SplittableRandom(seed)),
                    upstream(fake, over, new SplittableRandom(-seed)));
            CyclicBarrier start = new CyclicBarrier(CALLERS);
            List<Thread> callers = new ArrayList<>();
            for (int t = 0; t < CALLERS; t++) {
                SplittableRandom random = new SplittableRandom(seed + t + 1);
                Thread caller = new Thread(() -> {
                    try {
                        start.await();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                    for (int i = 0;
                            i < CALLS || fake.sent.get() < LEAST_SENT;
                            i++) { // most are refused on a busy machine
                        made.incrementAndGet();
                        callOnce(client, random, ended);
                    }
                });
                callers.add(caller);
                caller.start();
            }
            for (Thread caller : callers) {
                caller.join();
            }
            while (client.inFlight(UPSTREAM) > 0 || client.waiting(UPSTREAM) > 0) {
                Thread.onSpinWait(); // what nobody waits for any more is still answered
            }
            over.set(true);
            for (Thread thread : upstream) {
                thread.join();
            }

            assertEquals(0, fake.open.get());
            assertTrue(fake.mostOpen.get() <= PERMITS, () -> fake.mostOpen.get() + " at once, seed " + seed);
            fillToTheBrim(client, fake);
        }
        assertEquals(made.get(), ended.get());
    }

    /** Exactly as many as there are permits get in: none was lost, and none was given back twice. */
    private static void fillToTheBrim(BoundedHttpClient client, FakeClient fake) {
        fake.exchanges.clear();
        int before = fake.sent.get();
        for (int i = 0; i < PERMITS + 1; i++) {
            client.sendAsync(HttpRequest.newBuilder(UPSTREAM).build(), BodyHandlers.ofString());
        }
        assertEquals(before + PERMITS, fake.sent.get());
        assertEquals(PERMITS, client.inFlight(UPSTREAM));
        fake.exchanges.forEach(FakeClient.Exchange::answer);
    }

    private static void callOnce(BoundedHttpClient client, SplittableRandom random, AtomicInteger ended) {
        HttpRequest request = HttpRequest.newBuilder(UPSTREAM).build();
        int way = random.nextInt(8);
        if (way == 0) { // blocks, and may be interrupted before, in the queue or in the call
            if (random.nextBoolean()) {
                Thread.currentThread().interrupt();
            }
            try {
                client.send(request, BodyHandlers.ofString());
            } catch (Exception e) {
                // each way to end is fine, as long as it ends
            }
            Thread.interrupted();
            ended.incrementAndGet();
            return;
        }
        CompletableFuture<HttpResponse<String>> call = client.sendAsync(request, BodyHandlers.ofString());
        call.whenComplete((response, failure) -> ended.incrementAndGet());
        if (way <= 3) {
            call.cancel(random.nextBoolean());
        } else if (way == 4) {
            call.thenApply(HttpResponse::body).cancel(true);
        } else if (way == 5) {
            call.complete(null);
        }
        if (random.nextInt(3) == 0) {
            try {
                call.join();
            } catch (RuntimeException e) {
                // likewise
            }
        }
    }

    private static Thread upstream(FakeClient fake, AtomicBoolean over, SplittableRandom random) {
        Thread thread = new Thread(() -> {
            while (!over.get()) {
                FakeClient.Exchange<?> exchange = fake.exchanges.poll();
                if (exchange == null) {
                    Thread.yield();
                } else if (random.nextInt(4) == 0) {
                    exchange.fail();
                } else {
                    exchange.answer();
                }
            }
        });
        thread.start();
        return thread;
    }
}
