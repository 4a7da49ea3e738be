package dev.evenkeel.exporter.http;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.name.WireNames;

/**
 * Writes all series as one JSON object: schema 1.
 *
 * <p>A key is the metric's name, with its labels in braces when it has some. Histograms are objects with values in the
 * unit of the metric.
 */
final class DebugVars implements CollectVisitor {
    private final JsonText json = new JsonText();
    private final StringBuilder key = new StringBuilder(128);

    @Override
    public void begin(long epochMillis) {
        json.open().name("schema").value(1).name("epochMillis").value(epochMillis);
        json.name("metrics").open();
    }

    @Override
    public void family(MetricDescriptor family) {
        // the names say it
    }

    @Override
    public void longCounter(Series series, long value) {
        json.name(key(series)).value(value);
    }

    @Override
    public void doubleCounter(Series series, double value) {
        json.name(key(series)).value(value);
    }

    @Override
    public void gauge(Series series, double value) {
        json.name(key(series)).value(value);
    }

    @Override
    public void upDownCounter(Series series, long value) {
        longCounter(series, value);
    }

    @Override
    public void histogram(Series series, HistogramReading reading) {
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
    public void fixedHistogram(Series series, FixedBuckets buckets) {
        json.name(key(series)).open().name("count").value(buckets.count());
        json.name("sum").value(buckets.sum()).close();
    }

    @Override
    public void end() {
        json.close().close();
    }

    private CharSequence key(Series series) {
        key.setLength(0);
        WireNames.appendJsonKey(key, series.descriptor().name(), series.labels());
        return key;
    }

    @Override
    public String toString() {
        return json.toString();
    }
}
