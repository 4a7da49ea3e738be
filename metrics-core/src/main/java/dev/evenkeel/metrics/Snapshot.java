package dev.evenkeel.metrics;

import java.util.List;
import java.util.Optional;

/**
 * All series at one time, cumulative since each was registered.
 *
 * @param epochMillis when the collect began, in milliseconds since 1970
 * @param points in order of name
 */
public record Snapshot(long epochMillis, List<Point> points) {
    public Snapshot {
        points = List.copyOf(points);
    }

    /** Returns the series of that name whose label values are exactly these, in declared order. */
    public Optional<Point> find(String name, String... labelValues) {
        for (Point point : points) {
            if (point.descriptor().name().equals(name) && point.labels().hasValues(labelValues)) {
                return Optional.of(point);
            }
        }
        return Optional.empty();
    }

    /** Returns the value of that series, or NaN when there is none: an absent series is not a zero. */
    public double value(String name, String... labelValues) {
        Optional<Point> point = find(name, labelValues);
        return point.isPresent() ? point.get().value() : Double.NaN;
    }
}
