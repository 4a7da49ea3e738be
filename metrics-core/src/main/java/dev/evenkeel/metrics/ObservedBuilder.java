package dev.evenkeel.metrics;

import java.util.List;
import java.util.Objects;

/** Describes an observed instrument, then registers it. Not thread-safe; wrong input is refused at once. */
public final class ObservedBuilder {
    private final MetricRegistry registry;
    private final Kind kind;
    private final String name;
    private String unit = "";
    private String help = "";
    private List<String> labelNames = List.of();
    private boolean anyLabels;

    ObservedBuilder(MetricRegistry registry, Kind kind, String name) {
        this.registry = registry;
        this.kind = kind;
        this.name = Names.instrument(kind == Kind.COUNTER ? "observed counter" : "observed gauge", name);
    }

    /** Sets the unit, in UCUM; the default is none. */
    public ObservedBuilder unit(String ucum) {
        this.unit = Names.unit(name, ucum);
        return this;
    }

    /** Sets one sentence for who reads the values. */
    public ObservedBuilder help(String text) {
        this.help = Objects.requireNonNull(text, "help");
        return this;
    }

    /** Sets the names of 1 to 8 labels; without this call there are none. */
    public ObservedBuilder labels(String... names) {
        this.labelNames = Names.labels(name, names);
        this.anyLabels = false;
        return this;
    }

    /** Lets each series have labels of any names; see {@link InstrumentBuilder#anyLabels}. */
    @Experimental
    public ObservedBuilder anyLabels() {
        this.labelNames = List.of();
        this.anyLabels = true;
        return this;
    }

    /**
     * Registers the instrument, which has no series until a callback is added. Asked again for the same name, kind, unit and
     * labels it returns the same one.
     *
     * @throws IllegalArgumentException when the name belongs to something else
     * @throws IllegalStateException when the registry is closed or its memory is spent
     */
    public Observed register() {
        MetricDescriptor descriptor = new MetricDescriptor(name, unit, help, kind, labelNames, 1);
        return registry.families().registerObserved(descriptor, anyLabels).observed;
    }
}
