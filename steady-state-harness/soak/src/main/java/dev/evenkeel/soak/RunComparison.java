package dev.evenkeel.soak;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Mark;
import dev.evenkeel.drift.TimeSeries;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What changed from one stored run to another. A pure function of the two.
 *
 * @param rows growth of each resource that both runs read, then its level, then latencies
 * @param notes whole sentences on what makes the two hard to compare
 */
public record RunComparison(List<Row> rows, List<String> notes) {
    /*
     * Levels and latencies. The steady time of a run is cut into 12 parts of equal length, and the difference of two
     * runs is judged by how much the parts of each differ among themselves: neighbouring samples are alike, parts of
     * some seconds and more much less so. A run that wobbles slowly so gets a wide interval, and not a difference.
     * Student's t with 11 degrees of freedom, the fewest that Welch's formula can give here, so the intervals are
     * a little wider than they need be.
     *
     * Growth. Both slopes have intervals of their own from the drift analysis, which are not symmetric. They are put together
     * side by side (Zou and Donner 2008, "Construction of confidence limits about effect measures", the MOVER method).
     */

    private static final int PARTS = 12;

    /** Student's t with 11 degrees of freedom, one-sided 0.5 %: a two-sided 99 % interval. */
    private static final double T_INTERVAL = 3.106;

    /** The same, 10 %: for a difference that is seen nine times in ten. */
    private static final double T_POWER = 1.363;

    /** One-sided, for a 99 % interval of two sides. */
    private static final double ALPHA = 0.005;

    /** Requests that a quantile needs above it in each part before it means anything. */
    private static final double FEWEST_ABOVE = 5;

    /** Three digits, an even spread within a bucket. */
    private static final double HISTOGRAM_ERROR = 1e-3 / Math.sqrt(12);

