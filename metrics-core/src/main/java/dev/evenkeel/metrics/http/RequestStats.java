package dev.evenkeel.metrics.http;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Histogram;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A few counts that belong to one request each: calls of the database, hits of a cache. Declared once; each request opens a
 * {@link RequestScope}, code below it counts by a {@link Stat} without knowing the request, and the end records the sums.
 *
 * <pre>{@code
 * static final RequestStats STATS = RequestStats.of(registry, "db.calls", "cache.hits");
 * static final RequestStats.Stat DB_CALLS = STATS.stat("db.calls");
 *
 * try (RequestScope scope = STATS.open("/pay")) { // in the handler
 *     pay(exchange);
 * }
 * DB_CALLS.increment(); // anywhere below
 * }</pre>
 *
 * <p>Each stat {@code X} is a histogram {@code request.X} with the label {@code request}, of one value a request: its sum is what all
 * requests did, its quantiles what one does. A request that was slow or failed is logged in one line with all its counts, at
 * most one line every 10 s; the next line says how many were left out.
 *
 * <p>Thread-safe. A count costs a thread-local look-up and an atomic addition and allocates nothing; a scope is two objects
 * and an array. The current scope is in a thread local of the thread that opened it, virtual or not, and leaves it with
 * {@code close}. Misuse never throws: {@code request.scope.misuse} counts it by {@code reason}, {@code closed_twice},
 * {@code after_close}, {@code order} (a scope closed on another thread, or before one that was opened in it) or
 * {@code negative}.
 */
public final class RequestStats {
    private static final int MOST_STATS = 16;
    private static final int MOST_REQUESTS = 100;

    private final List<Labelled<Histogram>> histograms = new ArrayList<>();
    private final List<String> names;
    private final Map<String, Stat> stats = new LinkedHashMap<>();
    private final Bounded<Histogram[]> byRequest;
    private final ThreadLocal<RequestScope.@Nullable Attachment> current = new ThreadLocal<>();
    private final Counter closedTwice;
    private final Counter afterClose;
    private final Counter order;
    private final Counter negative;
    private final NanoClock clock;
    private final Logger logger;
    private final long slowNanos;
    private final long logEveryNanos;
    private final AtomicLong nextLogNanos;
    private final AtomicLong unlogged = new AtomicLong();

    private RequestStats(Builder builder) {
        this.names = List.copyOf(builder.declared.keySet());
        this.clock = builder.clock;
        this.logger = builder.logger;
        this.slowNanos = builder.slowerThan.toNanos();
        this.logEveryNanos = builder.logEvery.toNanos();
        this.nextLogNanos = new AtomicLong(clock.nanos());
        builder.declared.forEach((name, declared) -> {
            stats.put(name, new Stat(this, stats.size()));
            histograms.add(builder.registry
                    .histogram("request." + name)
                    .unit(declared.unit())
                    .help(declared.help())
                    .labels("request")
                    .register());
        });
        this.byRequest = new Bounded<>(MOST_REQUESTS, this::bind);
        Labelled<Counter> misuse = builder.registry
                .counter("request.scope.misuse")
                .unit("{call}")
                .help("Calls that a request scope could not follow.")
                .labels("reason")
                .register();
        this.closedTwice = misuse.bind("closed_twice");
        this.afterClose = misuse.bind("after_close");
        this.order = misuse.bind("order");
        this.negative = misuse.bind("negative");
    }

    private Histogram[] bind(String request) {
        Histogram[] bound = new Histogram[histograms.size()];
        for (int i = 0; i < bound.length; i++) {
            bound[i] = histograms.get(i).bind(request);
        }
        return bound;
    }

    /** Returns stats without units, with the defaults of {@link Builder}. */
    public static RequestStats of(MetricRegistry registry, String... names) {
        Builder builder = builder(registry);
        for (String name : names) {
            builder.stat(name, "", "How often " + name + " happened in one request.");
        }
        return builder.build();
    }

    /** Starts stats with units and help, or with other rules for what is logged. */
    public static Builder builder(MetricRegistry registry) {
        return new Builder(registry);
    }

