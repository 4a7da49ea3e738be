package dev.evenkeel.metrics;

/**
 * A gauge of what has begun and not ended: requests, jobs, connections.
 *
 * <pre>{@code
 * try (InFlight.Scope s = inFlight.enter()) {
 *     handle(request);
 * }
 * }</pre>
 *
 * <p>Threads and cost are those of an {@link UpDownCounter}: two additions for an entry and its end, and nothing is
 * allocated. The value shown is never negative, and never more than what was inside at some moment of the reading plus what
 * entered and left during it.
 */
public final class InFlight extends PairedSeries {
    private final Scope scope = new Scope(this);

    InFlight(Family family, LabelValues values) {
        super(family, values);
    }

    /**
     * Counts one more as in flight until the scope is closed, on this thread or another. All entries share one scope object,
     * which cannot tell them apart: each entry needs exactly one {@code close()}. A second one makes the gauge too low
     * for good, a forgotten one too high.
     */
    public Scope enter() {
        up(1);
        return scope;
    }

    /** Returns how many are in flight. After the registry was closed it is 0. Takes a lock that collects take and records do not. */
    public long value() {
        return difference();
    }

    /** Ends an entry. Holds nothing of it. */
    public static final class Scope implements AutoCloseable {
        private final InFlight inFlight;

        private Scope(InFlight inFlight) {
            this.inFlight = inFlight;
        }

        /** Counts one less as in flight. <em>NOT</em> idempotent: once for each {@link InFlight#enter}. */
        @Override
        public void close() {
            inFlight.down(1);
        }
    }
}
