package dev.evenkeel.cli.sweep;

import java.util.ArrayList;
import java.util.List;

/** All runs of one setting, by round. Filled by one thread. */
final class Cell {
    /** After so many runs that did not end well, and none that did, the rest would tell nothing new. */
    static final int ENOUGH_FAILURES = 2;

    private final Setting setting;
    private final List<Reading> readings = new ArrayList<>();

    Cell(Setting setting) {
        this.setting = setting;
    }

    Setting setting() {
        return setting;
    }

    void add(Reading reading) {
        readings.add(reading);
    }

    /** Of each round that it was run in. */
    List<Reading> readings() {
        return List.copyOf(readings);
    }

    /** Whether it is known what its next run would show: the JVM cannot do it, or nothing of it ever ended well. */
    boolean hopeless() {
        if (readings.stream().anyMatch(r -> r.outcome() == Outcome.UNSUPPORTED || r.outcome() == Outcome.NOT_APPLIED)) {
            return true;
        }
        return readings.size() >= ENOUGH_FAILURES && readings.stream().noneMatch(Reading::ok);
    }

    /** Whether it was run, and every run ended well. */
    boolean sound() {
        return !readings.isEmpty() && readings.stream().allMatch(Reading::ok);
    }

    /** The worst that happened, and how often: {@code out of memory (2 of 2)}; empty when nothing did. */
    String trouble() {
        List<Reading> bad = readings.stream().filter(r -> !r.ok()).toList();
        return bad.isEmpty() ? "" : bad.get(0).outcome().words() + " (" + bad.size() + " of " + readings.size() + ")";
    }

    /** One figure of each run, NaN where a run has none. */
    List<Double> values(Figure figure) {
        return readings.stream().map(figure::of).toList();
    }

    /** Mean and bounds of one figure, over the runs that ended well. */
    Interval interval(Figure figure) {
        return Interval.of(values(figure));
    }
}
