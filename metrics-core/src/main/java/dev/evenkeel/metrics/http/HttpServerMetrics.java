package dev.evenkeel.metrics.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import dev.evenkeel.metrics.InFlight;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Timer;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times the requests of a JDK {@code HttpServer}, as the first filter of its contexts.
 *
 * <pre>{@code
 * HttpServerMetrics metrics = HttpServerMetrics.builder(registry).build();
 * server.createContext("/pay", pay).getFilters().add(0, metrics);
 * }</pre>
 *
 * <p>{@code http.server.request.duration} has the labels {@code http.request.method}, {@code url.scheme}, {@code http.route},
 * {@code http.response.status_code} and {@code error.type}; its count is the number of requests.
 * {@code http.server.active_requests} has the first two. A label that has no value is empty, which Prometheus takes for absent.
 * {@code error.type} is the status from 500 on, the class of what the handler threw, or {@code no_response} where the chain
 * returned without an answer. Methods outside RFC 9110 and PATCH are {@code _OTHER}.
 *
 * <p>A request ends when the rest of its chain returns or throws, once. Mind that the JDK's server may have sent the
 * answer before: a handler that goes on working after it is slower here than to its caller, and the caller may have the answer
 * before it is counted. Where another thread gives the answer, use {@link Builder#untilAnswered}. What the JDK's server
 * refuses by itself, such as a malformed request line, reaches no filter and is not counted.
 *
 * <p>Thread-safe; one object for any number of contexts and servers. Each request costs two clock readings and some additions;
 * allocates nothing once a route has had a method and status before. Exceptions pass through.
 */
public final class HttpServerMetrics extends Filter {
    private static final String NO_RESPONSE = "no_response";

    private final NanoClock clock;
    private final Function<HttpExchange, @Nullable String> route;
    private final boolean untilAnswered;
    private final Labelled<Timer> duration;
    private final Labelled<InFlight> active;
    private final Bounded<StatusTimers> plain;
    private final Bounded<StatusTimers> secure;
    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();

    private HttpServerMetrics(Builder builder) {
        this.clock = builder.clock;
        this.route = builder.route;
        this.untilAnswered = builder.untilAnswered;
        this.duration = builder.registry
                .timer("http.server.request.duration")
                .help("Time from the headers of a request to the end of its handling.")
                .labels("http.request.method", "url.scheme", "http.route", "http.response.status_code", "error.type")
                .register();
        this.active = builder.registry
                .inFlight("http.server.active_requests")
                .unit("{request}")
                .help("Requests that are being handled.")
                .labels("http.request.method", "url.scheme")
                .register();
        this.plain = timers("http", builder.routeLimit);
        this.secure = timers("https", builder.routeLimit);
    }

    private Bounded<StatusTimers> timers(String scheme, int limit) {
        return new Bounded<>(
                limit,
                name -> new StatusTimers(
                        500, (method, status, error) -> duration.bind(method, scheme, name, status, error)));
    }

    /** Starts a filter. */
    public static Builder builder(MetricRegistry registry) {
        return new Builder(registry);
    }

    @Override
    public String description() {
        return "Counts and times requests";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        long startNanos = clock.nanos();
        boolean https = exchange instanceof HttpsExchange;
        int method = HttpMethods.indexOf(exchange.getRequestMethod());
        // Now: once the answer is sent, an exchange of the JDK's server shows the context of the connection's next
        // request.
        StatusTimers timers = (https ? secure : plain).get(routeOf(exchange));
        InFlight.Scope scope =
                active.bind(HttpMethods.name(method), https ? "https" : "http").enter();
        if (untilAnswered) {
            AnsweredExchange answered = new AnsweredExchange(exchange, (status, thrown) -> {
                scope.close();
                record(timers, method, status, thrown, startNanos);
            });
            try {
                chain.doFilter(answered);
            } catch (Throwable e) {
                answered.end(e);
                throw e;
            }
            return;
        }
        Throwable thrown = null;
        try {
            chain.doFilter(exchange);
        } catch (Throwable e) {
            thrown = e;
            throw e;
        } finally {
            scope.close();
            record(timers, method, exchange.getResponseCode(), thrown, startNanos);
        }
    }

    private void record(StatusTimers timers, int method, int status, @Nullable Throwable thrown, long startNanos) {
        long nanos = clock.nanos() - startNanos;
        Timer timer;
        if (thrown != null) {
            timer = timers.ofError(method, status, thrown.getClass().getName());
        } else if (status < 100) {
            timer = timers.ofError(method, status, NO_RESPONSE);
        } else {
            timer = timers.ofStatus(method, status);
        }
        timer.record(nanos);
        requests.increment();
        if (thrown != null || status < 100 || status >= 500) {
            errors.increment();
        }
    }

    private String routeOf(HttpExchange exchange) {
        try {
            String name = route.apply(exchange);
            return name == null ? "" : name;
        } catch (RuntimeException e) {
            return ""; // a request without a route is still a request
        }
    }

    /** Returns how many requests have ended: the total of an availability objective. */
    public long requests() {
        return requests.sum();
    }

    /**
     * Returns how many requests have ended with a status of 500 or more, an exception, or no answer. Read it before
     * {@link #requests}, as {@code Slo.availabilityByErrors} does: then it is never the larger one.
     */
    public long errors() {
        return errors.sum();
    }

    /** Sets how requests are told apart. Not thread-safe. */
    public static final class Builder {
        private final MetricRegistry registry;
        private Function<HttpExchange, @Nullable String> route =
                exchange -> exchange.getHttpContext().getPath();
        private int routeLimit = 100;
        private boolean untilAnswered;
        private NanoClock clock = NanoClock.system();

        private Builder(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /**
         * Sets what gives the route of an exchange, before it is handled: a template such as {@code /orders/{id}}, never the
         * path itself. The path of the context unless set. Null means none; so does an exception.
         */
        public Builder route(Function<HttpExchange, @Nullable String> template) {
            this.route = Objects.requireNonNull(template, "template");
            return this;
        }

        /**
         * Sets the most routes, 100 unless set; later ones are counted as {@code _OTHER}. Each takes 2.4 kB for each method that
         * it gets, besides its series.
         *
         * @param limit at least 1
         * @throws IllegalArgumentException when it is less
         */
        public Builder routeLimit(int limit) {
            if (limit < 1) {
                throw new IllegalArgumentException("Cannot tell " + limit
                        + " routes apart: without one there is nothing to count. Pass 1 or more; the default is 100.");
            }
            this.routeLimit = limit;
            return this;
        }

        /**
         * Ends a request when its answer has been written or its exchange closed, on whatever thread, instead of when the chain
         * returns; what the chain throws ends it too. For handlers that hand the exchange to another thread. An exchange that
         * is forgotten stays active for ever. Later filters and the handler get a wrapped exchange; costs two objects a
         * request.
         */
        public Builder untilAnswered() {
            this.untilAnswered = true;
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
         * @throws IllegalArgumentException when one of the names belongs to something else
         * @throws IllegalStateException when the registry is closed or its memory is spent
         */
        public HttpServerMetrics build() {
            return new HttpServerMetrics(this);
        }
    }
}
