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

/**
 * A run as OpenMetrics text with timestamps, family by family and each series in the order of time, as Prometheus wants it for
 * a backfill. Resources carry the names under which a service exports them, so that dashboards and rules find them.
 */
final class OpenMetricsRun {
    /** Upper bounds in microseconds: half a millisecond to ten seconds, as the core's own latency metrics have them. */
    private static final long[] BOUNDS_MICROS = {
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000
    };

    private final Appendable out;
    private final List<StoredRun.Row> rows;
    private final String labels;
    private int lines;

    /**
     * Prepares.
     *
     * @param job value of the label {@code job}
     * @param run value of the label {@code run}
     */
    OpenMetricsRun(Appendable out, StoredRun stored, String job, String run) {
        this.out = out;
        this.rows = increasing(stored.rows());
        this.labels = "job=\"" + quoted(job) + "\",run=\"" + quoted(run) + "\"";
    }

    /** A clock that was set back in between would make Prometheus refuse the rest: those samples are left out. */
    private static List<StoredRun.Row> increasing(List<StoredRun.Row> rows) {
        List<StoredRun.Row> kept = new ArrayList<>();
        long last = Long.MIN_VALUE;
        for (StoredRun.Row row : rows) {
            if (row.epochMillis() > last) {
                kept.add(row);
                last = row.epochMillis();
            }
        }
        return kept;
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

    private void gauge(String name, ToDoubleFunction<StoredRun.Row> value) throws IOException {
        out.append("# TYPE ").append(name).append(" gauge\n");
        for (StoredRun.Row row : rows) {
            double v = value.applyAsDouble(row);
            if (!Double.isNaN(v)) {
                line(name, "", v, row);
            }
        }
    }

    private void requests() throws IOException {
        out.append("# TYPE soak_requests counter\n");
        Map<String, ToDoubleFunction<StoredRun.Row>> outcomes = new LinkedHashMap<>();
        outcomes.put("success", row -> row.load().succeeded());
        outcomes.put("shed", row -> row.load().shed());
        outcomes.put("failed", row -> row.load().failed());
        for (Map.Entry<String, ToDoubleFunction<StoredRun.Row>> outcome : outcomes.entrySet()) {
            double sum = 0;
            for (StoredRun.Row row : rows) {
                sum += outcome.getValue().applyAsDouble(row);
                line("soak_requests_total", ",outcome=\"" + outcome.getKey() + "\"", sum, row);
            }
        }
    }

    private void latency(String name) throws IOException {
        out.append("# TYPE ").append(name).append(" histogram\n# UNIT ").append(name).append(" seconds\n");
        Histogram all = new Histogram(1, 600_000_000L, 3);
        double sumSeconds = 0;
        for (StoredRun.Row row : rows) {
            Histogram interval = row.load().intended();
            if (interval.getTotalCount() > 0) {
                all.add(interval);
                sumSeconds += interval.getMean() * interval.getTotalCount() / 1e6;
            }
            long last = 0;
            for (long bound : BOUNDS_MICROS) {
                last = all.getTotalCount() == 0 ? 0 : all.getCountBetweenValues(0, bound);
                line(name + "_bucket", ",le=\"" + bound / 1e6 + "\"", last, row);
            }
            line(name + "_bucket", ",le=\"+Inf\"", all.getTotalCount(), row);
            line(name + "_count", "", all.getTotalCount(), row);
            line(name + "_sum", "", sumSeconds, row);
        }
    }

    private void line(String name, String more, double value, StoredRun.Row row) throws IOException {
        lines++;
        out.append(name).append('{').append(labels).append(more).append("} ");
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            out.append(Long.toString((long) value));
        } else {
            out.append(Double.toString(value));
        }
        long millis = row.epochMillis();
        out.append(' ').append(Long.toString(millis / 1000)).append('.');
        out.append(String.format(Locale.ROOT, "%03d", millis % 1000)).append('\n');
    }
}
