package dev.evenkeel.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The readings of one fork of one row.
 *
 * @param nanosPerOp wall nanoseconds per operation and thread, one an iteration; of a weighing the bytes, one in all;
 *     of a stall probe the stalls of each slice
 * @param cpuNanosPerOp processor time of the worker threads per operation, one an iteration; empty where it was not asked for
 * @param bytesPerOp bytes allocated per operation; residue of the profiler under 0.5 counts as 0
 */
record JmhResult(List<Double> nanosPerOp, List<Double> cpuNanosPerOp, double bytesPerOp) {
    private static final Pattern RAW = Pattern.compile("\"rawData\"\\s*:\\s*\\[\\s*\\[([^\\]]*)\\]");
    private static final Pattern CPU =
            Pattern.compile("\"worker\\.cpu\".*?\"rawData\"\\s*:\\s*\\[\\s*\\[([^\\]]*)\\]", Pattern.DOTALL);
    private static final Pattern BYTES =
            Pattern.compile("gc\\.alloc\\.rate\\.norm\"\\s*:\\s*\\{\\s*\"score\"\\s*:\\s*\"?([-+.0-9eEaN]+)");
    private static final Pattern STALLS = Pattern.compile("stalls of each slice: ([0-9, ]+)");
    private static final Pattern WEIGHT = Pattern.compile("bytes per series: ([-.0-9]+)");

    /**
     * Reads JMH's JSON result file of a run of exactly one benchmark in average-time mode.
     *
     * @throws IllegalArgumentException when the text holds no readings
     */
    static JmhResult parse(String json) {
        Matcher raw = RAW.matcher(json);
        if (!raw.find()) {
            throw new IllegalArgumentException("The benchmark's result file holds no readings; its log says why.");
        }
        Matcher cpu = CPU.matcher(json);
        Matcher bytes = BYTES.matcher(json);
        double perOp = bytes.find() ? Double.parseDouble(bytes.group(1)) : Double.NaN;
        return new JmhResult(
                numbers(raw.group(1)), cpu.find() ? numbers(cpu.group(1)) : List.of(), perOp < 0.5 ? 0 : perOp);
    }

    /**
     * Reads what a weighing printed.
     *
     * @throws IllegalArgumentException when that holds no weight
     */
    static JmhResult ofWeight(String printed) {
        Matcher weight = WEIGHT.matcher(printed);
        if (!weight.find()) {
            throw new IllegalArgumentException("The weighing printed no weight:\n" + printed);
        }
        return new JmhResult(List.of(Double.parseDouble(weight.group(1))), List.of(), 0);
    }

    /**
     * Reads what a stall probe printed: the stalls of each slice, in the order of the slices.
     *
     * @throws IllegalArgumentException when that holds no counts
     */
    static JmhResult ofStalls(String printed) {
        Matcher stalls = STALLS.matcher(printed);
        if (!stalls.find()) {
            throw new IllegalArgumentException("The stall probe printed no counts:\n" + printed);
        }
        return new JmhResult(numbers(stalls.group(1)), List.of(), 0);
    }

    private static List<Double> numbers(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::trim)
                .map(Double::valueOf)
                .toList();
    }
}
