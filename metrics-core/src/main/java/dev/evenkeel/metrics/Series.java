package dev.evenkeel.metrics;

import org.jspecify.annotations.Nullable;

/**
 * One instrument with one set of labels: what a collect shows and what a caller who knows its labels beforehand keeps.
 *
 * <p>There is one object for a series as long as somebody holds it, so exporters may keep what they derive from it in an
 * identity map. They drop what a collect no longer shows: an evicted series that is still held gives no memory back.
 */
public abstract sealed class Series
        permits Counter,
                DoubleCounter,
                PairedSeries,
                Gauge,
                ExtremeTracker,
                CappedCounter,
                SlidingRate,
                Histogram,
                ObservedSeries,
                ForeignSeries,
                GroupMember {
    /*
     * The series is the instrument, and the entry of its family's table as well: with 20 000 of them each object beside
     * would cost what the cells cost.
     */
    final Family family;

    /** Of the label values; see Labelled. */
    final int hash;

    /** The first label value; null without labels and in the overflow series. */
    final @Nullable String v1;

    final @Nullable String v2;

    /** The label values from the third on. */
    final String @Nullable [] more;

    private volatile long startEpochMillis;

    Series(Family family, LabelValues values) {
        this.family = family;
        this.hash = values.hash;
        this.v1 = values.at(0);
        this.v2 = values.at(1);
        this.more = values.more();
        this.startEpochMillis = family.core.wallClock().epochMillis();
    }

    public MetricDescriptor descriptor() {
        return family.descriptor;
    }

    /** Returns its labels. Allocates, for a series keeps the values only. */
    public Labels labels() {
        if (v1 == null) {
            return isOverflow() ? Labels.OVERFLOW : Labels.NONE;
        }
        if (family.anyLabels) {
            return Labels.ofPairs(LabelValues.of(this).all());
        }
        String[] values = new String[family.descriptor.labelNames().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(i);
        }
        return new Labels(family.descriptor.labelNames(), values);
    }

    /**
     * Returns whether its labels are others than {@link MetricDescriptor#labelNames} says: those of an overflow series, and of a series
     * that names its labels itself, see {@link InstrumentBuilder#anyLabels}.
     */
    public final boolean hasOwnLabelNames() {
        return isOverflow() || family.anyLabels;
    }

    /** Returns when the series began to count, in milliseconds since 1970: at its making, or when it returned after an eviction. */
    public long startEpochMillis() {
        return startEpochMillis;
    }

    void startAt(long epochMillis) {
        startEpochMillis = epochMillis;
    }

    /**
     * Returns whether its labels have the names that its family was registered with. Others have the overflow series, and the series
     * of a family of any labels.
     */
    public final boolean hasRegisteredLabels() {
        return !family.anyLabels && !isOverflow();
    }

    /**
     * Returns the value of the {@code i}-th of {@link MetricDescriptor#labelNames}, as {@link #labels} would, and allocates nothing.
     *
     * @throws IllegalStateException where there is no such label; see {@link #hasRegisteredLabels}
     */
    public final String labelValue(int i) {
        if (!hasRegisteredLabels()) {
            throw new IllegalStateException("no label " + i + " of those registered");
        }
        return value(i);
    }

    /** Returns the {@code i}-th label value of a series that has labels and is not the overflow series. */
    String value(int i) {
        String value = i == 0 ? v1 : i == 1 ? v2 : more == null ? null : more[i - 2];
        if (value == null) {
            throw new IllegalStateException("no label " + i);
        }
        return value;
    }

    /** Returns how many label values it keeps; in a family of any labels names and values take turns, and both count. */
    final int valueCount() {
        return v1 == null ? 0 : v2 == null ? 1 : more == null ? 2 : 2 + more.length;
    }

    /** Returns whether it keeps just these. */
    final boolean hasValues(String... values) {
        if (values.length != valueCount() || isOverflow()) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (!value(i).equals(values[i])) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether it counts what found no place among the series of its family. */
    final boolean isOverflow() {
        return v1 == null && hash == LabelValues.OVERFLOW.hash; // without labels the hash is another
    }

    /** Returns whether there is a value to show; true for what counts from zero. */
    boolean shown(CollectBuffer buffer) {
        return true;
    }

    /** Returns whether it has sliding windows, as then all series of its family have. */
    boolean hasWindows() {
        return false;
    }

    /** Returns whether a slice of a window has ended. */
    boolean due(long nanos) {
        return false;
    }

    /** Takes the slices that have ended. */
    void tick(CollectBuffer buffer) {
        // No windows here.
    }

    /** Returns whether it may be evicted. What has no total to keep, or a level that must not be forgotten, may not. */
    boolean evictable() {
        return false;
    }

    /** Returns a number that every record changes. */
    long stamp(CollectBuffer buffer) {
        return 0;
    }

    /**
     * Ends a life of the series: each delta reader gets what it has not seen, and the next life begins at what the cells hold
     * now. Under the collectors' lock; only where {@link #evictable} says so.
     *
     * @return the cells
     */
    Remains leave() {
        throw new IllegalStateException("not evictable: " + this);
    }

    /** Lets the next life begin where its remains end. Under the collectors' lock. */
    void beginAt(Remains remains) {
        throw new IllegalStateException("not evictable: " + this);
    }

    /** Shows the current value to a visitor. */
    abstract void visit(CollectVisitor visitor, CollectBuffer buffer);

    /** Returns its name and labels. */
    @Override
    public final String toString() {
        return family.descriptor.name() + labels();
    }
}
