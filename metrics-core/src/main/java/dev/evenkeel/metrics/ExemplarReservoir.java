package dev.evenkeel.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The latest exemplar of each range of values of one histogram. Safe from any thread; an offer is lock-free, one that loses a race
 * gives up.
 */
final class ExemplarReservoir {
    /*
     * A range is two octaves of raw values, from 4^(n-1) to below 4^n, and one for zero: so a rare slow value is not crowded out by
     * many fast ones, whatever the unit is, and finding the range is one instruction.
     *
     * Access ledger
     *   due[range]      written by: who wins the compare-and-set   read by: every offer, latest()   volatile
     *   latest[range]   written by: who won the due of its range   read by: latest()                release / acquire
     *                                                              (an exemplar is immutable)
     *
     * due[range] is when the range may take its next. Who moves it from the past into the future has won the right to one exemplar,
     * so no interval gives two, whatever the number of threads. A winner that sleeps through an interval may put an older one over a
     * newer one, which is still a true one.
     */
    private static final int RANGES = 25; // values have up to 48 bits

    /** One a second and range: enough for a link on any graph, and at most 25 records a second. */
    static final long INTERVAL_NANOS = 1_000_000_000L;

    /** How long one is shown: several scrapes of any usual interval, and hardly longer than tracing backends need. */
    static final long RETENTION_NANOS = 300_000_000_000L;

    /** Both arrays, and an exemplar with its two ids in each range. */
    static final long BYTES = 400 + RANGES * 164L;

    private final Core core;
    private final ExemplarSource source;

    /** Raw units in a unit: 10^9 for timers. Dividing rounds once, where times 1e-9 rounds twice. */
    private final double rawPerUnit;

    private final AtomicLongArray due = new AtomicLongArray(RANGES);
    private final AtomicReferenceArray<Exemplar> latest = new AtomicReferenceArray<>(RANGES);

    ExemplarReservoir(Core core, ExemplarSource source, double scale) {
        this.core = core;
        this.source = source;
        this.rawPerUnit = Math.rint(1 / scale);
        long now = core.nanoClock().nanos();
        for (int range = 0; range < RANGES; range++) {
            due.set(range, now);
        }
    }

    /** Takes a value in range if the calling thread works for a sampled trace, and none was taken lately. Never throws. */
    void offer(long value) {
        try {
            if (source.sampled()) {
                offerSampled(value);
            }
        } catch (RuntimeException e) {
            core.counts().callbackErrors.increment();
        }
    }

    private void offerSampled(long value) {
        int range = (65 - Long.numberOfLeadingZeros(value)) >>> 1;
        long now = core.nanoClock().nanos();
        long from = due.get(range);
        if (now - from >= 0 && due.compareAndSet(range, from, now + INTERVAL_NANOS)) {
            latest.setRelease(
                    range,
                    new Exemplar(
                            source.traceId(),
                            source.spanId(),
                            value / rawPerUnit,
                            core.wallClock().epochMillis()));
        }
    }

    /** Returns what was taken within the retention, oldest first. May miss what is taken at the same time. */
    List<Exemplar> latest() {
        List<Exemplar> found = List.of();
        long now = core.nanoClock().nanos();
        for (int range = 0; range < RANGES; range++) {
            long takenAt = due.get(range) - INTERVAL_NANOS;
            Exemplar exemplar = latest.getAcquire(range);
            if (exemplar != null && now - takenAt <= RETENTION_NANOS) {
                if (found.isEmpty()) {
                    found = new ArrayList<>();
                }
                found.add(exemplar);
            }
        }
        if (found.isEmpty()) {
            return found;
        }
        found.sort(Comparator.comparingLong(Exemplar::epochMillis));
        return List.copyOf(found);
    }
}
