package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.StripePolicy;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Owns instruments and reads them.
 *
 * <p>Thread-safe. Starts no thread. A registry also describes itself: {@code evenkeel.series}, {@code evenkeel.slabs},
 * {@code evenkeel.bytes}, {@code evenkeel.dropped}, {@code evenkeel.memory.ladder}, {@code evenkeel.slab.displacements},
 * {@code evenkeel.window.late_ticks}, {@code evenkeel.groups.stale}, {@code evenkeel.groups.spilled},
 * {@code evenkeel.collect.duration} and {@code evenkeel.callback.duration}; with foreign sources, {@code evenkeel.foreign.series} and
 * {@code evenkeel.foreign.left_out}.
 *
 * <p>Its memory is bounded by {@link Builder#maxBytes}. As that is used up, threads that record for the first time share
 * cells with others; sliding windows of histograms get shorter; new histograms keep one digit; new label sets are counted in the overflow
 * series; delta readers show histograms later; the last values to come are counted by octave. Totals stay exact on every step, and each is
 * counted by {@code evenkeel.memory.ladder}.
 */
public final class MetricRegistry implements AutoCloseable {
    /** The most series that a collect takes of a foreign source where nothing else is said: ten instruments at the limit of 2000. */
    public static final int FOREIGN_SERIES = 20_000;

    private final Core core;
    private final String stripeChoice;
    private final long madeEpochMillis;
    private final Families families;
    private final MetricReaders readers;
    private final ForeignSources foreign;
    private final Collects collects;

    private MetricRegistry(Builder builder) {
        StripePolicy stripes = builder.stripesByNode ? StripePolicy.topologyAware() : StripePolicy.mix();
        this.stripeChoice = stripes.isTopologyAware() ? "by NUMA node" : "by thread number. " + stripes.reason();
        this.core = Core.of(builder.maxBytes, builder.wallClock, builder.nanoClock, stripes, builder.exemplarSource);
        this.madeEpochMillis = core.wallClock().epochMillis();
        this.families = new Families(core, builder.cardinalityLimit);
        this.readers = new MetricReaders(core);
        this.foreign = new ForeignSources(core);
        SelfTelemetry self = families.describingItself(() -> SelfTelemetry.register(this, core));
        this.collects = new Collects(core, families, readers, foreign, self);
    }

    /** Returns a new registry with the defaults of {@link Builder}. */
    public static MetricRegistry create() {
        return builder().build();
    }

    /** Returns a builder, to change the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts a counter: a sum that only grows. */
    public InstrumentBuilder<Counter> counter(String name) {
        return new InstrumentBuilder<>(this, InstrumentType.COUNTER, name);
    }

    /** Starts a counter of doubles: seconds, money, whatever comes in fractions. */
    public InstrumentBuilder<DoubleCounter> doubleCounter(String name) {
        return new InstrumentBuilder<>(this, InstrumentType.DOUBLE_COUNTER, name);
    }

    /** Starts an up-down counter: what is there now of what came and went. */
    public InstrumentBuilder<UpDownCounter> upDownCounter(String name) {
        return new InstrumentBuilder<>(this, InstrumentType.UP_DOWN_COUNTER, name);
    }

    /** Starts a gauge of what has begun and not ended. */
    public InstrumentBuilder<InFlight> inFlight(String name) {
        return new InstrumentBuilder<>(this, InstrumentType.IN_FLIGHT, name);
    }

    /** Starts a tracker of the highest value recorded. */
    public InstrumentBuilder<MaxTracker> maxTracker(String name) {
        return new InstrumentBuilder<>(this, InstrumentType.MAX_TRACKER, name);
    }

    /** Starts a tracker of the lowest value recorded. */
    public InstrumentBuilder<MinTracker> minTracker(String name) {
        return new InstrumentBuilder<>(this, InstrumentType.MIN_TRACKER, name);
    }

    /**
     * Starts a counter that refuses what would take it past a cap. With labels each series has a cap of its own, and the
     * overflow series one for all that it stands for.
     *
     * @param cap at least 1
     * @throws IllegalArgumentException when the cap is below 1
     */
    public InstrumentBuilder<CappedCounter> cappedCounter(String name, long cap) {
        return new InstrumentBuilder<>(this, InstrumentType.cappedCounter(Names.cap(name, cap)), name);
    }

    /** Starts a rate: events per second over a sliding window, of 60 seconds in 60 slices unless set. */
    public InstrumentBuilder<SlidingRate> rate(String name) {
        return new InstrumentBuilder<>(this, InstrumentType.rate(SlidingWindow.MINUTE), name);
    }

    /** Starts a gauge: a value that is set. */
    public InstrumentBuilder<Gauge> gauge(String name) {
        return new InstrumentBuilder<>(this, InstrumentType.GAUGE, name);
    }

    /** Starts a histogram of values in any unit. */
    public InstrumentBuilder<Histogram> histogram(String name) {
        return new InstrumentBuilder<>(this, InstrumentType.histogram(List.of(), null, 1), name);
    }

    /** Starts a timer: it records nanoseconds and shows seconds. */
    public InstrumentBuilder<Timer> timer(String name) {
        return new InstrumentBuilder<>(this, InstrumentType.timer(List.of(), null), name);
    }

    /**
     * Starts a group of counters that are seen all or none.
     *
     * @param name what the names of all members begin with
     */
    public CounterGroupBuilder counterGroup(String name) {
        return new CounterGroupBuilder(this, name);
    }

    /** Starts a counter that callbacks report at each collect; they must never report less than before. */
    public ObservedBuilder observedCounter(String name) {
        return new ObservedBuilder(this, Kind.COUNTER, name);
    }

    /** Starts a gauge that callbacks report at each collect. */
    public ObservedBuilder observedGauge(String name) {
        return new ObservedBuilder(this, Kind.GAUGE, name);
    }

    Families families() {
        return families;
    }

    /**
     * Lets every exporter show the metrics of another library beside ours, up to {@value #FOREIGN_SERIES} series; see {@link
     * #addForeign(ForeignSource, int)}.
     */
    @Experimental
    public void addForeign(ForeignSource source) {
        addForeign(source, FOREIGN_SERIES);
    }

    /**
     * Lets every exporter show the metrics of another library beside ours. Added twice, a source is shown once. It is asked anew by
     * each collect, which allocates for it. The series it shows count under the memory cap, about 200 bytes each with their labels, and what is left out,
     * for want of memory or of a name of its own, or past the limit, is counted by {@code evenkeel.foreign.left_out}.
     *
     * @param seriesLimit the most series that one collect takes of it, at least 1
     * @throws IllegalArgumentException when the limit is below 1
     * @throws IllegalStateException when the registry is closed
     */
    @Experimental
    public void addForeign(ForeignSource source, int seriesLimit) {
        Objects.requireNonNull(source, "source");
        Names.limit("a foreign source", seriesLimit);
        families.describingItself(() -> {
            families.refuseWhenClosed("foreign source", source.toString());
            boolean isNew = !foreign.has(source);
            if (isNew) {
                SelfTelemetry.registerForeign(this, core);
                foreign.add(source, seriesLimit);
            }
            return isNew;
        });
    }

    /**
     * Shows a source no more. A collect that runs meanwhile may still show it.
     *
     * @return whether it was there
     */
    @Experimental
    public boolean removeForeign(ForeignSource source) {
        return foreign.remove(source);
    }

    /** Returns how many series foreign sources showed in their last collect. */
    int foreignSeriesCount() {
        return foreign.seriesCount();
    }

    /**
     * Returns whether the calling thread is asking a foreign source of this registry. Who shows this registry in the library that is asked
     * has nothing to show then: it would be shown twice.
     */
    @Experimental
    public boolean isReadingForeign() {
        return foreign.areAsked();
    }

    /** Reads the registry as {@link #collect} does, without foreign sources: for who shows it in a library that may be one of them. */
    @Experimental
    public void collectOwn(CollectVisitor visitor) {
        Objects.requireNonNull(visitor, "visitor");
        foreign.without(() -> collect(visitor, null));
    }

    /** Returns the most series that an instrument with labels may have where it says nothing itself. */
    public int cardinalityLimit() {
        return families.cardinalityLimit();
    }

    Core core() {
        return core;
    }

    /**
     * Reads every instrument, in order of name, then what foreign sources show. Those and callbacks are asked first; then all counters
     * are summed under a lock that only other collects wait for; the visitor runs under none. Blocks no record.
     *
     * <p>Each value is exact as of some moment during the collect; they are <em>NOT</em> all of one moment. No counter
     * or bucket of ours ever shows less than in an earlier collect. After {@link #close} only what the registry knows of itself
     * is shown. Allocates nothing once its buffers have grown, if there are no foreign sources and the visitor does not.
     */
    public void collect(CollectVisitor visitor) {
        Objects.requireNonNull(visitor, "visitor");
        collect(visitor, null);
    }

    /** Returns when the collect began, in milliseconds since 1970. */
    long collect(CollectVisitor visitor, @Nullable MetricReader reader) {
        return collects.collect(visitor, reader);
    }

    /**
     * Returns a reader that shows what comes from now on, collect by collect. Takes its memory from the registry's.
     *
     * @throws IllegalStateException when the registry is closed or its memory is spent
     */
    public MetricReader deltaReader() {
        MetricReader reader = new MetricReader(
                this, new DeltaBaselines(core.budget()), core.wallClock().epochMillis());
        prime(reader);
        return reader;
    }

    /**
     * Returns a reader whose first collect shows all that was counted since the registry was made, in series that are still
     * there, and each later one what came since. Takes its memory from the registry's.
     *
     * @throws IllegalStateException when the registry is closed or its memory is spent
     */
    public MetricReader deltaReaderFromStart() {
        MetricReader reader = new MetricReader(this, new DeltaBaselines(core.budget()), madeEpochMillis);
        admit(reader);
        return reader;
    }

    /** Lets a reader that remembers nothing start from what there is now. */
    void prime(MetricReader reader) {
        if (admit(reader)) {
            collect(new SnapshotVisitor(), reader);
        }
    }

    private boolean admit(MetricReader reader) {
        return readers.admit(reader, families.seriesCount());
    }

    void forget(MetricReader reader) {
        readers.forget(reader);
    }

    /**
     * Takes the slice of every window whose time has come, however many slices have ended since the last call. Blocks other
     * collects only. Called by who takes the slices: a {@link WindowSampler}, or a scheduler that the service has. Each
     * collect, and each reading of a window, does the same for what it reads.
     */
    public void tick() {
        collects.tick();
    }

    /**
     * Returns what is registered, in order of name, whether it has a series to show or not; the registry's own included, those of
     * foreign sources left out. Allocates.
     */
    public List<MetricDescriptor> descriptors() {
        return families.descriptors();
    }

    /** Returns all series as an immutable copy; see {@link #collect}. Allocates. */
    public Snapshot snapshot() {
        SnapshotVisitor visitor = new SnapshotVisitor();
        collect(visitor);
        return visitor.snapshot();
    }

    /**
     * Returns how virtual threads, and threads past the memory cap, are spread over the cells that they share, and why so where
     * {@link Builder#stripesByNode} asked for something else.
     */
    public String stripeChoice() {
        return stripeChoice.strip();
    }

    /** Returns whether {@link #close} was called: what is recorded from then on is counted as late. */
    public boolean isClosed() {
        return core.slabs().closed();
    }

    int readerCount() {
        return readers.count();
    }

    /**
     * Gives up all cells and callbacks. Later records are counted by {@code evenkeel.dropped{reason="late"}} and change
     * nothing; one that runs at the very moment may be lost. Collect before closing what should still be read.
     * Idempotent; waits for a collect's summing, not for its visitor.
     */
    @Override
    public void close() {
        families.close(() -> {
            core.overflowed().keep();
            core.capped().keep();
            readers.forgetAll();
            foreign.clear();
            core.slabs().close();
            collects.forgetBuffer();
        });
    }

    /** Sets what a registry may use. Not thread-safe. */
    public static final class Builder {
        private static final long LEAST_BYTES = 1 << 17;

        private long maxBytes = 64L << 20;
        private int cardinalityLimit = 2000;
        private boolean stripesByNode;
        private WallClock wallClock = WallClock.system();
        private NanoClock nanoClock = NanoClock.system();
        private @Nullable ExemplarSource exemplarSource;

        private Builder() {}

        /**
         * Sets the most bytes that cells, series and buffers of recorders may take. The default of 64 MiB holds
         * 100 threads that have cells of their own in 100 histograms of 2 digits, over three octaves; or 2 000 timers with a
         * window each and two delta readers, recorded to by 64 threads, most of which then share cells. The least is 128 KiB.
         */
        public Builder maxBytes(long bytes) {
            if (bytes < LEAST_BYTES) {
                throw new IllegalArgumentException("Cannot bound a registry to " + bytes
                        + " bytes: it describes itself, and needs " + LEAST_BYTES
                        + " for that. Pass maxBytes(..) a number of bytes, not of kilobytes.");
            }
            this.maxBytes = bytes;
            return this;
        }

        /** Sets the most series that an instrument with labels may have where it says nothing itself; 2000 by default. */
        public Builder cardinalityLimit(int limit) {
            this.cardinalityLimit = Names.limit("each instrument", limit);
            return this;
        }

        /** Sets where dates come from: those of collects and of the starts of series. */
        public Builder wallClock(WallClock clock) {
            this.wallClock = Objects.requireNonNull(clock, "wallClock");
            return this;
        }

        /** Sets where elapsed time comes from: sliding windows, how long series have been idle and readers silent. */
        public Builder nanoClock(NanoClock clock) {
            this.nanoClock = Objects.requireNonNull(clock, "nanoClock");
            return this;
        }

        /** Sets who tells which trace a thread works for, for histograms registered with {@link InstrumentBuilder#exemplars}. */
        public Builder exemplars(ExemplarSource source) {
            this.exemplarSource = Objects.requireNonNull(source, "source");
            return this;
        }

        /**
         * Keeps the virtual threads of a NUMA node on shared cells of their own. Helps only where virtual threads write the same
         * series from several sockets, on Linux with JDK 22 or newer and {@code --enable-native-access}; costs them 3 ns a
         * record. Elsewhere it changes nothing, and {@link MetricRegistry#stripeChoice} says why. Platform threads have cells of
         * their own, which are near them already.
         */
        public Builder stripesByNode() {
            this.stripesByNode = true;
            return this;
        }

        public MetricRegistry build() {
            return new MetricRegistry(this);
        }
    }
}
