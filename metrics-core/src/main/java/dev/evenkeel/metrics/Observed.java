package dev.evenkeel.metrics;

import java.util.Objects;
import java.util.function.DoubleSupplier;

/** A counter or gauge whose values somebody else keeps: callbacks report them at each collect. Thread-safe. */
public final class Observed {
    private final ObservedFamily family;

    Observed(ObservedFamily family) {
        this.family = family;
    }

    /**
     * Adds a series, or gives an existing one another callback. The callback is held strongly until it is
     * removed. Collecting threads call it, perhaps several at a time, and hold no lock meanwhile. When it returns NaN,
     * the series is absent from that collect; when it throws as well, and {@code evenkeel.dropped{reason="callback_error"}} counts
     * one.
     *
     * <p>Past the cardinality limit or the memory cap the series is not added, and counted as overflowed.
     *
     * @throws IllegalArgumentException when there is not one value for each label
     */
    public Observed add(DoubleSupplier value, String... labelValues) {
        Objects.requireNonNull(value, "value");
        for (String labelValue : labelValues) {
            Objects.requireNonNull(labelValue, "labelValue");
        }
        if (family.anyLabels) {
            throw Family.anyLabels(family.descriptor);
        }
        family.add(value, labelValues);
        return this;
    }

    /**
     * Adds a series of an instrument that takes any labels; see {@link #add(DoubleSupplier, String...)}.
     *
     * @throws IllegalArgumentException when the instrument's label names are fixed
     */
    public Observed add(DoubleSupplier value, Labels labels) {
        Objects.requireNonNull(value, "value");
        family.add(value, pairs(labels));
        return this;
    }

    /**
     * Removes a series of an instrument that takes any labels; see {@link #remove(DoubleSupplier, String...)}.
     *
     * @throws IllegalArgumentException when the instrument's label names are fixed
     */
    public boolean remove(DoubleSupplier value, Labels labels) {
        Objects.requireNonNull(value, "value");
        return family.remove(value, pairs(labels));
    }

    private String[] pairs(Labels labels) {
        if (!family.anyLabels) {
            throw Family.fixedLabels(family.descriptor);
        }
        return labels.pairs();
    }

    /**
     * Removes a series, if its callback still is this one: who was replaced removes nothing of who came after. Its bytes
     * go back to the registry's memory. A collect that runs meanwhile may still call the callback once.
     *
     * @param value the very object that was added
     * @return whether the series was there with that callback
     * @throws IllegalArgumentException when there is not one value for each label
     */
    public boolean remove(DoubleSupplier value, String... labelValues) {
        Objects.requireNonNull(value, "value");
        for (String labelValue : labelValues) {
            Objects.requireNonNull(labelValue, "labelValue");
        }
        if (family.anyLabels) {
            throw Family.anyLabels(family.descriptor);
        }
        return family.remove(value, labelValues);
    }
}
