package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.WallClock;
import java.lang.System.Logger;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says when this process holds more file descriptors than it should, while there are still some left.
 *
 * <pre>{@code
 * FdBudget guard = FdBudget.builder().share(0.8).onExceed(breach -> report(breach)).watch(registry, schedule);
 * }</pre>
 *
 * <p>Looks every 30 s on the schedule's thread. The callback comes once per breach, and again only after the count has
 * fallen to the {@linkplain Builder#recovery recovery level}. It runs on the schedule's thread, and gets what is needed to
 * find the culprit: see {@link FdBreach}. A callback that throws is counted and logged, and the breach is not told again.
 *
 * <p>A look costs what reading the links costs: 5 ms at 1,000 descriptors, and as much for each further 1,000 up to 4,096. A breach costs
 * once more, as much for each descriptor that is open, and a thread dump, which stops the application for some milliseconds.
 * Holds 16 bytes per descriptor number, at most 1 MiB. Where the platform counts no descriptors, as on Windows, the
 * guard watches nothing, logs that once, and its gauge is absent. What descriptors point to is shown on Linux only.
 *
 * <p>Metrics: {@code process.open_file_descriptor.budget}, {@code process.open_file_descriptor.budget.breaches} and
 * {@code process.open_file_descriptor.budget.callback_errors}. One budget a registry.
 */
public final class FdBudget implements AutoCloseable {
    static final Duration EVERY = Duration.ofSeconds(30);

    private static final Logger LOG = System.getLogger(FdBudget.class.getName());

    private final LongSupplier open;
    private final LongSupplier limit;
    private final long count;
    private final double share;
    private final double recovery;
    private final Consumer<FdBreach> onExceed;
    private final WallClock clock;
    private final FdLedger ledger;
    private final Counter breaches;
    private final Counter callbackErrors;
    private SamplerSchedule.@Nullable Task task;
    private volatile boolean closed;
    private volatile boolean exceeded;

    private FdBudget(Builder builder, MetricRegistry registry) {
        open = builder.open;
        limit = builder.limit;
        count = builder.count;
        share = builder.share;
        recovery = builder.recovery;
        onExceed = Objects.requireNonNull(builder.onExceed, "onExceed");
        clock = builder.clock;
        ledger = new FdLedger(builder.root);
        breaches = registry.counter("process.open_file_descriptor.budget.breaches")
                .unit("{breach}")
                .help("Times the process came to hold more descriptors than its budget.")
                .register();
        callbackErrors = registry.counter("process.open_file_descriptor.budget.callback_errors")
                .unit("{error}")
                .help("Times the callback of the descriptor budget threw.")
                .register();
    }

    /** Returns a builder. It needs a callback. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns how many descriptors are allowed now; -1 when it cannot be told, because there is no limit to share. */
    public long budget() {
        if (count > 0) {
            return count;
        }
        long most = limit.getAsLong();
        return most <= 0 ? -1 : Math.max(1, (long) (most * share));
    }

    /** Returns whether the last look found more than the budget, and none since found it recovered. */
    public boolean exceeded() {
        return exceeded;
    }

    /** One look. On the schedule's thread. */
    void look() {
        long now = open.getAsLong();
        long allowed = budget();
        if (closed || now < 0 || allowed < 0) {
            return;
        }
        boolean breach = !exceeded && now > allowed;
        List<FdBreach.Descriptor> newest = ledger.look(FdBreach.MOST_NEWEST);
        if (breach) {
            exceeded = true;
            breaches.increment();
            tell(new FdBreach(
                    clock.epochMillis(), now, allowed, limit.getAsLong(), ledger.byKind(), newest, threadDump()));
        } else if (exceeded && now <= allowed * recovery) {
            exceeded = false;
        }
    }

    private void tell(FdBreach breach) {
        try {
            onExceed.accept(breach);
        } catch (Throwable e) { // whatever it was, the guard goes on
            callbackErrors.increment();
            LOG.log(
                    Logger.Level.WARNING,
                    "The callback of the descriptor budget failed: this breach (" + breach.open() + " open, budget "
                            + breach.budget()
                            + ") reached nobody, and is not told again before it is over. Mend the callback; "
                            + "process.open_file_descriptor.budget.callback_errors counts its failures.",
                    e);
        }
    }

    private static String threadDump() {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        long[] ids = bean.getAllThreadIds();
        @Nullable
        ThreadInfo[] threads = bean.getThreadInfo(
                Arrays.copyOf(ids, Math.min(ids.length, FdBreach.MOST_THREADS)), FdBreach.MOST_FRAMES);
        StringBuilder dump = new StringBuilder();
        for (ThreadInfo thread : threads) {
            if (thread != null) { // ended meanwhile
                append(dump, thread);
            }
        }
        if (ids.length > FdBreach.MOST_THREADS) {
            dump.append("and ").append(ids.length - FdBreach.MOST_THREADS).append(" more threads\n");
        }
        return dump.toString();
    }

    private static void append(StringBuilder dump, ThreadInfo thread) {
        dump.append('"')
                .append(thread.getThreadName())
                .append("\" #")
                .append(thread.getThreadId())
                .append(' ')
                .append(thread.getThreadState());
        LockInfo lock = thread.getLockInfo();
        if (lock != null) {
            dump.append(" on ").append(lock.getClassName());
        }
        dump.append('\n');
        for (StackTraceElement frame : thread.getStackTrace()) {
            dump.append("    at ").append(frame).append('\n');
        }
        dump.append('\n');
    }

    /** Stops watching. A callback that runs ends by itself and is not waited for. Idempotent. */
    @Override
    public void close() {
        closed = true;
        SamplerSchedule.Task scheduled = task;
        if (scheduled != null) {
            scheduled.close();
        }
    }

    /** Sets a budget. Not thread-safe; a setter refuses a bad value at once. */
    public static final class Builder {
        private long count;
        private double share = 0.8;
        private double recovery = 0.9;
        private @Nullable Consumer<FdBreach> onExceed;
        private WallClock clock = WallClock.system();
        private Path root = Path.of("/");
        private LongSupplier open;
        private LongSupplier limit;

        private Builder() {
            OpenDescriptors descriptors = new OpenDescriptors(root);
            open = descriptors::count;
            limit = descriptors::limit;
        }

        /**
         * Allows a share of what the operating system allows; 0.8 without this call. The JVM raises its own limit to the hard
         * one, which may be a million: where no service of yours needs so many, a {@link #count} speaks earlier.
         *
         * @param share above 0, at most 1
         */
        public Builder share(double share) {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException("Cannot allow a share of " + share
                        + " of the descriptor limit: it is above 0 and at most 1. Pass share(0.8) for four fifths of it, or "
                        + "count(..) for a number.");
            }
            this.share = share;
            this.count = 0;
            return this;
        }

        /**
         * Allows that many descriptors.
         *
         * @param count at least 1
         */
        public Builder count(long count) {
            if (count < 1) {
                throw new IllegalArgumentException(
                        "Cannot allow " + count + " descriptors: a JVM holds more than 10 by itself. "
                                + "Pass count(..) what the service needs at its peak, and a margin.");
            }
            this.count = count;
            return this;
        }

        /**
         * Sets at which share of the budget a breach is over; 0.9 without this call. Between that and the budget nothing
         * changes, so that a count that swings around its budget is told once.
         *
         * @param share above 0, at most 1
         */
        public Builder recovery(double share) {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "Cannot call a breach over at " + share
                                + " of the budget: it is above 0 and at most 1. Pass recovery(0.9) to wait until a tenth is free again.");
            }
            this.recovery = share;
            return this;
        }

        /** Sets who is told. Runs on the schedule's thread, which all other samplers wait for. */
        public Builder onExceed(Consumer<FdBreach> callback) {
            this.onExceed = Objects.requireNonNull(callback, "onExceed");
            return this;
        }

        /** Sets where the date of a breach comes from. */
        public Builder wallClock(WallClock clock) {
            this.clock = Objects.requireNonNull(clock, "wallClock");
            return this;
        }

        /** For tests: the folder that holds {@code proc}, and the counts. */
        Builder platform(Path root, LongSupplier open, LongSupplier limit) {
            this.root = root;
            this.open = open;
            this.limit = limit;
            return this;
        }

        /**
         * Starts to watch; the first look is within 30 s.
         *
         * @throws IllegalStateException when no callback was set, or the registry or the schedule is closed
         */
        public FdBudget watch(MetricRegistry registry, SamplerSchedule schedule) {
            if (onExceed == null) {
                throw new IllegalStateException(
                        "Cannot watch a descriptor budget that tells nobody. Call onExceed(..) first.");
            }
            FdBudget budget = new FdBudget(this, registry);
            if (open.getAsLong() < 0 || budget.budget() < 0) {
                LOG.log(
                        Logger.Level.INFO,
                        "The descriptor budget watches nothing: this platform "
                                + (open.getAsLong() < 0
                                        ? "does not count descriptors."
                                        : "sets no limit to take a share of. Pass count(..) to watch a number."));
                return budget;
            }
            registry.observedGauge("process.open_file_descriptor.budget")
                    .unit("{file_descriptor}")
                    .help("Most file descriptors that this process should hold.")
                    .register()
                    .add(() -> budget.closed || budget.budget() < 0 ? Double.NaN : budget.budget());
            budget.task = schedule.every(EVERY, "fd_budget", budget::look);
            return budget;
        }
    }
}
