package dev.evenkeel.guard.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.guard.http.UpstreamBusyException.Reason;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BoundedHttpClientTest {
    private static final URI CLEARING = URI.create("http://clearing:8080/clear");
    private static final String CLEARING_NAME = "http://clearing:8080";

    private final MetricRegistry registry = MetricRegistry.create();
    private final AtomicLong nanos = new AtomicLong();
    private final FakeClient fake = new FakeClient();

    @AfterEach
    void closeRegistry() {
        registry.close();
    }

    private BoundedHttpClient.Builder client() {
        return BoundedHttpClient.builder("c", fake)
                .permits(1)
                .queue(1)
                .wait(Duration.ofMinutes(10))
                .clock(nanos::get)
                .registry(registry);
    }

    private static HttpRequest to(String uri) {
        return HttpRequest.newBuilder(URI.create(uri)).build();
    }

    private static CompletableFuture<HttpResponse<String>> call(BoundedHttpClient client) {
        return client.sendAsync(HttpRequest.newBuilder(CLEARING).build(), BodyHandlers.ofString());
    }

    private double value(String metric, String... more) {
        List<String> labels = new ArrayList<>(List.of("c", CLEARING_NAME));
        labels.addAll(List.of(more));
        return registry.snapshot().value("http.client.upstream." + metric, labels.toArray(String[]::new));
    }

    private static UpstreamBusyException busy(CompletableFuture<?> call) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> call.get(10, TimeUnit.SECONDS));
        return assertInstanceOf(UpstreamBusyException.class, e.getCause());
    }

    @Test
    void lastPermitIsTheLimitAndWhoComesNextWaits() throws Exception {
        BoundedHttpClient client = client().build();
        CompletableFuture<HttpResponse<String>> first = call(client);
        CompletableFuture<HttpResponse<String>> second = call(client);

        assertEquals(1, fake.sent.get());
        assertEquals(1, client.inFlight(CLEARING));
        assertEquals(1, client.waiting(CLEARING));
        assertEquals(1, value("in_flight"));
        assertEquals(1, value("waiting"));
        assertEquals(1, value("max"));

        nanos.set(5_000_000);
        fake.exchanges.remove().answer();
        assertEquals("ok", first.get().body());
        fake.exchanges.remove().answer();
        assertEquals("ok", second.get().body());

        assertEquals(0, client.inFlight(CLEARING));
        assertEquals(0, client.waiting(CLEARING));
        assertEquals(1, value("waited"));
        assertEquals(
                5_000_000,
                registry.snapshot()
                        .find("http.client.upstream.wait_time", "c", CLEARING_NAME)
                        .orElseThrow()
                        .histogram()
                        .sum());
    }

    @Test
    void oneWaiterTooManyIsRefusedAtOnceAndToldWhy() {
        BoundedHttpClient client = client().build();
        call(client);
        call(client);

        UpstreamBusyException e = busy(call(client));

        assertSame(Reason.QUEUE_FULL, e.reason());
        assertEquals(
                "Client \"c\" did not send a call to http://clearing:8080: 1 are in flight and 1 wait, which is the bound. "
                        + "Answer busy, or try again later; if the upstream can take more, raise permits(..).",
                e.getMessage());
        assertEquals(1, value("rejected", "queue_full"));
        assertThrows(
                UpstreamBusyException.class,
                () -> client.send(HttpRequest.newBuilder(CLEARING).build(), BodyHandlers.ofString()));
        assertEquals(2, value("rejected", "queue_full"));
        assertEquals(1, fake.sent.get());
    }

    @Test
    void waitThatIsOverIsATimeoutForBothWaysToCall() {
        BoundedHttpClient client = client().queue(2).wait(Duration.ofMillis(1)).build();
        call(client);

        assertSame(Reason.WAIT_TIMEOUT, busy(call(client)).reason());
        UpstreamBusyException e = assertThrows(
                UpstreamBusyException.class,
                () -> client.send(HttpRequest.newBuilder(CLEARING).build(), BodyHandlers.ofString()));

        assertSame(Reason.WAIT_TIMEOUT, e.reason());
        assertEquals(2, value("rejected", "wait_timeout"));
        assertEquals(0, client.waiting(CLEARING));
        assertEquals(1, client.inFlight(CLEARING));
    }

    @Test
    void waitOfZeroDoesNotQueue() {
        BoundedHttpClient client = client().wait(Duration.ZERO).build();
        call(client);

        assertSame(Reason.QUEUE_FULL, busy(call(client)).reason());
        assertEquals(0, value("waited"));
    }

    @Test
    void waitersAreServedInOrder() {
        BoundedHttpClient client = client().queue(3).build();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int number = i;
            call(client).thenAccept(answer -> order.add(number));
        }

        for (int i = 0; i < 4; i++) {
            fake.exchanges.remove().answer();
        }

        assertEquals(List.of(0, 1, 2, 3), order);
    }

    @Test
    void upstreamsAreApart() {
        BoundedHttpClient client = client().queue(0).build();
        client.sendAsync(to("http://a/1"), BodyHandlers.ofString());
        client.sendAsync(to("https://a/1"), BodyHandlers.ofString());
        client.sendAsync(to("http://a:81/1"), BodyHandlers.ofString());

        assertEquals(3, fake.sent.get());
        assertEquals(3, client.upstreams());
        busy(client.sendAsync(to("HTTP://A:80/2"), BodyHandlers.ofString()));
        assertEquals(3, client.upstreams());
    }

    @Test
    void placeIsTakenUntilTheBodyEndsAndFreeBeforeItsReaderKnows() {
        BoundedHttpClient client = client().build();
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(HttpRequest.newBuilder(CLEARING).build(), BodyHandlers.ofInputStream());
        FakeClient.Exchange<?> exchange = fake.exchanges.remove().headers();

        assertTrue(answer.isDone(), "a stream is handed out with the headers");
        assertEquals(1, client.inFlight(CLEARING));
        exchange.bodyEnds();
        assertEquals(0, client.inFlight(CLEARING));

        List<Integer> seen = new ArrayList<>();
        call(client).thenAccept(response -> seen.add(client.inFlight(CLEARING)));
        fake.exchanges.remove().answer();
        assertEquals(List.of(0), seen);
    }

    @Test
    void streamClosedEarlyGivesThePlaceBack() throws Exception {
        BoundedHttpClient client = client().build();
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(HttpRequest.newBuilder(CLEARING).build(), BodyHandlers.ofInputStream());
        fake.exchanges.remove().headers();

        answer.get().body().close();
        answer.get().body().close();

        assertEquals(0, client.inFlight(CLEARING));
        assertEquals(0, fake.open.get());
    }

    @Test
    void everyWayToFailGivesThePlaceBackOnce() {
        BoundedHttpClient client = client().queue(0).build();

        CompletableFuture<HttpResponse<String>> refused = call(client);
        fake.exchanges.remove().fail();
        assertEquals(0, client.inFlight(CLEARING));
        assertInstanceOf(
                IOException.class,
                assertThrows(ExecutionException.class, refused::get).getCause());

        CompletableFuture<HttpResponse<String>> reset = call(client);
        fake.exchanges.remove().headers().bodyFails();
        assertEquals(0, client.inFlight(CLEARING));
        assertEquals(
                "connection reset",
                assertThrows(ExecutionException.class, reset::get).getCause().getMessage());

        fake.refusal = new IllegalArgumentException("no such request");
        CompletableFuture<HttpResponse<String>> impossible = call(client);
        assertEquals(0, client.inFlight(CLEARING));
        assertSame(
                fake.refusal,
                assertThrows(ExecutionException.class, impossible::get).getCause());
        assertThrows(
                IllegalArgumentException.class,
                () -> client.send(HttpRequest.newBuilder(CLEARING).build(), BodyHandlers.ofString()));
        assertEquals(0, client.inFlight(CLEARING));
    }

    @Test
    void queuedCallsThatCannotBeSentFailOneAfterTheOtherWithoutDeepStacks() {
        BoundedHttpClient client = client().queue(10_000).build();
        call(client);
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            waiting.add(call(client));
        }
        fake.refusal = new IllegalStateException("closed");

        fake.exchanges.remove().answer();

        assertTrue(waiting.stream().allMatch(CompletableFuture::isCompletedExceptionally));
        assertEquals(0, client.inFlight(CLEARING));
        assertEquals(0, client.waiting(CLEARING));
    }

    @Test
    void cancelledWaiterLeavesTheQueueAndIsNeverSent() {
        BoundedHttpClient client = client().build();
        call(client);
        CompletableFuture<HttpResponse<String>> waiting = call(client);

        assertTrue(waiting.cancel(false));

        assertEquals(0, client.waiting(CLEARING));
        fake.exchanges.remove().answer();
        assertEquals(1, fake.sent.get());
        assertEquals(0, client.inFlight(CLEARING));
    }

    @Test
    void waiterWhoseFutureTimesOutLeavesTheQueue() {
        BoundedHttpClient client = client().build();
        call(client);
        CompletableFuture<HttpResponse<String>> waiting = call(client).orTimeout(1, TimeUnit.MILLISECONDS);

        assertInstanceOf(
                TimeoutException.class,
                assertThrows(CompletionException.class, waiting::join).getCause());
        assertEquals(0, client.waiting(CLEARING));
    }

    @Test
    void cancelOfACallOrOfWhatWasMadeOfItEndsTheExchange() {
        BoundedHttpClient client = client().build();
        CompletableFuture<HttpResponse<String>> call = call(client);

        assertTrue(call.cancel(true));
        assertThrows(CancellationException.class, fake.exchanges.remove().answer::join);
        assertEquals(0, client.inFlight(CLEARING));

        CompletableFuture<String> derived =
                call(client).thenApply(HttpResponse::body).thenApply(String::trim);
        assertTrue(derived.cancel(true));
        assertThrows(CancellationException.class, fake.exchanges.remove().answer::join);
        assertEquals(0, client.inFlight(CLEARING));

        CompletableFuture<HttpResponse<String>> spared = call(client);
        assertTrue(spared.cancel(false));
        assertEquals(1, client.inFlight(CLEARING), "the exchange goes on");
        fake.exchanges.remove().answer();
        assertEquals(0, client.inFlight(CLEARING));
    }

    @Test
    void interruptedCallersHoldNothing() throws Exception {
        BoundedHttpClient client = client().build();
        AtomicReference<Throwable> sending = new AtomicReference<>();
        AtomicReference<Throwable> waiting = new AtomicReference<>();
        Thread sender = caller(client, sending);
        while (fake.sent.get() == 0) {
            Thread.onSpinWait();
        }
        Thread waiter = caller(client, waiting);
        while (client.waiting(CLEARING) == 0) {
            Thread.onSpinWait();
        }

        waiter.interrupt();
        waiter.join();
        assertEquals(0, client.waiting(CLEARING));
        assertEquals(1, client.inFlight(CLEARING));
        sender.interrupt();
        sender.join();

        assertEquals(0, client.inFlight(CLEARING));
        assertInstanceOf(InterruptedException.class, waiting.get());
        assertInstanceOf(InterruptedException.class, sending.get());
        assertEquals(1, fake.sent.get());
    }

    private static Thread caller(BoundedHttpClient client, AtomicReference<Throwable> failure) {
        Thread thread = new Thread(() -> {
            try {
                client.send(HttpRequest.newBuilder(CLEARING).build(), BodyHandlers.ofString());
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void idleUpstreamIsForgottenAtACollectWithItsSeries() {
        BoundedHttpClient client =
                client().forgetIdleAfter(Duration.ofMinutes(1)).build();
        call(client);
        nanos.set(Duration.ofMinutes(5).toNanos());
        assertEquals(1, registry.snapshot().value("http.client.upstreams", "c"), "a busy one stays");
        fake.exchanges.remove().answer();

        registry.snapshot();

        assertEquals(0, client.upstreams());
        registry.snapshot();
        assertTrue(registry.snapshot().points().stream()
                .noneMatch(p -> p.descriptor().name().startsWith("http.client.upstream.")));
        call(client);
        assertEquals(1, value("in_flight"));
    }

    @Test
    void oneUpstreamTooManyTakesThePlaceOfTheLongestIdleOrIsRefused() {
        BoundedHttpClient client = client().maxUpstreams(2).build();
        client.sendAsync(to("http://a/"), BodyHandlers.ofString());
        nanos.set(1);
        client.sendAsync(to("http://b/"), BodyHandlers.ofString());

        UpstreamBusyException e = busy(client.sendAsync(to("http://c/"), BodyHandlers.ofString()));
        fake.exchanges.forEach(FakeClient.Exchange::answer);
        client.sendAsync(to("http://c/"), BodyHandlers.ofString());

        assertSame(Reason.TOO_MANY_UPSTREAMS, e.reason());
        assertEquals(
                "Client \"c\" did not send a call to http://c:80: it knows 2 upstreams already, and all have calls. Raise "
                        + "maxUpstreams(..), or see who sends to ever new hosts.",
                e.getMessage());
        assertEquals(1, registry.snapshot().value("http.client.upstream.rejected", "c", "other", "too_many_upstreams"));
        assertEquals(2, client.upstreams());
        assertEquals(1, registry.snapshot().value("http.client.upstream.in_flight", "c", "http://c:80"));
        assertEquals(0, registry.snapshot().value("http.client.upstream.in_flight", "c", "http://b:80"));
        assertEquals(Double.NaN, registry.snapshot().value("http.client.upstream.in_flight", "c", "http://a:80"));
    }

    @Test
    void closedClientRefusesAndIsAbsentWhileCallsUnderWayGoOn() throws Exception {
        BoundedHttpClient client = client().build();
        CompletableFuture<HttpResponse<String>> first = call(client);
        CompletableFuture<HttpResponse<String>> second = call(client);

        client.close();
        client.close();

        IOException e = assertInstanceOf(
                IOException.class,
                assertThrows(ExecutionException.class, call(client)::get).getCause());
        assertEquals(
                "Client \"c\" did not send a call to http://clearing:8080: it is closed, and nothing would bound the call. "
                        + "Close it after its last call.",
                e.getMessage());
        fake.exchanges.remove().answer();
        fake.exchanges.remove().answer();
        assertEquals("ok", first.get().body());
        assertEquals("ok", second.get().body());
        registry.snapshot();
        assertTrue(registry.snapshot().points().stream()
                .noneMatch(p -> p.descriptor().name().startsWith("http.client")));
        assertEquals(0, registry.snapshot().value("evenkeel.dropped", "callback_error"));
    }

    @Test
    void whatTheClientKnowsIsPassedOn() {
        BoundedHttpClient client = client().build();

        assertEquals(Duration.ofSeconds(7), client.connectTimeout().orElseThrow());
        assertSame(java.net.http.HttpClient.Version.HTTP_1_1, client.version());
        assertSame(java.net.http.HttpClient.Redirect.NEVER, client.followRedirects());
        assertFalse(client.executor().isPresent());
    }

    @Test
    void impossibleClientsAreNotBuilt() {
        assertThrows(IllegalArgumentException.class, () -> client().permits(0));
        assertThrows(IllegalArgumentException.class, () -> client().queue(-1));
        assertThrows(IllegalArgumentException.class, () -> client().wait(Duration.ofNanos(-1)));
        assertThrows(IllegalArgumentException.class, () -> client().maxUpstreams(0));
        assertThrows(IllegalArgumentException.class, () -> client().forgetIdleAfter(Duration.ofMillis(999)));
        assertThrows(IllegalArgumentException.class, () -> BoundedHttpClient.builder(" ", fake));
        assertThrows(IllegalStateException.class, () -> BoundedHttpClient.builder("c", fake)
                .build());
    }
}
