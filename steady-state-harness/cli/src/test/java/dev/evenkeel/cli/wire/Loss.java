package dev.evenkeel.cli.wire;

import java.util.EnumSet;
import java.util.Set;

/** What a wire cannot carry, each a row of docs/wires.md. An expectation that leaves something out says here that it did. */
enum Loss {
    ABOVE_2_53("rounding"),
    NOT_FINITE("not-finite"),
    BUCKETS("buckets"),
    EXEMPLARS("exemplars"),
    OVERFLOW_LABEL("overflow-label"),
    UP_DOWN("up-down"),
    LABEL_NAMES("label-names"),
    SAME_NAME("same-name"),
    START_TIME("start-time"),
    MIN_MAX("min-max"),
    DESCRIPTION("description"),
    SURROGATES("surrogates");

    private static final Set<Loss> HAPPENED = EnumSet.noneOf(Loss.class);

    /** The word in the first column of the table. */
    final String row;

    Loss(String row) {
        this.row = row;
    }

    synchronized void happened() {
        HAPPENED.add(this);
    }

    static Set<Loss> happenedSoFar() {
        return EnumSet.copyOf(HAPPENED);
    }
}
