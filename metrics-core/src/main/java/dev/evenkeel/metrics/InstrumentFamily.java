package dev.evenkeel.metrics;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The instruments of one name. Thread-safe: instruments are added under a lock, and only ever added; a collect reads
 * without it.
 */
final class InstrumentFamily<T extends Series> extends Family {
    final InstrumentType<T> type;
    final int limit;
    private final int digits;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Series[] instruments = new Series[4];
    private volatile int size;
    private volatile @Nullable T overflow;
    private @Nullable Labelled<T> labelled;

    InstrumentFamily(
            Core core, InstrumentType<T> type, MetricDescriptor descriptor, int digits, int limit, boolean self) {
        super(core, descriptor, self);
        this.type = type;
        this.digits = digits;
        this.limit = limit;
    }

    /** Returns the bytes that the family costs before it has a labelled series: itself and one series. */
    long baseBytes() {
        return BASE_BYTES + SERIES_BYTES + type.cellBytes();
    }

    /** Adds a series whose bytes are reserved. Under the lock. */
    private T add(LabelValues values) {
        T instrument = type.maker().make(this, values, digits);
        Series[] all = instruments;
        int n = size;
        if (n == all.length) {
            all = Arrays.copyOf(all, 2 * n);
        }
        all[n] = instrument;
        instruments = all;
        size = n + 1;
        return instrument;
    }

    /** Returns the only instrument of an unlabelled family. */
    @SuppressWarnings("unchecked")
    T only() {
        lock.lock();
        try {
            return size == 0 ? add(LabelValues.NONE) : (T) instruments[0];
        } finally {
            lock.unlock();
        }
    }

    /** Returns the one object that finds instruments by label values. */
    Labelled<T> labelled() {
        lock.lock();
        try {
            if (labelled == null) {
                labelled = new Labelled<>(this, lock);
            }
            return labelled;
        } finally {
            lock.unlock();
        }
    }

    /** Makes the instrument of new label values, or returns null when memory is short. Under the lock. */
    @Nullable
    T tryCreate(LabelValues values) {
        if (!core.budget().tryReserve(SERIES_BYTES + type.cellBytes() + values.bytes())) {
            core.counts().refusedSeries.increment();
            return null;
        }
        return add(values);
    }

    /** Returns the instrument of the overflow series; its bytes came with the family's. Locks once only. */
    T overflow() {
        T known = overflow;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            known = overflow;
            if (known == null) {
                known = add(LabelValues.OVERFLOW);
                overflow = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    @Override
    String word() {
        return type.word();
    }

    @Override
    String setting() {
        return type.setting();
    }

    /** Returns how many values the overflow series of a histogram has, which counts them by itself. */
    @Override
    long overflowedValues() {
        return overflow instanceof Histogram histogram ? histogram.count() : 0;
    }

    @Override
    boolean due(long nanos) {
        int n = size;
        Series[] all = instruments;
        for (int i = 0; i < n && all[i] instanceof SlidingRate rate; i++) {
            if (rate.due(nanos)) {
                return true;
            }
        }
        return false;
    }

    @Override
    void tick(CollectBuffer buffer) {
        int n = size;
        Series[] all = instruments;
        for (int i = 0; i < n && all[i] instanceof SlidingRate rate; i++) {
            rate.tick(buffer);
        }
    }

    @Override
    int size() {
        return size;
    }

    @Override
    boolean visible(CollectBuffer buffer) {
        int n = size; // before the array, which holds at least as many
        Series[] all = instruments;
        for (int i = 0; i < n; i++) {
            if (all[i].shown(buffer)) {
                return true;
            }
        }
        return false;
    }

    @Override
    void observe(CollectBuffer buffer) {
        // No callbacks here.
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        int n = size; // before the array, which holds at least as many
        Series[] all = instruments;
        for (int i = 0; i < n; i++) {
            all[i].visit(visitor, buffer);
        }
    }
}
