package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.BucketCounts;
import dev.evenkeel.metrics.internal.BucketLayout;
import dev.evenkeel.metrics.internal.HistogramCells;
import dev.evenkeel.metrics.internal.Histograms;
import dev.evenkeel.metrics.internal.LadderReading;
import dev.evenkeel.metrics.internal.SlabReader;
import dev.evenkeel.metrics.internal.Slabs;
import dev.evenkeel.metrics.internal.SparseCounts;
import java.lang.ref.Reference;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Counts values by bucket, to 1, 2 or 3 significant digits.
 *
 * <p>Recording is safe from any thread and never throws. On a platform thread it is wait-free, two additions to cells of the
 * thread's own, and allocates nothing once the thread has seen a value of that size; on a virtual thread it is two
 * atomic additions. Each recording thread holds about 1 kB at 2 digits, 8 kB at 3, for every doubling between its
 * smallest and its largest value; before the first value a series takes some 150 bytes, its labels apart.
 *
 * <p>Readings are of all values since registration ({@link #read()}), or of a sliding window ({@link #read(SlidingWindow)}) that it was
 * registered with: any number of windows and readers, of which writers know nothing.
 */
public sealed class Histogram extends Series permits Timer, ExemplarHistogram {
    /** How many records a call of {@link #recordWithExpectedInterval(long, long)} adds at most: some 0.1 ms of work. */
    public static final int DEFAULT_CORRECTION_LIMIT = 10_000;

    private static final AtomicLongFieldUpdater<Histogram> CLAMPED =
            AtomicLongFieldUpdater.newUpdater(Histogram.class, "clamped");

    private final Histograms histograms;
    private final HistogramCells cells;
    private final @Nullable HistogramWindows windows;
    private volatile long clamped;

    Histogram(Family family, LabelValues values, int digits, List<SlidingWindow> windows) {
        super(family, values);
        this.histograms = family.core.slabs().histograms();
        this.cells = histograms.make(digits, values == LabelValues.OVERFLOW);
        this.windows = windows.isEmpty() ? null : new HistogramWindows(family.core, cells, windows);
    }

    private Slabs slabs() {
        return family.core.slabs();
    }

    /** Returns what a series costs before its first value. */
    static long bytes(List<SlidingWindow> windows) {
        return 72 + HistogramCells.BASE_BYTES + (windows.isEmpty() ? 0 : HistogramWindows.BASE_BYTES);
    }

    /**
     * Records a value. One below 0, which for a duration means that two different clocks were subtracted, is recorded as
     * 0, and one above {@link #highestValue} as that; both are counted by {@link #clamped}, so that counts stay exact.
     *
     * <p>Costs 4 to 5 ns on a thread that has seen a value of that size, 0.2 of an HdrHistogram {@code Recorder}, at 2 and 3 digits.
     *
     * @param value 0 to {@link #highestValue}
     */
    public void record(long value) {
        histograms.record(cells, inRange(value));
        Reference.reachabilityFence(this);
    }

    final void recordInRange(long value) {
        histograms.record(cells, value);
        Reference.reachabilityFence(this);
    }

    /**
     * Records a value and those that a stalled recorder left out, at most {@value #DEFAULT_CORRECTION_LIMIT} of them; see {@link
     * #recordWithExpectedInterval(long, long, int)}.
     */
    public final void recordWithExpectedInterval(long value, long expectedInterval) {
        recordWithExpectedInterval(value, expectedInterval, DEFAULT_CORRECTION_LIMIT);
    }

    /**
     * Records a value and, where it is longer than the interval at which values are expected, those that a stalled recorder left
     * out: {@code value - expectedInterval}, {@code value - 2 expectedInterval} and so on, down to {@code expectedInterval}. That
     * is HdrHistogram's correction for coordinated omission. It is right only where one caller works at a fixed pace and cannot
     * start its next operation before the last has ended; elsewhere it counts what never happened. A load generator does better to
     * record from the intended start.
     *
     * <p>Costs {@code value / expectedInterval} records, so the number is bounded: those left out are the shortest, {@code
     * evenkeel.dropped{reason="correction"}} counts them, and quantiles below them read too high. What is added counts in
     * sum and count like any value, and never has an exemplar.
     *
     * @param value as for {@link #record}
     * @param expectedInterval in the unit of the value; 0 or less records the value alone
     * @param limit how many records are added at most, at least 0
     * @return how many were added
     * @throws IllegalArgumentException when the limit is below 0
     */
    public final long recordWithExpectedInterval(long value, long expectedInterval, int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("Cannot add at most " + limit + " records to a value of \""
                    + descriptor().name() + "\": a limit is a number of records, 0 or more. "
                    + "Pass 0 to record values as they are, or Histogram.DEFAULT_CORRECTION_LIMIT.");
        }
        record(value);
        long highest = Math.max(0, Math.min(value, BucketLayout.MAX_VALUE));
        if (expectedInterval <= 0 || highest < 2 * Math.min(expectedInterval, BucketLayout.MAX_VALUE)) {
            return 0;
        }
        long missing = highest / expectedInterval - 1;
        long added = Math.min(missing, limit);
        for (long i = 1; i <= added; i++) {
            recordInRange(highest - i * expectedInterval);
        }
        if (added < missing) {
            family.core.counts().leftOutCorrections.add(missing - added);
        }
        return added;
    }

    final long inRange(long value) {
        // One test for both ends: a negative value has the high bits set too.
        return (value & ~BucketLayout.MAX_VALUE) == 0 ? value : clamp(value);
    }

    private long clamp(long value) {
        CLAMPED.getAndIncrement(this);
        family.core.counts().clamped.increment();
        return value < 0 ? 0 : BucketLayout.MAX_VALUE;
    }

    /** Records without giving the calling thread a slab of its own. */
    final void recordShared(long value) {
        histograms.recordShared(cells, Math.max(0, Math.min(value, BucketLayout.MAX_VALUE)));
    }

    /** Returns the highest value that is told apart: 2^48 - 1, which is 78 hours in nanoseconds. */
    public static long highestValue() {
        return BucketLayout.MAX_VALUE;
    }

    /**
     * Returns all values since registration. Exact when nobody records meanwhile; else values that are recorded at the same
     * moment may be missing. Allocates; takes a lock that collects take and records do not.
     */
    public final HistogramReading read() {
        MergedReading reading = new MergedReading();
        read(reading.counts());
        return reading.withScale(descriptor().scale())
                .withExemplars(exemplars())
                .copy();
    }

    /** Returns the latest exemplars; none where the histogram keeps none. */
    List<Exemplar> exemplars() {
        return List.of();
    }

    /**
     * Returns the window that ends now. It may miss values that are recorded at this moment; the next reading has them. After
     * the registry was closed it is empty. Allocates; takes a lock that collects take and records do not.
     *
     * @param window one that the histogram was registered with
     * @throws IllegalArgumentException when it is another
     */
    public final WindowReading read(SlidingWindow window) {
        HistogramWindows all = windows;
        int which = all == null ? -1 : all.indexOf(window);
        if (all == null || which < 0) {
            throw new IllegalArgumentException("Cannot read a window of " + window + " of \""
                    + descriptor().name()
                    + "\": it keeps slices for " + (all == null ? List.of() : all.lengths())
                    + ", and the past of others is gone. Register it with .windows(..) that has this one.");
        }
        MergedReading reading = new MergedReading();
        long start;
        long now;
        slabs().reader().lock();
        try {
            now = family.core.nanoClock().nanos();
            slabs().reader().merge(cells, reading.counts());
            if (slabs().closed()) {
                reading.counts().clear();
                start = now;
            } else {
                start = all.window(which, now, reading.counts());
            }
        } finally {
            slabs().reader().unlock();
        }
        return new WindowReading(reading.withScale(descriptor().scale()).copy(), window, start, now);
    }

    /** Reads all that the cells hold, and takes the slices that have ended. Under the collectors' lock. */
    final void merge(BucketCounts into) {
        slabs().reader().merge(cells, into);
        if (windows != null && !slabs().closed()) {
            windows.take(family.core.nanoClock().nanos(), into);
        }
    }

    @Override
    final boolean hasWindows() {
        return windows != null;
    }

    @Override
    final boolean due(long nowNanos) {
        HistogramWindows all = windows;
        slabs().reader().lock();
        try {
            return all != null && all.due(nowNanos);
        } finally {
            slabs().reader().unlock();
        }
    }

    @Override
    final void tick(CollectBuffer buffer) {
        slabs().reader().lock();
        try {
            if (due(family.core.nanoClock().nanos())) {
                merge(buffer.counts());
            }
        } finally {
            slabs().reader().unlock();
        }
    }

    /** Returns a number that every record and every new start raises. */
    final long stamp() {
        return slabs().reader().stamp(cells);
    }

    /** Reads what was recorded since the start. */
    final void read(BucketCounts into) {
        SlabReader reader = slabs().reader();
        reader.lock();
        try {
            merge(into);
            SparseCounts start = cells.start();
            if (start != null) {
                into.subtract(start);
            }
        } finally {
            reader.unlock();
        }
    }

    /**
     * Counts what was recorded at or below some values, without a look at the windows of threads that have recorded nothing since that
     * was done last. Returns false, and reads nothing, where the cells hold what was recorded before the start.
     */
    final boolean read(long[] values, LadderReading into) {
        SlabReader reader = slabs().reader();
        reader.lock();
        try {
            if (cells.start() != null) {
                return false;
            }
            reader.read(cells, values, into);
            return true;
        } finally {
            reader.unlock();
        }
    }

    /** Returns the cells, which may hold what was recorded before the start. */
    final HistogramCells cells() {
        return cells;
    }

    /**
     * Returns a recorder that keeps values on its own and passes them on in batches: for one thread, or one loop, that records
     * more often than a reader looks. Takes 8 bytes for each record of a batch.
     *
     * @param flushEvery how many records make a batch, 1 to 65536
     * @throws IllegalArgumentException when it is outside that range
     */
    public final LocalRecorder localRecorder(int flushEvery) {
        return new LocalRecorder.OfHistogram(this, Names.flushEvery(descriptor().name(), flushEvery));
    }

    /** Records values that are in range. */
    final void recordBatch(long[] values, int n) {
        histograms.recordAll(cells, values, n);
        Reference.reachabilityFence(this);
    }

    /** Returns how many values there are. */
    final long count() {
        return slabs().reader().count(cells);
    }

    /** Returns how many values were outside the range. */
    public final long clamped() {
        return clamped;
    }

    /** Returns the digits in use: 1 where the memory cap left no room for those asked for. */
    final int digits() {
        return cells.layout().digits();
    }

    @Override
    final void visit(CollectVisitor visitor, CollectBuffer buffer) {
        MergedReading reading = buffer.read(this);
        if (!buffer.isDelta() || reading.count() != 0) {
            visitor.histogram(this, reading);
        }
        buffer.visited();
    }

    @Override
    final boolean evictable() {
        return true;
    }

    @Override
    final long stamp(CollectBuffer buffer) {
        return stamp();
    }

    @Override
    final Remains leave() {
        BucketCounts counts = new BucketCounts();
        slabs().reader().merge(cells, counts);
        SparseCounts held = SparseCounts.of(counts);
        for (DeltaBaselines reader : family.core.readers()) {
            HistogramPoint last = reader.advance(cells, held, descriptor().scale());
            if (last != null) {
                reader.depart(this, visitor -> visitor.histogram(this, last));
            }
        }
        SparseCounts start = cells.start();
        family.evicted(held.total() - (start == null ? 0 : start.total()));
        cells.startFrom(held);
        if (windows != null) {
            windows.clear();
        }
        return new HistogramRemains(family.core, cells, windows);
    }

    @Override
    final void beginAt(Remains remains) {
        // Its start is kept by the cells.
    }

    private static final class HistogramRemains extends Remains {
        private final Core core;
        private final HistogramCells cells;
        private final @Nullable HistogramWindows windows;
        private final BucketCounts counts = new BucketCounts();

        HistogramRemains(Core core, HistogramCells cells, @Nullable HistogramWindows windows) {
            this.core = core;
            this.cells = cells;
            this.windows = windows;
        }

        @Override
        boolean changed(@Nullable Series series) {
            core.slabs().reader().merge(cells, counts);
            SparseCounts start = cells.start();
            return counts.total() != (start == null ? 0 : start.total());
        }

        @Override
        void moveTo(Series target) {
            core.slabs().reader().merge(cells, counts);
            SparseCounts held = SparseCounts.of(counts);
            SparseCounts start = cells.start();
            if (start != null) {
                counts.subtract(start);
            }
            ((Histogram) target).cells.addFolded(counts, core.budget());
            cells.startFrom(held);
            for (DeltaBaselines reader : core.readers()) {
                reader.advance(cells, held, 1);
            }
        }

        @Override
        void free() {
            if (windows != null) {
                windows.clear();
            }
            core.slabs().histograms().free(cells);
        }
    }
}
