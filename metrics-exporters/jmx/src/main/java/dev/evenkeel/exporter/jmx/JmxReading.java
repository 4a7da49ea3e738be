package dev.evenkeel.exporter.jmx;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.name.WireNames;
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

/** All values of one collect, by family and attribute. Not changed once the collect is over. */
final class JmxReading implements CollectVisitor {
    private static final String[] ITEMS = {"count", "sum", "min", "p50", "p90", "p99", "p999", "max"};
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

    /** One family: what describes it, and its values by attribute. */
    record Family(MetricDescriptor descriptor, Map<String, Object> values) {}

    private final Map<Series, String> attributeNames;
    private final Map<String, Family> families = new TreeMap<>();
    private Map<String, Object> current = Map.of();

    /** @param attributeNames names that earlier readings made; this one adds to it. By identity: a series equals itself only */
    JmxReading(Map<Series, String> attributeNames) {
        this.attributeNames = attributeNames;
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
        current.put(attributeName(series), value);
    }

    @Override
    public void doubleCounter(Series series, double value) {
        current.put(attributeName(series), value);
    }

    @Override
    public void gauge(Series series, double value) {
        current.put(attributeName(series), value);
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
        try {
            CompositeData data = new CompositeDataSupport(HISTOGRAM, ITEMS, values);
            current.put(attributeName(series), data);
        } catch (OpenDataException e) {
            throw new IllegalStateException("The items of a histogram do not fit their own type.", e);
        }
    }

    private String attributeName(Series series) {
        return attributeNames.computeIfAbsent(series, s -> WireNames.jmxAttribute(s.labels()));
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
