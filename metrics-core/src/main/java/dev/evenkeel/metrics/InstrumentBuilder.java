package dev.evenkeel.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Describes an instrument, then registers it. Not thread-safe; wrong input is refused at once with an
 * {@link IllegalArgumentException} that says what to change.
 *
 * @param <T> the type of the instrument
 */
public final class InstrumentBuilder<T extends Series> {
    private final MetricRegistry registry;
    private InstrumentType<T> type;
    private final String name;
    private String unit;
    private String help = "";
    private int digits = 2;
    private List<SlidingWindow> windows = List.of();
    private boolean exemplars;
    private int perUnit = 1;

    InstrumentBuilder(MetricRegistry registry, InstrumentType<T> type, String name) {
        this.registry = registry;
        this.type = type;
        this.name = Names.instrument(type.word(), name);
        this.unit = type.defaultUnit();
    }

    /** Sets the unit, in UCUM: {@code s}, {@code By}, <code>{request}</code>; the default is none. A timer's is always s. */
    public InstrumentBuilder<T> unit(String ucum) {
        Names.unit(name, ucum);
        if (type.word().equals("timer") && !ucum.equals(type.defaultUnit())) {
            throw new IllegalArgumentException("Cannot give timer \"" + name + "\" the unit \"" + ucum
                    + "\": a timer records nanoseconds and shows seconds. Leave unit(..) out, or use a histogram.");
        }
        this.unit = ucum;
        return this;
    }

    /** Sets one sentence for who reads the values. */
    public InstrumentBuilder<T> help(String text) {
        this.help = Objects.requireNonNull(text, "help");
        return this;
    }

    /** Sets the significant digits of a histogram or timer: 1, 2 (the default) or 3. Memory grows tenfold with each. */
    public InstrumentBuilder<T> digits(int d) {
        this.digits = Names.digits(name, type.kind(), d);
        return this;
    }

    /**
     * Makes a counter the effect of what is recorded before it: a collect never shows it without its cause.
     * {@code jobs.finished} is the effect of {@code jobs.started}. The rule for callers: record the cause
     * <em>first</em>. Costs a release store instead of an opaque one, which on x86 is the same instruction.
     *
     * @throws IllegalArgumentException when it is not a counter
     */
    @SuppressWarnings("unchecked") // a counter's T is Counter
    public InstrumentBuilder<T> effect() {
        if (!type.word().equals(InstrumentType.COUNTER.word())) {
            throw new IllegalArgumentException("Cannot make " + type.word() + " \"" + name
                    + "\" an effect: only counters are ordered after their causes. Leave effect() out; an up-down counter "
                    + "orders its own decrements.");
        }
        this.type = (InstrumentType<T>) InstrumentType.EFFECT_COUNTER;
        return this;
    }

    /**
     * Sets the window of a rate. A slice is the window divided by their number: the window that a reading covers is up to
     * one slice longer than asked for, and each slice costs 16 bytes a series.
     *
     * @param length at most 24 hours
     * @param slices 1 to 1000, of equal length, of at least 1 ms each
     * @throws IllegalArgumentException when it is not a rate, or the window is outside these bounds
     */
    @SuppressWarnings("unchecked") // a rate's T is SlidingRate
    public InstrumentBuilder<T> window(Duration length, int slices) {
        if (!type.word().equals("rate")) {
            throw new IllegalArgumentException("Cannot give " + type.word() + " \"" + name
                    + "\" a window: it counts since it was registered. Leave window(..) out, or use a rate.");
        }
        this.type = (InstrumentType<T>) (InstrumentType<?>) InstrumentType.rate(SlidingWindow.of(name, length, slices));
        return this;
    }

    /**
     * Declares the sliding windows of a histogram or timer, any number up to 8: {@code Histogram.read(window)} reads them. Writers know nothing
     * of them. Each costs a series, from its first value on, about 12 bytes a slice and 2 to 4 bytes for each bucket
     * that changed in it, of the registry's memory.
     *
     * <p>Slices are taken by {@link MetricRegistry#tick}, called by a {@link WindowSampler} or by the service, by each collect, and by
     * who reads.
     *
     * @throws IllegalArgumentException when it is neither a histogram nor a timer, or a window comes twice, or there are more
     */
    public InstrumentBuilder<T> windows(SlidingWindow... windows) {
        this.windows = Names.windows(name, type.kind(), windows);
        return chooseHistogram();
    }

