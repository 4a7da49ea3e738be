package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.BucketCounts;
import dev.evenkeel.metrics.internal.HistogramCells;
import dev.evenkeel.metrics.internal.MemoryBudget;
import dev.evenkeel.metrics.internal.SelfCounts;
import dev.evenkeel.metrics.internal.SparseCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one delta reader has seen of each cell, and what it has still to be told of series that went. All under the
 * collectors' lock.
 */
final class DeltaBaselines {
    /*
     * Baselines belong to cells, not to series: what a slot holds only grows, whoever it belongs to, and a series that takes over a
     * slot starts where the one before it ended, which every reader was told then.
     */
    private static final long DEPARTURE_BYTES = 160;

    private static final long DOUBLE_BYTES = 48;

    private static final long OBSERVED_BYTES = 12;

    private final MemoryBudget budget;
    private long[] slots = {};
    private double[] observed = {};
    private @Nullable ObservedSeries[] observers = {};
    private final Map<HistogramCells, SparseCounts> histograms = new HashMap<>();
    private final Map<DoubleCounter, Double> doubles = new IdentityHashMap<>(); // such counters are not evicted
    private final Map<ForeignSeries, Double> foreignSums = new IdentityHashMap<>();
    private final Map<ForeignSeries, FixedBuckets> foreignBuckets = new IdentityHashMap<>();
    private final List<Departure> departures = new ArrayList<>();
    private long bytes;

    record Departure(MetricDescriptor family, Consumer<CollectVisitor> point) {}

    DeltaBaselines(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Takes the bytes that the baselines of so many slots need; returns false when the budget is spent. */
    boolean tryHold(int slotCount) {
        if (slotCount <= slots.length) {
            return true;
        }
        int length = Math.max(64, slotCount + slotCount / 4);
        if (!budget.tryReserve(8L * (length - slots.length))) {
            return false;
        }
        bytes += 8L * (length - slots.length);
        slots = Arrays.copyOf(slots, length);
        return true;
    }

    /** Returns what a slot has gained since the call before. */
    long advance(int slot, long held) {
        if (slot >= slots.length && !tryHold(slot + 1)) {
            return 0; // seen when there is room: nothing was taken as seen
        }
        long gained = held - slots[slot];
        if (gained <= 0) {
            return 0; // read before an eviction that told more
        }
        slots[slot] = held;
        return gained;
    }

    /** Returns what a counter of doubles has gained since the call before: their difference, rounded once. */
    double advance(DoubleCounter counter, double all) {
        Double seen = doubles.put(counter, all);
        if (seen == null) {
            charge(DOUBLE_BYTES);
        }
        return all - (seen == null ? 0 : seen);
    }

    /** Returns what a callback's counter has gained since the call before. */
    double advanceObserved(ObservedSeries series, double value) {
        int index = series.index;
        if (index >= observed.length) {
            int length = Math.max(16, 2 * index);
            charge(OBSERVED_BYTES * (length - observed.length));
            observed = Arrays.copyOf(observed, length);
            observers = Arrays.copyOf(observers, length);
        }
        if (observers[index] != series) { // the place was given back, and belongs to another one now
            observers[index] = series;
            observed[index] = 0;
        }
        double gained = value - observed[index];
        observed[index] = value;
        return gained;
    }

    /** Returns what a foreign counter has gained since the call before; all of it where it was cleared meanwhile. */
    double advanceForeign(ForeignSeries series, double value) {
        Double seen = foreignSums.put(series, value);
        if (seen == null) {
            charge(DOUBLE_BYTES);
        }
        return seen == null || value < seen ? value : value - seen;
    }

    /** Returns what a foreign histogram has gained since the call before. */
    FixedBuckets advanceForeign(ForeignSeries series, FixedBuckets buckets) {
        FixedBuckets seen = foreignBuckets.put(series, buckets);
        charge(DOUBLE_BYTES + buckets.bytes() - (seen == null ? 0 : DOUBLE_BYTES + seen.bytes()));
        return seen == null ? buckets : buckets.since(seen);
    }

    /** Forgets a foreign series that went. */
    void forget(ForeignSeries series) {
        if (foreignSums.remove(series) != null) {
            charge(-DOUBLE_BYTES);
        }
        FixedBuckets buckets = foreignBuckets.remove(series);
        if (buckets != null) {
            charge(-DOUBLE_BYTES - buckets.bytes());
        }
    }

    /** Returns what the cells of a histogram have gained since the call before, or null for nothing. */
    @Nullable
    HistogramPoint advance(HistogramCells cells, SparseCounts held, double scale) {
        MergedReading reading = new MergedReading();
        held.addTo(reading.counts(), cells.layout());
        SparseCounts seen = histograms.put(cells, held);
        charge(held.bytes() - (seen == null ? 0 : seen.bytes()));
        SparseCounts before = seen == null ? cells.start() : seen;
        if (before != null) {
            reading.counts().subtract(before);
        }
        return reading.count() == 0 ? null : reading.withScale(scale).copy();
    }

    /**
     * Leaves in a buffer that holds all counts of a histogram those that came since the call before; none of them, and they come
     * with a later call, where memory has no room to remember them.
     */
    void advance(HistogramCells cells, BucketCounts counts, SelfCounts self) {
        SparseCounts seen = histograms.get(cells);
        if (counts.total() != (seen == null ? 0 : seen.total())) {
            SparseCounts held = SparseCounts.of(counts);
            long more = held.bytes() - (seen == null ? 0 : seen.bytes());
            if (more > 0 && !budget.tryReserve(more)) {
                self.postponedDeltas.increment();
                counts.clear();
                return;
            }
            bytes += more;
            if (more < 0) {
                budget.release(-more);
            }
            histograms.put(cells, held);
        }
        SparseCounts before = seen == null ? cells.start() : seen;
        if (before != null) {
            counts.subtract(before);
        }
    }

    /** Keeps the last delta of a series that goes. */
    void depart(Series series, Consumer<CollectVisitor> point) {
        charge(DEPARTURE_BYTES);
        departures.add(new Departure(series.descriptor(), point));
    }

    /** Hands over, once, the last deltas of series that went. */
    List<Departure> takeDepartures() {
        List<Departure> taken = List.copyOf(departures);
        charge(-DEPARTURE_BYTES * departures.size());
        departures.clear();
        return taken;
    }

    static void visit(List<Departure> departures, CollectVisitor visitor) {
        for (Departure departure : departures) {
            visitor.family(departure.family);
            departure.point.accept(visitor);
        }
    }

    private void charge(long more) {
        bytes += more;
        if (more >= 0) {
            budget.charge(more);
        } else {
            budget.release(-more);
        }
    }

    /** Forgets everything and gives the bytes back. */
    void clear() {
        charge(-bytes);
        slots = new long[0];
        observed = new double[0];
        observers = new ObservedSeries[0];
        histograms.clear();
        doubles.clear();
        foreignSums.clear();
        foreignBuckets.clear();
        departures.clear();
    }
}
