package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.BucketCounts;
import dev.evenkeel.metrics.internal.GroupCells;
import dev.evenkeel.metrics.internal.SlabReader;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** What one collect reads into; reused by the next. Not thread-safe. */
final class CollectBuffer {
    private final Core core;
    private long[] slots = {};
    private long[] gained = {};
    private final BitSet others = new BitSet();
    private long readAtNanos;
    private double[] observed = {};

    /** Who reported it: a place that was given back may have a new owner whom nobody has asked yet. */
    private @Nullable ObservedSeries[] observers = {};

    private Series[][] listed = {};
    private int[] listedCounts = {};
    private final MergedReading reading = new MergedReading();
    private @Nullable DeltaBaselines baselines;

    /** The place of the family that is visited. */
    private int family;

    CollectBuffer(Core core) {
        this.core = core;
    }

    /** Forgets what callbacks reported to the collect before. */
    void start(@Nullable DeltaBaselines reader) {
        this.baselines = reader;
        Arrays.fill(observers, null);
    }

    /**
     * Reads what every slot holds, and the clock in the same turn: a later reading never shows less. Under the collectors' lock.
     */
    void readAll() {
        readAtNanos = core.nanoClock().nanos();
        slots = core.slabs().reader().readAll(slots);
    }

    long readAtNanos() {
        return readAtNanos;
    }

    /** Lets a delta reader see what every slot holds, after evicted series have taken their leave of it. */
    void advance() {
        DeltaBaselines reader = baselines;
        if (reader == null) {
            return;
        }
        if (gained.length < slots.length) {
            gained = new long[slots.length];
        }
        core.slabs().reader().markOthers(others);
        for (int i = 0; i < core.slabs().groupCount(); i++) {
            GroupCells group = core.slabs().group(i);
            boolean room = reader.tryHold(group.slotLimit()); // all members or none
            for (int member = 0; member < group.members(); member++) {
                others.set(group.slot(member), !room);
            }
        }
        for (int slot = 0; slot < slots.length; slot++) {
            gained[slot] = slots[slot] == 0 || others.get(slot) ? 0 : reader.advance(slot, slots[slot]);
        }
    }

    /** Returns whether this collect shows what came since the reader's last one. */
    boolean isDelta() {
        return baselines != null;
    }

    /** Returns what a slot held. */
    long held(int slot) {
        return slot < slots.length ? slots[slot] : 0; // handed out after they were read
    }

    /** Returns what a sum shows: all since the start of its series, or what the reader has not seen. */
    long sum(int slot, long start) {
        long sinceStart = Math.max(0, held(slot) - start); // 0 where the series began after the slots were read
        if (baselines != null) { // a reader's first collect may reach back to lives of the slot before this one
            return slot < slots.length ? Math.min(gained[slot], sinceStart) : 0;
        }
        return sinceStart;
    }

    /**
     * Returns what a histogram shows: all since its start, or what the reader has not seen. Valid until the next. Read when somebody
     * asks for it, but for what has to be read in each collect: deltas, and windows, whose slices end.
     */
    MergedReading read(Histogram histogram) {
        DeltaBaselines reader = baselines;
        if (reader == null) {
            reading.of(histogram);
            if (histogram.hasWindows()) {
                reading.counts();
            }
        } else {
            reading.done();
            SlabReader slabs = core.slabs().reader();
            slabs.lock();
            try {
                histogram.merge(reading.counts());
                reader.advance(histogram.cells(), reading.counts(), core.counts());
            } finally {
                slabs.unlock();
            }
        }
        return reading.withScale(histogram.descriptor().scale()).withExemplars(histogram.exemplars());
    }

    /** Returns a buffer for the counts of one histogram. */
    BucketCounts counts() {
        reading.done();
        return reading.counts();
    }

    /** Forgets the histogram that was visited last: what it shows is valid no longer. */
    void visited() {
        reading.done();
    }

    /** Keeps the series that a family had when the slots were read: others may evict some while they are visited. */
    void list(int place, Series[] series, int count) {
        if (place >= listed.length) {
            listed = Arrays.copyOf(listed, Math.max(16, 2 * place));
            listedCounts = Arrays.copyOf(listedCounts, listed.length);
        }
        listed[place] = series;
        listedCounts[place] = count;
    }

    /** Goes to the family at a place. */
    void at(int place) {
        family = place;
    }

    boolean anyListedShown() {
        Series[] series = listed[family];
        int count = listedCounts[family];
        for (int i = 0; i < count; i++) {
            if (series[i].shown(this)) {
                return true;
            }
        }
        return false;
    }

    /** Returns what a sum of doubles shows: all, or what the reader has not seen. */
    double sum(DoubleCounter counter, double all) {
        DeltaBaselines reader = baselines;
        if (reader == null) {
            return all;
        }
        SlabReader slabs = core.slabs().reader();
        slabs.lock();
        try {
            return reader.advance(counter, all);
        } finally {
            slabs.unlock();
        }
    }

    /** Returns what a foreign counter shows: all, or what the reader has not seen. */
    double foreignSum(ForeignSeries series, double value) {
        DeltaBaselines reader = baselines;
        if (reader == null) {
            return value;
        }
        SlabReader slabs = core.slabs().reader();
        slabs.lock();
        try {
            return reader.advanceForeign(series, value);
        } finally {
            slabs.unlock();
        }
    }

    /** Returns what a foreign histogram shows: all, or what the reader has not seen. */
    FixedBuckets foreignBuckets(ForeignSeries series, FixedBuckets buckets) {
        DeltaBaselines reader = baselines;
        if (reader == null) {
            return buckets;
        }
        SlabReader slabs = core.slabs().reader();
        slabs.lock();
        try {
            return reader.advanceForeign(series, buckets);
        } finally {
            slabs.unlock();
        }
    }

    void visitListed(CollectVisitor visitor) {
        Series[] series = listed[family];
        int count = listedCounts[family];
        for (int i = 0; i < count; i++) {
            series[i].visit(visitor, this);
        }
    }

    void observe(ObservedSeries series, double value) {
        int index = series.index;
        if (index >= observed.length) {
            observed = Arrays.copyOf(observed, Math.max(16, 2 * index));
            observers = Arrays.copyOf(observers, observed.length);
        }
        observed[index] = value;
        observers[index] = series;
    }

    /** Returns what the callback reported, or NaN when it has not been asked in this collect. */
    double observed(ObservedSeries series) {
        int index = series.index;
        return index < observers.length && observers[index] == series ? observed[index] : Double.NaN;
    }

    /** Returns what an observed counter shows: what the callback reported, or how much more than the reader has seen. */
    double observedSum(ObservedSeries series) {
        double value = observed(series);
        if (baselines == null || Double.isNaN(value)) {
            return value;
        }
        SlabReader slabs = core.slabs().reader();
        slabs.lock();
        try {
            return baselines.advanceObserved(series, value);
        } finally {
            slabs.unlock();
        }
    }
}