    private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999};

    /** Which of a resource's figures a row is about. */
    public enum Kind {
        /** Slope, per hour. */
        GROWTH,
        /** Mean over the steady time. */
        LEVEL,
        /** A quantile of a latency. */
        LATENCY
    }

    /**
     * One figure in both runs.
     *
     * @param name key of the resource, or for example {@code intended_p99}
     * @param before in the first run, in {@code unit} (per hour for growth)
     * @param after in the second
     * @param lower lower end of the 99 % interval of {@code after - before}
     * @param upper upper end of it
     * @param smallestVisible a difference of this size would have been seen nine times in ten
     * @param deciding whether more of it makes the comparison fail
     */
    public record Row(
            Kind kind,
            String name,
            String title,
            String unit,
            double before,
            double after,
            double lower,
            double upper,
            double smallestVisible,
            boolean deciding) {

        /** After less before. */
        public double difference() {
            return after - before;
        }

        /** Whether the interval excludes that nothing changed. */
        public boolean differs() {
            return lower > 0 || upper < 0;
        }

        /**
         * Whether it got worse beyond what is tolerated.
         *
         * @param tolerance share of {@code before} that does not matter, from 0; for growth nothing is tolerated
         */
        public boolean worse(double tolerance) {
            return lower > (kind == Kind.GROWTH ? 0 : tolerance * Math.abs(before));
        }

        /** An amount in the unit of this row, as a person reads it. */
        public String words(double amount) {
            return Amounts.of(amount, unit) + (kind == Kind.GROWTH ? " per hour" : "");
        }
    }

    public RunComparison {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /**
     * Compares.
     *
     * @throws UnfitException when one of them has too little steady time
     * @throws IOException when a log cannot be read any more
     */
    public static RunComparison of(StoredRun before, StoredRun after) throws UnfitException, IOException {
        List<Row> rows = new ArrayList<>();
        List<Row> levels = new ArrayList<>();
        for (WatchedResource resource : WatchedResource.known()) {
            TimeSeries a = steady(before.record(), resource);
            TimeSeries b = steady(after.record(), resource);
            if (a.size() < Parts.FEWEST_READINGS || b.size() < Parts.FEWEST_READINGS) {
                continue;
            }
            boolean deciding = resource.decides(
                    false, before.record().collected() && after.record().collected());
            Row growth = growth(resource, a, b, before.record(), after.record(), deciding);
            if (growth != null && resource != WatchedResource.LATENCY_P99) {
                rows.add(growth);
            }
            Row level = level(resource, a, b);
            if (level != null && resource != WatchedResource.LATENCY_P99) {
                levels.add(level);
            }
        }
        rows.addAll(levels);
        latencies(rows, before, after, "intended", "Latency from the intended start", s -> s.load()
                .intended());
        latencies(rows, before, after, "service", "Latency from the send", s -> s.load()
                .service());
        if (rows.isEmpty()) {
            throw new UnfitException("The two runs have nothing in common to compare: each needs at least "
                    + Parts.FEWEST_READINGS + " samples after its warm-up of the same resource.");
        }
        return new RunComparison(rows, notes(before, after));
    }

    private static TimeSeries steady(RunRecord run, WatchedResource resource) {
        TimeSeries steady = run.readingsOf(resource).steady(run.plan.warmupSeconds(), run.marks);
        return resource == WatchedResource.HEAP_LIVE
                ? Readings.leastOfNeighbours(steady, ResourceJudge.LIVE_SET_REACH)
                : steady;
    }

    private static DriftResult slope(WatchedResource resource, TimeSeries series, RunRecord run) {
        return DriftAnalysis.of(
                series,
                new Budget(1, ""),
                run.marks.stream().filter(m -> m.kind() != Mark.Kind.FAULT).toList(),
                DriftAnalysis.Options.defaults()
                        .withResolution(resource.resolution())
                        .withAlphaFail(ALPHA)
                        .withAlphaPass(ALPHA));
    }

    private static @Nullable Row growth(
            WatchedResource resource, TimeSeries a, TimeSeries b, RunRecord before, RunRecord after, boolean deciding) {
        DriftResult first = slope(resource, a, before);
        DriftResult second = slope(resource, b, after);
        if (!first.measured() || !second.measured()) {
            return null;
        }
        double difference = second.slopePerHour() - first.slopePerHour();
        double down =
                Math.hypot(second.slopePerHour() - second.lowerPerHour(), first.upperPerHour() - first.slopePerHour());
        double up =
                Math.hypot(second.upperPerHour() - second.slopePerHour(), first.slopePerHour() - first.lowerPerHour());
        return new Row(
                Kind.GROWTH,
                resource.key(),
                resource.title(),
                resource.unit(),
                first.slopePerHour(),
                second.slopePerHour(),
                difference - down,
                difference + up,
                Math.max(up, down) * (1 + T_POWER / T_INTERVAL),
                deciding);
    }

    private static @Nullable Row level(WatchedResource resource, TimeSeries a, TimeSeries b) {
        double[] first = partMeans(a);
        double[] second = partMeans(b);
        return first.length == 0 || second.length == 0
                ? null
                : row(
                        Kind.LEVEL,
                        resource.key(),
                        resource.title(),
                        resource.unit(),
                        mean(first),
                        mean(second),
                        first,
                        second,
                        false);
    }

    private static Row row(
            Kind kind,
            String name,
            String title,
            String unit,
            double before,
            double after,
            double[] first,
            double[] second,
            boolean deciding) {
        double error = Math.sqrt((variance(first) + variance(second)) / PARTS);
        if (kind == Kind.LATENCY) {
            error = Math.hypot(error, HISTOGRAM_ERROR * Math.max(before, after)); // what falls into one bucket is one
        }
        double difference = after - before;
        return new Row(
                kind,
                name,
                title,
                unit,
                before,
                after,
                difference - T_INTERVAL * error,
                difference + T_INTERVAL * error,
                (T_INTERVAL + T_POWER) * error,
                deciding);
    }

    /** Empty when a part has no reading. */
    private static double[] partMeans(TimeSeries series) {
        double from = series.second(0);
        double length = (series.second(series.size() - 1) - from) / PARTS;
        double[] sums = new double[PARTS];
        int[] counts = new int[PARTS];
        for (int i = 0; i < series.size(); i++) {
            int part = (int) Math.min(PARTS - 1, (series.second(i) - from) / length);
            sums[part] += series.value(i);
            counts[part]++;
        }
        for (int i = 0; i < PARTS; i++) {
            if (counts[i] == 0) {
                return new double[0];
            }
            sums[i] /= counts[i];
        }
        return sums;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return sum / (values.length - 1);
    }

    private static void latencies(
            List<Row> rows,
            StoredRun before,
            StoredRun after,
            String name,
            String title,
            Function<RunEntry.Sample, Histogram> which)
            throws IOException {
        Histogram[] first = partHistograms(before, which);
        Histogram[] second = partHistograms(after, which);
        for (double q : QUANTILES) {
            if (fewest(first) * (1 - q) < FEWEST_ABOVE || fewest(second) * (1 - q) < FEWEST_ABOVE) {
                continue;
            }
            String percent = String.format(Locale.ROOT, "%.1f", 100 * q).replace(".0", "");
            rows.add(row(
                    Kind.LATENCY,
                    name + "_p" + percent.replace(".", ""),
                    title + ", " + percent + " % quantile",
                    "ms",
                    whole(first, q),
                    whole(second, q),
                    quantiles(first, q),
                    quantiles(second, q),
                    name.equals("intended") && q <= 0.99));
        }
    }

    /** By equal parts of the steady time, without what a fault disturbed. */
    private static Histogram[] partHistograms(StoredRun run, Function<RunEntry.Sample, Histogram> which)
            throws IOException {
        Histogram[] parts = new Histogram[PARTS];
        for (int i = 0; i < PARTS; i++) {
            parts[i] = new Histogram(1, 600_000_000L, 3);
        }
        double from = run.plan().warmupSeconds();
        double length = Math.max(1, (run.record().endSecond - from) / PARTS);
        run.forEachSample(sample -> {
            if (sample.loadSteady() && !sample.disturbed()) {
                int part = (int) Math.min(PARTS - 1, (sample.from() - from) / length);
                parts[part].add(which.apply(sample));
            }
        });
        return parts;
    }

    private static long fewest(Histogram[] parts) {
        long fewest = Long.MAX_VALUE;
        for (Histogram part : parts) {
            fewest = Math.min(fewest, part.getTotalCount());
        }
        return fewest;
    }

    private static double[] quantiles(Histogram[] parts, double q) {
        double[] millis = new double[parts.length];
        for (int i = 0; i < parts.length; i++) {
            millis[i] = parts[i].getValueAtPercentile(100 * q) / 1000.0;
        }
        return millis;
    }

    private static double whole(Histogram[] parts, double q) {
        Histogram sum = new Histogram(1, 600_000_000L, 3);
        for (Histogram part : parts) {
            sum.add(part);
        }
        return sum.getValueAtPercentile(100 * q) / 1000.0;
    }

    private static List<String> notes(StoredRun before, StoredRun after) {
        List<String> notes = new ArrayList<>();
        double a = before.plan().ratePerSecond();
        double b = after.plan().ratePerSecond();
        if (Math.abs(a - b) > 0.01 * Math.max(a, b)) {
            notes.add("The runs were at different loads, " + Amounts.number(a) + " and " + Amounts.number(b)
                    + " requests per second: what differs may be the load's doing.");
        }
        for (String fact : List.of("processors", "memory", "jdk", "service flags", "os")) {
            String first = before.record().environment.getOrDefault(fact, "");
            String second = after.record().environment.getOrDefault(fact, "");
            if (!first.equals(second)) {
                notes.add("The runs differ in " + fact + ": \"" + first + "\" and \"" + second + "\".");
            }
        }
        for (StoredRun run : List.of(before, after)) {
            if (!run.complete()) {
                notes.add("The run in " + run.directory() + " was cut short.");
            }
        }
        return notes;
    }
}
