package dev.evenkeel.exporter.live;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Picks the watched gauges out of a collect, each family added up. Reused from tick to tick; not thread-safe. */
final class ResourceReading implements CollectVisitor {
    private static final int NONE = -1;

    private final Map<String, Integer> indexOfFamily = new HashMap<>();
    private final Map<String, Integer> indexOfLimit = new HashMap<>();
    private final double[] values;
    private final double[] limits;
    private final String[] units;
    private long epochMillis;
    private int value = NONE;
    private int limit = NONE;

    ResourceReading(List<WatchedResource> resources) {
        for (int i = 0; i < resources.size(); i++) {
            indexOfFamily.put(resources.get(i).family(), i);
            String limitFamily = resources.get(i).limitFamily();
            if (limitFamily != null) {
                indexOfLimit.put(limitFamily, i);
            }
        }
        values = new double[resources.size()];
        limits = new double[resources.size()];
        units = new String[resources.size()];
        Arrays.fill(units, "");
    }

    /** Absent is NaN, not zero. */
    double[] values() {
        return values;
    }

    double[] limits() {
        return limits;
    }

    String unit(int resource) {
        return units[resource];
    }

    long epochMillis() {
        return epochMillis;
    }

    @Override
    public void begin(long atEpochMillis) {
        epochMillis = atEpochMillis;
        Arrays.fill(values, Double.NaN);
        Arrays.fill(limits, Double.NaN);
    }

    @Override
    public void family(MetricDescriptor family) {
        value = indexOfFamily.getOrDefault(family.name(), NONE);
        limit = indexOfLimit.getOrDefault(family.name(), NONE);
        if (value != NONE) {
            units[value] = family.unit();
        }
    }

    @Override
    public void gauge(Series series, double reading) {
        if (value != NONE) {
            values[value] = plus(values[value], reading);
        }
        if (limit != NONE) {
            limits[limit] = plus(limits[limit], reading);
        }
    }

    private static double plus(double sum, double reading) {
        return Double.isNaN(sum) ? reading : sum + reading;
    }

    @Override
    public void longCounter(Series series, long reading) {
        // Only gauges are watched: a counter grows by nature.
    }

    @Override
    public void doubleCounter(Series series, double reading) {
        // See above.
    }

    @Override
    public void histogram(Series series, HistogramReading reading) {
        // See above.
    }
}
