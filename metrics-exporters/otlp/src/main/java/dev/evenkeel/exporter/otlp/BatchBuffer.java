package dev.evenkeel.exporter.otlp;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The batches that wait to be sent, oldest first. Not thread-safe. */
final class BatchBuffer {
    /*
     * What is cumulative waits as one batch: a newer value says all that an older one said, and only series that are gone by
     * then keep their old one. Deltas wait each on their own, so that their intervals stay as short as they were read, until they
     * reach the limit. Then the two oldest become one, with the interval of both: what is lost is resolution in time.
     */
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
    private final boolean delta;
    private final long maxBytes;
    private final OtlpTelemetry telemetry;

    BatchBuffer(boolean delta, long maxBytes, OtlpTelemetry telemetry) {
        this.delta = delta;
        this.maxBytes = maxBytes;
        this.telemetry = telemetry;
    }

    /** Adds a batch that is newer than all others. */
    void add(Batch batch) {
        if (!batch.isEmpty()) {
            waiting.addLast(batch);
        }
        while (waiting.size() > 1 && (!delta || bytes() > maxBytes)) {
            mergeOldest(delta);
        }
    }

    /** Adds a batch that is older than all others, back from a request. */
    void addFirst(Batch batch) {
        waiting.addFirst(batch);
    }

    /** Makes one batch of all. */
    void mergeAll() {
        while (waiting.size() > 1) {
            mergeOldest(false);
        }
    }

    private void mergeOldest(boolean atLimit) {
        Batch oldest = waiting.removeFirst();
        Batch next = waiting.removeFirst();
        Batch.Merged merged = oldest.merge(next, maxBytes);
        waiting.addFirst(oldest);
        if (atLimit) {
            telemetry.merged();
        }
        telemetry.didNotFit(merged.overflowed(), merged.leftOut());
    }

    @Nullable
    Batch poll() {
        return waiting.pollFirst();
    }

    @Nullable
    Batch peek() {
        return waiting.peekFirst();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    long bytes() {
        long sum = 0;
        for (Batch batch : waiting) {
            sum += batch.bytes();
        }
        return sum;
    }
}
