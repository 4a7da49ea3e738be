package dev.evenkeel.metrics;

import java.util.Arrays;

/** What one collect reads into; reused by the next. Not thread-safe. */
final class CollectBuffer {
    private final Core core;
    private long[] slots = {};
    private long readAtNanos;
    private double[] observed = {};
    private final MergedReading reading = new MergedReading();

    CollectBuffer(Core core) {
        this.core = core;
    }

    /** Reads all slots, and the clock in the same turn: a later reading never shows less. */
    void readAll() {
        core.slabs().reader().exclusively(() -> {
            readAtNanos = core.nanoClock().nanos();
            slots = core.slabs().reader().readAll(slots);
        });
    }

    long readAtNanos() {
        return readAtNanos;
    }

    /** Returns what a slot held. */
    long held(int slot) {
        return slot < slots.length ? slots[slot] : 0; // handed out after they were read
    }

    HistogramReading read(Histogram histogram) {
        return histogram.read(reading);
    }

    /** Forgets what callbacks reported to the collect before. */
    void start() {
        Arrays.fill(observed, Double.NaN);
    }

    void observe(int index, double value) {
        int length = observed.length;
        if (index >= length) {
            observed = Arrays.copyOf(observed, Math.max(16, 2 * index));
            Arrays.fill(observed, length, observed.length, Double.NaN);
        }
        observed[index] = value;
    }

    /** Returns what the callback reported, or NaN when it has not been asked in this collect. */
    double observed(int index) {
        return index < observed.length ? observed[index] : Double.NaN;
    }
}
