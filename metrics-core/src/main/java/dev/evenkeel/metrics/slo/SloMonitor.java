package dev.evenkeel.metrics.slo;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.WallClock;
import java.lang.System.Logger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Watches the objectives of one process: keeps their history over restarts, shows error budgets and burn rates as gauges, and
 * calls a listener when a breach starts and after it has ended.
 *
 * <pre>{@code
 * SloMonitor monitor = SloMonitor.builder(registry)
 *         .add(Slo.availability("checkout", good::sum, requests::sum).target(0.999).build())
 *         .stateFile(Path.of("/var/lib/shop/slo.state"))
 *         .listener(alert -> pager.send(alert.toString()))
 *         .build();
 * scheduler.scheduleAtFixedRate(monitor::tick, 10, 10, TimeUnit.SECONDS);
 * }</pre>
 *
 * <p>Thread-safe. Starts no thread: whoever schedules calls {@link #tick} every 10 s, and {@link #close} at the end. A
 * collect that finds the last reading older than 10 s takes one itself, so the gauges are right without ticks; alerts and the
 * state file need them. A reading of an objective costs a microsecond, of a latency objective some tens; each
 * objective takes 77 kB, and some 60 kB in the file.
 *
 * <p>Counted is what happens from {@code build()} on, and what the state file holds from before. What happens while the
 * process is down, or after the last write before a kill, is not known: neither good nor bad, and missing from
 * {@code slo.observed_span}.
 *
 * <p>Gauges: {@code slo.objective}, {@code slo.period}, {@code slo.threshold} (latency only), {@code slo.error_budget.remaining},
 * {@code slo.burn_rate} by window (absent without events), {@code slo.observed_span} and {@code slo.alert.firing} by level.
 * Counters: {@code slo.source.errors}, {@code slo.source.resets}, {@code slo.state.errors}, {@code slo.listener.errors} and
 * {@code slo.clock.steps_back}.
 */
public final class SloMonitor implements AutoCloseable {
    private static final Logger LOG = System.getLogger(SloMonitor.class.getName());
    private static final long READ_EVERY_NANOS = 10_000_000_000L;

    private final NanoClock nanoClock;
    private final long saveEveryNanos;
    private final SloListener listener;
    private final SloKeeper keeper;
    private final RareLog rarely;
    private final SloTimeline timeline;
    private final Map<String, SloWatch> watches = new LinkedHashMap<>();

    /** Guards everything below; held while counters are read, never while a file is written or a listener runs. */
    private final ReentrantLock lock = new ReentrantLock();

    /** One tick at a time, so that listeners see starts before ends. Taken before the other. */
    private final ReentrantLock ticking = new ReentrantLock();

    private final Map<String, SloReading> readings = new LinkedHashMap<>();
    private long readNanos;
    private long savedNanos;
    private boolean closed;
    private volatile long listenerErrors;

    private SloMonitor(Builder builder) {
        this.nanoClock = builder.nanoClock;
        this.saveEveryNanos = builder.saveEvery.toNanos();
        this.listener = builder.listener;
        this.rarely = new RareLog(LOG, nanoClock);
        this.keeper = new SloKeeper(builder.stateFile, nanoClock);
        Map<Slo, SloHistory> restored = keeper.load(builder.slos);
        long notBefore = Long.MIN_VALUE;
        for (SloHistory history : restored.values()) {
            notBefore = Math.max(notBefore, history.time());
        }
        this.timeline = new SloTimeline(builder.wallClock, nanoClock, notBefore);
        for (Slo slo : builder.slos) {
            SloHistory history = restored.get(slo);
            if (history == null) {
                history = new SloHistory(slo.periodMillis(), slo.budget());
                history.begin(timeline.now());
            } else {
                history.gap();
                history.add(timeline.now(), 0, 0, 0);
            }
            SloWatch watch = new SloWatch(slo, history);
            watch.start();
            watches.put(slo.name(), watch);
            readings.put(slo.name(), history.read());
        }
        this.readNanos = nanoClock.nanos();
        this.savedNanos = readNanos;
    }

    /** Starts a monitor. */
    public static Builder builder(MetricRegistry registry) {
        return new Builder(registry);
    }

    double stateErrors() {
        return keeper.errors();
    }

    double listenerErrors() {
        return listenerErrors;
    }

    double stepsBack() {
        lock.lock();
        try {
            return timeline.stepsBack();
        } finally {
            lock.unlock();
        }
    }

    double ifOpen(double value) {
        lock.lock();
        try {
            return closed ? Double.NaN : value;
        } finally {
            lock.unlock();
        }
    }

    double current(SloWatch watch, ToDoubleFunction<SloReading> value) {
        lock.lock();
        try {
            if (closed) {
                return Double.NaN;
            }
            if (nanoClock.nanos() - readNanos >= READ_EVERY_NANOS) {
                readAll();
            }
            return value.applyAsDouble(lastReading(watch));
        } finally {
            lock.unlock();
        }
    }

    private SloReading lastReading(SloWatch watch) {
        return Objects.requireNonNull(readings.get(watch.slo.name()), "reading");
    }

    /**
     * Returns what an objective looks like now. Reads all objectives; allocates.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    public SloReading read(String slo) {
        SloWatch watch = watches.get(Objects.requireNonNull(slo, "slo"));
        if (watch == null) {
            throw new IllegalArgumentException("Cannot read SLO \"" + slo + "\": this monitor watches "
                    + watches.keySet() + ". Pass one of these names, or add(..) the objective before build().");
        }
        lock.lock();
        try {
            if (!closed) {
                readAll();
            }
            return lastReading(watch);
        } finally {
            lock.unlock();
        }
    }

    private void readAll() {
        readNanos = nanoClock.nanos();
        long before = timeline.now();
        long now = timeline.advance();
        long observed = now - before - timeline.unseenMillis();
        for (SloWatch watch : watches.values()) {
            if (timeline.unseenMillis() > 0) {
                watch.history.gap();
            }
            watch.read(now, observed);
            readings.put(watch.slo.name(), watch.history.read());
        }
    }

    /**
     * Reads all objectives, calls the listener where a breach started or ended, and writes the state file when the last write is a
     * minute old. To be called every 10 s: more often changes nothing; later makes windows longer by as much. Waits
     * for the file to be on disk, and for the listener. Does nothing after {@link #close}.
     */
    public void tick() {
        ticking.lock();
        try {
            List<SloAlert> changes = new ArrayList<>(0);
            byte[] state = null;
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                readAll();
                for (SloWatch watch : watches.values()) {
                    changes.addAll(watch.alerts(lastReading(watch)));
                }
                if (keeper.keeps() && readNanos - savedNanos >= saveEveryNanos) {
                    savedNanos = readNanos;
                    state = encode();
                }
            } finally {
                lock.unlock();
            }
            if (state != null) {
                keeper.save(state);
            }
            for (SloAlert change : changes) {
                tell(change);
            }
        } finally {
            ticking.unlock();
        }
    }

    private byte[] encode() {
        StringBuilder text = new StringBuilder();
        for (SloWatch watch : watches.values()) {
            SloState.append(text, watch.slo, watch.history);
        }
        return SloState.withChecksum(text);
    }

    private void tell(SloAlert change) {
        try {
            listener.changed(change);
        } catch (RuntimeException e) {
            listenerErrors++; // under the ticking lock
            if (rarely.mayLog()) {
                rarely.log("The listener of SLO alerts threw " + e + " at " + change
                        + "; it is not called again for this one.");
            }
        }
    }

    /** Reads once more, writes the state and releases the file. The gauges go. Idempotent; waits for the file to be on disk. */
    @Override
    public void close() {
        ticking.lock();
        try {
            byte[] state;
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                readAll();
                closed = true;
                state = encode();
            } finally {
                lock.unlock();
            }
            keeper.save(state);
            keeper.close();
        } finally {
            ticking.unlock();
        }
    }

    /** Ends without a last reading or write, as a killed process does. For tests. */
    void kill() {
        lock.lock();
        try {
            closed = true;
            keeper.close();
        } finally {
            lock.unlock();
        }
    }

    /** Sets what a monitor watches. Not thread-safe. */
    public static final class Builder {
        private final MetricRegistry registry;
        private final List<Slo> slos = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private @Nullable Path stateFile;
        private Duration saveEvery = Duration.ofMinutes(1);
        private SloListener listener = alert -> {};
        private WallClock wallClock = WallClock.system();
        private NanoClock nanoClock = NanoClock.system();

        private Builder(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /**
         * Adds an objective.
         *
         * @throws IllegalArgumentException when there is one of that name
         */
        public Builder add(Slo slo) {
            if (!names.add(slo.name())) {
                throw new IllegalArgumentException("Cannot watch two SLOs named \"" + slo.name()
                        + "\": the name tells their gauges and their state apart. Rename one of them.");
            }
            slos.add(slo);
            return this;
        }

        /**
         * Sets where the state is kept; without it each restart starts with nothing seen. The folder is made. Beside the file
         * there are {@code .tmp} while it is written, {@code .lock} while a monitor uses it, and {@code .unusable}, the
         * last one that was damaged. A file that cannot be used is said in the log and in {@code slo.state.errors}, and never
         * stops the service.
         */
        public Builder stateFile(Path file) {
            this.stateFile = Objects.requireNonNull(file, "stateFile");
            return this;
        }

        /**
         * Sets how often the state is written, every minute unless set: what a kill can lose.
         *
         * @param interval 10 s to 1 day
         * @throws IllegalArgumentException when it is outside that range
         */
        public Builder saveEvery(Duration interval) {
            if (interval.compareTo(Duration.ofSeconds(10)) < 0 || interval.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("Cannot write SLO state every " + interval
                        + ": each write waits for the disk, and a kill loses what came after the last one. Choose 10 s to "
                        + "1 day; the default is a minute.");
            }
            this.saveEvery = interval;
            return this;
        }

        /** Sets who is called when a breach starts and after it has ended. A new process calls again for a breach that is still on. */
        public Builder listener(SloListener called) {
            this.listener = Objects.requireNonNull(called, "listener");
            return this;
        }

        /** Sets where dates come from: they place a process after the one before it. */
        public Builder wallClock(WallClock clock) {
            this.wallClock = Objects.requireNonNull(clock, "wallClock");
            return this;
        }

        /** Sets where elapsed time comes from. */
        public Builder nanoClock(NanoClock clock) {
            this.nanoClock = Objects.requireNonNull(clock, "nanoClock");
            return this;
        }

        /**
         * Reads the state, registers the gauges, and begins.
         *
         * @throws IllegalStateException when there is no objective, or the registry is closed or full
         */
        public SloMonitor build() {
            if (slos.isEmpty()) {
                throw new IllegalStateException(
                        "Cannot watch no SLO: there would be nothing to show. Call add(..) at least once.");
            }
            SloMonitor monitor = new SloMonitor(this);
            try {
                SloGauges.bind(monitor, monitor.watches.values(), registry);
            } catch (RuntimeException e) {
                monitor.keeper.close(); // else nobody could use the file until the JVM ends
                throw e;
            }
            return monitor;
        }
    }
}
