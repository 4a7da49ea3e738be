package dev.evenkeel.soak;

import dev.evenkeel.soak.load.ArrivalSchedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a soak is to run. Immutable.
 *
 * @param warmup load before the steady phase, from 0; no verdict looks at it. As long again after each restart
 * @param phases what follows the warm-up, in order, and is judged as a whole; at least one, at least 10 s together. The
 *     warm-up runs at the rate of the first
 * @param faults what is injected meanwhile
 * @param sampleEvery time from one sample to the next, whole seconds from 1 s to 60 s
 * @param budgets growth allowed by resource name, where the policy of its own is not wanted
 * @param restarts when the target is restarted on purpose, counted from the end of the warm-up, in order
 * @param earlyStop whether the run may end at a planned look at which its verdict is in
 * @param command the command line that repeats this run, for the report
 */
public record SoakPlan(
        Duration warmup,
        List<Phase> phases,
        FaultPlan faults,
        Duration sampleEvery,
        Map<String, BudgetRule> budgets,
        List<Duration> restarts,
        boolean earlyStop,
        String command) {

    /** Shortest judged time that is accepted: less cannot hold the 30 samples a verdict needs three times over. */
    public static final Duration SHORTEST = Duration.ofSeconds(10);

    /** Added delay of a slow upstream where a plan does not say. */
    public static final long SLOW_MILLIS = 250;

    /** Runs from here on are judged by the hour; shorter ones by the operation as well. */
    public static final Duration HOURLY_FROM = Duration.ofHours(1);

    /** Samples of a run whose plan does not say how often: enough for any verdict, and a log of some 10 MB at most. */
    static final int MOST_SAMPLES = 7200;

    private static final Duration SAMPLE_SELDOM = Duration.ofMinutes(1);

    /**
     * A time of steady load.
     *
     * @param name short, for marks and reports
     * @param lasts above 0
     * @param ratePerSecond requests per second; 0 sends none, and only watches
     */
    public record Phase(String name, Duration lasts, double ratePerSecond) {
        /** @throws IllegalArgumentException for a time that is not above 0, or a rate outside 0 to 100 000 */
        public Phase {
            if (lasts.isZero() || lasts.isNegative()) {
                throw new IllegalArgumentException(
                        "Phase \"" + name + "\" lasts no time. Give it a duration above 0, or leave it out.");
            }
            if (!(ratePerSecond == 0 || (ratePerSecond >= 0.001 && ratePerSecond <= 100_000))) {
                throw new IllegalArgumentException("Phase \"" + name + "\" asks for " + ratePerSecond
                        + " requests per second. Choose 0.001 to 100000, or 0 to send none.");
            }
        }
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for a negative time, a judged time under {@link #SHORTEST}, a sampling interval out of
     *     range, or a restart that is not within the run
     */
    public SoakPlan {
        phases = List.copyOf(phases);
        budgets = Collections.unmodifiableMap(new LinkedHashMap<>(budgets));
        restarts = List.copyOf(restarts);
        if (warmup.isNegative()) {
            throw new IllegalArgumentException("A warm-up and the time between faults cannot be negative.");
        }
        Duration judged = sum(phases);
        if (judged.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("A soak of "
                    + judged.toMillis() / 1000.0
                    + " s is too short to judge. Ask for at least "
                    + SHORTEST.toSeconds()
                    + " s; two minutes tell something, an hour tells more.");
        }
        if (sampleEvery.compareTo(Duration.ofSeconds(1)) < 0
                || sampleEvery.compareTo(SAMPLE_SELDOM) > 0
                || sampleEvery.toMillisPart() != 0) {
            throw new IllegalArgumentException("A sample every " + sampleEvery.toMillis() / 1000.0
                    + " s is not supported. Choose whole seconds from 1 s to 60 s.");
        }
        Duration last = Duration.ZERO;
        for (Duration restart : restarts) {
            if (restart.compareTo(last) <= 0 || restart.compareTo(judged) >= 0) {
                throw new IllegalArgumentException(
                        "A restart " + Amounts.duration(restart.toNanos() / 1e9)
                                + " after the warm-up is not within the " + Amounts.duration(judged.toNanos() / 1e9)
                                + " that are judged, or not after the one before. List restarts in order, each inside the run.");
            }
            last = restart;
        }
    }

    /** A plan that runs to its end. */
    public SoakPlan(
            Duration warmup,
            List<Phase> phases,
            FaultPlan faults,
            Duration sampleEvery,
            Map<String, BudgetRule> budgets,
            List<Duration> restarts,
            String command) {
        this(warmup, phases, faults, sampleEvery, budgets, restarts, false, command);
    }

    /**
     * One phase, a slow upstream now and then, default budgets and sampling.
     *
     * @param faultEvery time from the start of one fault to the next; zero for none
     */
    public SoakPlan(Duration warmup, Duration duration, double ratePerSecond, Duration faultEvery, String command) {
        this(
                warmup,
                duration.isZero() || duration.isNegative()
                        ? List.of()
                        : List.of(new Phase("steady", duration, ratePerSecond)),
                FaultPlan.slowEvery(faultEvery),
                defaultSampling(warmup.plus(duration)),
                Map.of(),
                List.of(),
                command);
    }

    /** The same plan, of a run that may end at a planned look at which its verdict is in. */
    public SoakPlan withEarlyStop() {
        return new SoakPlan(warmup, phases, faults, sampleEvery, budgets, restarts, true, command);
    }

    /** A second, and for runs of more than two hours as much longer as keeps the number of samples. */
    public static Duration defaultSampling(Duration run) {
        long seconds = (run.toSeconds() + MOST_SAMPLES - 1) / MOST_SAMPLES;
        return Duration.ofSeconds(Math.max(1, Math.min(SAMPLE_SELDOM.toSeconds(), seconds)));
    }

    private static Duration sum(List<Phase> phases) {
        Duration sum = Duration.ZERO;
        for (Phase phase : phases) {
            sum = sum.plus(phase.lasts());
        }
        return sum;
    }

    /** The judged time, all phases together. */
    public Duration duration() {
        return sum(phases);
    }

    /** Requests per second, on average over the judged time. */
    public double ratePerSecond() {
        double requests = 0;
        for (Phase phase : phases) {
            requests += phase.ratePerSecond() * phase.lasts().toNanos() / 1e9;
        }
        return requests / steadySeconds();
    }

    double highestRate() {
        return phases.stream().mapToDouble(Phase::ratePerSecond).max().orElse(0);
    }

    double warmupSeconds() {
        return warmup.toNanos() / 1e9;
    }

    double steadySeconds() {
        return duration().toNanos() / 1e9;
    }

    double totalSeconds() {
        return warmupSeconds() + steadySeconds();
    }

    double sampleSeconds() {
        return sampleEvery.toSeconds();
    }

    boolean judgedByHour() {
        return duration().compareTo(HOURLY_FROM) >= 0;
    }

    /** Seconds between live-set readings: often enough for a verdict, rarely enough to stay cheap. */
    double liveSetEverySeconds() {
        return Math.max(2, Math.min(10, steadySeconds() / 120));
    }

    /** The phase at a second of the plan; the first before that, the last after it. */
    Phase phaseAt(double second) {
        double end = warmupSeconds();
        for (Phase phase : phases) {
            end += phase.lasts().toNanos() / 1e9;
            if (second < end) {
                return phase;
            }
        }
        return phases.get(phases.size() - 1);
    }

    /**
     * When requests are due.
     *
     * @param fromSecond second of the plan at which the load begins; more than 0 for a run that goes on
     * @param leadSeconds time before that, at the rate that holds there
     */
    ArrivalSchedule schedule(double fromSecond, double leadSeconds) {
        List<ArrivalSchedule.Step> steps = new ArrayList<>();
        double begin = warmupSeconds();
        double lead = leadSeconds + Math.max(0, begin - fromSecond);
        for (Phase phase : phases) {
            double end = begin + phase.lasts().toNanos() / 1e9;
            if (end > fromSecond) {
                steps.add(new ArrivalSchedule.Step(lead + end - Math.max(begin, fromSecond), phase.ratePerSecond()));
                lead = 0;
            }
            begin = end;
        }
        return ArrivalSchedule.steps(steps);
    }
}
