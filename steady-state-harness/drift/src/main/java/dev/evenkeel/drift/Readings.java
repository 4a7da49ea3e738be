package dev.evenkeel.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The readings of one life of the process, without gaps. */
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
record Readings(double[] seconds, double[] values, int gaps) {
    private static final double NEW_VALUES = 0.7;
    private static final double LONG_STAND = 3;

    int size() {
        return seconds.length;
    }

    /** The readings that neither a fault nor the window of an event covers. */
    Readings outsideWindows(List<Mark> marks) {
        if (marks.isEmpty()) {
            return this;
        }
        double[] s = new double[size()];
        double[] v = new double[size()];
        int k = 0;
        for (int i = 0; i < size(); i++) {
            double second = seconds[i];
            if (marks.stream().noneMatch(m -> m.covers(second))) {
                s[k] = second;
                v[k++] = values[i];
            }
        }
        return new Readings(Arrays.copyOf(s, k), Arrays.copyOf(v, k), gaps);
    }

    /**
     * The readings that tell something: of a held series those at which it changed, of one with uneven teeth those after each fall,
     * otherwise all, which is this.
     *
     * @param counted whether the readings are a count, whose standing still is what it says
     */
    Readings telling(boolean counted) {
        Readings updates = counted ? this : updates();
        if (updates != this || size() < 2 * Teeth.FEWEST) {
            return updates;
        }
        Readings floors = Teeth.floors(this);
        return floors == null ? this : floors;
    }

    /**
     * The readings at which a held series changed, and the last one after a long stand; this where the series is not
     * held. A value that is only read again, such as the heap between two rare collections, is no new evidence.
     *
     * <p>Held is a series that changes at no more than every third reading, to a value it seldom had before: a count
     * comes back to its values, and standing still is what it says.
     */
    private Readings updates() {
        int n = size();
        int changes = 0;
        for (int i = 1; i < n; i++) {
            changes += values[i] != values[i - 1] ? 1 : 0;
        }
        if (changes <= 1 || changes > n / 3 || distinct() < NEW_VALUES * (changes + 1)) {
            return this;
        }
        double[] s = new double[changes + 2];
        double[] v = new double[changes + 2];
        int k = 0;
        for (int i = 0; i < n; i++) {
            if (i == 0 || values[i] != values[i - 1]) {
                s[k] = seconds[i];
                v[k++] = values[i];
            }
        }
        if (seconds[n - 1] - s[k - 1] > LONG_STAND * (seconds[n - 1] - seconds[0]) / (changes + 1)) {
            s[k] = seconds[n - 1];
            v[k++] = values[n - 1];
        }
        return new Readings(Arrays.copyOf(s, k), Arrays.copyOf(v, k), gaps);
    }

    private int distinct() {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int distinct = 1;
        for (int i = 1; i < sorted.length; i++) {
            distinct += sorted[i] != sorted[i - 1] ? 1 : 0;
        }
        return distinct;
    }

    Slices.Span span() {
        return new Slices.Span(seconds[0], spanSeconds());
    }

    /** The run these readings stand for: the last one counts for as long as the others do. */
    double spanSeconds() {
        int n = seconds.length;
        return (seconds[n - 1] - seconds[0]) * n / (n - 1);
    }

    /** One part per life of the process; a part without any reading is left out unless it is the only one. */
    static List<Readings> split(TimeSeries series, List<Mark> marks) {
        List<Mark> restarts = marks.stream()
                .filter(m -> m.kind() == Mark.Kind.RESTART)
                .sorted(Comparator.comparingDouble(Mark::fromSecond))
                .toList();
        List<Readings> parts = new ArrayList<>();
        double from = Double.NEGATIVE_INFINITY;
        for (Mark restart : restarts) {
            add(parts, between(series, from, restart.fromSecond()));
            from = Math.max(from, restart.toSecond());
        }
        add(parts, between(series, from, Double.POSITIVE_INFINITY));
        return parts.isEmpty() ? List.of(between(series, Double.POSITIVE_INFINITY, 0)) : parts;
    }

    private static void add(List<Readings> parts, Readings part) {
        if (part.size() > 0 || part.gaps() > 0) {
            parts.add(part);
        }
    }

    /** Readings at or after one second and before another. */
    private static Readings between(TimeSeries series, double from, double before) {
        double[] seconds = new double[series.size()];
        double[] values = new double[series.size()];
        int n = 0;
        int gaps = 0;
        for (int i = 0; i < series.size(); i++) {
            if (series.second(i) < from || series.second(i) >= before) {
                continue;
            }
            if (Double.isFinite(series.value(i))) {
                seconds[n] = series.second(i);
                values[n++] = series.value(i);
            } else {
                gaps++;
            }
        }
        return new Readings(Arrays.copyOf(seconds, n), Arrays.copyOf(values, n), gaps);
    }
}
