package dev.evenkeel.metrics.slo;

import dev.evenkeel.metrics.Timer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * A service level objective: which events count, which of them are good, what share of them should be, over which period.
 * Immutable, except for the counters and timers that it reads.
 *
 * <pre>{@code
 * Slo answered = Slo.availability("checkout", good::sum, requests::sum).target(0.999).build();
 * Slo fast = Slo.latency("checkout-fast", Duration.ofMillis(300), checkout).target(0.99).build();
 * }</pre>
 */
public final class Slo {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,62}");
    private static final Duration SHORTEST_PERIOD = Duration.ofDays(3);
    private static final Duration LONGEST_PERIOD = Duration.ofDays(366);

    private final String name;
    private final String kind;
    private final SloSource source;
    private final long thresholdNanos;
    private final double target;
    private final double budget;
    private final long periodMillis;
    private final long minimumBadEvents;

    private Slo(Builder builder) {
        this.name = builder.name;
        this.kind = builder.kind;
        this.source = builder.source;
        this.thresholdNanos = builder.thresholdNanos;
        this.target = builder.target;
        // 1 - 0.999 in doubles is 0.0010000000000000009
        this.budget = BigDecimal.ONE.subtract(BigDecimal.valueOf(target)).doubleValue();
        this.periodMillis = builder.period.toMillis();
        this.minimumBadEvents = builder.minimumBadEvents;
    }

    /**
     * Starts an objective on the share of good events. Record the event itself <em>first</em>, or register {@code good} as an
     * {@linkplain dev.evenkeel.metrics.InstrumentBuilder#effect effect}: good is read before total, and what is good without
     * having happened is not counted.
     *
     * @param name a letter first, then at most 62 letters, digits and {@code _ . -}; the value of the label {@code slo}
     * @param good the good events since the start of the process, such as {@code counter::sum}; called at each reading
     * @param total all events since the start of the process
     * @throws IllegalArgumentException when the name is none
     */
    public static Builder availability(String name, LongSupplier good, LongSupplier total) {
        return new Builder(
                name,
                "availability",
                SloSource.ofGood(Objects.requireNonNull(good, "good"), Objects.requireNonNull(total, "total")),
                0);
    }

    /**
     * Starts the same objective where the bad events are counted. Record the event itself <em>first</em>.
     *
     * @param name as in {@link #availability}
     * @param bad the bad events since the start of the process
     * @param total all events since the start of the process, bad ones included
     * @throws IllegalArgumentException when the name is none
     */
    public static Builder availabilityByErrors(String name, LongSupplier bad, LongSupplier total) {
        return new Builder(
                name,
                "availability",
                SloSource.ofBad(Objects.requireNonNull(bad, "bad"), Objects.requireNonNull(total, "total")),
                0);
    }

    /**
     * Starts an objective on the share of a timer's values at or below a threshold. The threshold is raised to the high end of the
     * bucket that holds it, at most 1 % with a timer of 2 digits: {@link #thresholdNanos} and the gauge
     * {@code slo.threshold} say where it is. So each value is on the same side in every reading.
     *
     * <p>A reading allocates some kilobytes a timer: it reads all buckets.
     *
     * @param name as in {@link #availability}
     * @param threshold more than 0, at most 78 hours
     * @param timers one or more, of the same digits; their values are taken together
     * @throws IllegalArgumentException when one of these does not hold
     */
    public static Builder latency(String name, Duration threshold, Timer... timers) {
        checkName(name);
        if (threshold.isNegative() || threshold.isZero() || threshold.compareTo(longestThreshold()) > 0) {
            throw new IllegalArgumentException("Cannot make SLO \"" + name + "\" with a threshold of " + threshold
                    + ": a timer tells values apart from 1 ns to 78 hours. Pass what a caller will just put up with, "
                    + "such as Duration.ofMillis(300).");
        }
        if (timers.length == 0) {
            throw new IllegalArgumentException("Cannot make SLO \"" + name
                    + "\" without a timer: there would be no events. Pass the timers whose values it is about.");
        }
        long snapped = snap(threshold.toNanos(), timers[0]);
        for (Timer timer : timers) {
            if (snap(threshold.toNanos(), timer) != snapped) {
                throw new IllegalArgumentException("Cannot make SLO \"" + name + "\" of " + timers[0] + " and " + timer
                        + ": their buckets end at different values, " + snapped + " ns and "
                        + snap(threshold.toNanos(), timer)
                        + " ns, so that one threshold would be two. Register both with the same digits(..).");
            }
        }
        return new Builder(name, "latency", SloSource.ofTimers(snapped, timers.clone()), snapped);
    }

    private static Duration longestThreshold() {
        return Duration.ofNanos(Timer.highestValue());
    }

    private static long snap(long nanos, Timer timer) {
        return timer.read().toHdrHistogram().highestEquivalentValue(nanos);
    }

    private static void checkName(String name) {
        Objects.requireNonNull(name, "name");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("Cannot name an SLO \"" + name
                    + "\": the name is a label value and a word in the state file, a letter first, then at most 62 letters, "
                    + "digits and _ . -. Example: checkout-availability.");
        }
    }

    public String name() {
        return name;
    }

    /** Returns the share of events that should be good, 0.5 to below 1. */
    public double target() {
        return target;
    }

    /** Returns the period that the budget is for. */
    public Duration period() {
        return Duration.ofMillis(periodMillis);
    }

    /** Returns the threshold of a latency objective as it is used, in nanoseconds; 0 for the others. */
    public long thresholdNanos() {
        return thresholdNanos;
    }

    /**
     * Returns the burn rate from which on a level fires; positive infinity when it never does, since even with every event bad
     * the budget burns slower. So it is at 0.9, where an outage burns at 10, for the level of 14.4; the next level sees it.
     */
    public double alertThreshold(SloAlertLevel level) {
        double threshold = level.threshold(periodMillis);
        return threshold > 1 / budget ? Double.POSITIVE_INFINITY : threshold;
    }

    long periodMillis() {
        return periodMillis;
    }

    double budget() {
        return budget;
    }

    long minimumBadEvents() {
        return minimumBadEvents;
    }

    SloSource source() {
        return source;
    }

    /** Returns what must be the same for stored readings to be about this objective. */
    String fingerprint() {
        return kind + " target=" + target + " period=" + Duration.ofMillis(periodMillis) + " threshold="
                + thresholdNanos + "ns";
    }

    @Override
    public String toString() {
        return name + " (" + fingerprint() + ")";
    }

    /** Completes an objective. Not thread-safe; wrong input is refused at once. */
    public static final class Builder {
        private final String name;
        private final String kind;
        private final SloSource source;
        private final long thresholdNanos;
        private double target = Double.NaN;
        private Duration period = Duration.ofDays(30);
        private long minimumBadEvents = 3;

        private Builder(String name, String kind, SloSource source, long thresholdNanos) {
            checkName(name);
            this.name = name;
            this.kind = kind;
            this.source = source;
            this.thresholdNanos = thresholdNanos;
        }

        /**
         * Sets the share of events that should be good. There is no default.
         *
         * @param share 0.5 to 0.999999: below, "good" is a word for something else; above, a month's budget is less than 3 s
         * @throws IllegalArgumentException when it is outside that range
         */
        public Builder target(double share) {
            if (!(share >= 0.5 && share <= 0.999_999)) {
                throw new IllegalArgumentException("Cannot give SLO \"" + name + "\" the target " + share
                        + ": a target is a share from 0.5 to 0.999999, and what it leaves to 1 is the error budget. For "
                        + "99.9 % pass 0.999.");
            }
            this.target = share;
            return this;
        }

        /**
         * Sets the period that the budget is for, 30 days unless set. It slides, and is kept in 360 slices.
         *
         * @param length 3 to 366 days, the longest window of a burn rate at least
         * @throws IllegalArgumentException when it is outside that range
         */
        public Builder period(Duration length) {
            if (length.compareTo(SHORTEST_PERIOD) < 0 || length.compareTo(LONGEST_PERIOD) > 0) {
                throw new IllegalArgumentException("Cannot give SLO \"" + name + "\" a period of " + length
                        + ": burn rates reach back 3 days, and a year is as long as anybody plans. Choose 3 to 366 days; "
                        + "28 and 30 are usual.");
            }
            this.period = length;
            return this;
        }

        /**
         * Sets how many bad events an alert needs in its long window, 3 unless set. With little traffic a single one can be a
         * burn rate of hundreds, and nobody should get up for it. 1 fires by the burn rate alone.
         *
         * @param events at least 1
         * @throws IllegalArgumentException when it is less
         */
        public Builder minimumBadEvents(long events) {
            if (events < 1) {
                throw new IllegalArgumentException("Cannot let SLO \"" + name + "\" alert from " + events
                        + " bad events: without one there is nothing to tell. Pass 1 or more; the default is 3.");
            }
            this.minimumBadEvents = events;
            return this;
        }

        /** @throws IllegalStateException when no target was set */
        public Slo build() {
            if (Double.isNaN(target)) {
                throw new IllegalStateException(
                        "Cannot make SLO \"" + name
                                + "\" without a target: there is no budget to spend. Call target(0.999), or what was promised.");
            }
            return new Slo(this);
        }
    }
}
