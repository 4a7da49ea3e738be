package dev.evenkeel.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one library did in one case: the readings of all iterations of all forks, and their median.
 *
 * <p>A time is processor nanoseconds per operation, which compares across thread counts. For a record it is the measured
 * processor time of the worker threads, so that other processes of a busy machine are not in it; elsewhere, where other
 * threads do part of the work, it is {@code min(threads, processors) x wall time / operations}. In a case of
 * {@link BenchCase.Kind#MEMORY} a reading is bytes.
 */
final class BenchRow {
    private final BenchSuite suite;
    private final String jdk;
    private final int threads;
    private final BenchCase benchCase;
    private final BenchCase.Entry entry;
    private final List<Double> readings = new ArrayList<>();
    private final List<Double> wallReadings = new ArrayList<>();
    private final List<Double> forkMedians = new ArrayList<>();
    private final List<Double> pairsFirst = new ArrayList<>();
    private final List<Double> pairsSecond = new ArrayList<>();
    private double bytesPerOp;

    BenchRow(BenchSuite suite, String jdk, int threads, BenchCase benchCase, BenchCase.Entry entry) {
        this.suite = suite;
        this.jdk = jdk;
        this.threads = threads;
        this.benchCase = benchCase;
        this.entry = entry;
    }

    /** Adds one fork's readings. Those of paired cases go first condition, second, second, first, and so on. */
    void add(JmhResult fork, int processors) {
        double scale = scale(processors);
        List<Double> wall =
                fork.nanosPerOp().stream().map(nanos -> nanos * scale).toList();
        List<Double> own =
                switch (benchCase.kind()) {
                    case RECORD, SAMPLE, SCRAPE -> fork.cpuNanosPerOp();
                    case PAIRED, STALLS -> firstOfPairs(wall);
                    default -> wall;
                };
        wallReadings.addAll(wall);
        readings.addAll(own);
        forkMedians.add(median(own));
        bytesPerOp = Math.max(bytesPerOp, fork.bytesPerOp());
    }

    private List<Double> firstOfPairs(List<Double> iterations) {
        List<Double> firsts = new ArrayList<>();
        for (int i = 0; i < iterations.size(); i++) {
            boolean first = (i & 3) == 0 || (i & 3) == 3;
            (first ? pairsFirst : pairsSecond).add(iterations.get(i));
            if (first) {
                firsts.add(iterations.get(i));
            }
        }
        return firsts;
    }

    private double scale(int processors) {
        return switch (benchCase.kind()) {
            case MEMORY, STALLS -> 1;
            case VIRTUAL -> Math.min(threads, processors); // one JMH thread starts them all
            default -> (double) Math.min(threads, processors) / threads;
        };
    }

    BenchCase benchCase() {
        return benchCase;
    }

    BenchCase.Entry entry() {
        return entry;
    }

    int threads() {
        return threads;
    }

    /** How many threads JMH runs; virtual ones are started by one. */
    int jmhThreads() {
        return benchCase.kind() == BenchCase.Kind.VIRTUAL ? 1 : threads;
    }

    String jdk() {
        return jdk;
    }

    String title() {
        return benchCase.name() + ", JDK " + jdk + ", threads " + threads;
    }

    boolean sameTable(BenchRow other) {
        return isOf(other.suite.title(), other.jdk, other.threads, other.benchCase.name());
    }

    boolean isOf(String suiteTitle, String version, int threadCount, String caseName) {
        return suite.title().equals(suiteTitle)
                && jdk.equals(version)
                && threads == threadCount
                && benchCase.name().equals(caseName);
    }

    /** The same row, with no readings yet. */
    BenchRow emptyCopy() {
        return new BenchRow(suite, jdk, threads, benchCase, entry);
    }

    double median() {
        return median(measured());
    }

    double low() {
        return measured().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    double high() {
        return measured().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /** The median of each fork's readings, in the order in which they ran. */
    List<Double> forkMedians() {
        return List.copyOf(forkMedians);
    }

    double bytesPerOp() {
        return bytesPerOp;
    }

    /** The bytes as the tables show them: per operation, or per series of a collect. */
    double bytesShown() {
        return benchCase.series() == 0 ? bytesPerOp : bytesPerOp / benchCase.series();
    }

    /** The ratio of the first condition to the second and its 95 % bounds; empty where the case has no pairs. */
    Optional<RatioInterval> pairedRatio() {
        int pairs = Math.min(pairsFirst.size(), pairsSecond.size());
        return pairs < RatioInterval.leastPairs(0.05)
                ? Optional.empty()
                : Optional.of(RatioInterval.paired(pairsSecond.subList(0, pairs), pairsFirst.subList(0, pairs), 0.05));
    }

    /** The medians of both conditions of a paired case. */
    double pairedMedian(boolean first) {
        return median(first ? pairsFirst : pairsSecond);
    }

    /**
     * The ratio of the first condition to the second with one more stall counted in every slice, for many a slice has none;
     * empty with too few slices.
     */
    Optional<RatioInterval> stallRatio() {
        int pairs = Math.min(pairsFirst.size(), pairsSecond.size());
        return pairs < RatioInterval.leastPairs(0.05)
                ? Optional.empty()
                : Optional.of(RatioInterval.paired(oneMore(pairsSecond, pairs), oneMore(pairsFirst, pairs), 0.05));
    }

    private static List<Double> oneMore(List<Double> stalls, int count) {
        return stalls.subList(0, count).stream().map(each -> each + 1).toList();
    }

    /** This row as one JSON object of the {@code --json} array. */
    String toJson(BenchTable table) {
        String unit = benchCase.kind().jsonUnit();
        StringBuilder json = new StringBuilder(256);
        json.append(String.format(
                Locale.ROOT,
                "{\"schema\":1,\"suite\":\"%s\",\"jdk\":\"%s\",\"threads\":%d,\"case\":\"%s\",\"library\":\"%s\","
                        + "\"role\":\"%s\",\"median_%s\":%.3f,\"low_%s\":%.3f,\"high_%s\":%.3f",
                suite.title(),
                jdk,
                threads,
                benchCase.name(),
                entry.library(),
                entry.role().name().toLowerCase(Locale.ROOT),
                unit,
                median(),
                unit,
                low(),
                unit,
                high()));
        if (!benchCase.kind().isProgram()) {
            json.append(String.format(Locale.ROOT, ",\"bytes_per_op\":%.2f,\"fork_medians_ns\":[", bytesPerOp))
                    .append(forkMedians.stream()
                            .map(nanos -> String.format(Locale.ROOT, "%.3f", nanos))
                            .collect(Collectors.joining(",")))
                    .append(']');
        }
        if (benchCase.kind().isProcessorTime()) {
            json.append(String.format(Locale.ROOT, ",\"wall_median_ns\":%.3f", median(wallReadings)));
        }
        if (benchCase.baseline() != null) {
            table.net(entry.library())
                    .ifPresent(net -> json.append(String.format(Locale.ROOT, ",\"net_ns\":%.3f", net)));
        }
        table.ratioToBestPeer(this)
                .ifPresent(ratio -> json.append(String.format(Locale.ROOT, ",\"ratio_to_best_peer\":%.3f", ratio)));
        if (entry.role() == BenchCase.Role.OURS) {
            json.append(",\"goals\":[")
                    .append(table.goals().stream().map(Goal.Finding::toJson).collect(Collectors.joining(",")))
                    .append(']');
        }
        return json.append('}').toString();
    }

    private List<Double> measured() {
        if (readings.isEmpty()) {
            throw new IllegalStateException("No fork of " + entry.benchmark() + " has been read yet.");
        }
        return readings;
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
