package dev.evenkeel.exporter.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import java.util.List;

/** One histogram with its exemplars: the SDK's factory has no place for them. */
record HistogramPoint(HistogramPointData point, List<DoubleExemplarData> exemplars) implements HistogramPointData {
    @Override
    public long getStartEpochNanos() {
        return point.getStartEpochNanos();
    }

    @Override
    public long getEpochNanos() {
        return point.getEpochNanos();
    }

    @Override
    public Attributes getAttributes() {
        return point.getAttributes();
    }

    @Override
    public double getSum() {
        return point.getSum();
    }

    @Override
    public long getCount() {
        return point.getCount();
    }

    @Override
    public boolean hasMin() {
        return point.hasMin();
    }

    @Override
    public double getMin() {
        return point.getMin();
    }

    @Override
    public boolean hasMax() {
        return point.hasMax();
    }

    @Override
    public double getMax() {
        return point.getMax();
    }

    @Override
    public List<Double> getBoundaries() {
        return point.getBoundaries();
    }

    @Override
    public List<Long> getCounts() {
        return point.getCounts();
    }

    @Override
    public List<DoubleExemplarData> getExemplars() {
        return exemplars;
    }
}
