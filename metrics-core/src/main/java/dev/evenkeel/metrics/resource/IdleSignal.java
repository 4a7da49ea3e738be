package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Observed;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says whether this is a good moment for work that can wait: when the machine has processors to spare, threads get one as
 * soon as they ask, and nothing is queued.
 *
 * <pre>{@code
 * IdleSignal idle = IdleSignal.builder().queue("orders", orders::size).start(registry, schedule);
 * if (idle.isIdle()) { compact(); }
 * }</pre>
 *
 * <p>Three signals, read once a second on the schedule's thread, at a cost of some microseconds and what the queues take:
 *
 * <ul>
 *   <li>the load average of one minute, per processor of the machine. Inside a container too it is the machine's, and it lags
 *       by about a minute. Absent on Windows;
 *   <li>the scheduling delay: how late the sampling thread woke up. A stolen processor, a throttled control group and a GC
 *       pause show in it at once;
 *   <li>the depth of each queue that the service names.
 * </ul>
 *
 * <p>It is idle after all of them have stayed at or below their levels for the quiet time, and busy as soon as one passes 1.5
 * times its level; a queue with a level of 0 is busy with its first element. Between the two nothing changes. Before the
 * quiet time has passed, when a queue cannot be read, and when the last reading is 5 s old, it is busy: who asks would
 * rather wait than disturb.
 *
 * <p>Thread-safe; {@link #isIdle} reads two fields. Gauges: {@code evenkeel.idle} (1 or 0), {@code
 * evenkeel.idle.load_per_processor}, {@code evenkeel.idle.scheduling_delay} and {@code evenkeel.idle.queue_depth}. One signal a
 * registry.
 */
public final class IdleSignal implements AutoCloseable {
    static final Duration EVERY = Duration.ofSeconds(1);

    private static final double BUSY_FACTOR = 1.5;
    private static final long OLDEST_NANOS = 5_000_000_000L;

    /** What one reading found. */
    private record State(boolean idle, long nanos, long quietSinceNanos, boolean quiet, @Nullable Cause cause) {}

    /** Why it is not idle: what was seen, and the level it should be at. */
    private record Cause(String what, double value, double level) {}

    private record Queue(String name, LongSupplier depth, long level) {}

    private final NanoClock clock;
    private final DoubleSupplier load;
    private final int processors;
    private final LongSupplier delayNanos;
    private final double loadLevel;
    private final long delayLevelNanos;
    private final long quietNanos;
    private final List<Queue> queues;
    private SamplerSchedule.@Nullable Task task;
    private volatile boolean closed;
    private volatile @Nullable State state;

    // Of the schedule's thread; read by gauges, for which an older value is as good.
    private volatile double lastLoad = Double.NaN;
    private volatile double lastDelaySeconds = Double.NaN;

    private IdleSignal(Builder builder, SamplerSchedule schedule) {
        clock = builder.clock;
        load = builder.load;
        processors = builder.processors > 0 ? builder.processors : processors(builder.root);
        delayNanos = builder.delayNanos == null ? schedule::wakeDelayNanos : builder.delayNanos;
        loadLevel = builder.loadLevel;
        delayLevelNanos = builder.delayLevel.toNanos();
        quietNanos = builder.quiet.toNanos();
        queues = List.copyOf(builder.queues);
    }

    /** Returns a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns whether there is nothing to disturb. Wait-free. */
    public boolean isIdle() {
        State s = state;
        return s != null && s.idle && clock.nanos() - s.nanos < OLDEST_NANOS;
    }

    /** Returns one sentence for a log: why it is idle, or what keeps it from being so. Allocates. */
    public String reason() {
        State s = state;
        if (closed) {
            return "busy: the signal is closed";
        }
        if (s == null) {
            return "busy: nothing was read yet";
        }
        double age = (clock.nanos() - s.nanos) / 1e9;
        if (age >= OLDEST_NANOS / 1e9) {
            return String.format(Locale.ROOT, "busy: the last reading is %.1f s old", age);
        }
        if (s.idle) {
            return String.format(
                    Locale.ROOT, "idle: all signals have been low for %.0f s", (s.nanos - s.quietSinceNanos) / 1e9);
        }
        Cause cause = s.cause;
        if (cause != null) {
            return String.format(Locale.ROOT, "busy: %s %.4g is above %.4g", cause.what, cause.value, cause.level);
        }
        return String.format(
                Locale.ROOT,
                "busy: all signals are low, for %.0f s of %.0f s",
                (s.nanos - s.quietSinceNanos) / 1e9,
                quietNanos / 1e9);
    }

