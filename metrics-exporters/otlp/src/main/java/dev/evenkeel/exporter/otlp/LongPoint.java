package dev.evenkeel.exporter.otlp;

import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import java.util.List;

/** A counter or an up-down counter. */
final class LongPoint extends SeriesPoint implements LongPointData {
    private static final int BYTES = 96;

    private long value;

    LongPoint(SeriesId id, long startNanos, long endNanos, long value) {
        super(id, startNanos, endNanos);
        this.value = value;
    }

    @Override
    void addValue(SeriesPoint other) {
        value += ((LongPoint) other).value;
    }

    @Override
    double measurements() {
        return value;
    }

    @Override
    long bytes() {
        return BYTES + id().bytes();
    }

    @Override
    public long getValue() {
        return value;
    }

    @Override
    public List<LongExemplarData> getExemplars() {
        return List.of();
    }
}
