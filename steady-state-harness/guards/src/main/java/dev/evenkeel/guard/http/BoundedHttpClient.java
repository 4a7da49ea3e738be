package dev.evenkeel.guard.http;

import dev.evenkeel.guard.http.UpstreamBusyException.Reason;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.http.ForwardingHttpClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A {@code java.net.http} client with a bound on the calls in flight to each upstream: scheme, host and port.
 *
 * <p>{@code java.net.http} opens as many connections to a slow host as it is asked to. Here at most {@link Builder#permits} calls
 * are in flight to an upstream, at most {@link Builder#queue} wait for a place, in order of arrival, none of them longer
 * than {@link Builder#wait(Duration)}; what is refused fails with {@link UpstreamBusyException} and reaches no wire. One
 * slow upstream holds up no call to another.
 *
 * <p><b>A call is in flight until its body ends</b>, not until its headers: under HTTP/1.1 the connection is taken as long. A body
 * that is handed out as a stream must be read to its end or closed, or its place is never free again. A call gives its place back
 * exactly once, whether it was answered, failed, timed out, was cancelled or its thread was interrupted, and before its caller
 * learns that the body has ended. A call whose future somebody else completes, as {@code orTimeout} does, goes on until its
 * exchange ends: use {@code HttpRequest.timeout}, or {@code cancel(true)}, which ends the exchange. The time spent
 * waiting for a place does not count against {@code HttpRequest.timeout}.
 *
 * <p>Safe from any thread. A wait for a place blocks the thread in {@link #send} and no thread in {@link #sendAsync}. Starts no
 * thread of its own; on JDK 17 to 24 {@code build()} lets the JDK start its one daemon thread {@code
 * CompletableFutureDelayScheduler}, which it would start at the first wait, when a new thread looks like a leak. Costs two short
 * locks and a handful of small objects for each call. Redirects count as calls to the upstream that sent them; WebSockets are
 * not bounded.
 *
 * <p>Metrics, with the labels {@code client} and {@code upstream}: gauges {@code http.client.upstream.in_flight}, {@code .waiting}
 * and {@code .max}; counters {@code .waited} and {@code .rejected} (by {@code reason}); timer {@code .wait_time} of the calls
 * that had to wait; gauges {@code http.client.upstreams} and {@code http.client.upstreams.max}. How many connections are idle the
 * JDK's client does not tell: that is absent.
 *
 * <pre>{@code
 * HttpClient client = BoundedHttpClient.builder("clearing", HttpClient.newHttpClient())
 *         .permits(8)
 *         .wait(Duration.ofMillis(200))
 *         .registry(registry)
 *         .build();
 * }</pre>
 */
public final class BoundedHttpClient extends ForwardingHttpClient implements AutoCloseable {
    private final String name;
    private final long waitNanos;
    private final NanoClock clock;
    private final Upstreams upstreams;

    private BoundedHttpClient(Builder builder, MetricRegistry registry) {
        super(builder.client);
        name = builder.name;
        waitNanos = builder.waitNanos;
        clock = builder.clock;
        upstreams = new Upstreams(
                registry,
                name,
                builder.permits,
                waitNanos == 0 ? 0 : builder.queue,
                builder.maxUpstreams,
                builder.idleNanos,
                clock);
    }

    /**
     * Starts the description of a client.
     *
     * @param name the value of the label {@code client}; unique per registry
     * @param client what sends; stays the caller's to close
     */
    public static Builder builder(String name, HttpClient client) {
        return new Builder(name, client);
    }

    /**
     * Sends a request and waits for the answer, after waiting for a place.
     *
     * @throws UpstreamBusyException if there was no place; the request was not sent
     * @throws IOException what the client throws
     * @throws InterruptedException if interrupted in either wait; the call then holds no place
     */
    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        Objects.requireNonNull(handler, "handler");
        Permit permit = acquire(request.uri());
        boolean answered = false;
        try {
            HttpResponse<T> response = client.send(request, BodyWatch.over(handler, permit));
            answered = true;
            return response;
        } finally {
            if (!answered) {
                permit.giveBack();
            }
        }
    }

    private Permit acquire(URI uri) throws IOException, InterruptedException {
        long from = clock.nanos();
        while (true) {
            Upstreams.Known known = upstreams.of(uri);
            Permit permit = new Permit(known.upstream());
            CountDownLatch granted = new CountDownLatch(1);
            Upstream.Waiter waiter = granted::countDown;
            switch (known.upstream().enter(waiter, from)) {
                case GRANTED -> {
                    return permit;
                }
                case QUEUED -> {
                    known.meters().waits();
                    await(known, waiter, granted, permit, from);
                    return permit;
                }
                case FULL -> throw full(known);
                case GONE -> Thread.onSpinWait();
            }
        }
    }

    private void await(Upstreams.Known known, Upstream.Waiter waiter, CountDownLatch granted, Permit permit, long from)
            throws UpstreamBusyException, InterruptedException {
        boolean permitted = false;
        try {
            permitted = granted.await(waitNanos, TimeUnit.NANOSECONDS)
                    || !known.upstream().leave(waiter);
            if (!permitted) {
                known.meters().timedOut();
                throw waitTimeout(known);
            }
        } catch (InterruptedException e) {
            if (!known.upstream().leave(waiter)) {
                permit.giveBack(); // it was ours already
            }
            throw e;
        } finally {
            known.meters().waited(clock.nanos() - from);
        }
    }

    /**
     * Sends a request; waits for a place, and for the answer, without a thread. Dependents of a call that was refused run on the
     * client's executor, or on the common pool where it has none of its own.
     *
     * @return fails with {@link UpstreamBusyException} if there was no place; {@code cancel(true)} on it, or on what is made
     *     of it, leaves the queue or ends the exchange
     */
    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        return sendAsync(request, handler, null);
    }

    /** The same with a handler of what an HTTP/2 server pushes, which is not bounded. */
    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushHandler) {
        Objects.requireNonNull(handler, "handler");
        long from = clock.nanos();
        while (true) {
            Upstreams.Known known;
            try {
                known = upstreams.of(request.uri());
            } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
            }
            BoundedCall<T> call = new BoundedCall<>(
                    new Bookkeeping(known),
                    known.upstream(),
                    from,
                    permit -> client.sendAsync(request, BodyWatch.over(handler, permit), pushHandler));
            switch (known.upstream().enter(call, from)) {
                case GRANTED -> {
                    call.start();
                    return call;
                }
                case QUEUED -> {
                    known.meters().waits();
                    call.queued(waitNanos, client.executor().orElse(ForkJoinPool.commonPool()));
                    return call;
                }
                case FULL -> {
                    return CompletableFuture.failedFuture(full(known));
                }
                case GONE -> Thread.onSpinWait();
            }
        }
    }

    private UpstreamBusyException full(Upstreams.Known known) {
        known.meters().full();
        Upstream upstream = known.upstream();
        return new UpstreamBusyException(
                Reason.QUEUE_FULL,
                "Client \"" + name + "\" did not send a call to " + upstream.name + ": " + upstream.permits()
                        + " are in flight and " + upstream.queue()
                        + " wait, which is the bound. Answer busy, or try again "
                        + "later; if the upstream can take more, raise permits(..).");
    }

    private UpstreamBusyException waitTimeout(Upstreams.Known known) {
        Upstream upstream = known.upstream();
        return new UpstreamBusyException(
                Reason.WAIT_TIMEOUT,
                "Client \"" + name + "\" did not send a call to " + upstream.name + ": none of the "
                        + upstream.permits()
                        + " in flight ended within " + TimeUnit.NANOSECONDS.toMillis(waitNanos)
                        + " ms. Answer busy, or try again later; if the upstream can take more, raise permits(..).");
    }

    /** What a call without a thread reports to its upstream's metrics. */
    private final class Bookkeeping implements BoundedCall.Client {
        private final Upstreams.Known known;

        Bookkeeping(Upstreams.Known known) {
            this.known = known;
        }

        @Override
        public void waited(long fromNanos) {
            known.meters().waited(clock.nanos() - fromNanos);
        }

        @Override
        public void timedOut() {
            known.meters().timedOut();
        }

        @Override
        public UpstreamBusyException waitTimeout() {
            return BoundedHttpClient.this.waitTimeout(known);
        }
    }

    /** Calls in flight now to the upstream of this URI; 0 when it is not known. */
    public int inFlight(URI uri) {
        Upstream upstream = upstreams.find(uri);
        return upstream == null ? 0 : upstream.inFlight();
    }

    /** Calls waiting now for a place at the upstream of this URI; 0 when it is not known. */
    public int waiting(URI uri) {
        Upstream upstream = upstreams.find(uri);
        return upstream == null ? 0 : upstream.waiting();
    }

    /** Upstreams known now. */
    public int upstreams() {
        return upstreams.size();
    }

    /** Not bounded: a WebSocket lives long, and is counted by who opens it. */
    @Override
    public WebSocket.Builder newWebSocketBuilder() {
        return super.newWebSocketBuilder();
    }

    /**
     * Refuses calls from now on with an {@link IOException}, and takes the metrics away. Calls under way, waiting ones
     * among them, go on; the client that sends stays open, being the caller's. Idempotent; waits for nothing.
     */
    @Override
    public void close() {
        upstreams.close();
    }

    /** Describes a {@link BoundedHttpClient}. Not safe for concurrent use. */
    public static final class Builder {
        private static final int MOST_PERMITS = 10_000;

        private final String name;
        private final HttpClient client;
        private int permits = 8;
        private int queue = 16;
        private long waitNanos = Duration.ofMillis(250).toNanos();
        private int maxUpstreams = 64;
        private long idleNanos = Duration.ofMinutes(10).toNanos();
        private NanoClock clock = NanoClock.system();
        private @Nullable MetricRegistry registry;

        private Builder(String name, HttpClient client) {
            this.name = Objects.requireNonNull(name, "name");
            this.client = Objects.requireNonNull(client, "client");
            if (name.isBlank()) {
                throw new IllegalArgumentException("A client needs a name that is not blank: it names the series.");
            }
        }

        /**
         * Calls in flight to one upstream at once, 1 to 10000; by default 8. By Little's law that carries 80 calls a second
         * of 100 ms each, four times what most services ask of one upstream; and it is the most that an upstream which
         * stops answering can hold.
         */
        public Builder permits(int permits) {
            this.permits = inRange("permits", permits, 1, MOST_PERMITS);
            return this;
        }

        /**
         * Calls that may wait at once for one upstream, 0 to 10000; by default 16, which is two turns of 8 permits: who comes later
         * would wait longer than two calls take.
         */
        public Builder queue(int queue) {
            this.queue = inRange("queue", queue, 0, MOST_PERMITS);
            return this;
        }

        /**
         * The longest wait for a place, 0 to an hour; by default 250 ms. By then two calls of a healthy upstream have ended, and an
         * upstream that needs longer is better told to the caller than waited for. 0 does not wait.
         */
        public Builder wait(Duration wait) {
            if (wait.isNegative() || wait.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("Client \"" + name + "\" cannot wait " + wait
                        + " for a place: give a time from 0, which does not wait, to an hour.");
            }
            this.waitNanos = wait.toNanos();
            return this;
        }

        /**
         * Upstreams that may be known at once, 1 to 10000; by default 64, more than a service calls and fewer than a crawler does. When
         * one more is called, the one that has been idle longest is forgotten; where none is idle, the call is refused.
         */
        public Builder maxUpstreams(int upstreams) {
            this.maxUpstreams = inRange("maxUpstreams", upstreams, 1, MOST_PERMITS);
            return this;
        }

        /**
         * How long an upstream without a call is remembered, a second to a day; by default 10 minutes. It is forgotten, with its
         * series, at the next collect, or when its place is needed.
         */
        public Builder forgetIdleAfter(Duration idle) {
            if (idle.compareTo(Duration.ofSeconds(1)) < 0 || idle.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("Client \"" + name + "\" cannot forget upstreams after " + idle
                        + ": give a time from a second to a day, longer than the interval between two collects.");
            }
            this.idleNanos = idle.toNanos();
            return this;
        }

        /** What measures waits and idle time; by default the clock of the JVM. */
        public Builder clock(NanoClock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** Where the client's metrics go. Required. */
        public Builder registry(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
            return this;
        }

        private int inRange(String what, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException("Client \"" + name + "\" cannot have " + what + " = " + value
                        + ": give a number from " + least + " to " + most + ".");
            }
            return value;
        }

        /**
         * Builds the client.
         *
         * @throws IllegalStateException if no registry was given
         */
        public BoundedHttpClient build() {
            if (registry == null) {
                throw new IllegalStateException("Client \"" + name + "\" has no registry, so nobody would see it "
                        + "refuse. Call registry(..) before build().");
            }
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, 0, TimeUnit.NANOSECONDS); // starts the JDK's timer thread
            return new BoundedHttpClient(this, registry);
        }
    }
}
