package dev.evenkeel.cli.export;

import dev.evenkeel.cli.soak.MetricsPage;
import dev.evenkeel.soak.ResourceNames;
import dev.evenkeel.soak.StoredRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * A run as OpenMetrics text with timestamps, family by family and each series in the order of time, as Prometheus wants it for
 * a backfill. Resources carry the names under which a service exports them, so that dashboards and rules find them.
 */
final class OpenMetricsRun {
    /** Upper bounds in microseconds: half a millisecond to ten seconds, as the core's own latency metrics have them. */
    private static final long[] BOUNDS_MICROS = {
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000
    };

    private final Appendable out;
    private final List<Row> rows = new ArrayList<>();
    private final String labels;
    private int lines;

    /**
     * Prepares.
     *
     * @param job value of the label {@code job}
     * @param run value of the label {@code run}
     */
    OpenMetricsRun(Appendable out, StoredRun stored, String job, String run) throws IOException {
        this.out = out;
        stored.forEachRow(this::add);
        this.labels = "job=\"" + quoted(job) + "\",run=\"" + quoted(run) + "\"";
    }

    /**
     * What is left of a sample: its histogram takes 180 KB, this some hundred bytes.
     *
     * @param timestamp the end of each of its lines
     * @param counts requests up to each bound so far, and all of them last
     * @param sumSeconds of their latencies
     */
    private record Row(
            long epochMillis,
            String timestamp,
            boolean steady,
            boolean fault,
            long succeeded,
            long shed,
            long failed,
            long[] counts,
            double sumSeconds,
            Map<String, Double> values) {}

    private void add(StoredRun.Row row) {
        Row last = rows.isEmpty() ? null : rows.get(rows.size() - 1);
        if (last != null && row.epochMillis() <= last.epochMillis()) {
            return; // the clock was set back: Prometheus would refuse the rest
        }
        Histogram interval = row.load().intended();
        long[] counts = last == null
                ? new long[BOUNDS_MICROS.length + 1]
                : last.counts().clone();
        double sum = last == null ? 0 : last.sumSeconds();
        if (interval.getTotalCount() > 0) {
            upTo(interval, counts);
            counts[BOUNDS_MICROS.length] += interval.getTotalCount();
            sum += interval.getMean() * interval.getTotalCount() / 1e6;
        }
        rows.add(new Row(
                row.epochMillis(),
                timestamp(row.epochMillis()),
                row.steady(),
                row.fault(),
                row.load().succeeded(),
                row.load().shed(),
                row.load().failed(),
                counts,
                sum,
                row.values()));
    }

    /** Adds the requests up to each bound, in one walk over the values that were recorded. */
    private static void upTo(Histogram interval, long[] counts) {
        int bound = 0;
        long soFar = 0;
        for (HistogramIterationValue value : interval.recordedValues()) {
            // A value on a bound counts as up to it, as do those that the histogram cannot tell from it.
            while (bound < BOUNDS_MICROS.length
                    && interval.lowestEquivalentValue(value.getValueIteratedTo())
                            > interval.highestEquivalentValue(BOUNDS_MICROS[bound])) {
                counts[bound++] += soFar;
            }
            soFar += value.getCountAtValueIteratedTo();
        }
        while (bound < BOUNDS_MICROS.length) {
            counts[bound++] += soFar;
        }
    }

    /** Seconds with three decimals; once a sample, which stands in hundreds of lines. */
    private static String timestamp(long millis) {
        return String.format(Locale.ROOT, " %d.%03d\n", millis / 1000, millis % 1000);
    }

    private static String quoted(String s) {
        return s.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /** Samples that are in order. */
    int samples() {
        return rows.size();
    }

    /** Lines with a value. */
    int lines() {
        return lines;
    }

    void write() throws IOException {
        TreeSet<String> resources = new TreeSet<>();
        rows.forEach(row -> resources.addAll(row.values().keySet()));
        Map<String, String> names = new LinkedHashMap<>();
        for (String resource : resources) {
            names.put(resource, MetricsPage.familyOf(resource));
        }
        for (Map.Entry<String, String> name : names.entrySet()) {
            if (!name.getKey().equals(ResourceNames.LATENCY_P99)) {
                gauge(name.getValue(), row -> row.values().getOrDefault(name.getKey(), Double.NaN));
            }
        }
        gauge("soak_steady", row -> row.steady() ? 1 : 0);
        gauge("soak_fault", row -> row.fault() ? 1 : 0);
        requests();
        latency("soak_request_duration_seconds");
        out.append("# EOF\n");
    }

    private void gauge(String name, ToDoubleFunction<Row> value) throws IOException {
        out.append("# TYPE ").append(name).append(" gauge\n");
        for (Row row : rows) {
            double v = value.applyAsDouble(row);
            if (!Double.isNaN(v)) {
                line(name, "", v, row);
            }
        }
    }

    private void requests() throws IOException {
        out.append("# TYPE soak_requests counter\n");
        Map<String, ToDoubleFunction<Row>> outcomes = new LinkedHashMap<>();
        outcomes.put("success", row -> row.succeeded());
        outcomes.put("shed", row -> row.shed());
        outcomes.put("failed", row -> row.failed());
        for (Map.Entry<String, ToDoubleFunction<Row>> outcome : outcomes.entrySet()) {
            double sum = 0;
            for (Row row : rows) {
                sum += outcome.getValue().applyAsDouble(row);
                line("soak_requests_total", ",outcome=\"" + outcome.getKey() + "\"", sum, row);
            }
        }
    }

    private void latency(String name) throws IOException {
        out.append("# TYPE ")
                .append(name)
                .append(" histogram\n# UNIT ")
                .append(name)
                .append(" seconds\n");
        for (Row row : rows) {
            for (int i = 0; i < BOUNDS_MICROS.length; i++) {
                line(name + "_bucket", ",le=\"" + BOUNDS_MICROS[i] / 1e6 + "\"", row.counts()[i], row);
            }
            long all = row.counts()[BOUNDS_MICROS.length];
            line(name + "_bucket", ",le=\"+Inf\"", all, row);
            line(name + "_count", "", all, row);
            line(name + "_sum", "", row.sumSeconds(), row);
        }
    }

    private void line(String name, String more, double value, Row row) throws IOException {
        lines++;
        out.append(name).append('{').append(labels).append(more).append("} ");
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            out.append(Long.toString((long) value));
        } else {
            out.append(Double.toString(value));
        }
        out.append(row.timestamp());
    }
}
