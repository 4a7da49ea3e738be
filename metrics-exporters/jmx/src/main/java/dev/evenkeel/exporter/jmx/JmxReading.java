package dev.evenkeel.exporter.jmx;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.name.WireNames;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;

/** All values of one collect, by family and attribute. Not changed once the collect is over. */
final class JmxReading implements CollectVisitor {
    static final String[] ITEMS = {"count", "sum", "min", "p50", "p90", "p99", "p999", "max"};
    private static final String[] MEANINGS = {
        "Number of values",
        "Sum of the values",
        "Smallest value",
        "Median",
        "90 % of the values are at or below this",
        "99 % of the values are at or below this",
        "99.9 % of the values are at or below this",
        "Largest value"
    };
    static final CompositeType HISTOGRAM = histogramType();

    /** One series by what it is called and labelled. Holds no series: one that was evicted would give no memory back. */
    record Named(String attribute, Labels labels) {}

    /** @param shown a Long, a Double or a {@link #HISTOGRAM} */
    record Value(Labels labels, Object shown) {}

    /** One family: what describes it, and its values by attribute. */
    record Family(MetricDescriptor descriptor, Map<String, Value> values) {
        /** Returns an attribute: a series, an item of a histogram, or the table of all; null when there is none. */
        @Nullable
        Object attribute(String name) {
            Value series = values.get(name);
            if (series != null) {
                return series.shown();
            }
            if (name.equals(TABLE)) {
                return SeriesTable.of(this);
            }
            int dot = name.lastIndexOf('.');
            Value histogram = dot < 0 ? null : values.get(name.substring(0, dot));
            return histogram != null && histogram.shown() instanceof CompositeData data
                            && data.containsKey(name.substring(dot + 1))
                    ? data.get(name.substring(dot + 1))
                    : null;
        }
    }

    /** The attribute that holds all series. */
    static final String TABLE = "table";

    private final Map<Series, Named> names;
    private final Map<String, Family> families = new TreeMap<>();
    private Map<String, Value> current = Map.of();

    /** @param names names that earlier readings made; this one adds to it. By identity: a series equals itself only */
    JmxReading(Map<Series, Named> names) {
        this.names = names;
    }

    Map<String, Family> families() {
        return Collections.unmodifiableMap(families);
    }

    @Override
    public void family(MetricDescriptor descriptor) {
        current = new LinkedHashMap<>();
        families.put(descriptor.name(), new Family(descriptor, current));
    }

    @Override
    public void longCounter(Series series, long value) {
        put(series, value);
    }

    @Override
    public void doubleCounter(Series series, double value) {
        put(series, value);
    }

    @Override
    public void gauge(Series series, double value) {
        put(series, value);
    }

    @Override
    public void upDownCounter(Series series, long value) {
        longCounter(series, value);
    }

    @Override
    public void histogram(Series series, HistogramReading reading) {
        double scale = reading.scale();
        Object[] values = {
            reading.count(),
            reading.sumInUnit(),
            reading.min() * scale,
            reading.valueAtQuantile(0.5) * scale,
            reading.valueAtQuantile(0.9) * scale,
            reading.valueAtQuantile(0.99) * scale,
            reading.valueAtQuantile(0.999) * scale,
            reading.max() * scale
        };
        putHistogram(series, values);
    }

    /** Of a foreign histogram nobody knows the values: its count and sum are shown, and NaN for what would be guessed. */
    @Override
    public void fixedHistogram(Series series, FixedBuckets buckets) {
        Object[] values = new Object[ITEMS.length];
        Arrays.fill(values, Double.NaN);
        values[0] = buckets.count();
        values[1] = buckets.sum();
        putHistogram(series, values);
    }

    private void putHistogram(Series series, Object... values) {
        try {
            CompositeData data = new CompositeDataSupport(HISTOGRAM, ITEMS, values);
            put(series, data);
        } catch (OpenDataException e) {
            throw new IllegalStateException("The items of a histogram do not fit their own type.", e);
        }
    }

    private void put(Series series, Object value) {
        Named named = names.computeIfAbsent(series, s -> {
            Labels labels = s.labels();
            return new Named(WireNames.jmxAttribute(labels), labels);
        });
        current.put(named.attribute(), new Value(named.labels(), value));
    }

    private static CompositeType histogramType() {
        OpenType<?>[] types = new OpenType<?>[ITEMS.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = i == 0 ? SimpleType.LONG : SimpleType.DOUBLE;
        }
        try {
            return new CompositeType(
                    "dev.evenkeel.Histogram",
                    "What a histogram counted since it was registered",
                    ITEMS,
                    MEANINGS,
                    types);
        } catch (OpenDataException e) {
            throw new IllegalStateException("The type of a histogram is not well formed.", e);
        }
    }
}
