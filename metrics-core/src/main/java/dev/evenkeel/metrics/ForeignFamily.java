package dev.evenkeel.metrics;

import java.util.HashMap;
import java.util.Map;

/** The series of one name that another library keeps. Guarded by the {@link ForeignFamilies} it belongs to. */
final class ForeignFamily extends Family {
    final Map<LabelValues, ForeignSeries> series = new HashMap<>();
    long seen;

    ForeignFamily(Core core, MetricDescriptor descriptor) {
        super(core, descriptor, false, true);
    }

    @Override
    String word() {
        return "foreign " + descriptor.kind();
    }

    @Override
    int size() {
        return series.size();
    }

    @Override
    void tend(CollectBuffer buffer, long nowNanos) {
        // The other library decides what there is.
    }

    @Override
    void list(CollectBuffer buffer, int place) {
        // It is in no list of the registry.
    }

    @Override
    boolean visible(CollectBuffer buffer) {
        return false;
    }

    @Override
    void observe(CollectBuffer buffer) {
        // Read by its source.
    }

    @Override
    void visit(CollectVisitor visitor, CollectBuffer buffer) {
        // See ForeignReading.
    }
}
