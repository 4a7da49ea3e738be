package dev.evenkeel.metrics.internal;

import java.util.concurrent.atomic.LongAdder;

/**
 * Internal. What a registry counts about itself. Thread-safe. None of these is touched by a record that goes well, so a
 * plain adder, readable also after the slabs are gone, is right here.
 */
public final class SelfCounts {
    /** Records that came after close. */
    public final LongAdder late = new LongAdder();

    /** Negative amounts given to a counter. */
    public final LongAdder negative = new LongAdder();

    /** Delta readers whose lease ended. */
    public final LongAdder expiredReaders = new LongAdder();

    /** Evictions that had to wait because another collect was visited, or for want of memory. */
    public final LongAdder postponedEvictions = new LongAdder();

    /** Amounts given to a counter of doubles that are no numbers or infinite. */
    public final LongAdder notFinite = new LongAdder();

    /** Slices of windows that were taken a slice or more late. */
    public final LongAdder lateTicks = new LongAdder();

    /** Values outside the range of a histogram or tracker, recorded as its nearest end. */
    public final LongAdder clamped = new LongAdder();

    /** Records that a correction for coordinated omission left out because of its limit. */
    public final LongAdder leftOutCorrections = new LongAdder();

    /** Callbacks that threw or returned NaN. */
    public final LongAdder callbackErrors = new LongAdder();

    /** Points of foreign sources past the limit of series. */
    public final LongAdder foreignPastLimit = new LongAdder();

    /** Points of foreign sources whose name, or series, somebody else has. */
    public final LongAdder foreignNameTaken = new LongAdder();

    /** Points of foreign sources that found no memory. */
    public final LongAdder foreignNoMemory = new LongAdder();

    /** Families and points of foreign sources that no wire could show. */
    public final LongAdder foreignUnfit = new LongAdder();

    /** Threads that found both their places in the table of arrays taken by live threads. */
    public final LongAdder displacements = new LongAdder();

    /** Ladder, rung 1: times a recorder was refused memory and shared a stripe instead. */
    public final LongAdder sharedStripes = new LongAdder();

    /** Ladder, rung 2: histograms that fell to one digit. */
    public final LongAdder oneDigitHistograms = new LongAdder();

    /** Ladder, rung 3: new label sets refused for want of memory. */
    public final LongAdder refusedSeries = new LongAdder();

    /** Ladder: windows of histograms that found no memory for a slice, and so became shorter or were not kept at all. */
    public final LongAdder shortWindows = new LongAdder();

    /** Ladder: times a delta reader had no memory to remember a histogram, and shows what it gained later. */
    public final LongAdder postponedDeltas = new LongAdder();

    /** Ladder: times a collect had no memory to keep what it counted of a histogram, and so reads all of it the next time too. */
    public final LongAdder unkeptReadings = new LongAdder();

    /** Additions to a group that had another number of amounts than the group has members. */
    public final LongAdder wrongArity = new LongAdder();

    /** Readings of a group of which a part was an older whole one. */
    public final LongAdder staleGroups = new LongAdder();

    /** Additions to a group that found every stripe taken. */
    public final LongAdder spilledGroups = new LongAdder();

    /** Ladder, last resort: values counted by octave only. */
    public final LongAdder coarseValues = new LongAdder();
}