    /**
     * Returns what counts one of the stats. To be kept by who counts.
     *
     * @throws IllegalArgumentException when it was not declared
     */
    public Stat stat(String name) {
        Stat stat = stats.get(name);
        if (stat == null) {
            throw new IllegalArgumentException("Cannot count \"" + name + "\" in a request: declared are " + names
                    + ". Declare it where the others are, or use one of them.");
        }
        return stat;
    }

    /**
     * Opens a scope, which is the thread's current one until it is closed on the same thread. Inside another scope it is a request
     * of its own: what is counted in it is not counted in the outer one, so that each event is counted once.
     *
     * @param request what kind of request it is: a route, never a path. Past 100 kinds they are {@code _OTHER}.
     */
    public RequestScope open(String request) {
        RequestScope scope = openDetached(request);
        scope.ownAttachment(scope.attach());
        return scope;
    }

    /**
     * Opens a scope that is no thread's current one: for a request that several threads handle one after the other. Each of them
     * {@linkplain RequestScope#attach attaches} it for as long as it works on it, and the last one closes it.
     */
    public RequestScope openDetached(String request) {
        return new RequestScope(this, Objects.requireNonNull(request, "request"), clock.nanos(), names.size());
    }

    /** Returns the scope that the calling thread works in, or null; to hand it to another thread. */
    public @Nullable RequestScope current() {
        RequestScope.Attachment top = current.get();
        if (top == null || top.live()) {
            return top == null ? null : top.scope;
        }
        do {
            top = top.outer; // ended elsewhere
        } while (top != null && !top.live());
        set(top);
        return top == null ? null : top.scope;
    }

    /** Returns whether an attachment is the thread's innermost one, those apart that have ended elsewhere. */
    boolean isTop(RequestScope.Attachment attachment) {
        RequestScope.Attachment top = current.get();
        while (top != null && top != attachment && !top.live()) {
            top = top.outer;
        }
        return top == attachment;
    }

    RequestScope.@Nullable Attachment top() {
        current(); // forgets what has ended
        return current.get();
    }

    void set(RequestScope.@Nullable Attachment attachment) {
        if (attachment == null) {
            current.remove(); // not set(null): a pooled thread must not keep the entry
        } else {
            current.set(attachment);
        }
    }

    long nanos() {
        return clock.nanos();
    }

    void closedTwice() {
        closedTwice.increment();
    }

    void afterClose() {
        afterClose.increment();
    }

    void outOfOrder() {
        order.increment();
    }

    void negative() {
        negative.increment();
    }

    /** Records a request that has ended. */
    void ended(RequestScope scope, long nanos) {
        Histogram[] bound = byRequest.get(scope.request());
        for (int i = 0; i < bound.length; i++) {
            bound[i].record(scope.count(i));
        }
        if (nanos >= slowNanos || scope.hasFailed()) {
            logOrCount(scope, nanos);
        }
    }

    private void logOrCount(RequestScope scope, long nanos) {
        long now = clock.nanos();
        long next = nextLogNanos.get();
        if (now - next < 0 || !nextLogNanos.compareAndSet(next, now + logEveryNanos)) {
            unlogged.incrementAndGet();
            return;
        }
        Level level = scope.hasFailed() ? Level.WARNING : Level.INFO;
        if (logger.isLoggable(level)) {
            logger.log(level, line(scope, nanos, unlogged.getAndSet(0)));
        }
    }

    private String line(RequestScope scope, long nanos, long leftOut) {
        StringBuilder line = new StringBuilder(160);
        line.append("Request ").append(scope.request()).append(scope.hasFailed() ? " failed after " : " took ");
        line.append(TimeUnit.NANOSECONDS.toMillis(nanos)).append(" ms");
        Throwable failure = scope.failure();
        if (failure != null) {
            line.append(" (").append(failure).append(')');
        }
        line.append(':');
        for (int i = 0; i < names.size(); i++) {
            line.append(' ').append(names.get(i)).append('=').append(scope.count(i));
        }
        if (leftOut > 0) {
            line.append("; ").append(leftOut).append(" more were slow or failed since the last line");
        }
        return line.toString();
    }

