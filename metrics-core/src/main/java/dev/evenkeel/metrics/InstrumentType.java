package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.Slabs;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How instruments of one type are made.
 *
 * @param word the word for it in messages
 * @param setting what sets it apart from others of the same word, in messages; empty for nothing
 * @param scale what a recorded value is multiplied by on the wires
 * @param cellBytes bytes of the object and of the cells that an instrument has by right
 */
record InstrumentType<T extends Series>(
        String word, String setting, Kind kind, String defaultUnit, double scale, long cellBytes, Maker<T> maker) {
    /*
     * The makers name the subclasses of Counter only in methods of those: as long as no registry makes one, they are not
     * loaded, and the compiler knows one increment().
     */

    /** Makes an instrument of a family. */
    interface Maker<T> {
        T make(Family family, LabelValues values, int digits);
    }

    static final InstrumentType<Counter> COUNTER = new InstrumentType<>(
            "counter",
            "",
            Kind.COUNTER,
            "",
            1,
            64 + Slabs.SLOT_BYTES,
            (f, values, digits) -> values == LabelValues.OVERFLOW ? new OverflowCounter(f) : new Counter(f, values));

    static final InstrumentType<Counter> EFFECT_COUNTER = new InstrumentType<>(
            "counter",
            "an effect",
            Kind.COUNTER,
            "",
            1,
            64 + Slabs.SLOT_BYTES,
            (f, values, digits) ->
                    values == LabelValues.OVERFLOW ? new OverflowEffectCounter(f) : EffectCounter.of(f, values));

    static final InstrumentType<DoubleCounter> DOUBLE_COUNTER = new InstrumentType<>(
            "double counter",
            "",
            Kind.COUNTER,
            "",
            1,
            64 + Slabs.SLOT_BYTES,
            (f, values, digits) -> new DoubleCounter(f, values));

    static final InstrumentType<UpDownCounter> UP_DOWN_COUNTER = new InstrumentType<>(
            "up-down counter",
            "",
            Kind.UP_DOWN_COUNTER,
            "",
            1,
            64 + 2 * Slabs.SLOT_BYTES,
            (f, values, digits) -> new UpDownCounter(f, values));

    static final InstrumentType<InFlight> IN_FLIGHT = new InstrumentType<>(
            "in-flight gauge",
            "",
            Kind.UP_DOWN_COUNTER,
            "",
            1,
            88 + 2 * Slabs.SLOT_BYTES,
            (f, values, digits) -> new InFlight(f, values));

    static final InstrumentType<MaxTracker> MAX_TRACKER = new InstrumentType<>(
            "max tracker",
            "",
            Kind.GAUGE,
            "",
            1,
            48 + Slabs.SLOT_BYTES,
            (f, values, digits) -> new MaxTracker(f, values));

    static final InstrumentType<MinTracker> MIN_TRACKER = new InstrumentType<>(
            "min tracker",
            "",
            Kind.GAUGE,
            "",
            1,
            48 + Slabs.SLOT_BYTES,
            (f, values, digits) -> new MinTracker(f, values));

    static final InstrumentType<Gauge> GAUGE =
            new InstrumentType<>("gauge", "", Kind.GAUGE, "", 1, 56, (f, values, digits) -> new Gauge(f, values));

    static InstrumentType<Histogram> histogram(
            List<SlidingWindow> windows, @Nullable ExemplarSource source, int perUnit) {
        return new InstrumentType<>(
                "histogram",
                (perUnit == 1 ? "" : perUnit + " per unit" + (windows.isEmpty() ? "" : ", ")) + words(windows),
                Kind.HISTOGRAM,
                "",
                1.0 / perUnit,
                Histogram.bytes(windows) + (source == null ? 0 : ExemplarReservoir.BYTES),
                (f, values, digits) -> source == null
                        ? new Histogram(f, values, digits, windows)
                        : ExemplarHistogram.of(f, values, digits, windows, source));
    }

    static InstrumentType<Timer> timer(List<SlidingWindow> windows, @Nullable ExemplarSource source) {
        return new InstrumentType<>(
                "timer",
                words(windows),
                Kind.HISTOGRAM,
                "s",
                1e-9,
                Histogram.bytes(windows) + (source == null ? 0 : ExemplarReservoir.BYTES),
                (f, values, digits) -> source == null
                        ? new Timer(f, values, digits, windows)
                        : ExemplarTimer.of(f, values, digits, windows, source));
    }

    private static String words(List<SlidingWindow> windows) {
        return windows.isEmpty()
                ? ""
                : "windows of " + windows.stream().map(SlidingWindow::toString).collect(Collectors.joining(", "));
    }

    /** Returns whether its series may be evicted: {@link Series#evictable} of all of them. */
    boolean evictable() {
        return this == COUNTER || this == EFFECT_COUNTER || this == GAUGE || kind == Kind.HISTOGRAM;
    }

    static InstrumentType<CappedCounter> cappedCounter(long cap) {
        return new InstrumentType<>(
                "capped counter",
                "cap of " + cap,
                Kind.GAUGE,
                "",
                1,
                64 + CappedCounter.CELL_BYTES + Slabs.SLOT_BYTES,
                (f, values, digits) -> new CappedCounter(f, values, cap));
    }

    static InstrumentType<SlidingRate> rate(SlidingWindow window) {
        return new InstrumentType<>(
                "rate",
                "window of " + window,
                Kind.GAUGE,
                "1/s",
                1,
                64 + Slabs.SLOT_BYTES + SlidingRate.ringBytes(window),
                (f, values, digits) -> new SlidingRate(f, values, window));
    }
}
