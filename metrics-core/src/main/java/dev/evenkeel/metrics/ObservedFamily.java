package dev.evenkeel.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/** Callbacks of one name. Thread-safe. */
final class ObservedFamily extends Family {
    private static final class Callback {
        final Series series;
        final int index;
        final DoubleSupplier value;

        Callback(Series series, int index, DoubleSupplier value) {
            this.series = series;
            this.index = index;
            this.value = value;
        }
    }

    private final Core core;
    private final int limit;
    private final AtomicInteger indices;
    private final List<Callback> callbacks = new CopyOnWriteArrayList<>();
    final Observed observed = new Observed(this);

    ObservedFamily(Core core, MetricDescriptor descriptor, int limit, AtomicInteger indices, boolean self) {
        super(descriptor, self);
        this.core = core;
        this.limit = limit;
        this.indices = indices;
    }

    synchronized void add(DoubleSupplier value, String... values) {
        if (values.length != descriptor.labelNames().size()) {
            throw new IllegalArgumentException(wrongCount(descriptor.name(), descriptor.labelNames(), values));
        }
        for (int i = 0; i < callbacks.size(); i++) {
            Callback callback = callbacks.get(i);
            if (callback.series.labels().hasValues(values)) {
                callbacks.set(i, new Callback(callback.series, callback.index, value));
                return;
            }
        }
        if (callbacks.size() >= limit || !core.budget().tryReserve(BASE_BYTES + labelBytes(values))) {
            core.counts().overflowed.increment();
            return;
        }
        Labels labels = values.length == 0 ? Labels.NONE : new Labels(descriptor.labelNames(), values.clone());
        Series series = new Series(descriptor, labels, core.wallClock().epochMillis());
        callbacks.add(new Callback(series, indices.getAndIncrement(), value));
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
    boolean visible(CollectBuffer buffer) {
        for (Callback callback : callbacks) {
            if (!Double.isNaN(buffer.observed(callback.index))) {
                return true;
            }
        }
        return false;
    }

    @Override
    void observe(CollectBuffer buffer) {
        for (Callback callback : callbacks) {
            double value;
            try {
                value = callback.value.getAsDouble();
            } catch (Throwable e) {
                value = Double.NaN; // whatever it was, the other series are still to be read
            }
            if (Double.isNaN(value)) {
                core.counts().callbackErrors.increment();
            }
            buffer.observe(callback.index, value);
        }
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        for (Callback callback : callbacks) {
            double value = buffer.observed(callback.index);
            if (Double.isNaN(value)) {
                continue; // absent, not zero
            }
            if (descriptor.kind() == Kind.COUNTER) {
                visitor.doubleCounter(callback.series, value);
            } else {
                visitor.gauge(callback.series, value);
            }
        }
    }
}
