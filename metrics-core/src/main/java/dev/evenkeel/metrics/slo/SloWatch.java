package dev.evenkeel.metrics.slo;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One objective with its history, its counters' last values and what it alerts about. Not thread-safe. */
final class SloWatch {
    /** A breach ends once a burn rate is below this share of the level: no flapping around it. */
    private static final double RECOVERED_SHARE = 0.8;

    final Slo slo;
    final SloHistory history;
    private final long[] counts = new long[2];
    private final Set<SloAlertLevel> firing = EnumSet.noneOf(SloAlertLevel.class);
    private long seenCounted;
    private long seenTotal;

    /** Time that passed since the last reading that the source gave. */
    private long pendingMillis;

    long resets;
    long errors;

    SloWatch(Slo slo, SloHistory history) {
        this.slo = slo;
        this.history = history;
    }

    /** Takes what the counters show now as what was there before. */
    void start() {
        try {
            slo.source().read(counts);
            seenCounted = counts[0];
            seenTotal = counts[1];
        } catch (RuntimeException e) {
            errors++; // counters of a process start at zero
        }
    }

    /** @param observedMillis time since the last call in which the process ran */
    void read(long now, long observedMillis) {
        pendingMillis += observedMillis;
        try {
            slo.source().read(counts);
        } catch (RuntimeException e) {
            errors++; // the counters go on; their next reading holds what this one would have
            history.add(now, 0, 0, 0);
            return;
        }
        long total = counts[1] - seenTotal;
        long counted = counts[0] - seenCounted;
        if (total < 0 || counted < 0) { // somebody reset or evicted what is read: what it lost is not known
            resets++;
            total = 0;
            counted = 0;
        }
        history.add(now, slo.source().countsBad() ? total - counted : counted, total, pendingMillis);
        pendingMillis = 0;
        seenCounted = counts[0];
        seenTotal = counts[1];
    }

    /** Returns the breaches that started or ended. */
    List<SloAlert> alerts(SloReading reading) {
        List<SloAlert> changes = new ArrayList<>(0);
        for (SloAlertLevel level : SloAlertLevel.values()) {
            double threshold = slo.alertThreshold(level);
            double slow = reading.burnRate(level.longWindow());
            double fast = reading.burnRate(level.shortWindow());
            boolean was = firing.contains(level);
            boolean is;
            if (was) {
                // NaN is not above: without traffic nothing burns
                is = slow >= threshold * RECOVERED_SHARE && fast >= threshold * RECOVERED_SHARE;
            } else {
                is = slow >= threshold
                        && fast >= threshold
                        && reading.bad(level.longWindow()) >= slo.minimumBadEvents();
            }
            if (is != was) {
                if (is) {
                    firing.add(level);
                } else {
                    firing.remove(level);
                }
                changes.add(new SloAlert(slo.name(), level, is, threshold, slow, fast, reading.epochMillis()));
            }
        }
        return changes;
    }

    boolean firing(SloAlertLevel level) {
        return firing.contains(level);
    }
}
