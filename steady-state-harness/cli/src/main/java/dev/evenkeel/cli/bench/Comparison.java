package dev.evenkeel.cli.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What changed between two versions of our library, case by case.
 *
 * @param paired whether both were measured in one run, fork beside fork; else the machine may have changed and not the code
 */
record Comparison(String base, boolean paired, List<Change> changes) {
    /** Up to this ratio a change is not worth a red build, however certain. */
    static final double THRESHOLD = 1.03;

    /** What the comparison is there to see. */
    private static final double SEEN = 1.10;

    /** The probability that any bound of a whole comparison is wrong; each case gets its share. */
    static final double FAMILY_ALPHA = 0.05;

    /**
     * One case: the medians of both versions' forks in nanoseconds, in the order in which they ran, and what they say.
     */
    record Change(String title, List<Double> base, List<Double> head, RatioInterval ratio) {
        double baseNanos() {
            return BenchRow.median(base);
        }

        double headNanos() {
            return BenchRow.median(head);
        }

        /** Slower by more than the threshold, and certainly so. */
        boolean regression() {
            return ratio.lower() > THRESHOLD;
        }

        boolean improvement() {
            return ratio.upper() < 1 / THRESHOLD;
        }

        /** Whether the noise was small enough to have told a change of a tenth. */
        boolean sharp() {
            return ratio.upper() < SEEN && ratio.lower() > 1 / SEEN;
        }

        String word() {
            return regression()
                    ? "slower"
                    : improvement() ? "faster" : sharp() ? "no certain change" : "too noisy to tell a tenth";
        }
    }

    /** How often each bound of so many cases may be wrong, so that all of them hold together. */
    static double alpha(int cases) {
        return FAMILY_ALPHA / cases;
    }

    boolean regression() {
        return paired && changes.stream().anyMatch(Change::regression);
    }

    void print(PrintWriter out) {
        out.printf("%nchange from %s%n", base);
        out.printf("  %-64s %9s %9s %8s   %s%n", "", "base ns", "now ns", "change", "interval");
        for (Change change : changes) {
            out.printf(
                    Locale.ROOT,
                    "  %-64s %9.2f %9.2f %8s   %s to %s: %s%n",
                    change.title(),
                    change.baseNanos(),
                    change.headNanos(),
                    percent(change.ratio().ratio()),
                    percent(change.ratio().lower()),
                    percent(change.ratio().upper()),
                    change.word());
        }
        if (paired) {
            out.printf(
                    Locale.ROOT,
                    "Median of the averages of any two log ratios of paired fork medians (Hodges and Lehmann), and bounds from Wilcoxon's%n"
                            + "signed ranks that hold for all %d cases together with %.0f %%. Slower: the whole interval is above %s.%n",
                    changes.size(),
                    100 * (1 - FAMILY_ALPHA),
                    percent(THRESHOLD));
        } else {
            out.printf(
                    Locale.ROOT,
                    "Measured apart: the machine's regime moves such figures by more than code does, so this only warns. Bounds from"
                            + " Mann and Whitney's ranks of fork medians, each wrong in at most %.3f of all runs if nothing but the"
                            + " code had changed. Give --compare a commit to know.%n",
                    changes.stream()
                            .mapToDouble(change -> change.ratio().alpha())
                            .max()
                            .orElse(1));
        }
        out.flush();
    }

    String toJson(BenchSuite suite) {
        return changes.stream()
                .map(change -> String.format(
                        Locale.ROOT,
                        "{\"schema\":1,\"suite\":\"%s\",\"base\":\"%s\",\"paired\":%b,\"case\":\"%s\",\"base_ns\":%.3f,\"head_ns\":%.3f,"
                                + "\"base_forks_ns\":%s,\"head_forks_ns\":%s,\"ratio\":%.4f,\"lower\":%.4f,\"upper\":%.4f,\"alpha\":%.5f,\"regression\":%b}",
                        suite.title(),
                        base,
                        paired,
                        change.title(),
                        change.baseNanos(),
                        change.headNanos(),
                        list(change.base()),
                        list(change.head()),
                        change.ratio().ratio(),
                        change.ratio().lower(),
                        change.ratio().upper(),
                        change.ratio().alpha(),
                        paired && change.regression()))
                .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private static String list(List<Double> nanos) {
        return nanos.stream()
                .map(each -> String.format(Locale.ROOT, "%.3f", each))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String percent(double ratio) {
        return String.format(Locale.ROOT, "%+.1f %%", 100 * (ratio - 1));
    }
}
