package dev.evenkeel.metrics;

import java.util.List;

/**
 * Describes what is particular to an instrument with labels, then registers it. Not thread-safe.
 *
 * @param <T> the type of the instrument
 */
public final class LabelledBuilder<T extends Series> {
    private final InstrumentBuilder<T> instrument;
    private final List<String> labelNames;
    private int limit;

    LabelledBuilder(InstrumentBuilder<T> instrument, List<String> labelNames, int limit) {
        this.instrument = instrument;
        this.labelNames = labelNames;
        this.limit = limit;
    }

    /** Sets the most series the instrument may have, the overflow series apart; the default is the registry's. */
    public LabelledBuilder<T> cardinalityLimit(int most) {
        this.limit = Names.limit(instrument.name(), most);
        return this;
    }

    /**
     * Registers the instrument. Asked again for the same name, type, unit and labels it returns the same one, with the
     * limit of the first time.
     *
     * @throws IllegalArgumentException when the name belongs to something else
     * @throws IllegalStateException when the registry is closed or its memory is spent
     */
    public Labelled<T> register() {
        return instrument.family(labelNames, limit).labelled();
    }
}