    /** One reading. On the schedule's thread. */
    void look() {
        if (closed) {
            return;
        }
        long now = clock.nanos();
        State last = state;
        boolean wasIdle = last != null && last.idle;
        double factor = wasIdle ? BUSY_FACTOR : 1;
        Cause cause;
        try {
            cause = cause(factor);
        } catch (Throwable e) {
            state = new State(false, now, now, false, new Cause("a queue that cannot be read, depth", Double.NaN, 0));
            throw e; // the schedule counts and logs it
        }
        if (cause != null) {
            state = new State(false, now, now, false, cause);
            return;
        }
        long since = last != null && last.quiet ? last.quietSinceNanos : now;
        state = new State(wasIdle || now - since >= quietNanos, now, since, true, null);
    }

    private @Nullable Cause cause(double factor) {
        double average = load.getAsDouble();
        double perProcessor = average < 0 ? Double.NaN : average / processors;
        lastLoad = perProcessor;
        double delay = delayNanos.getAsLong() / 1e9;
        lastDelaySeconds = delay;
        Cause cause = null;
        for (int i = 0; i < queues.size(); i++) {
            Queue queue = queues.get(i);
            long depth = queue.depth.getAsLong();
            if (cause == null && depth > queue.level * factor) {
                cause = new Cause("depth of queue \"" + queue.name + "\"", depth, queue.level);
            }
        }
        if (cause == null && perProcessor > loadLevel * factor) {
            cause = new Cause("load average per processor", perProcessor, loadLevel);
        }
        if (cause == null && delay > delayLevelNanos / 1e9 * factor) {
            cause = new Cause("scheduling delay in seconds", delay, delayLevelNanos / 1e9);
        }
        return cause;
    }

    /** Processors of the machine that the load average is of: a container's own number would make any load look high. */
    private static int processors(Path root) {
        int n = 0;
        try {
            String online = Files.readString(root.resolve("sys/devices/system/cpu/online"), UTF_8)
                    .strip();
            for (String range : online.split(",")) { // such as 0-3,8
                String[] ends = range.split("-", 2);
                int first = Integer.parseInt(ends[0]);
                n += (ends.length == 1 ? first : Integer.parseInt(ends[1])) - first + 1;
            }
        } catch (IOException | NumberFormatException e) {
            n = 0; // not Linux
        }
        return n > 0 ? n : Runtime.getRuntime().availableProcessors();
    }

    private void register(MetricRegistry registry) {
        registry.observedGauge("evenkeel.idle")
                .help("1 while this is a good moment for work that can wait, else 0.")
                .register()
                .add(() -> closed ? Double.NaN : isIdle() ? 1 : 0);
        registry.observedGauge("evenkeel.idle.load_per_processor")
                .unit("1")
                .help("Load average of one minute, per processor of the machine.")
                .register()
                .add(() -> closed ? Double.NaN : lastLoad);
        registry.observedGauge("evenkeel.idle.scheduling_delay")
                .unit("s")
                .help("How late the sampling thread woke up the last time.")
                .register()
                .add(() -> closed ? Double.NaN : lastDelaySeconds);
        Observed depths = registry.observedGauge("evenkeel.idle.queue_depth")
                .unit("{element}")
                .help("Elements that wait in a queue which the idle signal looks at.")
                .labels("queue")
                .register();
        for (Queue queue : queues) {
            depths.add(() -> closed ? Double.NaN : queue.depth.getAsLong(), queue.name);
        }
    }

    /** Stops reading; it is busy from then on. Idempotent. */
    @Override
    public void close() {
        closed = true;
        state = null;
        SamplerSchedule.Task scheduled = task;
        if (scheduled != null) {
            scheduled.close();
        }
    }

