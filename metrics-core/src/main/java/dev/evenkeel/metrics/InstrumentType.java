package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.HistogramCells;
import dev.evenkeel.metrics.internal.Slabs;

/**
 * How instruments of one type are made.
 *
 * @param word the word for it in messages, which is also the registry's method
 * @param scale what a recorded value is multiplied by on the wires
 * @param cellBytes bytes of the object and of the cells that an instrument has by right
 */
record InstrumentType<T extends Series>(
        String word, Kind kind, String defaultUnit, double scale, long cellBytes, Maker<T> maker) {
    /** Makes an instrument of a family. */
    interface Maker<T> {
        T make(Family family, LabelValues values, int digits);
    }

    static final InstrumentType<Counter> COUNTER = new InstrumentType<>(
            "counter", Kind.COUNTER, "", 1, 64 + Slabs.SLOT_BYTES, (f, values, digits) -> new Counter(f, values));

    static final InstrumentType<Gauge> GAUGE =
            new InstrumentType<>("gauge", Kind.GAUGE, "", 1, 56, (f, values, digits) -> new Gauge(f, values));

    static final InstrumentType<Histogram> HISTOGRAM =
            new InstrumentType<>("histogram", Kind.HISTOGRAM, "", 1, 64 + HistogramCells.BASE_BYTES, Histogram::new);

    static final InstrumentType<Timer> TIMER =
            new InstrumentType<>("timer", Kind.HISTOGRAM, "s", 1e-9, 64 + HistogramCells.BASE_BYTES, Timer::new);
}
