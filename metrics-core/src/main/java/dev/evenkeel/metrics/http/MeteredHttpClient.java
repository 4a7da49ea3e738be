package dev.evenkeel.metrics.http;

import dev.evenkeel.metrics.InFlight;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Timer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@code java.net.http} client that counts and times what another one sends.
 *
 * <pre>{@code
 * HttpClient client = MeteredHttpClient.builder(HttpClient.newHttpClient(), registry).build();
 * }</pre>
 *
 * <p>{@code http.client.request.duration} has the labels {@code http.request.method}, {@code server.address},
 * {@code server.port}, {@code http.response.status_code} and {@code error.type}; its count is the number of requests.
 * {@code http.client.active_requests} has the first three. A label that has no value is empty, which Prometheus takes for absent.
 * {@code error.type} is the status from 400 on, or the class of the exception: {@code java.net.http.HttpTimeoutException},
 * {@code java.lang.InterruptedException}, {@code java.util.concurrent.CancellationException}. Methods outside RFC 9110 and
 * PATCH are {@code _OTHER}; so is the address of servers past {@link Builder#serverLimit}.
 *
 * <p>A request ends once: when {@code send} returns or throws, or when the future of {@code sendAsync} completes, be it by a
 * timeout or by {@code cancel}. It is counted before whoever waits for it goes on. That is when the body handler has its
 * result: with {@code BodyHandlers.ofInputStream()} the body is still to come. A redirect that the client follows
 * is one request, to the first server; so is one that it repeats by itself. Web sockets are not counted.
 *
 * <p>As thread-safe as the client it wraps. Costs two clock readings and some additions a request; {@code send} allocates nothing
 * more once a server has had a method and status before, {@code sendAsync} two futures and their callback.
 */
public final class MeteredHttpClient extends ForwardingHttpClient {
    private final NanoClock clock;
    private final Labelled<Timer> duration;
    private final Labelled<InFlight> active;
    private final Servers servers;

    private MeteredHttpClient(Builder builder) {
        super(builder.client);
        this.clock = builder.clock;
        this.duration = builder.registry
                .timer("http.client.request.duration")
                .help("Time from sending a request to having its answer.")
                .labels(
                        "http.request.method",
                        "server.address",
                        "server.port",
                        "http.response.status_code",
                        "error.type")
                .register();
        this.active = builder.registry
                .inFlight("http.client.active_requests")
                .unit("{request}")
                .help("Requests that wait for their answer.")
                .labels("http.request.method", "server.address", "server.port")
                .register();
        this.servers = new Servers(builder.serverLimit, duration);
    }

    /** Starts a client that sends by another one. */
    public static Builder builder(HttpClient client, MetricRegistry registry) {
        return new Builder(client, registry);
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        Servers.Server server = servers.of(request.uri());
        int method = HttpMethods.indexOf(request.method());
        InFlight.Scope scope = enter(server, method);
        long startNanos = clock.nanos();
        HttpResponse<T> response = null;
        Throwable thrown = null;
        try {
            response = client.send(request, handler);
            return response;
        } catch (Throwable e) {
            thrown = e;
            throw e;
        } finally {
            end(scope, server, method, startNanos, response, thrown);
        }
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        return sendAsync(request, handler, null);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushPromises) {
        Servers.Server server = servers.of(request.uri());
        int method = HttpMethods.indexOf(request.method());
        InFlight.Scope scope = enter(server, method);
        long startNanos = clock.nanos();
        CompletableFuture<HttpResponse<T>> sent;
        try {
            sent = pushPromises == null
                    ? client.sendAsync(request, handler)
                    : client.sendAsync(request, handler, pushPromises);
        } catch (Throwable e) {
            end(scope, server, method, startNanos, null, e);
            throw e;
        }
        // The caller gets a dependent future, so that the request is counted before the caller sees its end. The JDK's
        // futures
        // pass a cancel on from dependents to the exchange, but JDK 17 now and then loses one that comes while the
        // request
        // is being sent, and the first future never completes: so whichever of the two comes first is the end.
        AtomicBoolean ended = new AtomicBoolean();
        BiConsumer<@Nullable HttpResponse<T>, @Nullable Throwable> end = (response, thrown) -> {
            if (ended.compareAndSet(false, true)) {
                end(scope, server, method, startNanos, response, thrown);
            }
        };
        CompletableFuture<HttpResponse<T>> counted = sent.whenComplete(end);
        counted.whenComplete(end);
        return counted;
    }

    private InFlight.Scope enter(Servers.Server server, int method) {
        return active.bind(HttpMethods.name(method), server.address, server.port)
                .enter();
    }

    private void end(
            InFlight.Scope scope,
            Servers.Server server,
            int method,
            long startNanos,
            @Nullable HttpResponse<?> response,
            @Nullable Throwable thrown) {
        long nanos = clock.nanos() - startNanos;
        scope.close();
        Timer timer = response == null
                ? server.timers.ofError(method, 0, typeOf(thrown))
                : server.timers.ofStatus(method, response.statusCode());
        timer.record(nanos);
    }

    private static String typeOf(@Nullable Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == null ? HttpMethods.OTHER : cause.getClass().getName();
    }

    // The rest came with JDK 21, where each overrides a method of HttpClient; before, the client has nothing to end.

    /** Starts an orderly end of the wrapped client. Before JDK 21 it does nothing. */
    public void shutdown() {
        ClientEnd.shutdown(client);
    }

    /** Ends the wrapped client at once; requests in flight fail. Before JDK 21 it does nothing. */
    public void shutdownNow() {
        ClientEnd.shutdownNow(client);
    }

    /**
     * Waits until the wrapped client has ended. Before JDK 21 it returns true at once.
     *
     * @throws InterruptedException when the thread is interrupted
     */
    public boolean awaitTermination(Duration limit) throws InterruptedException {
        return ClientEnd.awaitTermination(client, limit);
    }

    /** Returns whether the wrapped client has ended; false before JDK 21. */
    public boolean isTerminated() {
        return ClientEnd.isTerminated(client);
    }

    /** Closes the wrapped client, which waits for its requests. Before JDK 21 it does nothing. */
    public void close() {
        ClientEnd.close(client);
    }

    /** Sets what is wrapped, and how servers are told apart. Not thread-safe. */
    public static final class Builder {
        private final HttpClient client;
        private final MetricRegistry registry;
        private int serverLimit = 100;
        private NanoClock clock = NanoClock.system();

        private Builder(HttpClient client, MetricRegistry registry) {
            this.client = Objects.requireNonNull(client, "client");
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /**
         * Sets the most servers, told apart by address and port, 100 unless set; later ones are counted as {@code _OTHER}. Each
         * takes 2.4 kB for each method that it gets, besides its series.
         *
         * @param limit at least 1
         * @throws IllegalArgumentException when it is less
         */
        public Builder serverLimit(int limit) {
            if (limit < 1) {
                throw new IllegalArgumentException("Cannot tell " + limit
                        + " servers apart: without one there is nothing to count. Pass 1 or more; the default is 100.");
            }
            this.serverLimit = limit;
            return this;
        }

        /** Sets where elapsed time comes from. */
        public Builder nanoClock(NanoClock source) {
            this.clock = Objects.requireNonNull(source, "nanoClock");
            return this;
        }

        /**
         * Registers the instruments.
         *
         * @throws IllegalArgumentException when the client is metered already, or one of the names belongs to something else
         * @throws IllegalStateException when the registry is closed or its memory is spent
         */
        public MeteredHttpClient build() {
            if (client instanceof MeteredHttpClient) {
                throw new IllegalArgumentException(
                        "Cannot meter a client that is metered already: each request would count twice. Wrap the client "
                                + "itself, once.");
            }
            return new MeteredHttpClient(this);
        }
    }

    /** Finds a server by address and port without making a key. Thread-safe. */
    static final class Servers {
        static final class Server {
            final int number;
            final String address;
            final String port;
            final StatusTimers timers;
            final @Nullable Server next;

            Server(int number, String address, String port, StatusTimers timers, @Nullable Server next) {
                this.number = number;
                this.address = address;
                this.port = port;
                this.timers = timers;
                this.next = next;
            }
        }

        private final int limit;
        private final Labelled<Timer> duration;
        private final ConcurrentHashMap<String, Server> byHost = new ConcurrentHashMap<>();
        private int count;
        private volatile @Nullable Server rest;

        Servers(int limit, Labelled<Timer> duration) {
            this.limit = limit;
            this.duration = duration;
        }

        Server of(URI uri) {
            String host = uri.getHost() == null ? "" : uri.getHost();
            int port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
            Server found = find(host, port);
            if (found != null) {
                return found;
            }
            Server other = rest;
            return other != null ? other : add(host, port);
        }

        private @Nullable Server find(String host, int port) {
            Server server = byHost.get(host);
            while (server != null && server.number != port) {
                server = server.next;
            }
            return server;
        }

        private synchronized Server add(String host, int port) {
            Server found = find(host, port);
            if (found != null) {
                return found;
            }
            Server other = rest;
            if (other != null) {
                return other;
            }
            if (count >= limit) {
                Server made = make(HttpMethods.OTHER, 0, "", null);
                rest = made;
                return made;
            }
            count++;
            Server made = make(host.toLowerCase(Locale.ROOT), port, Integer.toString(port), byHost.get(host));
            byHost.put(host, made);
            return made;
        }

        private Server make(String address, int number, String port, @Nullable Server next) {
            StatusTimers timers = new StatusTimers(
                    400, (method, status, error) -> duration.bind(method, address, port, status, error));
            return new Server(number, address, port, timers, next);
        }
    }
}