    /** Sets when a process counts as idle. Not thread-safe; a setter refuses a bad value at once. */
    public static final class Builder {
        /** Most queues of one signal: each is asked once a second. */
        public static final int MOST_QUEUES = 64;

        private static final Duration LONGEST = Duration.ofHours(1);

        private NanoClock clock = NanoClock.system();
        private Path root = Path.of("/");
        private DoubleSupplier load =
                () -> ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        private int processors;
        private @Nullable LongSupplier delayNanos;
        private double loadLevel = 0.5;
        private Duration delayLevel = Duration.ofMillis(10);
        private Duration quiet = Duration.ofSeconds(10);
        private final List<Queue> queues = new ArrayList<>();

        private Builder() {}

        /**
         * Sets up to which load average per processor a machine is idle; 0.5 without this call.
         *
         * @param level above 0
         */
        public Builder loadPerProcessor(double level) {
            if (!(level > 0)) {
                throw new IllegalArgumentException("Cannot call a load of " + level
                        + " per processor idle: no machine has so little. Pass a level above 0, such as 0.5.");
            }
            this.loadLevel = level;
            return this;
        }

        /**
         * Sets up to which scheduling delay a machine is idle; 10 ms without this call. An undisturbed thread wakes up 0.1 ms
         * late.
         *
         * @param level 1 ms to 1 hour
         */
        public Builder schedulingDelay(Duration level) {
            this.delayLevel = inRange("scheduling delay", level, Duration.ofMillis(1));
            return this;
        }

        /**
         * Sets how long all signals must stay low before it is idle; 10 s without this call.
         *
         * @param time 0 to 1 hour
         */
        public Builder quietTime(Duration time) {
            this.quiet = inRange("quiet time", time, Duration.ZERO);
            return this;
        }

        private static Duration inRange(String what, Duration value, Duration shortest) {
            if (value.compareTo(shortest) < 0 || value.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("Cannot set a " + what + " of " + value + ": it is " + shortest
                        + " to " + LONGEST + ". Pass a value in that range.");
            }
            return value;
        }

        /** Adds a queue that must be empty. */
        public Builder queue(String name, LongSupplier depth) {
            return queue(name, depth, 0);
        }

        /**
         * Adds a queue.
         *
         * @param depth asked once a second on the schedule's thread and at each collect; must be cheap
         * @param level up to which depth it counts as idle, at least 0
         * @throws IllegalArgumentException when the level is negative, the name is taken, or there are 64 queues already
         */
        public Builder queue(String name, LongSupplier depth, long level) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(depth, "depth");
            if (level < 0 || queues.size() >= MOST_QUEUES || queues.stream().anyMatch(q -> q.name.equals(name))) {
                throw new IllegalArgumentException("Cannot watch queue \"" + name + "\" up to " + level
                        + ": a level is at least 0, a name is used once, and a signal has at most " + MOST_QUEUES
                        + " queues. Sum up the depths of those that belong together.");
            }
            queues.add(new Queue(name, depth, level));
            return this;
        }

        /** Sets what the quiet time and the age of a reading are measured with. */
        public Builder nanoClock(NanoClock clock) {
            this.clock = Objects.requireNonNull(clock, "nanoClock");
            return this;
        }

        /** For tests. */
        Builder platform(DoubleSupplier load, int processors, LongSupplier delayNanos) {
            this.load = load;
            this.processors = processors;
            this.delayNanos = delayNanos;
            return this;
        }

        /** For tests: the folder that holds {@code sys}. */
        Builder root(Path root) {
            this.root = root;
            return this;
        }

        /**
         * Starts to read, within a second.
         *
         * @throws IllegalStateException when the registry or the schedule is closed
         */
        public IdleSignal start(MetricRegistry registry, SamplerSchedule schedule) {
            IdleSignal signal = new IdleSignal(this, schedule);
            signal.register(registry);
            signal.task = schedule.every(EVERY, "idle", signal::look);
            return signal;
        }
    }

    int processors() {
        return processors;
    }
}
