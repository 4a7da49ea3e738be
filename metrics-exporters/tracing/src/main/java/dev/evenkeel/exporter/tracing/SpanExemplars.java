package dev.evenkeel.exporter.tracing;

import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.WallClock;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A few recent values of one instrument with the spans they were recorded in.
 *
 * <pre>{@code
 * SpanExemplars exemplars = SpanExemplars.builder().bounds(0.01, 0.1, 1).build();
 * ...
 * duration.record(nanos);
 * exemplars.offer(nanos / 1e9);
 * }</pre>
 *
 * <p>A value is taken when the current span is sampled (an exemplar of a trace that was thrown away leads nowhere) and no
 * other was taken for the same range of values within the interval. Ranges are what {@link Builder#bounds} separates: so a
 * rare slow request is not crowded out by many fast ones.
 *
 * <p>Safe from any thread. {@link #offer} is lock-free: an offer that loses a race gives up. It allocates one small record
 * when it takes a value and nothing otherwise, and never reads the clock outside of a sampled span. Memory is bounded by
 * {@link #capacity()} records; no span is kept alive.
 */
public final class SpanExemplars {
    /*
     * Access ledger
     *   due[range]   written by: who wins the compare-and-set   read by: every offer    volatile
     *   slots[i]     written by: who won the due of its range   read by: latest()       release / acquire (a record is immutable)
     *   taken        written by: winners                        read by: latest(), metrics
     *
     * due[range] is when the range may take its next exemplar. Who moves it from the past into the future has won the right
     * to one exemplar, so no interval gives two, whatever the number of threads. The slot is the number of the exemplar
     * modulo the length of the ring: two winners of different intervals never share one unless one of them sleeps through
     * a whole turn of the ring, and then a newer exemplar is replaced by an older one, which is still a true one.
     */

    /** One a second and range: enough for a link on any graph, and at most 32 records a second with all ranges. */
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);

    /** So that a reader that comes every few seconds sees more than one. */
    private static final int DEFAULT_KEEP = 4;

    private static final int MOST_BOUNDS = 31;
    private static final int MOST_KEPT = 1_024;

    /** Longs between the due times of two ranges: a cache line, so that a busy range does not slow its neighbours. */
    private static final int STRIDE = 8;

    private final double[] bounds;
    private final int keep;
    private final long intervalNanos;
    private final NanoClock nanoClock;
    private final WallClock wallClock;
    private final AtomicLongArray due;
    private final AtomicLongArray next;
    private final AtomicReferenceArray<SpanExemplar> slots;
    private final AtomicLong taken = new AtomicLong();

    private SpanExemplars(Builder builder) {
        bounds = builder.bounds;
        keep = builder.keep;
        intervalNanos = builder.interval.toNanos();
        nanoClock = builder.nanoClock;
        wallClock = builder.wallClock;
        int ranges = bounds.length + 1;
        due = new AtomicLongArray(ranges * STRIDE);
        next = new AtomicLongArray(ranges);
        slots = new AtomicReferenceArray<>(ranges * keep);
        long now = nanoClock.nanos();
        for (int range = 0; range < ranges; range++) {
            due.set(range * STRIDE, now);
        }
    }

    /** Begins a description; every setting has a default. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Takes a value if the current span is sampled and the rate allows it.
     *
     * @param value in the unit of the instrument; NaN is never taken
     * @return whether it was taken
     */
    public boolean offer(double value) {
        SpanContext span = Span.current().getSpanContext();
        if (!span.isSampled() || !span.isValid() || Double.isNaN(value)) {
            return false;
        }
        int range = rangeOf(value);
        long now = nanoClock.nanos();
        long from = due.get(range * STRIDE);
        if (now - from < 0 || !due.compareAndSet(range * STRIDE, from, now + intervalNanos)) {
            return false;
        }
        int slot = range * keep + (int) (next.getAndIncrement(range) % keep);
        slots.setRelease(slot, new SpanExemplar(span.getTraceId(), span.getSpanId(), value, wallClock.epochMillis()));
        taken.incrementAndGet();
        return true;
    }

    private int rangeOf(double value) {
        int range = 0;
        while (range < bounds.length && value > bounds[range]) {
            range++;
        }
        return range;
    }

    /** Returns what is kept, oldest first. May miss what is offered at the same time. */
    public List<SpanExemplar> latest() {
        List<SpanExemplar> found = new ArrayList<>();
        for (int range = 0; range <= bounds.length; range++) {
            collect(range, found);
        }
        found.sort(Comparator.comparingLong(SpanExemplar::epochMillis));
        return List.copyOf(found);
    }

    /**
     * Returns what is kept of one range, oldest first.
     *
     * @param range 0 for values up to the first bound, then one more for each bound that is passed
     */
    public List<SpanExemplar> latest(int range) {
        Objects.checkIndex(range, bounds.length + 1);
        List<SpanExemplar> found = new ArrayList<>();
        collect(range, found);
        found.sort(Comparator.comparingLong(SpanExemplar::epochMillis));
        return List.copyOf(found);
    }

    private void collect(int range, List<SpanExemplar> into) {
        for (int i = range * keep; i < (range + 1) * keep; i++) {
            SpanExemplar exemplar = slots.getAcquire(i);
            if (exemplar != null) {
                into.add(exemplar);
            }
        }
    }

    /** Returns how many exemplars were taken so far, replaced ones included. */
    public long taken() {
        return taken.get();
    }

    /** Returns the most exemplars that are ever kept. */
    public int capacity() {
        return slots.length();
    }

    /** What to keep, and how often to take it. */
    public static final class Builder {
        private double[] bounds = {};
        private int keep = DEFAULT_KEEP;
        private Duration interval = DEFAULT_INTERVAL;
        private NanoClock nanoClock = NanoClock.system();
        private WallClock wallClock = WallClock.system();

        private Builder() {}

        /**
         * Upper bounds, inclusive, of ranges that are limited apart; none unless set, which makes one range of all values.
         *
         * @param upperBounds finite and ascending, at most {@value SpanExemplars#MOST_BOUNDS}
         */
        public Builder bounds(double... upperBounds) {
            if (upperBounds.length > MOST_BOUNDS) {
                throw new IllegalArgumentException("Cannot keep exemplars of " + (upperBounds.length + 1)
                        + " ranges: each range is rated and kept apart, and offers look for theirs one by one. Give at most "
                        + MOST_BOUNDS + " bounds.");
            }
            for (int i = 0; i < upperBounds.length; i++) {
                if (!Double.isFinite(upperBounds[i]) || (i > 0 && upperBounds[i] <= upperBounds[i - 1])) {
                    throw new IllegalArgumentException("Cannot part values at " + Arrays.toString(upperBounds)
                            + ": bounds must be finite and ascending, or a range would never be reached. Sort them, and drop"
                            + " repeated ones.");
                }
            }
            bounds = upperBounds.clone();
            return this;
        }

        /** How many exemplars of each range are kept: 1 to {@value SpanExemplars#MOST_KEPT}; 4 unless set. */
        public Builder keep(int perRange) {
            if (perRange < 1 || perRange > MOST_KEPT) {
                throw new IllegalArgumentException("Cannot keep " + perRange + " exemplars of each range: choose 1 to "
                        + MOST_KEPT + ". Traces are searched in a tracing backend, not here.");
            }
            keep = perRange;
            return this;
        }

        /** The least time between two exemplars of one range, above zero and at most a day; one second unless set. */
        public Builder interval(Duration least) {
            if (least.isNegative() || least.isZero() || least.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("Cannot take an exemplar every " + least
                        + ": without an interval each request would allocate one, and one a day helps nobody. Choose more"
                        + " than zero and at most a day.");
            }
            interval = least;
            return this;
        }

        /** What measures the interval, and what dates the exemplars; the system's unless set. */
        public Builder clocks(NanoClock elapsed, WallClock date) {
            nanoClock = Objects.requireNonNull(elapsed, "elapsed");
            wallClock = Objects.requireNonNull(date, "date");
            return this;
        }

        public SpanExemplars build() {
            return new SpanExemplars(this);
        }
    }
}
