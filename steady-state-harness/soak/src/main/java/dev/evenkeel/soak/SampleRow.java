package dev.evenkeel.soak;

import java.util.HashMap;
import java.util.Map;

/**
 * One second of a run.
 *
 * @param second seconds since the first request
 * @param phase {@code warmup} or {@code steady}
 * @param event what happened in this second: {@code fault-begin}, {@code fault-end}, or nothing
 * @param incarnation of the target, see {@link Target#incarnation()}
 * @param values readings by resource name
 */
record SampleRow(
        double second,
        long epochMillis,
        String phase,
        String event,
        String incarnation,
        long due,
        long completed,
        long succeeded,
        long shed,
        long failed,
        long excluded,
        Map<String, Double> values) {

    /** The row of an entry of the log. */
    static SampleRow of(RunEntry.Sample e) {
        Map<String, Double> values = new HashMap<>(e.values());
        values.put(ResourceNames.LATENCY_P99, LoadMeter.p99Millis(e.load()));
        return new SampleRow(
                e.to(),
                e.epochMillis(),
                e.steady() ? "steady" : "warmup",
                e.event(),
                e.incarnation(),
                e.load().due(),
                e.load().completed(),
                e.load().succeeded(),
                e.load().shed(),
                e.load().failed(),
                e.load().excluded(),
                values);
    }
}
