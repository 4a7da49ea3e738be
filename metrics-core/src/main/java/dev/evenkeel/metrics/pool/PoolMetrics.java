package dev.evenkeel.metrics.pool;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Observed;
import dev.evenkeel.metrics.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one connection pool, under the same names whatever library made it.
 *
 * <p>{@link #database} uses OpenTelemetry's names, {@code db.client.connection.}: {@code count} by state {@code used} and
 * {@code idle}, {@code max}, {@code idle.min}, {@code pending_requests}, {@code timeouts}, {@code wait_time},
 * {@code create_time} and {@code use_time}. {@link #http} has the same under {@code http.client.connection.}, which OpenTelemetry does not
 * name; its states are {@code active} and {@code idle}, as OpenTelemetry has them for HTTP connections. The label that tells
 * pools apart is {@code db.client.connection.pool.name}, {@code http.client.connection.pool.name}.
 *
 * <pre>{@code
 * PoolMetrics metrics = PoolMetrics.database(registry, "ledger")
 *         .used(pool::borrowed)
 *         .idle(pool::free)
 *         .waiting(pool::waiters)
 *         .max(pool::size)
 *         .register();
 * }</pre>
 *
 * <p>Thread-safe. Suppliers are called at each collect, by the collecting thread; one that returns NaN, or throws, is absent
 * from that collect. Recording a time costs what a {@link Timer} costs, and allocates nothing.
 */
public final class PoolMetrics implements AutoCloseable {
    private static final String DATABASE = "db.client.connection";
    private static final String HTTP = "http.client.connection";

    private final String pool;
    private final List<Callback> callbacks;
    private final @Nullable Labelled<Timer> waitTimes;
    private final @Nullable Labelled<Timer> createTimes;
    private final @Nullable Labelled<Timer> useTimes;
    private final @Nullable Labelled<Counter> allTimeouts;
    private final @Nullable Timer waitTime;
    private final @Nullable Timer createTime;
    private final @Nullable Timer useTime;
    private final @Nullable Counter timeouts;
    private final AtomicBoolean closed = new AtomicBoolean();

    private record Callback(Observed family, DoubleSupplier value, String... labels) {}

    private PoolMetrics(Builder b) {
        pool = b.pool;
        callbacks = new ArrayList<>();
        if (b.used != null || b.idle != null) {
            Observed count =
                    gauge(b, ".count", "{connection}", "Open connections of the pool, by state.", b.stateLabel);
            observe(count, b.used, pool, b.usedWord);
            observe(count, b.idle, pool, "idle");
        }
        observe(b, ".max", "{connection}", "Most connections that the pool may open.", b.max);
        observe(b, ".idle.min", "{connection}", "Idle connections that the pool tries to keep.", b.idleMin);
        observe(b, ".pending_requests", "{request}", "Callers that wait for a connection now.", b.waiting);
        waitTimes = b.waitTimes
                ? timer(
                        b,
                        ".wait_time",
                        "Time that callers waited for a connection, those who got none in time included.")
                : null;
        createTimes = b.createTimes ? timer(b, ".create_time", "Time that it took to open a connection.") : null;
        useTimes = b.useTimes
                ? timer(b, ".use_time", "Time from taking a connection out of the pool to giving it back.")
                : null;
        allTimeouts = b.timeouts
                ? b.registry
                        .counter(b.prefix + ".timeouts")
                        .unit("{timeout}")
                        .help("Callers that got no connection in time.")
                        .labels(b.poolLabel)
                        .register()
                : null;
        waitTime = waitTimes == null ? null : waitTimes.bind(pool);
        createTime = createTimes == null ? null : createTimes.bind(pool);
        useTime = useTimes == null ? null : useTimes.bind(pool);
        timeouts = allTimeouts == null ? null : allTimeouts.bind(pool);
    }

    private static Observed gauge(Builder b, String tail, String unit, String help, String... moreLabels) {
        String[] labels = new String[1 + moreLabels.length];
        labels[0] = b.poolLabel;
        System.arraycopy(moreLabels, 0, labels, 1, moreLabels.length);
        return b.registry
                .observedGauge(b.prefix + tail)
                .unit(unit)
                .help(help)
                .labels(labels)
                .register();
    }

    private void observe(Builder b, String tail, String unit, String help, @Nullable DoubleSupplier value) {
        if (value != null) {
            observe(gauge(b, tail, unit, help), value, pool);
        }
    }

    private void observe(Observed family, @Nullable DoubleSupplier value, String... labels) {
        if (value != null) {
            family.add(value, labels);
            callbacks.add(new Callback(family, value, labels));
        }
    }

    private static Labelled<Timer> timer(Builder b, String tail, String help) {
        return b.registry.timer(b.prefix + tail).help(help).labels(b.poolLabel).register();
    }

    /**
     * Starts the description of a database pool.
     *
     * @param pool its name; a second pool of the same name takes the series over
     */
    public static Builder database(MetricRegistry registry, String pool) {
        return new Builder(registry, pool, DATABASE, DATABASE + ".state", "used");
    }

    /**
     * Starts the description of a pool of HTTP connections.
     *
     * @param pool its name; a second pool of the same name takes the series over
     */
    public static Builder http(MetricRegistry registry, String pool) {
        return new Builder(registry, pool, HTTP, "http.connection.state", "active");
    }

    /** The name of the pool. */
    public String pool() {
        return pool;
    }

    /**
     * Records how long a caller waited for a connection, in nanoseconds, whether it came or not. Without {@link
     * Builder#times} nothing happens.
     */
    public void recordWaitNanos(long nanos) {
        record(waitTime, nanos);
    }

    /** Records how long it took to open a connection, in nanoseconds. */
    public void recordCreateNanos(long nanos) {
        record(createTime, nanos);
    }

    /** Records how long a connection was out, in nanoseconds. */
    public void recordUseNanos(long nanos) {
        record(useTime, nanos);
    }

    private void record(@Nullable Timer timer, long nanos) {
        if (timer != null && !closed.get()) {
            timer.record(nanos);
        }
    }

    /** Counts a caller that got no connection in time. */
    public void recordTimeout() {
        if (timeouts != null && !closed.get()) {
            timeouts.increment();
        }
    }

    /** Whether {@link #close} was called. */
    public boolean closed() {
        return closed.get();
    }

    /**
     * Takes the pool's series away: gauges at once, times and timeouts with the next collect. What is recorded later is
     * not counted. A pool of the same name that was registered later keeps its gauges. Idempotent; waits for nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        for (Callback callback : callbacks) {
            callback.family().remove(callback.value(), callback.labels());
        }
        evict(waitTimes);
        evict(createTimes);
        evict(useTimes);
        evict(allTimeouts);
    }

    private void evict(@Nullable Labelled<?> family) {
        if (family != null) {
            family.evict(pool);
        }
    }

    /** Describes a {@link PoolMetrics}. What is not given is absent. Not safe for concurrent use. */
    public static final class Builder {
        private final MetricRegistry registry;
        private final String pool;
        private final String prefix;
        private final String poolLabel;
        private final String stateLabel;
        private final String usedWord;
        private @Nullable DoubleSupplier used;
        private @Nullable DoubleSupplier idle;
        private @Nullable DoubleSupplier waiting;
        private @Nullable DoubleSupplier max;
        private @Nullable DoubleSupplier idleMin;
        private boolean waitTimes;
        private boolean createTimes;
        private boolean useTimes;
        private boolean timeouts;

        private Builder(MetricRegistry registry, String pool, String prefix, String stateLabel, String usedWord) {
            this.registry = Objects.requireNonNull(registry, "registry");
            this.pool = Objects.requireNonNull(pool, "pool");
            if (pool.isBlank()) {
                throw new IllegalArgumentException("A pool needs a name that is not blank: it tells its series from "
                        + "those of other pools. Name it after what it connects to.");
            }
            this.prefix = prefix;
            this.poolLabel = prefix + ".pool.name";
            this.stateLabel = stateLabel;
            this.usedWord = usedWord;
        }

        /** Connections that callers hold now. */
        public Builder used(DoubleSupplier value) {
            used = Objects.requireNonNull(value, "value");
            return this;
        }

        /** Connections that are open and free now. */
        public Builder idle(DoubleSupplier value) {
            idle = Objects.requireNonNull(value, "value");
            return this;
        }

        /** Callers that wait for a connection now. */
        public Builder waiting(DoubleSupplier value) {
            waiting = Objects.requireNonNull(value, "value");
            return this;
        }

        /** Most connections that may be open. */
        public Builder max(DoubleSupplier value) {
            max = Objects.requireNonNull(value, "value");
            return this;
        }

        /** Idle connections that the pool tries to keep. */
        public Builder idleMin(DoubleSupplier value) {
            idleMin = Objects.requireNonNull(value, "value");
            return this;
        }

        /** Shows the times that will be recorded: of waits, of opening connections, of their use. */
        public Builder times(boolean waits, boolean creations, boolean uses) {
            waitTimes = waits;
            createTimes = creations;
            useTimes = uses;
            return this;
        }

        /** Shows the timeouts that will be recorded. */
        public Builder timeouts() {
            timeouts = true;
            return this;
        }

        /**
         * Registers the pool. A pool of that name that is there already is replaced.
         *
         * @throws IllegalArgumentException when something else has one of the names
         * @throws IllegalStateException when the registry is closed or its memory is spent
         */
        public PoolMetrics register() {
            return new PoolMetrics(this);
        }
    }
}
