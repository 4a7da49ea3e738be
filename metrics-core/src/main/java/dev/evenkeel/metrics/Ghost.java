package dev.evenkeel.metrics;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * An evicted series for as long as somebody may record to it. Phantom, because a finalizer may still record to what a weak
 * reference no longer gives; weak as well, because a caller who asks for its labels again gets the series that others hold.
 */
final class Ghost<T extends Series> extends PhantomReference<Series> {
    /** What a ghost is taken to cost, its cells and labels apart. */
    static final long BYTES = 192;

    final LabelValues values;
    final Remains remains;
    private final WeakReference<T> series;

    Ghost(T series, ReferenceQueue<? super Series> queue, Remains remains) {
        super(series, queue);
        this.series = new WeakReference<>(series);
        this.values = LabelValues.of(series);
        this.remains = remains;
    }

    /** Returns the series, or null when nobody holds it any more. */
    @Nullable
    T series() {
        return series.get();
    }
}
