package dev.evenkeel.metrics;

/**
 * Takes what a {@link ForeignSource} has to show: {@link #family}, then its series, then the next family. Valid during the call
 * only; one thread. Nothing here throws: what cannot be shown is left out and counted by {@code evenkeel.foreign.left_out}.
 */
@Experimental
public interface ForeignVisitor {
    /** For {@link #value} and {@link #histogram}: nobody knows when the series began. It is shown as begun with the JVM. */
    long UNKNOWN_START = 0;

    /**
     * Starts a family.
     *
     * @param name as the other library calls it, without {@code _total}: a Prometheus name stays what it is on the Prometheus wire.
     *     One that the registry, or a source added before, has already is left out
     * @param kind {@link Kind#COUNTER}, {@link Kind#GAUGE} or {@link Kind#HISTOGRAM}
     * @param unit UCUM; see {@link dev.evenkeel.metrics.name.WireNames#unitOfPrometheus}; empty for none
     * @param help one sentence; may be empty
     */
    void family(String name, Kind kind, String unit, String help);

    /**
     * Shows a series of a counter or gauge.
     *
     * @param value a counter's total, or a gauge's value
     * @param startEpochMillis when it began, in milliseconds since 1970, or {@link #UNKNOWN_START}
     * @param labels names and values in turns
     */
    void value(double value, long startEpochMillis, String... labels);

    /** Shows a series of a histogram; see {@link #value}. */
    void histogram(FixedBuckets buckets, long startEpochMillis, String... labels);
}
