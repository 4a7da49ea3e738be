package dev.evenkeel.exporter.otlp;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a receiver has taken, point by point, from decoded requests. Deltas of one series must not overlap: the same interval twice is a
 * repeat, and counted; any other overlap is an error. Thread-safe.
 */
final class Ledger {
    private final Map<String, Account> accounts = new HashMap<>();
    private final List<String> errors = new ArrayList<>();
    private final List<ExportMetricsServiceRequest> requests = new ArrayList<>();
    private final boolean keepRequests;
    private long points;
    private long repeatedPoints;
    private long repeatedRequests;

    Ledger(boolean keepRequests) {
        this.keepRequests = keepRequests;
    }

    /** A series as the receiver knows it. */
    private static final class Account {
        /** By start: the end and value of each interval. */
        private final TreeMap<Long, double[]> deltas = new TreeMap<>();

        private double last = Double.NaN;
        private long lastEnd = Long.MIN_VALUE;
        private double deltaSum;
        private double deltaCount;
        private double lastSum;
    }

    synchronized void take(ExportMetricsServiceRequest request) {
        if (keepRequests) {
            requests.add(request);
        }
        long before = repeatedPoints;
        for (ResourceMetrics resource : request.getResourceMetricsList()) {
            for (ScopeMetrics scope : resource.getScopeMetricsList()) {
                scope.getMetricsList().forEach(this::take);
            }
        }
        if (repeatedPoints > before) {
            repeatedRequests++;
        }
    }

    private void take(Metric metric) {
        switch (metric.getDataCase()) {
            case SUM -> {
                boolean delta = delta(metric.getSum().getAggregationTemporality());
                for (NumberDataPoint p : metric.getSum().getDataPointsList()) {
                    double value = p.hasAsInt() ? p.getAsInt() : p.getAsDouble();
                    take(
                            key(metric, p.getAttributesList()),
                            delta,
                            p.getStartTimeUnixNano(),
                            p.getTimeUnixNano(),
                            value,
                            value,
                            metric.getSum().getIsMonotonic());
                }
            }
            case GAUGE -> {
                for (NumberDataPoint p : metric.getGauge().getDataPointsList()) {
                    take(
                            key(metric, p.getAttributesList()),
                            false,
                            0,
                            p.getTimeUnixNano(),
                            p.getAsDouble(),
                            p.getAsDouble(),
                            false);
                }
            }
            case HISTOGRAM -> {
                boolean delta = delta(metric.getHistogram().getAggregationTemporality());
                for (HistogramDataPoint p : metric.getHistogram().getDataPointsList()) {
                    long inBuckets = p.getBucketCountsList().stream()
                            .mapToLong(Long::longValue)
                            .sum();
                    check(inBuckets == p.getCount(), metric.getName() + " has " + inBuckets + " of " + p.getCount());
                    take(
                            key(metric, p.getAttributesList()),
                            delta,
                            p.getStartTimeUnixNano(),
                            p.getTimeUnixNano(),
                            p.getCount(),
                            p.getSum(),
                            true);
                }
            }
            case EXPONENTIAL_HISTOGRAM -> {
                boolean delta = delta(metric.getExponentialHistogram().getAggregationTemporality());
                for (ExponentialHistogramDataPoint p :
                        metric.getExponentialHistogram().getDataPointsList()) {
                    long inBuckets = p.getZeroCount()
                            + p.getPositive().getBucketCountsList().stream()
                                    .mapToLong(Long::longValue)
                                    .sum();
                    check(inBuckets == p.getCount(), metric.getName() + " has " + inBuckets + " of " + p.getCount());
                    take(
                            key(metric, p.getAttributesList()),
                            delta,
                            p.getStartTimeUnixNano(),
                            p.getTimeUnixNano(),
                            p.getCount(),
                            p.getSum(),
                            true);
                }
            }
            default -> errors.add("unknown data: " + metric);
        }
    }

    private void take(String key, boolean delta, long start, long end, double value, double sum, boolean monotone) {
        points++;
        Account account = accounts.computeIfAbsent(key, k -> new Account());
        if (!delta) {
            if (end >= account.lastEnd) {
                check(!monotone || !(value < account.last), key + " fell from " + account.last + " to " + value);
                account.last = value;
                account.lastSum = sum;
                account.lastEnd = end;
            }
            return;
        }
        double[] same = account.deltas.get(start);
        if (same != null && same[0] == end) {
            check(same[1] == value && same[2] == sum, key + " repeated with another value");
            repeatedPoints++;
            return;
        }
        Map.Entry<Long, double[]> below = account.deltas.lowerEntry(end);
        check(
                start < end && (below == null || below.getValue()[0] <= start),
                key + ": interval " + start + ".." + end + " overlaps another");
        account.deltas.put(start, new double[] {end, value, sum});
        account.deltaCount += value;
        account.deltaSum += sum;
    }

    private void check(boolean holds, String otherwise) {
        if (!holds && errors.size() < 5) {
            errors.add(otherwise);
        }
    }

    private static boolean delta(AggregationTemporality temporality) {
        return temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
    }

    private static String key(Metric metric, List<KeyValue> attributes) {
        StringBuilder key = new StringBuilder(metric.getName());
        for (KeyValue pair : attributes) { // in order of names
            key.append('|')
                    .append(pair.getKey())
                    .append('=')
                    .append(
                            pair.getValue().hasBoolValue()
                                    ? pair.getValue().getBoolValue()
                                    : pair.getValue().getStringValue());
        }
        return key.toString();
    }

    /** What the deltas of a series add up to, repeats left out: amounts of counters, values of histograms. */
    synchronized double deltas(String key) {
        Account account = accounts.get(key);
        return account == null ? 0 : account.deltaCount;
    }

    /** The sum of what histograms recorded, of all intervals, repeats left out. */
    synchronized double deltaSum(String key) {
        Account account = accounts.get(key);
        return account == null ? 0 : account.deltaSum;
    }

    /** The last value of a series that is told since its start; NaN for none. */
    synchronized double last(String key) {
        Account account = accounts.get(key);
        return account == null ? Double.NaN : account.last;
    }

    synchronized double lastSum(String key) {
        Account account = accounts.get(key);
        return account == null ? Double.NaN : account.lastSum;
    }

    /** Keys of the series whose name begins so. */
    synchronized List<String> keys(String prefix) {
        return accounts.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .sorted()
                .toList();
    }

    synchronized List<String> errors() {
        return List.copyOf(errors);
    }

    synchronized List<ExportMetricsServiceRequest> requests() {
        return List.copyOf(requests);
    }

    synchronized long points() {
        return points;
    }

    synchronized long repeatedRequests() {
        return repeatedRequests;
    }
}
