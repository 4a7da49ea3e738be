package dev.evenkeel.metrics;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long a thread that wants to run does not: garbage collections, safepoints, a throttled control group, a machine that
 * stood still. One daemon thread named {@code evenkeel-pause-detector} sleeps for a short time over and over, and what it overslept
 * is the pause.
 *
 * <p>{@code evenkeel.pause.duration}, a timer, holds each pause of at least {@link Builder#shortest}; its count is the number of
 * pauses. {@code evenkeel.pause.wakeups} grows as long as the detector lives: no pauses is something else than no detector. The readings
 * stand beside those of the service and are never added to them: whether a request waited through a pause is not known here. To
 * correct a timer whose caller knows its pace, see {@link Histogram#recordWithExpectedInterval(long, long)}.
 *
 * <p>A pause is read short by up to {@link Builder#every}, for it may have begun anywhere in a sleep; one shorter than that is
 * missed unless it covers the end of a sleep. A wake-up took 30 to 60 us of processor time on a machine of two
 * busy processors (2026-11-21, JDK 17): 0.3 % of one processor at 10 ms, 1.3 % at 1 ms.
 */
public final class PauseDetector implements AutoCloseable {
    private static final Duration DEFAULT_EVERY = Duration.ofMillis(10);

    /** Above what a timer of an operating system oversleeps by itself. */
    private static final Duration DEFAULT_SHORTEST = Duration.ofMillis(10);

    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration MOST = Duration.ofSeconds(10);
    private static final long CLOSE_MILLIS = 1000;

    private final MetricRegistry registry;
    private final NanoClock clock;
    private final long everyNanos;
    private final long shortestNanos;
    private final Timer pauses;
    private final Counter wakeups;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "evenkeel-pause-detector");
    private long sleptAtNanos;

    private PauseDetector(Builder builder) {
        registry = builder.registry;
        clock = registry.core().nanoClock();
        everyNanos = builder.every.toNanos();
        shortestNanos = builder.shortest.toNanos();
        pauses = registry.timer("evenkeel.pause.duration")
                .help("Time that a thread which wanted to run could not.")
                .register();
        wakeups = registry.counter("evenkeel.pause.wakeups")
                .unit("{wakeup}")
                .help("Times the pause detector woke up.")
                .register();
    }

    /** Starts a detector with the defaults of {@link Builder}. */
    public static PauseDetector start(MetricRegistry registry) {
        return builder(registry).start();
    }

    /** Begins a description. The detector takes the time from the registry's {@link NanoClock}. */
    public static Builder builder(MetricRegistry registry) {
        return new Builder(registry);
    }

    private void run() {
        try {
            do {
                sleepBegins();
                if (closed.await(everyNanos, TimeUnit.NANOSECONDS)) {
                    return;
                }
                sleepEnds();
            } while (!registry.core().slabs().closed());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants the thread to end
        }
    }

    void sleepBegins() {
        sleptAtNanos = clock.nanos();
    }

    /** Records what the sleep that ends now lasted too long. */
    void sleepEnds() {
        wakeups.increment();
        long late = clock.nanos() - sleptAtNanos - everyNanos;
        if (late >= shortestNanos) {
            pauses.record(late);
        }
    }

    /** Ends the thread, and waits at most a second for it. Idempotent; what was measured stays. */
    @Override
    public void close() {
        closed.countDown();
        awaitEnd(CLOSE_MILLIS);
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

    /** How closely to look. Not thread-safe. */
    public static final class Builder {
        private final MetricRegistry registry;
        private Duration every = DEFAULT_EVERY;
        private Duration shortest = DEFAULT_SHORTEST;

        private Builder(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /** Sets the length of a sleep, which is how exactly pauses are read: 1 ms to 10 s, 10 ms unless set. */
        public Builder every(Duration sleep) {
            every = check("look for pauses every", sleep);
            return this;
        }

        /** Sets the shortest pause that is recorded: 1 ms to 10 s, 10 ms unless set. */
        public Builder shortest(Duration pause) {
            shortest = check("record pauses from", pause);
            return this;
        }

        private static Duration check(String what, Duration length) {
            if (length.compareTo(LEAST) < 0 || length.compareTo(MOST) > 0) {
                throw new IllegalArgumentException("Cannot " + what + " " + length
                        + ": below 1 ms a sleep is mostly the operating system's own lateness, and a pause of more than 10 s is an"
                        + " outage. Choose 1 ms to 10 s.");
            }
            return length;
        }

        /**
         * Registers the metrics and starts the thread.
         *
         * @throws IllegalStateException when the registry is closed or its memory is spent
         */
        public PauseDetector start() {
            PauseDetector detector = build();
            detector.thread.setDaemon(true);
            detector.thread.start();
            return detector;
        }

        /** For tests, which call the steps of the thread. */
        PauseDetector build() {
            return new PauseDetector(this);
        }
    }
}
