package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.Experimental;
import dev.evenkeel.metrics.MetricRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Pushes the metrics of a registry to an OTLP receiver, such as the OpenTelemetry collector, at an interval and once more at the end.
 *
 * <pre>{@code
 * OtlpExporter exporter = OtlpExporter.builder(registry)
 *         .endpoint("http://collector:4318")
 *         .serviceName("shop")
 *         .build();
 * }</pre>
 *
 * <p>Nothing that was recorded is lost while the receiver is away, slow or busy: cumulative values are told by the next push, deltas wait
 * in memory, up to {@link OtlpExporterBuilder#maxBufferBytes} on their own and from there on merged. A delta is sent twice only when a request
 * had no answer that says whether it was taken; then with the same start and end, counted by {@code
 * evenkeel.otlp.repeats{reason="unknown"}}. What a receiver rejects for good is given up, and counted by {@code evenkeel.otlp.points}
 * and, for deltas, {@code evenkeel.otlp.lost}.
 *
 * <p>Starts one daemon thread, {@code evenkeel-otlp}, which reads, encodes and decides; the HTTP client or the gRPC sender starts
 * daemon threads of its own for the wire. Recording threads never wait for any of them. Thread-safe.
 *
 * <p>What it tells of itself, in the same registry: {@code evenkeel.otlp.requests}, {@code .points}, {@code .lost}, {@code .repeats},
 * {@code .request.duration}, {@code .buffer.usage}, {@code .buffer.limit}, {@code .buffer.merges}, {@code .buffer.overflowed} and {@code
 * .unsent.age}, each with the label {@code endpoint}.
 */
@Experimental
public final class OtlpExporter implements AutoCloseable {
    private static final Logger LOG = System.getLogger(OtlpExporter.class.getName());

    /** How much longer than its timeout close waits for the thread: for a last reading, and to end a call. */
    private static final long GRACE_NANOS = 500_000_000L;

    private final Pusher pusher;
    private final AutoCloseable[] parts;
    private final String destination;
    private final long intervalNanos;
    private final long closeNanos;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Pushes that were asked for; those begun; those after which nothing waited. Under the lock, as all below. */
    private long asked;

    private long begun;
    private long delivered;
    private boolean closing;
    private boolean finishing;
    private boolean ended;
    private long deadlineNanos;

    OtlpExporter(Pusher pusher, String destination, long intervalNanos, long closeNanos, AutoCloseable... parts) {
        this.pusher = pusher;
        this.destination = destination;
        this.intervalNanos = intervalNanos;
        this.closeNanos = closeNanos;
        this.parts = parts.clone();
        this.thread = new Thread(this::run, "evenkeel-otlp");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Returns a builder for a registry. */
    public static OtlpExporterBuilder builder(MetricRegistry registry) {
        return new OtlpExporterBuilder(Objects.requireNonNull(registry, "registry"));
    }

    /**
     * Pushes now, and waits until all that was recorded before the call has been accepted or given up. For a job that ends soon, or before
     * a risky step; a service needs only the interval and {@link #close}. A receiver that asked to be left alone is.
     *
     * @return whether that was so within the time; the push goes on if not
     * @throws InterruptedException when the calling thread is interrupted while it waits
     */
    public boolean push(Duration wait) throws InterruptedException {
        long left = wait.toNanos();
        lock.lock();
        try {
            long ticket = ++asked;
            changed.signalAll();
            while (delivered < ticket && !ended) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return delivered >= ticket;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads and pushes a last time, once, and ends the thread. Waits for that up to {@link OtlpExporterBuilder#closeTimeout}: a push that is under
     * way may take half of it. What is not accepted by then is counted by {@code evenkeel.otlp.points{outcome="lost"}} and
     * logged. Idempotent; calls at the same time wait for the same end. Close the exporter before the registry.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!closing) {
                closing = true;
                deadlineNanos = System.nanoTime() + closeNanos;
                changed.signalAll();
            }
            long half = deadlineNanos - closeNanos / 2;
            while (!finishing && !ended && half - System.nanoTime() > 0) {
                changed.awaitNanos(half - System.nanoTime());
            }
            if (!finishing && !ended) {
                thread.interrupt(); // ends the push under way
            }
            long last = deadlineNanos + GRACE_NANOS;
            while (!ended && last - System.nanoTime() > 0) {
                changed.awaitNanos(last - System.nanoTime());
            }
            if (!ended) {
                thread.interrupt();
                LOG.log(
                        Level.WARNING,
                        "Closed while the last push to {0} had not ended: a callback of the registry, or the sender, holds it up."
                                + " What was recorded since the push before may be lost.",
                        destination);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the last push goes on without us
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            pushUntilClosed();
            long deadline = beginToFinish();
            pusher.finish(deadline, nanos -> TimeUnit.NANOSECONDS.sleep(nanos));
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "The last push was ended.");
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "The last push to " + destination + " failed; what it would have told is lost.", e);
        } finally {
            for (AutoCloseable part : parts) {
                closeQuietly(part);
            }
            lock.lock();
            try {
                ended = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void pushUntilClosed() {
        long wait = 0;
        try {
            while (true) {
                long ticket;
                boolean now;
                lock.lock();
                try {
                    while (!closing && asked == begun && wait > 0) {
                        wait = changed.awaitNanos(wait);
                    }
                    if (closing) {
                        return;
                    }
                    ticket = asked;
                    now = ticket != begun;
                    begun = ticket;
                } finally {
                    lock.unlock();
                }
                wait = step(now);
                lock.lock();
                try {
                    if (!pusher.pending()) {
                        delivered = ticket;
                        changed.signalAll();
                    }
                } finally {
                    lock.unlock();
                }
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "The push under way was ended: close() takes over."); // nobody else knows the thread
        }
    }

    private long step(boolean now) throws InterruptedException {
        try {
            return pusher.step(now);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A push to " + destination + " failed in an unforeseen way; the next follows.", e);
            return intervalNanos;
        }
    }

    private long beginToFinish() {
        lock.lock();
        try {
            finishing = true;
            changed.signalAll();
            Thread.interrupted(); // meant for the push that has ended by now
            return deadlineNanos;
        } finally {
            lock.unlock();
        }
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "Could not close a part of the exporter.", e);
        }
    }
}
