package dev.evenkeel.cli.sweep;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a command says of its own speed: the last line with {@code ops=N}, with {@code seconds=S} and {@code p99_ms=M} where it knows
 * them, or the table at the end of a JMH run.
 *
 * @param opsPerSecond NaN when it said only how many operations there were
 * @param ops how many; NaN when it said only how many a second
 * @param p99Millis NaN when it did not say
 */
record CommandOutput(double opsPerSecond, double ops, double p99Millis) {
    private static final String NUMBER = "(\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)";
    private static final Pattern OPS = Pattern.compile("(?:^|\\s)ops=" + NUMBER + "(?=\\s|$)");
    private static final Pattern SECONDS = Pattern.compile("(?:^|\\s)seconds=" + NUMBER + "(?=\\s|$)");
    private static final Pattern P99 = Pattern.compile("(?:^|\\s)p99_ms=" + NUMBER + "(?=\\s|$)");

    /** {@code MyBench.run  (size) thrpt  5  123.456 ± 7.8  ops/ms}. */
    private static final Pattern JMH_THROUGHPUT = Pattern.compile(
            "\\S+\\s.*?\\bthrpt\\b\\s+(?:\\d+\\s+)?" + NUMBER + "(?:\\s+\\S+\\s+\\S+)?\\s+ops/(\\w+)\\s*");

    /** {@code MyBench.run:run·p0.99  sample  1.25  us/op}; the sign in the middle differs between versions. */
    private static final Pattern JMH_P99 =
            Pattern.compile("\\S+p0\\.99\\s.*?\\bsample\\b\\s+" + NUMBER + "\\s+(\\w+)/op\\s*");

    /** Reads what a command printed; empty when it says nothing of its speed. */
    static Optional<CommandOutput> of(String printed) {
        double ops = Double.NaN;
        double perSecond = Double.NaN;
        double p99 = Double.NaN;
        for (String line : printed.lines().toList()) {
            Matcher said = OPS.matcher(line);
            if (said.find()) {
                ops = Double.parseDouble(said.group(1));
                Matcher seconds = SECONDS.matcher(line);
                perSecond = seconds.find() ? ops / Double.parseDouble(seconds.group(1)) : Double.NaN;
                Matcher quantile = P99.matcher(line);
                p99 = quantile.find() ? Double.parseDouble(quantile.group(1)) : Double.NaN;
            }
            Matcher throughput = JMH_THROUGHPUT.matcher(line);
            if (throughput.matches()) {
                perSecond = Double.parseDouble(throughput.group(1)) / seconds(throughput.group(2));
            }
            Matcher sample = JMH_P99.matcher(line);
            if (sample.matches()) {
                p99 = 1000 * Double.parseDouble(sample.group(1)) * seconds(sample.group(2));
            }
        }
        return Double.isNaN(ops) && Double.isNaN(perSecond)
                ? Optional.empty()
                : Optional.of(new CommandOutput(perSecond, ops, p99));
    }

    private static double seconds(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "ns" -> 1e-9;
            case "us" -> 1e-6;
            case "ms" -> 1e-3;
            case "min" -> 60;
            default -> 1;
        };
    }
}
