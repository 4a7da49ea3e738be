package dev.evenkeel.metrics;

import org.jspecify.annotations.Nullable;

/** Where instruments that overflow show how many label sets they refused. */
final class OverflowTelemetry {
    private volatile @Nullable Observed gauge;

    void showIn(Observed labelSets) {
        this.gauge = labelSets;
    }

    void show(String instrument, OverflowSets sets) {
        Observed labelSets = gauge;
        if (labelSets != null) {
            labelSets.add(sets::distinct, instrument);
        }
    }
}
