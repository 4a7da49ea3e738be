package dev.evenkeel.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/** Callbacks of one name. Thread-safe. */
final class ObservedFamily extends Family {
    private final int limit;
    private final AtomicInteger indices;
    private final List<ObservedSeries> callbacks = new CopyOnWriteArrayList<>();
    final Observed observed = new Observed(this);

    ObservedFamily(Core core, MetricDescriptor descriptor, int limit, AtomicInteger indices, boolean self) {
        super(core, descriptor, self);
        this.limit = limit;
        this.indices = indices;
    }

    synchronized void add(DoubleSupplier value, String... values) {
        if (values.length != descriptor.labelNames().size()) {
            throw new IllegalArgumentException(wrongCount(descriptor.name(), descriptor.labelNames(), values));
        }
        for (ObservedSeries callback : callbacks) {
            if (callback.labels().hasValues(values)) {
                callback.value = value;
                return;
            }
        }
        LabelValues labels = new LabelValues(0, values.clone());
        if (callbacks.size() >= limit
                || !core.budget().tryReserve(SERIES_BYTES + ObservedSeries.BYTES + labels.bytes())) {
            core.overflowed().increment();
            return;
        }
        callbacks.add(new ObservedSeries(this, labels, indices.getAndIncrement(), value));
    }

    @Override
    String word() {
        return descriptor.kind() == Kind.COUNTER ? "observed counter" : "observed gauge";
    }

    @Override
    int size() {
        return callbacks.size();
    }

    @Override
    void tend(CollectBuffer buffer, long nowNanos) {
        // Callbacks stay until the registry is closed.
    }

    @Override
    void list(CollectBuffer buffer, int place) {
        // What they reported is in the buffer.
    }

    @Override
    boolean visible(CollectBuffer buffer) {
        for (int i = 0; i < callbacks.size(); i++) { // an iterator would allocate with each collect
            ObservedSeries callback = callbacks.get(i);
            if (!Double.isNaN(buffer.observed(callback.index))) {
                return true;
            }
        }
        return false;
    }

    @Override
    void observe(CollectBuffer buffer) {
        for (int i = 0; i < callbacks.size(); i++) {
            ObservedSeries callback = callbacks.get(i);
            double value;
            try {
                value = callback.value.getAsDouble(); // NaN says that there is nothing to show
            } catch (Throwable e) {
                value = Double.NaN; // whatever it was, the other series are still to be read
                core.counts().callbackErrors.increment();
            }
            buffer.observe(callback.index, value);
        }
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        for (int i = 0; i < callbacks.size(); i++) {
            ObservedSeries callback = callbacks.get(i);
            callback.visit(visitor, buffer);
        }
    }
}
