package dev.evenkeel.metrics.http;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * One request and what was counted in it; see {@link RequestStats}. Thread-safe: several threads may count in it at once. What they
 * count after it was closed is lost, and counted as misuse.
 */
public final class RequestScope implements AutoCloseable {
    private final RequestStats stats;
    private final String request;
    private final long startNanos;
    private final AtomicLongArray counts;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean failed;
    private volatile @Nullable Throwable failure;

    /** By which the thread that opened it works in it; null for a detached one. */
    private @Nullable Attachment own;

    RequestScope(RequestStats stats, String request, long startNanos, int size) {
        this.stats = stats;
        this.request = request;
        this.startNanos = startNanos;
        this.counts = new AtomicLongArray(size);
    }

    void ownAttachment(Attachment attachment) {
        own = attachment;
    }

    RequestStats stats() {
        return stats;
    }

    String request() {
        return request;
    }

    void add(int index, long n) {
        if (closed.get()) {
            stats.afterClose();
        } else if (n < 0) {
            stats.negative();
        } else {
            counts.getAndAdd(index, n);
        }
    }

    long count(int index) {
        return counts.get(index);
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Says that the request failed, so that it is logged however fast it was. */
    public void fail() {
        fail(null);
    }

    /** Says that the request failed, and of what; the line in the log shows it without its stack. */
    public void fail(@Nullable Throwable cause) {
        if (closed.get()) {
            stats.afterClose();
            return;
        }
        failure = cause;
        failed = true;
    }

    boolean hasFailed() {
        return failed;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    /**
     * Makes this the current scope of the calling thread until the attachment is closed on it: for a thread that was handed a part
     * of the request. Inside another scope that one comes back afterwards. A scope that is closed already is no thread's
     * current one; attaching it is counted as misuse.
     */
    public Attachment attach() {
        if (closed.get()) {
            stats.afterClose();
        }
        Attachment attachment = new Attachment(this, stats.top());
        stats.set(attachment);
        return attachment;
    }

    /**
     * Ends the request: records its counts, logs it where it was slow or failed, and gives the thread that opened it its outer scope
     * back. A second call does nothing but count as misuse. A detached scope may be closed by any thread; one that was
     * opened as current belongs to its thread, and closed by another it stays in that thread until it looks again.
     */
    @Override
    public void close() {
        Attachment attachment = own;
        if (!closed.compareAndSet(false, true)) {
            stats.closedTwice();
            return;
        }
        if (attachment != null) {
            attachment.end();
        }
        stats.ended(this, stats.nanos() - startNanos);
    }

    @Override
    public String toString() {
        return request + " " + counts;
    }

    /** A thread's work in a scope. To be closed by the thread that attached. */
    public static final class Attachment implements AutoCloseable {
        final RequestScope scope;
        final @Nullable Attachment outer;
        private final Thread thread = Thread.currentThread();
        private volatile boolean ended;

        Attachment(RequestScope scope, @Nullable Attachment outer) {
            this.scope = scope;
            this.outer = outer;
        }

        /** Returns whether it may be a current one. */
        boolean live() {
            return !ended && !scope.isClosed();
        }

        /** Gives the thread its outer scope back. A second call, or one on another thread, is counted as misuse. */
        @Override
        public void close() {
            if (ended) {
                scope.stats.closedTwice();
            } else {
                end();
            }
        }

        private void end() {
            RequestStats stats = scope.stats;
            boolean onTop = Thread.currentThread() == thread && stats.isTop(this);
            ended = true;
            if (onTop) {
                stats.current();
            } else {
                stats.outOfOrder(); // its thread forgets it when it looks next
            }
        }
    }
}
