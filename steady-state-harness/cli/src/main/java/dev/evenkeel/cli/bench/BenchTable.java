package dev.evenkeel.cli.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The rows of one case on one JDK with one number of threads, and the run they come from. */
final class BenchTable {
    private final List<BenchRow> run;
    private final List<BenchRow> rows;
    private final BenchRow first;

    private BenchTable(List<BenchRow> run, List<BenchRow> rows) {
        this.run = run;
        this.rows = rows;
        this.first = rows.get(0);
    }

    /** Splits a run into its tables, in the order of their first rows. */
    static List<BenchTable> of(List<BenchRow> run) {
        List<BenchTable> tables = new ArrayList<>();
        List<BenchRow> left = new ArrayList<>(run);
        while (!left.isEmpty()) {
            BenchRow first = left.get(0);
            List<BenchRow> rows = left.stream().filter(first::sameTable).toList();
            left.removeAll(rows);
            tables.add(new BenchTable(run, rows));
        }
        return tables;
    }

    String title() {
        return first.title();
    }

    BenchCase benchCase() {
        return first.benchCase();
    }

    int threads() {
        return first.threads();
    }

    List<BenchRow> rows() {
        return rows;
    }

    Optional<BenchRow> row(String library) {
        return rows.stream()
                .filter(row -> row.entry().library().equals(library))
                .findFirst();
    }

    OptionalDouble median(String library) {
        return row(library).stream().mapToDouble(BenchRow::median).findFirst();
    }

    /** A library's median less that of the baseline, if the case has one. */
    OptionalDouble net(String library) {
        String baseline = benchCase().baseline();
        OptionalDouble median = median(library);
        if (baseline == null || median.isEmpty()) {
            return median;
        }
        OptionalDouble off = median(baseline);
        return off.isPresent() ? OptionalDouble.of(median.getAsDouble() - off.getAsDouble()) : OptionalDouble.empty();
    }

    /** The median of the baseline; empty where the case has none. */
    OptionalDouble baseline() {
        String baseline = benchCase().baseline();
        return baseline == null ? OptionalDouble.empty() : median(baseline);
    }

    Optional<BenchRow> bestPeer() {
        return rows.stream()
                .filter(row -> row.entry().role() == BenchCase.Role.PEER)
                .min(Comparator.comparingDouble(BenchRow::median));
    }

    /** The table of another case on the same JDK with the same number of threads. */
    Optional<BenchTable> sibling(String caseName) {
        return of(run).stream()
                .filter(table -> table.benchCase().name().equals(caseName)
                        && table.first.jdk().equals(first.jdk())
                        && table.threads() == threads())
                .findFirst();
    }

    /** Our median over the fastest peer's; empty for others and without peers. */
    OptionalDouble ratioToBestPeer(BenchRow row) {
        return row.entry().role() == BenchCase.Role.OURS
                ? bestPeer().stream()
                        .mapToDouble(best -> row.median() / best.median())
                        .findFirst()
                : OptionalDouble.empty();
    }

    List<Goal.Finding> goals() {
        return benchCase().goals().stream()
                .flatMap(goal -> goal.judge(this).stream())
                .toList();
    }
}
