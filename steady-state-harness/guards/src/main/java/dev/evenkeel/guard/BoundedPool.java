package dev.evenkeel.guard;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A pool of exactly N worker threads behind a queue of fixed size.
 *
 * <p>All workers start in {@link Builder#build()}, are named {@code <name>-1} to {@code <name>-N}, and live until
 * {@link #close()}: neither load nor failing jobs change their number. What a submitter does when the queue is full is
 * its {@link Admission}, chosen for the pool and, if need be, for one call.
 *
 * <p>Nothing is lost silently: once the pool is closed, {@code submitted == completed + shed}, where completed counts
 * jobs that ended, well or badly, and shed counts jobs that never ran, whoever gave them up (full queue, end of the
 * wait, closing). Metrics, each with the label {@code pool}: counters {@code pool.submitted}, {@code pool.completed},
 * {@code pool.failed} (the completed jobs that threw), {@code pool.shed}; gauges {@code pool.queue.depth},
 * {@code pool.queue.limit}, {@code pool.active}, {@code pool.workers}.
 *
 * <p>Safe from any thread. Submitting takes one short lock and, with {@link Admission#SHED}, never waits for a job.
 */
public final class BoundedPool implements Executor, AutoCloseable {
    /*
     * One lock guards the ring, the state and the number of active workers. A lock-free queue would be faster to enter,
     * but "closed" and "enqueued" must be one decision: a job that slips into the queue after the last worker has looked
     * would be counted nowhere. The lock is held for a few loads and stores; jobs run outside it.
     */

    /** How long {@link #close()} waits by default: long enough for a request, short enough for an operator. */
    public static final Duration DEFAULT_STOP_WITHIN = Duration.ofSeconds(10);

    private static final Logger LOG = System.getLogger(BoundedPool.class.getName());
    private static final long FAILURE_LOG_INTERVAL_NANOS = 10_000_000_000L;

    private enum State {
        OPEN,
        DRAINING,
        STOPPED
    }

    private final String name;
    private final Admission admission;
    private final Duration stopWithin;
    private final Thread[] workers;
    private final Counter submitted;
    private final Counter completed;
    private final Counter failed;
    private final Counter shed;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Condition notFull = lock.newCondition();
    private final @Nullable Runnable[] ring; // guarded by lock
    private int head; // guarded by lock
    private State state = State.OPEN; // guarded by lock
    private long nextFailureLogNanos; // guarded by lock

    // Written under the lock, read without it by the gauges: a gauge may be a moment late.
    private volatile int depth;
    private volatile int active;

    private BoundedPool(Builder builder) {
        name = builder.name;
        admission = builder.admission;
        stopWithin = builder.stopWithin;
        ring = new Runnable[builder.queue];
        GuardMetrics metrics =
                new GuardMetrics(Objects.requireNonNull(builder.registry, "registry"), "pool", builder.name);
        submitted = metrics.counter("pool.submitted", "{job}", "Jobs handed to a bounded pool, run or not.");
        completed = metrics.counter("pool.completed", "{job}", "Jobs that ended, including those that threw.");
        failed = metrics.counter("pool.failed", "{job}", "Completed jobs that threw.");
        shed = metrics.counter(
                "pool.shed", "{job}", "Jobs given up before they ran: full queue, end of wait, or closing.");
        metrics.gauge("pool.queue.depth", "{job}", "Jobs waiting for a worker.", () -> depth);
        metrics.gauge("pool.queue.limit", "{job}", "Jobs that may wait at once.", () -> ring.length);
        metrics.gauge("pool.active", "{worker}", "Workers running a job.", () -> active);
        nextFailureLogNanos = System.nanoTime();
        workers = new Thread[builder.workers];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Thread(this::work, name + "-" + (i + 1));
            workers[i].setDaemon(builder.daemon);
        }
        metrics.gauge("pool.workers", "{worker}", "Worker threads, fixed for the life of the pool.", this::workers);
        for (Thread worker : workers) {
            worker.start();
        }
    }

    /**
     * Starts the description of a pool.
     *
     * @param name the value of the label {@code pool} and the prefix of the thread names; unique per registry
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * Hands over a job with the pool's own {@link Admission}.
     *
     * @return whether the job was taken; false means that it was shed and will never run
     * @throws InterruptedException if interrupted while waiting for room; the job is then shed
     */
    public boolean submit(Runnable job) throws InterruptedException {
        return submit(job, admission);
    }

    /**
     * Hands over a job. A taken job runs once, unless {@link #close()} reaches its deadline first.
     *
     * @return whether the job was taken; false means that it was shed and will never run
     * @throws InterruptedException if interrupted while waiting for room; the job is then shed
     */
    public boolean submit(Runnable job, Admission admission) throws InterruptedException {
        Objects.requireNonNull(job, "job");
        long waitNanos = admission.waitNanos();
        submitted.increment();
        boolean taken = false;
        try {
            if (waitNanos == 0) {
                lock.lock();
            } else {
                lock.lockInterruptibly();
            }
            try {
                while (state == State.OPEN && depth == ring.length && waitNanos > 0) {
                    if (waitNanos == Long.MAX_VALUE) {
                        notFull.await();
                    } else {
                        waitNanos = notFull.awaitNanos(waitNanos);
                    }
                }
                if (state == State.OPEN && depth < ring.length) {
                    enqueue(job);
                    taken = true;
                }
            } finally {
                lock.unlock();
            }
        } finally {
            if (!taken) {
                shed.increment();
            }
        }
        return taken;
    }

    /**
     * Hands over a job with the pool's own {@link Admission}, for callers that know {@link Executor} only.
     *
     * @throws RejectedExecutionException if the job was shed, also when interrupted while waiting (the interrupt stays
     *     set)
     */
    @Override
    public void execute(Runnable job) {
        boolean taken;
        try {
            taken = submit(job, admission);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RejectedExecutionException("Interrupted while waiting for room in pool \"" + name + "\".", e);
        }
        if (!taken) {
            throw new RejectedExecutionException("Pool \"" + name + "\" shed a job: "
                    + (isOpen() ? "all " + ring.length + " places in its queue are taken" : "it is closed")
                    + ". Slow the producer down, or give the pool more workers or another Admission than "
                    + admission + ".");
        }
    }

    /** Number of worker threads; constant. */
    public int workers() {
        return workers.length;
    }

    /** Jobs waiting for a worker now, from 0 to {@link #queueLimit()}. */
    public int queueDepth() {
        return depth;
    }

    /** Jobs that may wait at once; constant. */
    public int queueLimit() {
        return ring.length;
    }

    /** Workers running a job now. */
    public int active() {
        return active;
    }

    /** Whether the pool still takes jobs. */
    public boolean isOpen() {
        lock.lock();
        try {
            return state == State.OPEN;
        } finally {
            lock.unlock();
        }
    }

    /** Stops within the time given to {@link Builder#stopWithin(Duration)}; see {@link #stop(Duration)}. */
    @Override
    public void close() {
        stop(stopWithin);
    }

    /**
     * Takes no more jobs, lets the workers finish what is queued, and waits for them up to the limit. At the limit, jobs
     * still queued are shed and running ones interrupted; they get one more second to end. Idempotent. Called from a job
     * of this pool, it does not wait for that job's own worker.
     *
     * @return whether every worker has ended; false means that a job ignores interruption, and which one is logged
     */
    public boolean stop(Duration limit) {
        lock.lock();
        try {
            if (state == State.OPEN) {
                state = State.DRAINING;
                notEmpty.signalAll();
                notFull.signalAll();
            }
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        long waitNanos = Admission.nanosOf(limit);
        interrupted |= join(System.nanoTime(), waitNanos);
        int given = 0;
        lock.lock();
        try {
            state = State.STOPPED;
            while (depth > 0) {
                dequeue();
                given++;
            }
            notEmpty.signalAll();
        } finally {
            lock.unlock();
        }
        shed.add(given);
        boolean ended = true;
        for (Thread worker : workers) {
            if (worker.isAlive() && worker != Thread.currentThread()) {
                worker.interrupt();
                ended = false;
            }
        }
        if (!ended) {
            interrupted |= join(System.nanoTime(), 1_000_000_000L);
            ended = logStuckWorkers();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ended;
    }

    /** Waits for all workers until {@code startNanos + waitNanos}; returns whether the caller was interrupted. */
    private boolean join(long startNanos, long waitNanos) {
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive() && worker != Thread.currentThread()) {
                long leftNanos = waitNanos - (System.nanoTime() - startNanos);
                if (leftNanos <= 0 || interrupted) {
                    return interrupted;
                }
                try {
                    worker.join(leftNanos / 1_000_000, (int) (leftNanos % 1_000_000));
                } catch (InterruptedException e) {
                    interrupted = true; // The operator is in a hurry: go on to the hard part.
                }
            }
        }
        return interrupted;
    }

    private boolean logStuckWorkers() {
        boolean ended = true;
        for (Thread worker : workers) {
            if (worker.isAlive() && worker != Thread.currentThread()) {
                ended = false;
                StackTraceElement[] stack = worker.getStackTrace();
                LOG.log(
                        Level.WARNING,
                        "Worker {0} did not end although it was interrupted; it is at {1}. Let the job give up when "
                                + "interrupted, or give it a timeout.",
                        worker.getName(),
                        stack.length == 0 ? "an unknown place" : stack[0]);
            }
        }
        return ended;
    }

    private void work() {
        for (Runnable job = take(); job != null; job = take()) {
            try {
                job.run();
            } catch (Throwable t) { // A worker outlives whatever its job throws, an Error included.
                failed.increment();
                logFailure(t);
            } finally {
                completed.increment();
                ended();
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only ever written under the lock.
    private @Nullable Runnable take() {
        lock.lock();
        try {
            while (depth == 0) {
                if (state != State.OPEN) {
                    return null;
                }
                notEmpty.awaitUninterruptibly();
            }
            Runnable job = dequeue();
            active = active + 1;
            notFull.signal();
            return job;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only ever written under the lock.
    private void ended() {
        lock.lock();
        try {
            active = active - 1;
            if (state != State.STOPPED) {
                Thread.interrupted(); // One job's interrupt is not the next one's.
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only ever written under the lock.
    private void enqueue(Runnable job) { // under the lock
        ring[(head + depth) % ring.length] = job;
        depth = depth + 1;
        notEmpty.signal();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only ever written under the lock.
    private Runnable dequeue() { // under the lock, depth > 0
        Runnable job = Objects.requireNonNull(ring[head]);
        ring[head] = null; // A done job must not be kept alive by its place.
        head = (head + 1) % ring.length;
        depth = depth - 1;
        return job;
    }

    private void logFailure(Throwable t) {
        lock.lock();
        try {
            long now = System.nanoTime();
            if (now - nextFailureLogNanos < 0) {
                return;
            }
            nextFailureLogNanos = now + FAILURE_LOG_INTERVAL_NANOS;
        } finally {
            lock.unlock();
        }
        LOG.log(
                Level.WARNING,
                "A job of pool \"" + name + "\" threw; the worker goes on. Logged at most every 10 s, counted in "
                        + "pool.failed.",
                t);
    }

    /** Describes a {@link BoundedPool}. Not safe for concurrent use. */
    public static final class Builder {
        private final String name;
        private int workers = Runtime.getRuntime().availableProcessors();
        private int queue = 64;
        private Admission admission = Admission.SHED;
        private Duration stopWithin = DEFAULT_STOP_WITHIN;
        private boolean daemon;
        private @Nullable MetricRegistry registry;

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
            if (name.isBlank()) {
                throw new IllegalArgumentException(
                        "A pool needs a name that is not blank: it names the threads and the series.");
            }
        }

        /** Number of threads, at least 1; by default one per processor. */
        public Builder workers(int workers) {
            this.workers = atLeastOne("workers", workers);
            return this;
        }

        /** Jobs that may wait, at least 1; by default 64. A longer queue buys patience, not throughput. */
        public Builder queue(int queue) {
            this.queue = atLeastOne("queue", queue);
            return this;
        }

        /** What submitters do when the queue is full; by default {@link Admission#SHED}. */
        public Builder admission(Admission admission) {
            this.admission = Objects.requireNonNull(admission, "admission");
            return this;
        }

        /** How long {@link BoundedPool#close()} waits; by default 10 s. Zero gives queued jobs up at once. */
        public Builder stopWithin(Duration stopWithin) {
            if (stopWithin.isNegative()) {
                throw new IllegalArgumentException("A pool cannot stop within " + stopWithin
                        + ": the time is negative. Give zero to shed what is queued at once.");
            }
            this.stopWithin = stopWithin;
            return this;
        }

        /** Whether the JVM may exit while workers live; by default it may not. */
        public Builder daemon(boolean daemon) {
            this.daemon = daemon;
            return this;
        }

        /** Where the pool's metrics go. Required: a bound that nobody sees is hit in silence. */
        public Builder registry(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
            return this;
        }

        /**
         * Builds the pool and starts its threads.
         *
         * @throws IllegalStateException if no registry was given
         */
        public BoundedPool build() {
            if (registry == null) {
                throw new IllegalStateException("Pool \"" + name + "\" has no registry, so nobody would see it shed. "
                        + "Call registry(..) before build().");
            }
            return new BoundedPool(this);
        }

        private int atLeastOne(String what, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(
                        "Pool \"" + name + "\" cannot have " + what + " = " + value + ": it needs at least 1.");
            }
            return value;
        }
    }
}
