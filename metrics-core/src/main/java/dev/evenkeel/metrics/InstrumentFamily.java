package dev.evenkeel.metrics;

import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The instruments of one name. Thread-safe: the list of instruments is changed under a lock; a collect reads it without. It
 * grows in place, and is replaced when some go.
 *
 * <p>Locks are taken in this order: the collectors', then a family's.
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
    private final @Nullable Eviction<T> eviction;
    private final boolean idles;

    InstrumentFamily(
            Core core,
            InstrumentType<T> type,
            MetricDescriptor descriptor,
            int digits,
            int limit,
            long idleNanos,
            boolean self,
            boolean anyLabels) {
        super(core, descriptor, self, anyLabels);
        this.type = type;
        this.digits = digits;
        this.limit = limit;
        this.idles = idleNanos > 0;
        this.eviction = descriptor.labelNames().isEmpty() && !anyLabels ? null : new Eviction<>(this, idleNanos);
    }

    /** Returns the bytes that the family costs before it has a labelled series: itself and one series. */
    long baseBytes() {
        return BASE_BYTES + SERIES_BYTES + type.cellBytes();
    }

    /** Adds a series whose bytes are reserved. Under the lock. */
    private T add(LabelValues values) {
        T series = type.maker().make(this, values, digits);
        list(series);
        return series;
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

    /** Returns the one object that finds instruments by label values, or null before it is asked for. */
    @Nullable
    Labelled<T> labelledIfAny() {
        lock.lock();
        try {
            return labelled;
        } finally {
            lock.unlock();
        }
    }

    /** Returns what a series of some labels is taken to cost. */
    long seriesBytes(LabelValues values) {
        return SERIES_BYTES + type.cellBytes() + values.bytes() + (idles ? Eviction.IDLE_BYTES : 0);
    }

    /** Makes the instrument of new label values, or returns null when memory is short. Under the lock. */
    @Nullable
    T tryCreate(LabelValues values) {
        long room = type.kind() == Kind.HISTOGRAM ? core.budget().maxBytes() / 64 : 0; // or its values find no cells
        if (core.budget().remaining() < room || !core.budget().tryReserve(seriesBytes(values))) {
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

    /** Lists a series again. Under the lock. */
    void list(T series) {
        Series[] all = instruments;
        int n = size;
        if (n == all.length) {
            all = Arrays.copyOf(all, 2 * n);
        }
        all[n] = series;
        instruments = all;
        size = n + 1;
    }

    /** Takes series out of the list. Under the lock. */
    void unlist(Set<Series> gone) {
        Series[] old = instruments;
        Series[] kept = new Series[old.length];
        int n = 0;
        for (int i = 0; i < size; i++) {
            if (!gone.contains(old[i])) {
                kept[n++] = old[i];
            }
        }
        // Between the two writes a collect may see the new array with the old size: the rest of it is null. It reads
        // both under
        // the collectors' lock, which is held here too.
        instruments = kept;
        size = n;
    }

    /** Returns what the family evicts, null for one without labels. */
    @Nullable
    Eviction<T> eviction() {
        return eviction;
    }

    /** Returns how many series were evicted. */
    long evictedSeries() {
        return eviction == null ? 0 : eviction.evicted().series();
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Returns a listed series. Under the lock. */
    Series listed(int i) {
        return instruments[i];
    }

    @Override
    void evicted(long total) {
        Objects.requireNonNull(eviction, "eviction").count(total);
    }

    @Override
    void tend(CollectBuffer buffer, long nowNanos) {
        if (eviction != null) {
            eviction.tend(buffer, nowNanos);
        }
    }

    @Override
    void list(CollectBuffer buffer, int place) {
        int n = size; // before the array, which holds at least as many
        buffer.list(place, instruments, n);
    }

    @Override
    String word() {
        return type.word();
    }

    @Override
    String setting() {
        return anyLabels ? withAnyLabels(type.setting()) : type.setting();
    }

    /** Returns how many measurements the overflow series of a histogram or counter has, which counts them by itself. */
    @Override
    long overflowedValues() {
        T series = overflow;
        if (series instanceof Histogram histogram) {
            return histogram.count();
        }
        if (series instanceof Counter counter) {
            OverflowAmounts others = counter.others();
            return counter.ones() + (others == null ? 0 : others.number());
        }
        return 0;
    }

    /** Read without the collectors' lock, as a tick does, the list may be a newer one than its size: its end is null then. */
    private static boolean isWindowed(@Nullable Series series) {
        return series != null && series.hasWindows();
    }

    @Override
    boolean due(long nanos) {
        int n = size;
        Series[] all = instruments;
        for (int i = 0; i < n && isWindowed(all[i]); i++) {
            if (all[i].due(nanos)) {
                return true;
            }
        }
        return false;
    }

    @Override
    void tick(CollectBuffer buffer) {
        int n = size;
        Series[] all = instruments;
        for (int i = 0; i < n && isWindowed(all[i]); i++) {
            all[i].tick(buffer);
        }
    }

    @Override
    int size() {
        return size;
    }

    @Override
    boolean visible(CollectBuffer buffer) {
        return buffer.anyListedShown();
    }

    @Override
    void observe(CollectBuffer buffer) {
        // No callbacks here.
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        buffer.visitListed(visitor);
    }
}
