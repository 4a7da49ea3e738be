package dev.evenkeel.cli.bench;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A figure that our library should not pass, worked out from the rows of one run.
 *
 * <p>It is shown, met or not; it is never an exit code, because a machine's regime moves it.
 */
@FunctionalInterface
interface Goal {
    /** Works the figure out; empty when the run lacks a row that it takes, or the goal is not about such a table. */
    Optional<Finding> judge(BenchTable table);

    /**
     * A goal beside what was reached.
     *
     * @param what in words, with the figures it was worked out from
     */
    record Finding(String what, double reached, double limit) {
        boolean met() {
            return reached <= limit;
        }

        String verdict() {
            return met() ? "met" : "not met";
        }

        String toJson() {
            return String.format(
                    Locale.ROOT,
                    "{\"goal\":\"%s\",\"reached\":%.3f,\"limit\":%.3f,\"met\":%b}",
                    what,
                    reached,
                    limit,
                    met());
        }
    }

    /** The same goal, in tables of so many threads only. */
    default Goal threads(int least, int most) {
        return table -> table.threads() < least || table.threads() > most ? Optional.empty() : judge(table);
    }

    /** Our median over a library's; both without the baseline where the case has one. */
    static Goal overLibrary(String library, double limit) {
        return table -> finding(
                "ours / " + library + (table.benchCase().baseline() == null ? "" : ", baseline taken off"),
                ratio(table.net(BenchCase.Entry.OURS), table.net(library)),
                limit);
    }

    /** Our median over the lowest of all peers. */
    static Goal overBestPeer(double limit) {
        return table -> {
            Optional<BenchRow> best = table.bestPeer();
            return finding(
                    "ours / best peer"
                            + best.map(row -> " (" + row.entry().library() + ")")
                                    .orElse(""),
                    ratio(
                            table.median(BenchCase.Entry.OURS),
                            best.isPresent() ? OptionalDouble.of(best.get().median()) : OptionalDouble.empty()),
                    limit);
        };
    }

    /** What we add to the baseline, over the baseline. */
    static Goal shareOverBaseline(double limit) {
        return table -> {
            OptionalDouble net = table.net(BenchCase.Entry.OURS);
            OptionalDouble baseline = table.baseline();
            return finding(
                    "ours less the baseline"
                            + (net.isPresent() ? String.format(Locale.ROOT, " (%.2f ns)", net.getAsDouble()) : "")
                            + " / the baseline",
                    ratio(net, baseline),
                    limit);
        };
    }

    /** Our median over our own in another case of the same run. */
    static Goal overCase(String other, double limit) {
        return table -> finding(
                "ours / ours in \"" + other + "\"",
                ratio(
                        table.median(BenchCase.Entry.OURS),
                        table.sibling(other)
                                .map(sibling -> sibling.median(BenchCase.Entry.OURS))
                                .orElse(OptionalDouble.empty())),
                limit);
    }

    /** Our median over another row's in another case of the same run. */
    static Goal overRowOfCase(String other, String library, double limit) {
        return table -> finding(
                "ours / \"" + library + "\" in \"" + other + "\"",
                ratio(
                        table.median(BenchCase.Entry.OURS),
                        table.sibling(other)
                                .map(sibling -> sibling.median(library))
                                .orElse(OptionalDouble.empty())),
                limit);
    }

    /**
     * What we add to an empty benchmark, against what a bare own cell adds and a share of what LongAdder adds: plain
     * instructions and atomic ones slow down by different factors when a machine does, and this stands in both regimes.
     */
    static Goal regimeCheck(double share) {
        return table -> {
            OptionalDouble ours = table.median(BenchCase.Entry.OURS);
            OptionalDouble empty = table.median("empty benchmark");
            OptionalDouble cell = table.median("own cell");
            OptionalDouble adder = table.median("LongAdder");
            if (ours.isEmpty() || empty.isEmpty() || cell.isEmpty() || adder.isEmpty()) {
                return Optional.empty();
            }
            double zero = empty.getAsDouble();
            return Optional.of(new Finding(
                    String.format(
                            Locale.ROOT,
                            "regime check, ns: ours - empty <= (own cell - empty) + %.2f x (LongAdder - empty)",
                            share),
                    ours.getAsDouble() - zero,
                    cell.getAsDouble() - zero + share * (adder.getAsDouble() - zero)));
        };
    }

    /** Processor microseconds that one of our operations takes. */
    static Goal microsPerOp(double limit) {
        return table -> table.row(BenchCase.Entry.OURS)
                .map(row -> new Finding("processor us per operation", row.median() / 1000, limit));
    }

    /** What our operation takes of one processor when it runs once a second. */
    static Goal percentOfAProcessor(double limit) {
        return table -> table.row(BenchCase.Entry.OURS)
                .map(row -> new Finding("percent of a processor at one a second", row.median() / 1e7, limit));
    }

    /** Bytes that one of our records allocates. */
    static Goal bytesPerOp(double limit) {
        return table -> table.row(BenchCase.Entry.OURS)
                .map(row -> new Finding("bytes allocated per operation", row.bytesPerOp(), limit));
    }

    /** Bytes of heap that one of our series holds. */
    static Goal bytesPerSeries(double limit) {
        return table ->
                table.row(BenchCase.Entry.OURS).map(row -> new Finding("bytes held per series", row.median(), limit));
    }

    /** The upper 95 % bound of the ratio between paired iterations; the text names the estimate too. */
    static Goal pairedUpperBound(double limit) {
        return table -> table.row(BenchCase.Entry.OURS)
                .flatMap(BenchRow::pairedRatio)
                .map(ratio -> new Finding(
                        String.format(
                                Locale.ROOT,
                                "reader / spinner of the same CPU time, paired: median %.3f; its upper 95 %% bound",
                                ratio.ratio()),
                        ratio.upper(),
                        limit));
    }

    /** The upper 95 % bound of how often a recorder stalls beside a scrape over beside a spinner. */
    static Goal stallsUpperBound(double limit) {
        return table -> table.row(BenchCase.Entry.OURS).flatMap(row -> row.stallRatio()
                .map(ratio -> new Finding(
                        String.format(
                                Locale.ROOT,
                                "stalls over 50 us in 0.25 s beside a scrape (median %.1f) / beside a spinner (%.1f), one more in "
                                        + "both: %.3f (%.3f to %.3f); its upper 95 %% bound",
                                row.pairedMedian(true),
                                row.pairedMedian(false),
                                ratio.ratio(),
                                ratio.lower(),
                                ratio.upper()),
                        ratio.upper(),
                        limit)));
    }

    /** Bytes that one of our operations allocates for each series. */
    static Goal allocatedPerSeries(double limit) {
        return table -> table.row(BenchCase.Entry.OURS)
                .map(row -> new Finding("bytes allocated per series", row.bytesShown(), limit));
    }

    private static Optional<Finding> finding(String what, OptionalDouble reached, double limit) {
        return reached.isPresent() ? Optional.of(new Finding(what, reached.getAsDouble(), limit)) : Optional.empty();
    }

    private static OptionalDouble ratio(OptionalDouble ours, OptionalDouble theirs) {
        return ours.isPresent() && theirs.isPresent()
                ? OptionalDouble.of(ours.getAsDouble() / theirs.getAsDouble())
                : OptionalDouble.empty();
    }
}
