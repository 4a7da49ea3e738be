package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.DoubleCounter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import java.lang.System.Logger;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs samplers that are too dear for each collect, or that must run when nobody collects: each at its own fixed rate, all on
 * one daemon thread named {@code evenkeel-sampler}.
 *
 * <pre>{@code
 * SamplerSchedule schedule = SamplerSchedule.start(registry);
 * schedule.every(Duration.ofSeconds(1), "windows", registry::tick);
 * }</pre>
 *
 * <p>A sampler first runs after a random part of its period, and then once a period, so that the processes of a fleet do not
 * sample in step. One that comes too late runs once; the ticks it missed are counted and not made up for. One that
 * throws is counted, logged at most once a minute, and runs again at its next tick. Samplers run one after the other: one
 * that blocks delays all others, and shows as their late ticks.
 *
 * <p>The schedule tells what it costs: {@code evenkeel.sampler.cpu_time} is what its thread spent on a processor, waking up
 * included, absent where the JVM cannot tell; {@code evenkeel.sampler.late_ticks} and {@code evenkeel.sampler.errors}
 * count the ticks that were missed and the runs that threw. Each has the sampler's name as its label.
 *
 * <p>Thread-safe. A tick allocates nothing itself. The thread inherits neither thread locals nor a context class loader. It
 * ends with {@link #close}, or at its next tick after the registry was closed, which is at most a minute away.
 */
public final class SamplerSchedule implements AutoCloseable {
    /** Most samplers of one schedule: a linear search over so few is cheaper than a heap. */
    static final int MOST_TASKS = 256;

    private static final Logger LOG = System.getLogger(SamplerSchedule.class.getName());
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final long CLOSE_MILLIS = 1000;
    private static final long LOG_NANOS = 60_000_000_000L;

    /** How long the thread sleeps at most: so late does it see that its registry is closed. */
    private static final long LONGEST_SLEEP_NANOS = 60_000_000_000L;

    private final MetricRegistry registry;
    private final NanoClock clock;
    private final SplittableRandom random;
    private final Thread thread;
    private final @Nullable ThreadMXBean threads;
    private final @Nullable Labelled<DoubleCounter> cpuSeconds;
    private final Labelled<Counter> lateTicks;
    private final Labelled<Counter> errors;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Task> tasks = new ArrayList<>();
    private boolean closed;

    // Of the sampling thread alone.
    private long cpuNanos = -1;
    private long wakeDelayNanos;

    private SamplerSchedule(Builder builder) {
        registry = builder.registry;
        clock = builder.clock;
        random = builder.seed == null ? new SplittableRandom() : new SplittableRandom(builder.seed);
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        threads = bean.isCurrentThreadCpuTimeSupported() ? bean : null;
        cpuSeconds = threads == null
                ? null
                : registry.doubleCounter("evenkeel.sampler.cpu_time")
                        .unit("s")
                        .help("Seconds that the sampling thread spent on a processor for each scheduled sampler.")
                        .labels("sampler")
                        .register();
        lateTicks = registry.counter("evenkeel.sampler.late_ticks")
                .unit("{tick}")
                .help("Ticks of a scheduled sampler that were missed: it, another one or the machine was busy.")
                .labels("sampler")
                .register();
        errors = registry.counter("evenkeel.sampler.errors")
                .unit("{error}")
                .help("Runs of a scheduled sampler that threw.")
                .labels("sampler")
                .register();
        thread = new Thread(null, this::run, builder.threadName, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
    }

    /** Starts a schedule with the defaults of {@link Builder}. Starts its thread. */
    public static SamplerSchedule start(MetricRegistry registry) {
        return builder(registry).start();
    }

    /** Returns a builder, to change the defaults. */
    public static Builder builder(MetricRegistry registry) {
        return new Builder(registry);
    }

    /**
     * Adds a sampler. It runs first after a random part of the period.
     *
     * @param period 1 ms to 24 hours
     * @param name what the cost, late ticks and errors of this sampler are shown under; samplers may share a name
     * @param sample runs on the sampling thread; should take far less than the period, and must not block for long
     * @return takes the sampler off the schedule. A run that is under way ends by itself and is not waited for
     * @throws IllegalArgumentException when the period is outside its range or the name is blank
     * @throws IllegalStateException when the schedule is closed, or runs 256 samplers already
     */
    public Task every(Duration period, String name, Runnable sample) {
        Objects.requireNonNull(sample, "sample");
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "Cannot schedule a sampler without a name: its cost and its errors are shown "
                            + "under that name. Pass a short fixed word, such as \"threads\".");
        }
        if (period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("Cannot run sampler \"" + name + "\" every " + period
                    + ": a period is 1 ms to 24 hours, and all samplers share one thread. Pass a period in that range, such as "
                    + "PT30S.");
        }
        Task task = new Task(name, period.toNanos(), sample);
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("Cannot schedule sampler \"" + name
                        + "\": the schedule is closed, and it would never run. Add samplers before close(), or start a new "
                        + "schedule.");
            }
            if (tasks.size() >= MOST_TASKS) {
                throw new IllegalStateException(
                        "Cannot schedule sampler \"" + name + "\": the schedule runs " + MOST_TASKS
                                + " samplers already, on one thread. Close those that are no longer needed, or sample several things "
                                + "in one.");
            }
            task.dueNanos = clock.nanos() + 1 + random.nextLong(task.periodNanos);
            tasks.add(task);
            changed.signal();
        } finally {
            lock.unlock();
        }
        return task;
    }

    private void run() {
        try {
            while (!registry.isClosed()) {
                tick();
                if (!sleep()) {
                    return;
                }
            }
        } finally {
            end();
        }
    }

    /** Until the next sampler is due or the schedule changes. Returns false when it is closed. */
    private boolean sleep() {
        lock.lock();
        try {
            if (!closed) {
                changed.awaitNanos(Math.min(nanosToNext(), LONGEST_SLEEP_NANOS));
            }
            return !closed;
        } catch (InterruptedException e) {
            return !closed; // only close() ends the thread: one sampler's interrupt must not take the others with it
        } finally {
            lock.unlock();
        }
    }

    /** Runs every sampler that is due, the longest due first. On one thread only. */
    void tick() {
        if (cpuNanos < 0) {
            cpuNanos = cpuNow();
        }
        Task task = nextDue();
        if (task != null) {
            wakeDelayNanos = clock.nanos() - task.dueNanos;
        }
        while (task != null) {
            run(task);
            task = nextDue();
        }
    }

    private @Nullable Task nextDue() {
        lock.lock();
        try {
            Task first = first();
            return closed || first == null || first.dueNanos - clock.nanos() > 0 ? null : first;
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private long nanosToNext() {
        Task first = first();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.dueNanos - clock.nanos());
    }

    private @Nullable Task first() {
        Task first = null;
        for (int i = 0; i < tasks.size(); i++) {
            Task task = tasks.get(i);
            if (first == null || task.dueNanos - first.dueNanos < 0) {
                first = task;
            }
        }
        return first;
    }

    private void run(Task task) {
        try {
            task.sample.run();
        } catch (Throwable e) { // whatever it was, the other samplers are still to be run
            task.errors.increment();
            log(task, e);
        }
        // After the run: one that takes longer than its period must leave the processor a rest. In whole periods: the
        // phase
        // stays, and with it the distance to other processes.
        long missed = Math.max(0, clock.nanos() - task.dueNanos) / task.periodNanos;
        task.dueNanos += (missed + 1) * task.periodNanos;
        if (missed > 0) {
            task.lateTicks.add(missed);
        }
        DoubleCounter cpu = task.cpuSeconds;
        if (cpu != null) {
            long now = cpuNow();
            cpu.add(Math.max(0, now - cpuNanos) / 1e9);
            cpuNanos = now;
        }
    }

    private long cpuNow() {
        return threads == null ? 0 : threads.getCurrentThreadCpuTime();
    }

    private void log(Task task, Throwable e) {
        long now = clock.nanos();
        if (task.logged && now - task.loggedNanos < LOG_NANOS) {
            return;
        }
        task.logged = true;
        task.loggedNanos = now;
        LOG.log(
                Logger.Level.WARNING,
                "Sampler \"" + task.name
                        + "\" failed; what it shows is as old as its last good run. It runs again at its next "
                        + "tick, and evenkeel.sampler.errors counts each failure. Logged at most once a minute.",
                e);
    }

    /**
     * How late the sampling thread woke up the last time that a sampler was due, in nanoseconds. On the sampling thread only.
     */
    long wakeDelayNanos() {
        return wakeDelayNanos;
    }

    /**
     * Ends the thread. Waits at most a second for a sampler that is running, and then interrupts it; one that ignores that
     * keeps the thread, a daemon, until it returns. Called by a sampler, it does not wait. Idempotent.
     */
    @Override
    public void close() {
        end();
        if (Thread.currentThread() != thread && !awaitEnd(CLOSE_MILLIS)) {
            thread.interrupt();
        }
    }

    private void end() {
        lock.lock();
        try {
            closed = true;
            tasks.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the thread to end by itself. Returns whether it did. */
    boolean awaitEnd(long millis) {
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private void remove(Task task) {
        lock.lock();
        try {
            tasks.remove(task);
        } finally {
            lock.unlock();
        }
    }

    /** A sampler on a schedule. */
    public final class Task implements AutoCloseable {
        private final String name;
        private final long periodNanos;
        private final Runnable sample;
        private final Counter lateTicks;
        private final Counter errors;
        private final @Nullable DoubleCounter cpuSeconds;

        /** Set before the task is listed, under the lock; then by the sampling thread alone. */
        private long dueNanos;

        private boolean logged;
        private long loggedNanos;

        private Task(String name, long periodNanos, Runnable sample) {
            this.name = name;
            this.periodNanos = periodNanos;
            this.sample = sample;
            lateTicks = SamplerSchedule.this.lateTicks.bind(name);
            errors = SamplerSchedule.this.errors.bind(name);
            Labelled<DoubleCounter> cpu = SamplerSchedule.this.cpuSeconds;
            cpuSeconds = cpu == null ? null : cpu.bind(name);
        }

        /** Takes the sampler off the schedule; a run that is under way ends by itself and is not waited for. Idempotent. */
        @Override
        public void close() {
            remove(this);
        }
    }

    /** Sets how a schedule runs. Not thread-safe. */
    public static final class Builder {
        private final MetricRegistry registry;
        private NanoClock clock = NanoClock.system();
        private String threadName = "evenkeel-sampler";
        private @Nullable Long seed;

        private Builder(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /** Sets what tells when a sampler is due; the thread itself sleeps by the JVM's own clock. */
        public Builder nanoClock(NanoClock clock) {
            this.clock = Objects.requireNonNull(clock, "nanoClock");
            return this;
        }

        /** Sets where the first delays come from; without this call they differ from process to process. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** Sets the name of the thread, where a process has several schedules. */
        public Builder threadName(String name) {
            this.threadName = Objects.requireNonNull(name, "threadName");
            return this;
        }

        /**
         * Starts the schedule, and its thread.
         *
         * @throws IllegalStateException when the registry is closed or its memory is spent
         */
        public SamplerSchedule start() {
            SamplerSchedule schedule = unstarted();
            schedule.thread.start();
            return schedule;
        }

        /** For tests that call {@link SamplerSchedule#tick} themselves. */
        SamplerSchedule unstarted() {
            return new SamplerSchedule(this);
        }
    }
}
