package dev.evenkeel.metrics;

import java.util.Arrays;
import java.util.function.DoubleSupplier;

/** Callbacks of one name. Thread-safe. */
final class ObservedFamily extends Family {
    private final int limit;
    private final ObservedIndices indices;

    /** Replaced as a whole under the family's monitor, so that a loop over it needs neither lock nor iterator. */
    private volatile ObservedSeries[] callbacks = {};

    final Observed observed = new Observed(this);

    ObservedFamily(
            Core core,
            MetricDescriptor descriptor,
            int limit,
            ObservedIndices indices,
            boolean self,
            boolean anyLabels) {
        super(core, descriptor, self, anyLabels);
        this.limit = limit;
        this.indices = indices;
    }

    synchronized void add(DoubleSupplier value, String... wanted) {
        String[] values = checked(wanted);
        for (ObservedSeries callback : callbacks) {
            if (callback.hasValues(values)) {
                callback.value = value;
                return;
            }
        }
        LabelValues labels = new LabelValues(0, values);
        if (callbacks.length >= limit
                || !core.budget().tryReserve(SERIES_BYTES + ObservedSeries.BYTES + labels.bytes())) {
            core.overflowed().increment();
            return;
        }
        ObservedSeries[] more = Arrays.copyOf(callbacks, callbacks.length + 1);
        more[callbacks.length] = new ObservedSeries(this, labels, indices.take(), value);
        callbacks = more;
    }

    synchronized boolean remove(DoubleSupplier value, String... wanted) {
        String[] values = checked(wanted);
        ObservedSeries[] all = callbacks;
        for (int i = 0; i < all.length; i++) {
            ObservedSeries series = all[i];
            if (series.value == value && series.hasValues(values)) {
                ObservedSeries[] fewer = Arrays.copyOf(all, all.length - 1);
                System.arraycopy(all, i + 1, fewer, i, fewer.length - i);
                callbacks = fewer;
                indices.free(series.index);
                core.budget()
                        .release(SERIES_BYTES
                                + ObservedSeries.BYTES
                                + LabelValues.of(series).bytes());
                return true;
            }
        }
        return false;
    }

    private String[] checked(String... values) {
        if (!anyLabels && values.length != descriptor.labelNames().size()) {
            throw new IllegalArgumentException(wrongCount(descriptor.name(), descriptor.labelNames(), values));
        }
        String[] copy = new String[values.length];
        for (int i = 0; i < values.length; i++) {
            copy[i] = Names.wellFormed(values[i]);
        }
        return copy;
    }

    @Override
    String setting() {
        return anyLabels ? withAnyLabels("") : "";
    }

    @Override
    String word() {
        return descriptor.kind() == Kind.COUNTER ? "observed counter" : "observed gauge";
    }

    @Override
    int size() {
        return callbacks.length;
    }

    @Override
    void tend(CollectBuffer buffer, long nowNanos) {
        // Callbacks stay until they are removed.
    }

    @Override
    void list(CollectBuffer buffer, int place) {
        // What they reported is in the buffer.
    }

    @Override
    boolean visible(CollectBuffer buffer) {
        for (ObservedSeries callback : callbacks) {
            if (!Double.isNaN(buffer.observed(callback))) {
                return true;
            }
        }
        return false;
    }

    @Override
    void observe(CollectBuffer buffer) {
        for (ObservedSeries callback : callbacks) {
            double value;
            try {
                value = callback.value.getAsDouble(); // NaN says that there is nothing to show
            } catch (Throwable e) {
                value = Double.NaN; // whatever it was, the other series are still to be read
                core.counts().callbackErrors.increment();
            }
            buffer.observe(callback, value);
        }
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        for (ObservedSeries callback : callbacks) {
            callback.visit(visitor, buffer);
        }
    }
}
