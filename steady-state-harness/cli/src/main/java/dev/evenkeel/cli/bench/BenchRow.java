package dev.evenkeel.cli.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What one library did in one case: the readings of all iterations of all forks, and their median.
 *
 * <p>A time is processor nanoseconds per operation, {@code min(threads, processors) x 1e9 / (operations per second over
 * all threads)}, which compares across thread counts; one call's wall time is that times {@code threads /
 * min(threads, processors)}.
 */
final class BenchRow {
    private final BenchSuite suite;
    private final String jdk;
    private final int threads;
    private final BenchSuite.Entry entry;
    private final List<Double> nanos = new ArrayList<>();
    private double bytesPerOp;

    BenchRow(BenchSuite suite, String jdk, int threads, BenchSuite.Entry entry) {
        this.suite = suite;
        this.jdk = jdk;
        this.threads = threads;
        this.entry = entry;
    }

    /** Adds one fork's readings. */
    void add(JmhResult fork, int processors) {
        double scale = (double) Math.min(threads, processors) / threads;
        for (double perThread : fork.nanosPerOp()) {
            nanos.add(perThread * scale);
        }
        bytesPerOp = Math.max(bytesPerOp, fork.bytesPerOp());
    }

    BenchSuite.Entry entry() {
        return entry;
    }

    int threads() {
        return threads;
    }

    String jdk() {
        return jdk;
    }

    double median() {
        double[] sorted = sorted();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double low() {
        return sorted()[0];
    }

    double high() {
        double[] sorted = sorted();
        return sorted[sorted.length - 1];
    }

    double bytesPerOp() {
        return bytesPerOp;
    }

    /** Our median over the fastest peer's of the same case, JDK and thread count; empty for others and without peers. */
    OptionalDouble ratioToBestPeer(List<BenchRow> all) {
        if (entry.role() != BenchSuite.Role.OURS) {
            return OptionalDouble.empty();
        }
        OptionalDouble best = all.stream()
                .filter(row -> row.entry.role() == BenchSuite.Role.PEER
                        && row.entry.caseName().equals(entry.caseName())
                        && row.threads == threads
                        && row.jdk.equals(jdk))
                .mapToDouble(BenchRow::median)
                .min();
        return best.isPresent() ? OptionalDouble.of(median() / best.getAsDouble()) : OptionalDouble.empty();
    }

    /** This row as one JSON object of the {@code --json} array. */
    String toJson(List<BenchRow> all) {
        StringBuilder json = new StringBuilder(256);
        json.append(String.format(
                Locale.ROOT,
                "{\"schema\":1,\"suite\":\"%s\",\"jdk\":\"%s\",\"threads\":%d,\"case\":\"%s\",\"library\":\"%s\","
                        + "\"role\":\"%s\",\"median_ns\":%.3f,\"low_ns\":%.3f,\"high_ns\":%.3f,\"bytes_per_op\":%.2f",
                suite.title(),
                jdk,
                threads,
                entry.caseName(),
                entry.library(),
                entry.role().name().toLowerCase(Locale.ROOT),
                median(),
                low(),
                high(),
                bytesPerOp));
        ratioToBestPeer(all)
                .ifPresent(ratio -> json.append(String.format(Locale.ROOT, ",\"ratio_to_best_peer\":%.3f", ratio)));
        return json.append('}').toString();
    }

    private double[] sorted() {
        if (nanos.isEmpty()) {
            throw new IllegalStateException("No fork of " + entry.benchmark() + " has been read yet.");
        }
        double[] sorted = nanos.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
