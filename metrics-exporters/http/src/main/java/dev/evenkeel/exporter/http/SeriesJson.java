package dev.evenkeel.exporter.http;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;

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
        json.name("sum").value(reading.sum() * scale);
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

    private CharSequence key(Series series) {
        key.setLength(0);
        key.append(series.descriptor().name());
        Labels labels = series.labels();
        for (int i = 0; i < labels.size(); i++) {
            key.append(i == 0 ? '{' : ',').append(labels.name(i)).append("=\"");
            String value = labels.value(i);
            for (int j = 0; j < value.length(); j++) {
                char c = value.charAt(j);
                if (c == '"' || c == '\\') {
                    key.append('\\');
                }
                key.append(c);
            }
            key.append('"');
        }
        if (labels.size() > 0) {
            key.append('}');
        }
        return key;
    }
}
