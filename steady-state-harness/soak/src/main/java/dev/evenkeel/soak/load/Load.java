package dev.evenkeel.soak.load;

/**
 * A source of load that an engine starts, reads once a second and ends.
 *
 * <p>All methods are called by one control thread.
 */
public interface Load {

    /** Begins to send; the first request is due at {@code originNanos} of the engine's clock. */
    void begin(long originNanos);

    /** Says that the target is about to be stopped by a reading of ours. */
    void pauseBegins();

    /**
     * Says that the reading is over. Requests that were due from {@link #pauseBegins()} until the
     * queue behind the pause may be assumed drained count as excluded from all latency figures.
     */
    void pauseEnds();

    /** What happened since the last call, or since the beginning. */
    LoadInterval interval();

    /** CPU time that its senders have used so far, in nanoseconds; 0 where it cannot be told. */
    default long cpuNanos() {
        return 0;
    }

    /** Sends no more, waits a bounded time for answers under way, closes all connections. */
    void end();
}
