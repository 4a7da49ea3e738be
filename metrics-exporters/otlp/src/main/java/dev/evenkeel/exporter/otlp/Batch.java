package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.MetricDescriptor;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one reading of the registry, or several that were merged, have to tell. Not thread-safe. */
final class Batch {
    private static final int BASE_BYTES = 256;
    private static final int FAMILY_BYTES = 160;

    private final Map<String, FamilyPoints> families = new LinkedHashMap<>();
    private final boolean delta;
    private long readAtNanos;
    private int points;
    private long bytes = BASE_BYTES;

    /** Whether a receiver may have it already: then it must not be merged, or nobody could tell the repeat. */
    private boolean perhapsTaken;

    /** @param readAtNanos when the oldest of it was read, by the clock of elapsed time */
    Batch(boolean delta, long readAtNanos) {
        this.delta = delta;
        this.readAtNanos = readAtNanos;
    }

    long readAtNanos() {
        return readAtNanos;
    }

    int points() {
        return points;
    }

    boolean perhapsTaken() {
        return perhapsTaken;
    }

    void markPerhapsTaken() {
        perhapsTaken = true;
    }

    boolean isEmpty() {
        return points == 0;
    }

    /** Returns about how much memory it takes. */
    long bytes() {
        return bytes;
    }

    /** Returns the points of a family, none at first. */
    FamilyPoints family(MetricDescriptor descriptor) {
        FamilyPoints family = families.get(descriptor.name());
        if (family == null) {
            family = new FamilyPoints(descriptor);
            families.put(descriptor.name(), family);
            bytes += FAMILY_BYTES;
        }
        return family;
    }

    /** Adds the point of a series that has none here yet. */
    void append(FamilyPoints family, SeriesPoint point) {
        family.append(point);
        points++;
        bytes += point.bytes();
    }

    /** Adds a point to that of its series, or in its place where values do not add up. */
    void add(FamilyPoints family, SeriesPoint point) {
        SeriesPoint present = family.find(point.id());
        if (present == null) {
            append(family, point);
            return;
        }
        bytes -= present.bytes();
        if (family.addsUp(delta)) {
            present.add(point);
            bytes += present.bytes();
        } else {
            family.replace(point);
            bytes += point.bytes();
        }
    }

    /**
     * Takes in a newer batch, which must not be used any more. A series that would take it past the limit goes into the overflow
     * series of its family; what has no sum, so cannot go there, is left out.
     */
    Merged merge(Batch newer, long maxBytes) {
        long overflowed = 0;
        long leftOut = 0;
        for (FamilyPoints theirs : newer.families.values()) {
            FamilyPoints ours = family(theirs.descriptor());
            for (SeriesPoint point : theirs.points()) {
                boolean fits = bytes + point.bytes() <= maxBytes;
                if (fits || ours.find(point.id()) != null) {
                    add(ours, point);
                } else if (ours.addsUp(delta)) {
                    point.overflow();
                    add(ours, point);
                    overflowed++;
                } else {
                    leftOut++;
                }
            }
        }
        readAtNanos = Math.min(readAtNanos, newer.readAtNanos);
        return new Merged(overflowed, leftOut);
    }

    /** Takes away and returns what is past so many points; empty when there are no more. */
    Batch splitAfter(int maxPoints) {
        Batch rest = new Batch(delta, readAtNanos);
        rest.perhapsTaken = perhapsTaken;
        int left = maxPoints;
        for (Iterator<FamilyPoints> all = families.values().iterator(); all.hasNext(); ) {
            FamilyPoints family = all.next();
            if (family.size() > left) {
                FamilyPoints taken = left == 0 ? family : family.splitAfter(left);
                if (left == 0) {
                    all.remove();
                    bytes -= FAMILY_BYTES;
                }
                left = 0;
                rest.adopt(taken);
            } else {
                left -= family.size();
            }
        }
        points -= rest.points;
        bytes -= rest.pointBytes();
        return rest;
    }

    private void adopt(FamilyPoints family) {
        families.put(family.descriptor().name(), family);
        points += family.size();
        bytes += FAMILY_BYTES;
        for (SeriesPoint point : family.points()) {
            bytes += point.bytes();
        }
    }

    private long pointBytes() {
        return bytes - BASE_BYTES - (long) FAMILY_BYTES * families.size();
    }

    /** Returns what would be lost with it: values of histograms and amounts of counters; 0 where sums are since the start. */
    double measurements() {
        double sum = 0;
        for (FamilyPoints family : families.values()) {
            if (family.addsUp(delta)) {
                for (SeriesPoint point : family.points()) {
                    sum += point.measurements();
                }
            }
        }
        return sum;
    }

    /** Shows the points as the SDK wants them, without a copy. */
    List<MetricData> toMetricData(Resource resource) {
        List<MetricData> all = new ArrayList<>(families.size());
        for (FamilyPoints family : families.values()) {
            if (family.size() > 0) {
                all.add(family.toMetricData(resource, delta));
            }
        }
        return all;
    }

    /** What did not fit: points that went into overflow series, and points that were left out. */
    record Merged(long overflowed, long leftOut) {}
}