    /**
     * Lets a histogram or timer keep some values with the traces they were recorded in: the latest of each two octaves, at most one a
     * second each, shown for five minutes. Takes 4.5 kB a series of the registry's memory; costs each record a question to the source,
     * and one in a sampled trace a reading of the clock. Values that a {@link LocalRecorder} passes on have none. Changes nothing in a
     * registry without {@link MetricRegistry.Builder#exemplars}, so a library may ask for them.
     *
     * @throws IllegalArgumentException when it is neither a histogram nor a timer
     */
    public InstrumentBuilder<T> exemplars() {
        if (type.kind() != Kind.HISTOGRAM) {
            throw new IllegalArgumentException("Cannot keep exemplars of " + type.word() + " \"" + name
                    + "\": an exemplar is a single value, and only histograms and timers are recorded value by value. "
                    + "Leave exemplars() out, or use a histogram.");
        }
        this.exemplars = true;
        return chooseHistogram();
    }

    /**
     * Lets a histogram record fractions of its unit: of 1000 per unit a recorded 1500 is 1.5 on every wire. Then {@link
     * Histogram#highestValue} is a thousandth of itself in the unit, and what a caller rounds away is lost to the sum.
     *
     * @param n 1 (the default) to 1 000 000 000 recorded values in a unit
     * @throws IllegalArgumentException when it is not a histogram, or the number is outside that range; a timer has 10^9 per second
     */
    @Experimental
    public InstrumentBuilder<T> perUnit(int n) {
        if (!type.word().equals("histogram") || n < 1 || n > 1_000_000_000) {
            throw new IllegalArgumentException("Cannot give " + type.word() + " \"" + name + "\" " + n
                    + " values per unit: a histogram has 1 to 1000000000 of them, a timer always 10^9, and others record in "
                    + "their unit. Use a histogram and, for thousandths, perUnit(1000).");
        }
        this.perUnit = n;
        return chooseHistogram();
    }

    @SuppressWarnings("unchecked") // the word says what T is
    private InstrumentBuilder<T> chooseHistogram() {
        ExemplarSource source = exemplars ? registry.core().exemplarSource() : null;
        this.type = (InstrumentType<T>)
                (type.word().equals("timer")
                        ? InstrumentType.timer(windows, source)
                        : InstrumentType.histogram(windows, source, perUnit));
        return this;
    }

    /**
     * Registers the instrument without labels. Asked again for the same name, type, unit and labels it returns the same
     * instrument, with the help, digits and exemplars of the first time.
     *
     * @throws IllegalArgumentException when the name belongs to something else
     * @throws IllegalStateException when the registry is closed or its memory is spent
     */
    public T register() {
        return family(List.of(), false, 0, 0).only();
    }

    /** Goes on to an instrument with 1 to 8 labels. */
    public LabelledBuilder<T> labels(String... names) {
        return new LabelledBuilder<>(this, Names.labels(name, names), false, registry.cardinalityLimit());
    }

    /**
     * Goes on to an instrument whose series name their labels themselves: {@link Labelled#bind(Labels)}. For bridges from
     * libraries that let one name have series with other label names; where the names are known, {@link #labels} takes less memory
     * and finds a series sooner. A series is one set of names and values, in the order given. The cardinality limit and the overflow
     * series are one for all; {@link Labelled#overflow} estimates nothing here, and what goes there is counted as everywhere.
     */
    @Experimental
    public LabelledBuilder<T> anyLabels() {
        return new LabelledBuilder<>(this, List.of(), true, registry.cardinalityLimit());
    }

    InstrumentType<T> type() {
        return type;
    }

    String name() {
        return name;
    }

    InstrumentFamily<T> family(List<String> labelNames, boolean anyLabels, int limit, long idleNanos) {
        MetricDescriptor descriptor = new MetricDescriptor(name, unit, help, type.kind(), labelNames, type.scale());
        return registry.families().register(type, descriptor, digits, limit, idleNanos, anyLabels);
    }
}
