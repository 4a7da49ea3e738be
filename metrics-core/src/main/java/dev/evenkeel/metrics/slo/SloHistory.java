package dev.evenkeel.metrics.slo;

import java.util.List;

/** The cumulative readings of one objective, over restarts. Not thread-safe. */
final class SloHistory {
    /*
     * Events and observed time are sums that only grow; a window is their difference between now and the reading at which it
     * starts. What was not seen, because the process was down, adds to neither: it is neither good nor bad.
     *
     * Four rings of 32 bytes a reading, two readings a slice, 362 + 182 + 290 + 362 slices: 77 kB an objective. A window
     * starts at the newest reading that is at least as old as the window is long, so with ticks every 10 s it is too
     * long by less than a slice. Where a gap begins a second reading is kept, so that a window that starts in the gap has
     * nothing from before.
     */
    static final int RINGS = 4;
    static final int PERIOD_SLICES = 360;

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;

    private final long periodMillis;
    private final double budget;
    private final ReadingRing[] rings;
    private long time;
    private long good;
    private long total;
    private long observed;

    SloHistory(long periodMillis, double budget) {
        this.periodMillis = periodMillis;
        this.budget = budget;
        this.rings = new ReadingRing[] {
            new ReadingRing(10_000, HOUR),
            new ReadingRing(2 * MINUTE, 6 * HOUR),
            new ReadingRing(15 * MINUTE, 72 * HOUR),
            new ReadingRing(periodMillis / PERIOD_SLICES, periodMillis),
        };
    }

    /** Begins at a moment with nothing seen. */
    void begin(long now) {
        time = now;
        offer();
    }

    /** Restores the sums as of the last reading that was kept. The rings are filled by their own. */
    void restore(long lastTime, long goodEvents, long totalEvents, long observedMillis) {
        time = lastTime;
        good = goodEvents;
        total = totalEvents;
        observed = observedMillis;
    }

    /**
     * Adds what came since the last call. An event that happened before it may turn out good, or bad, only now: then there are
     * more good events than events, or fewer than none.
     *
     * @param now not before the last call
     * @param observedMillis how much of the time since then was seen
     */
    void add(long now, long goodEvents, long totalEvents, long observedMillis) {
        time = now;
        total += totalEvents;
        good = Math.max(0, Math.min(good + goodEvents, total)); // an event that was there before us is none of ours
        observed += observedMillis;
        offer();
    }

    /** Says that what follows was not seen. */
    void gap() {
        for (ReadingRing ring : rings) {
            ring.mark(time, good, total, observed);
        }
    }

    private void offer() {
        for (ReadingRing ring : rings) {
            ring.offer(time, good, total, observed);
        }
    }

    SloReading read() {
        double[] burnRates = new double[SloWindow.values().length];
        long[] bad = new long[burnRates.length];
        for (SloWindow window : SloWindow.values()) {
            ReadingRing ring = ringOf(window);
            int start = ring.startPlace(time, window.millis());
            long events = total - ring.total(start);
            long badEvents = clamp(events - (good - ring.good(start)), events);
            bad[window.ordinal()] = badEvents;
            burnRates[window.ordinal()] = events == 0 ? Double.NaN : (double) badEvents / events / budget;
        }
        ReadingRing period = rings[RINGS - 1];
        int start = period.startPlace(time, periodMillis);
        long events = total - period.total(start);
        long goodEvents = clamp(good - period.good(start), events);
        double spent = events == 0 ? 0 : (double) (events - goodEvents) / events / budget;
        long seen = Math.min(observed - period.observed(start), periodMillis); // the first slice may stick out
        return new SloReading(time, goodEvents, events, 1 - spent, seen, burnRates, bad);
    }

    private static long clamp(long part, long whole) {
        return Math.max(0, Math.min(part, whole));
    }

    private ReadingRing ringOf(SloWindow window) {
        return switch (window) {
            case MINUTES_5, MINUTES_30, HOUR_1 -> rings[0];
            case HOURS_2, HOURS_6 -> rings[1];
            case DAY_1, DAYS_3 -> rings[2];
        };
    }

    List<ReadingRing> rings() {
        return List.of(rings);
    }

    long time() {
        return time;
    }

    long good() {
        return good;
    }

    long total() {
        return total;
    }

    long observed() {
        return observed;
    }
}
