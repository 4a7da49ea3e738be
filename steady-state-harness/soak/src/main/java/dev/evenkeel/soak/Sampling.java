package dev.evenkeel.soak;

import dev.evenkeel.soak.load.Load;
import dev.evenkeel.soak.load.LoadInterval;
import dev.evenkeel.soak.load.NoLoad;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Reads the target, its load and the harness when it is time, and writes down what it read. One thread. */
final class Sampling {
    /*
     * Live-set readings and evidence stop the target for some ten milliseconds. The load is told before
     * and after, and leaves the requests in between out of its latencies. They are not taken while a
     * fault window is open: what is in flight then is the fault's, not the service's.
     */

    /** Live-set readings take no more than one part in so many of the time, however slow the machine makes them. */
    static final double MOST_PAUSED = 10;

    private final SoakPlan plan;
    private final Target target;
    private final Load load;
    private final RunRecorder out;
    private final RunClock clock;
    private final Footprint footprint;
    private final LongSupplier epochMillis;
    private final Consumer<String> notes;

    private double nextSample;
    private double nextLiveSet;
    private double heapLive = Double.NaN;
    private double intervalFrom;
    private double lastHeard;
    private boolean disturbed;
    private String events = "";
    private double lastRate = Double.NaN;
    private double lastP99 = Double.NaN;
    private Map<String, Double> lastValues = Map.of();
    private LoadInterval lastInterval = new NoLoad().interval();

    Sampling(
            SoakPlan plan,
            Target target,
            Load load,
            RunRecorder out,
            RunClock clock,
            Footprint footprint,
            LongSupplier epochMillis,
            Consumer<String> notes) {
        this.plan = plan;
        this.target = target;
        this.load = load;
        this.out = out;
        this.clock = clock;
        this.footprint = footprint;
        this.epochMillis = epochMillis;
        this.notes = notes;
        this.intervalFrom = clock.originSecond();
        this.lastHeard = clock.originSecond();
        this.nextLiveSet = clock.originSecond() + Math.min(2, plan.warmupSeconds());
        footprint.read(0, load.cpuNanos());
    }

    /** When the target last gave a reading or answered a request. */
    double lastHeard() {
        return lastHeard;
    }

    /** The target is known to live at this moment. */
    void heard() {
        lastHeard = clock.second();
    }

    /** Something happened that the next row of samples is to show. */
    void event(String event) {
        events = events.isEmpty() || event.isEmpty() ? events + event : events + " " + event;
    }

    /** Sets or ends a fault if it is time, and remembers what it disturbed. */
    void faultTurn(FaultTurns faults, double warmUntil) {
        disturbed |= faults.on() || intervalFrom < faults.recoveredAt();
        event(faults.turn(warmUntil, out.run.totalSeconds));
        disturbed |= faults.on();
    }

    /**
     * Takes a sample if it is time.
     *
     * @param warmUntil when the warm-up of this part ends
     */
    void turn(FaultTurns faults, double warmUntil, String incarnation) {
        boolean steady = clock.second() >= warmUntil;
        if (steady && out.run.lastPart().before == null) {
            takeEvidence(true);
        }
        if (clock.second() >= nextSample - RunClock.TURN_SLACK_SECONDS && !faults.pausing()) {
            nextSample = Math.max(nextSample + plan.sampleSeconds(), clock.second() + plan.sampleSeconds() / 2);
            sample(faults, steady, warmUntil, incarnation);
        }
    }

    private void sample(FaultTurns faults, boolean steady, double warmUntil, String incarnation) {
        double at = clock.second();
        Map<String, Double> values = new HashMap<>();
        boolean missed = false;
        try {
            values.putAll(target.sample());
            lastHeard = at;
        } catch (IOException e) {
            missed = true;
        }
        values.values().removeIf(value -> !Double.isFinite(value));
        double liveAt = Double.NaN;
        if (clock.second() >= nextLiveSet && !faults.on() && clock.second() >= faults.recoveredAt()) {
            liveAt = readLiveSet(values);
        }
        double to = clock.second();
        LoadInterval interval = load.interval();
        values.putAll(footprint.read(to - intervalFrom, load.cpuNanos()));
        if (interval.succeeded() + interval.shed() > 0) {
            lastHeard = to;
        }
        out.add(new RunEntry.Sample(
                intervalFrom,
                at,
                liveAt,
                to,
                epochMillis.getAsLong(),
                steady,
                intervalFrom >= warmUntil,
                disturbed,
                events,
                incarnation,
                missed,
                interval,
                values));
        lastRate = interval.completed() / (to - intervalFrom);
        lastP99 = LoadMeter.p99Millis(interval);
        lastInterval = interval;
        lastValues = values;
        intervalFrom = to;
        disturbed = false;
        events = "";
    }

    /** When it was read; NaN when it was not. */
    private double readLiveSet(Map<String, Double> values) {
        double at = clock.second();
        load.pauseBegins();
        try {
            double bytes = target.liveSetBytes();
            if (Double.isNaN(bytes)) {
                nextLiveSet = Double.MAX_VALUE; // this target cannot tell
                load.pauseEnds();
                return Double.NaN;
            }
            heapLive = bytes;
            values.put(ResourceNames.HEAP_LIVE, heapLive);
            pauseEnds(at);
            return at;
        } catch (IOException e) {
            out.add(new RunEntry.LiveSetMissed(at));
            pauseEnds(at);
            return Double.NaN;
        } finally {
            if (nextLiveSet < Double.MAX_VALUE) {
                double took = clock.second() - at;
                nextLiveSet =
                        at + Math.max(plan.liveSetEverySeconds(), MOST_PAUSED * took) - RunClock.TURN_SLACK_SECONDS;
            }
        }
    }

    /**
     * Writes down what the target holds.
     *
     * @param first whether a part begins, and not ends
     */
    void takeEvidence(boolean first) {
        double at = clock.second();
        load.pauseBegins();
        try {
            out.add(new RunEntry.Held(at, first, target.evidence()));
        } catch (IOException e) {
            if (first) {
                out.add(new RunEntry.Held(at, true, new Evidence(List.of())));
                notes.accept(
                        "What the service held at the start of the steady phase could not be read: " + e.getMessage());
            }
        } finally {
            pauseEnds(at);
        }
    }

    private void pauseEnds(double began) {
        load.pauseEnds();
        out.add(new RunEntry.Paused(began, clock.second()));
    }

    /** Where the run is, by the newest sample. */
    SoakListener.Progress progress(FaultTurns faults, double warmUntil) {
        return new SoakListener.Progress(
                clock.second(),
                out.run.totalSeconds,
                clock.second() >= warmUntil ? "steady" : "warm-up",
                lastRate,
                lastP99,
                lastInterval.shed(),
                lastInterval.failed(),
                heapLive,
                lastValues.getOrDefault(ResourceNames.THREADS, Double.NaN),
                lastValues.getOrDefault(ResourceNames.OPEN_FDS, Double.NaN),
                faults.on());
    }
}