    /** One of the counts. Thread-safe; belongs to the request that the calling thread works on. */
    public static final class Stat {
        private final RequestStats stats;
        private final int index;

        private Stat(RequestStats stats, int index) {
            this.stats = stats;
            this.index = index;
        }

        /** Adds one to the request that the calling thread works on; outside of a request, as in a background job, nothing. */
        public void increment() {
            add(1);
        }

        /** Adds an amount, at least 0. A negative one is counted as misuse. */
        public void add(long n) {
            RequestScope scope = stats.current();
            if (scope != null) {
                scope.add(index, n);
            }
        }

        /** Adds an amount to a request that the caller was handed. */
        public void addTo(RequestScope scope, long n) {
            if (scope.stats() != stats) {
                throw new IllegalArgumentException("Cannot count in a scope of other stats: its counts are " + scope
                        + ". Take the stat from the same RequestStats as the scope.");
            }
            scope.add(index, n);
        }
    }

    /** Declares the counts of a request. Not thread-safe; wrong input is refused at once. */
    public static final class Builder {
        private record Declared(String unit, String help) {}

        private final MetricRegistry registry;
        private final Map<String, Declared> declared = new LinkedHashMap<>();
        private Duration slowerThan = Duration.ofSeconds(1);
        private Duration logEvery = Duration.ofSeconds(10);
        private Logger logger = System.getLogger(RequestStats.class.getName());
        private NanoClock clock = NanoClock.system();

        private Builder(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /**
         * Declares a count.
         *
         * @param name dotted, what follows {@code request.}: {@code db.calls}
         * @param unit in UCUM: <code>{call}</code>, {@code By}; empty for none
         * @param help one sentence for who reads the values
         * @throws IllegalArgumentException when there is one of that name, or 16 already
         */
        public Builder stat(String name, String unit, String help) {
            Objects.requireNonNull(name, "name");
            if (declared.containsKey(name)) {
                throw new IllegalArgumentException("Cannot count \"" + name
                        + "\" twice in a request: a histogram has one value a request. Declare it once.");
            }
            if (declared.size() >= MOST_STATS) {
                throw new IllegalArgumentException(
                        "Cannot count \"" + name + "\" in a request beside " + declared.keySet()
                                + ": each is a value to record with every request, and " + MOST_STATS
                                + " are the most. Drop what nobody looks at.");
            }
            declared.put(
                    name, new Declared(Objects.requireNonNull(unit, "unit"), Objects.requireNonNull(help, "help")));
            return this;
        }

        /**
         * Sets from which duration on a request is logged, 1 s unless set. 0 logs any request.
         *
         * @throws IllegalArgumentException when it is negative
         */
        public Builder logSlowerThan(Duration limit) {
            this.slowerThan = notNegative(limit, "log requests slower than");
            return this;
        }

        /**
         * Sets the shortest time between two lines, 10 s unless set. 0 logs all that are slow or failed.
         *
         * @throws IllegalArgumentException when it is negative
         */
        public Builder logEvery(Duration interval) {
            this.logEvery = notNegative(interval, "log requests every");
            return this;
        }

        private static Duration notNegative(Duration duration, String what) {
            if (duration.isNegative()) {
                throw new IllegalArgumentException("Cannot " + what + " " + duration
                        + ": a duration is at least 0. Pass a positive one, or Duration.ZERO for all.");
            }
            return duration;
        }

        /** Sets where lines go: WARNING for failed requests, INFO for slow ones. */
        public Builder logger(Logger target) {
            this.logger = Objects.requireNonNull(target, "logger");
            return this;
        }

        /** Sets where elapsed time comes from. */
        public Builder nanoClock(NanoClock source) {
            this.clock = Objects.requireNonNull(source, "nanoClock");
            return this;
        }

        /**
         * Registers the histograms.
         *
         * @throws IllegalArgumentException when a name is none, or belongs to something else
         * @throws IllegalStateException when nothing was declared, or the registry is closed or its memory is spent
         */
        public RequestStats build() {
            if (declared.isEmpty()) {
                throw new IllegalStateException(
                        "Cannot count nothing in a request: a scope would have no use. Declare at least one stat.");
            }
            return new RequestStats(this);
        }
    }
}
