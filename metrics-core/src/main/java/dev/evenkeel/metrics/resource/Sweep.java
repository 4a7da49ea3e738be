package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Observed;
import java.util.Arrays;

/**
 * A set of values that are read all at once, so that the values of one collect belong together.
 *
 * <p>Thread-safe by one lock. Allocates nothing of its own. A value that is not there is NaN, which the registry shows as
 * no series at all.
 */
abstract class Sweep implements AutoCloseable {
    /*
     * The registry asks for one value after the other and does not say when a collect begins. A value that is asked
     * for a second time belongs to the next collect: that is when everything is read again. So there is one sweep per
     * collect with one reader, and at most one per value with several. Values that nobody asked for twice, as after a
     * collect that broke off, are read again when they are a second old.
     */

    private static final long OLDEST_NANOS = 1_000_000_000L;

    private final NanoClock clock;
    private final double[] values;
    private final boolean[] taken;
    private int sweeps;
    private long sweptNanos;
    private boolean closed;

    /** @param size how many values there are; their indices are the subclass's own */
    Sweep(NanoClock clock, int size) {
        this.clock = clock;
        values = new double[size];
        taken = new boolean[size];
    }

    /**
     * Reads everything anew. Runs under the lock.
     *
     * @param values all NaN; what is there goes in, what is not stays
     */
    abstract void read(long nowNanos, double[] values);

    /** Gives up files and listeners. Runs under the lock, once. */
    abstract void release();

    /** Returns a value by its index; NaN when it is absent. */
    final double value(int index) {
        return value(index, clock.nanos());
    }

    final synchronized double value(int index, long nowNanos) {
        if (closed) {
            return Double.NaN;
        }
        if (sweeps == 0 || taken[index] || nowNanos - sweptNanos >= OLDEST_NANOS) {
            sweeps++;
            sweptNanos = nowNanos;
            Arrays.fill(taken, false);
            Arrays.fill(values, Double.NaN);
            read(nowNanos, values);
        }
        taken[index] = true;
        return values[index];
    }

    /** Reads now, so that the files are open and it is known what there is; the first collect reads again. */
    final synchronized void prepare() {
        value(0, clock.nanos());
        Arrays.fill(taken, true);
    }

    /** How often everything was read. */
    final synchronized int sweeps() {
        return sweeps;
    }

    /** Registers a gauge without labels if it has a value now. */
    final void gauge(MetricRegistry registry, String name, String unit, String help, int index) {
        addIfPresent(registry.observedGauge(name).unit(unit).help(help).register(), index);
    }

    /** Registers a counter without labels if it has a value now. */
    final void counter(MetricRegistry registry, String name, String unit, String help, int index) {
        addIfPresent(registry.observedCounter(name).unit(unit).help(help).register(), index);
    }

    /** Adds a series, which is absent whenever the value is. */
    final void add(Observed observed, int index, String... labelValues) {
        observed.add(() -> value(index), labelValues);
    }

    /** Adds a series if it has a value now: what this platform never has costs no look at each collect. */
    final void addIfPresent(Observed observed, int index, String... labelValues) {
        if (present(index)) {
            add(observed, index, labelValues);
        }
    }

    /** Whether a value was there at the last reading. */
    final synchronized boolean present(int index) {
        if (sweeps == 0) {
            prepare();
        }
        return !Double.isNaN(values[index]);
    }

    /** The value as it is registered: a platform answers with a number below zero where it has none. */
    static double orAbsent(long value) {
        return value < 0 ? Double.NaN : value;
    }

    @Override
    public final synchronized void close() {
        if (!closed) {
            closed = true;
            release();
        }
    }
}
