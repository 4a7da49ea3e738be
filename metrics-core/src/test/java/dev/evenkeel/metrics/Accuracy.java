package dev.evenkeel.metrics;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** Plays the same values, at the same virtual times, to whatever keeps a sliding window, and compares readings with sorted arrays. */
final class Accuracy {
    static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999, 1}; // the last one is the maximum
    static final long SECOND = 1_000_000_000L;
    static final long MILLI = 1_000_000L;

    /** What every subject is asked for. */
    static final long WINDOW_NANOS = 60 * SECOND;

    private Accuracy() {}

    /** The clocks of a run. Elapsed time starts near the end of long: only differences may matter. */
    static final class Time {
        static final long ORIGIN = Long.MAX_VALUE - 200 * SECOND;
        static final long EPOCH_MILLIS = 1_700_000_000_000L;

        private long nanos;
        private long stepMillis;

        long nanos() {
            return ORIGIN + nanos;
        }

        long epochMillis() {
            return EPOCH_MILLIS + nanos / MILLI + stepMillis;
        }
    }

    /** Something that keeps a window. */
    interface Subject extends AutoCloseable {
        void record(long nanos);

        /** Called every second. */
        default void tick() {}

        /** Fills in the values at {@link #QUANTILES}, in nanoseconds; NaN for those that it does not know. */
        void read(double[] values);

        /** Returns since when, in nanoseconds of the run's clock, the last reading says that it holds values. */
        default long since(Time time) {
            return time.nanos() - WINDOW_NANOS;
        }

        /** Returns how many values the last reading holds, below 0 where it does not say. */
        default long count() {
            return -1;
        }

        @Override
        default void close() {}
    }

    /** Makes a subject that takes the time from a run. */
    interface Maker {
        Subject make(Time time);
    }

    /** When values come and what they are. */
    enum Scenario {
        LOG_NORMAL("log-normal, median 1 ms") {
            @Override
            long value(Random random, long nanos) {
                return (long) (MILLI * Math.exp(random.nextGaussian()));
            }
        },
        BIMODAL("two modes, 2 ms and 2 s") {
            @Override
            long value(Random random, long nanos) {
                double middle = random.nextInt(20) == 0 ? 2_000 : 2;
                return (long) (middle * MILLI * (1 + 0.1 * random.nextGaussian()));
            }
        },
        HEAVY_TAIL("Pareto, exponent 1.2") {
            @Override
            long value(Random random, long nanos) {
                return (long) (MILLI / Math.pow(1 - random.nextDouble(), 1 / 1.2));
            }
        },
        CONSTANT("constant, 12.345678 ms") {
            @Override
            long value(Random random, long nanos) {
                return 12_345_678;
            }
        },
        UNIFORM("uniform, 0 to 1 s") {
            @Override
            long value(Random random, long nanos) {
                return (long) (SECOND * random.nextDouble());
            }
        },
        SMALL("whole numbers 0 to 50 ns") {
            @Override
            long value(Random random, long nanos) {
                return random.nextInt(51);
            }
        },
        EXTREMES("0 and 78 h beside 1 ms") {
            @Override
            long value(Random random, long nanos) {
                int kind = random.nextInt(300); // 78 h is above every p99, 0 below every p50
                return kind == 0 ? 0 : kind == 1 ? Histogram.highestValue() : MILLI + random.nextInt(1000);
            }
        },
        RISING("doubles every minute") {
            @Override
            long value(Random random, long nanos) {
                return (long) (MILLI * Math.pow(2, nanos / 60e9) * (1 + 0.2 * random.nextDouble()));
            }
        },
        STALL("1 ms, then 3 s at 2 s each") {
            @Override
            long value(Random random, long nanos) {
                return nanos / SECOND % 90 < 3 ? 2 * SECOND + random.nextInt(1000) : MILLI + random.nextInt(1000);
            }
        },
        BURSTS("bursts across slice edges") {
            @Override
            long gap(Random random, long nanos) {
                // 400 values within 40 ms around every fourth edge of a slice of a second, then nothing.
                long inBurst = (nanos + 20 * MILLI) % (4 * SECOND);
                return inBurst < 40 * MILLI ? 100_000 : 4 * SECOND - inBurst;
            }

            @Override
            long value(Random random, long nanos) {
                return MILLI + (nanos / SECOND % 60) * MILLI + random.nextInt(100_000);
            }
        },
        IDLE_HOUR("an idle hour, then 20 values") {
            @Override
            long gap(Random random, long nanos) {
                if (nanos < 200 * SECOND || nanos > 3_800 * SECOND) {
                    return nanos > 3_803 * SECOND ? 600 * SECOND : super.gap(random, nanos) * 15;
                }
                return 3_800 * SECOND - nanos + 1;
            }

            @Override
            long value(Random random, long nanos) {
                return (long) (5 * MILLI * Math.exp(0.5 * random.nextGaussian()));
            }

            @Override
            boolean read(Random random, long second) {
                return second < 200 ? super.read(random, second) : second > 3_801 && second < 3_806;
            }

            @Override
            long seconds() {
                return 3_810;
            }
        },
        CLOCK_BACK("wall clock set back by an hour") {
            @Override
            long value(Random random, long nanos) {
                return (long) (MILLI * Math.pow(2, nanos / 60e9) * Math.exp(0.3 * random.nextGaussian()));
            }

            @Override
            long wallStepMillis(long second) {
                return second < 150 ? 0 : -3_600_000;
            }
        },
        LATE_READER("nobody looks for 10 minutes") {
            @Override
            long value(Random random, long nanos) {
                return (long) (MILLI * (1 + nanos / 60e9) * Math.exp(0.3 * random.nextGaussian()));
            }

            @Override
            boolean ticked(long second) {
                return second < 120 || second > 720;
            }

            @Override
            boolean read(Random random, long second) {
                return ticked(second) && super.read(random, second);
            }

            @Override
            long seconds() {
                return 900;
            }
        };

        final String words;

        Scenario(String words) {
            this.words = words;
        }

        abstract long value(Random random, long nanos);

        /** Returns the time to the next value: 100 a second on average unless said otherwise. */
        long gap(Random random, long nanos) {
            return 1 + (long) (-Math.log(1 - random.nextDouble()) * 10 * MILLI);
        }

        boolean ticked(long second) {
            return true;
        }

        /** Returns whether to read in a second. */
        boolean read(Random random, long second) {
            return second > 5 && random.nextInt(12) == 0;
        }

        long wallStepMillis(long second) {
            return 0;
        }

        long seconds() {
            return 400;
        }
    }

    /** How far readings were from the truth: the worst of each quantile, as a share of the true value. */
    static final class Errors {
        private final Scenario scenario;
        private final double[] worst = new double[QUANTILES.length];
        private int readings;
        private int miscounts;
        private long longestNanos;

        Errors(Scenario scenario) {
            this.scenario = scenario;
        }

        int readings() {
            return readings;
        }

        /** Returns how many readings held another number of values than there were. */
        int miscounts() {
            return miscounts;
        }

        /** Returns the longest interval that a reading said it was of. */
        long longestNanos() {
            return longestNanos;
        }

        double worst(int quantile) {
            return worst[quantile];
        }

        /** Returns the row of a table. */
        String row(String who) {
            StringBuilder row = new StringBuilder("| ")
                    .append(scenario.words)
                    .append(" | ")
                    .append(who)
                    .append(" |");
            for (double error : worst) {
                row.append(' ').append(percent(error)).append(" |");
            }
            return row.toString();
        }

        private static String percent(double error) {
            if (Double.isNaN(error)) {
                return "-";
            }
            return error >= 10
                    ? String.format(Locale.ROOT, "x %.0f", error + 1)
                    : String.format(Locale.ROOT, error < 0.0995 ? "%.2f %%" : "%.0f %%", error * 100);
        }
    }

    /** Plays a scenario. */
    static Errors run(Scenario scenario, Maker maker, long seed) throws Exception {
        Random random = new Random(seed);
        Time time = new Time();
        Errors errors = new Errors(scenario);
        long[] times = new long[1 << 10];
        long[] values = new long[1 << 10];
        int n = 0;
        double[] read = new double[QUANTILES.length];
        try (Subject subject = maker.make(time)) {
            long next = scenario.gap(random, 0);
            for (long second = 1; second <= scenario.seconds(); second++) {
                long readAt = scenario.read(random, second)
                        ? (second - 1) * SECOND + (long) (SECOND * random.nextDouble())
                        : Long.MAX_VALUE;
                for (; next <= second * SECOND; next += scenario.gap(random, next)) {
                    if (next > readAt) {
                        time.nanos = readAt;
                        compare(subject, time, times, values, n, read, errors);
                        readAt = Long.MAX_VALUE;
                    }
                    time.nanos = next;
                    time.stepMillis = scenario.wallStepMillis(second);
                    if (n == times.length) {
                        times = Arrays.copyOf(times, 2 * n);
                        values = Arrays.copyOf(values, 2 * n);
                    }
                    times[n] = time.nanos();
                    values[n] = Math.min(scenario.value(random, next), Histogram.highestValue());
                    subject.record(values[n++]);
                }
                if (readAt != Long.MAX_VALUE) {
                    time.nanos = readAt;
                    compare(subject, time, times, values, n, read, errors);
                }
                time.nanos = second * SECOND;
                time.stepMillis = scenario.wallStepMillis(second);
                if (scenario.ticked(second)) {
                    subject.tick();
                }
            }
        }
        return errors;
    }

    private static void compare(
            Subject subject, Time time, long[] times, long[] values, int n, double[] read, Errors errors) {
        Arrays.fill(read, Double.NaN);
        subject.read(read);
        long length = time.nanos() - subject.since(time);
        int from = n;
        while (from > 0 && time.nanos() - times[from - 1] < length) {
            from--;
        }
        long[] sorted = Arrays.copyOfRange(values, from, n);
        errors.miscounts += subject.count() >= 0 && subject.count() != sorted.length ? 1 : 0;
        errors.longestNanos = Math.max(errors.longestNanos, length);
        if (sorted.length == 0) {
            return; // what an empty window reads as is another question
        }
        Arrays.sort(sorted);
        errors.readings++;
        for (int q = 0; q < QUANTILES.length; q++) {
            long truth = sorted[(int) Math.max(1, Math.ceil(QUANTILES[q] * sorted.length)) - 1];
            double error = truth == 0 ? (read[q] == 0 ? 0 : 1) : Math.abs(read[q] - truth) / truth;
            errors.worst[q] = error > errors.worst[q] || Double.isNaN(error) ? error : errors.worst[q];
        }
    }

    /** Our timer with windows of several lengths, read over a minute. */
    static final class Ours implements Subject {
        private static final SlidingWindow MINUTE = SlidingWindow.of(java.time.Duration.ofMinutes(1), 60);
        private final MetricRegistry registry;
        private final Timer timer;
        private final boolean ownInterval;
        private long since;
        private long count;

        /** @param ownInterval whether readings are compared with the interval that they say, or with the last minute */
        Ours(Time time, int digits, boolean ownInterval) {
            this.registry = MetricRegistry.builder()
                    .nanoClock(time::nanos)
                    .wallClock(time::epochMillis)
                    .build();
            this.timer = registry.timer("t")
                    .digits(digits)
                    .windows(
                            SlidingWindow.of(java.time.Duration.ofSeconds(10), 10),
                            MINUTE,
                            SlidingWindow.of(java.time.Duration.ofMinutes(5), 30))
                    .register();
            this.ownInterval = ownInterval;
        }

        @Override
        public void record(long nanos) {
            timer.record(nanos);
        }

        @Override
        public void tick() {
            registry.tick();
        }

        @Override
        public void read(double[] values) {
            WindowReading reading = timer.read(MINUTE);
            for (int q = 0; q < QUANTILES.length - 1; q++) {
                values[q] = reading.valueAtQuantile(QUANTILES[q]);
            }
            values[QUANTILES.length - 1] = reading.max();
            since = reading.startNanos();
            count = reading.count();
        }

        @Override
        public long count() {
            return count;
        }

        @Override
        public long since(Time time) {
            return ownInterval ? since : Subject.super.since(time);
        }

        @Override
        public void close() {
            registry.close();
        }
    }
}
