package dev.evenkeel.exporter.http;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.name.WireNames;

/**
 * Writes series as members of a JSON object.
 *
 * <p>A key is the metric's name, with its labels in braces when it has some. Histograms are objects with values in the
 * unit of the metric.
 */
abstract class SeriesJson implements CollectVisitor {
    private JsonText json = new JsonText();
    private final StringBuilder key = new StringBuilder(128);

    /** Returns where the series of a family are written. */
    abstract JsonText objectFor(MetricDescriptor family);

    @Override
    public final void family(MetricDescriptor family) {
        json = objectFor(family);
    }

    @Override
    public final void longCounter(Series series, long value) {
        json.name(key(series)).value(value);
    }

    @Override
    public final void upDownCounter(Series series, long value) {
        longCounter(series, value);
    }

    @Override
    public final void doubleCounter(Series series, double value) {
        json.name(key(series)).value(value);
    }

    @Override
    public final void gauge(Series series, double value) {
        json.name(key(series)).value(value);
    }

    @Override
    public final void histogram(Series series, HistogramReading reading) {
        double scale = reading.scale();
        json.name(key(series)).open().name("count").value(reading.count());
        json.name("sum").value(reading.sumInUnit());
        if (reading.count() > 0) {
            json.name("min").value(reading.min() * scale);
            json.name("p50").value(reading.valueAtQuantile(0.5) * scale);
            json.name("p90").value(reading.valueAtQuantile(0.9) * scale);
            json.name("p99").value(reading.valueAtQuantile(0.99) * scale);
            json.name("p999").value(reading.valueAtQuantile(0.999) * scale);
            json.name("max").value(reading.max() * scale);
        }
        json.close();
    }

    @Override
    public final void fixedHistogram(Series series, FixedBuckets buckets) {
        json.name(key(series)).open().name("count").value(buckets.count());
        json.name("sum").value(buckets.sum()).close();
    }

    private CharSequence key(Series series) {
        key.setLength(0);
        WireNames.appendJsonKey(key, series.descriptor().name(), series.labels());
        return key;
    }
}
