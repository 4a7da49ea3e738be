package dev.evenkeel.exporter.otlp;

import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import java.util.List;

/** A counter of doubles, an observed counter or a gauge. */
final class DoublePoint extends SeriesPoint implements DoublePointData {
    private static final int BYTES = 96;

    private double value;

    DoublePoint(SeriesId id, long startNanos, long endNanos, double value) {
        super(id, startNanos, endNanos);
        this.value = value;
    }

    @Override
    void addValue(SeriesPoint other) {
        value += ((DoublePoint) other).value;
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
    public double getValue() {
        return value;
    }

    @Override
    public List<DoubleExemplarData> getExemplars() {
        return List.of();
    }
}
