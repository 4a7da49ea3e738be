package dev.evenkeel.soak;

import dev.evenkeel.drift.Mark;
import dev.evenkeel.soak.load.ArrivalSchedule;
import dev.evenkeel.soak.load.Load;
import dev.evenkeel.soak.load.LoadGenerator;
import dev.evenkeel.soak.load.LoadInterval;
import dev.evenkeel.soak.load.Pacer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * Runs one soak: load, faults, a sample a second, and the verdict at the end.
 *
 * <p>{@link #run} does everything on the calling thread, which becomes the control thread; the load's
 * senders have their own. {@link #requestStop} may be called from any thread. Used once.
 */
public final class SoakEngine {
    /*
     * One control thread, one turn a second: faults, sample, live set if due, row, progress. A turn that
     * takes longer than a second (a slow live-set reading) skips turns rather than bunch them, and each
     * reading carries the second at which it was taken, not the one it was meant for.
     *
     * Live-set readings and evidence stop the target for some ten milliseconds. The load is told before
     * and after, and leaves the requests in between out of its latencies. They are not taken while a
     * fault window is open: what is in flight then is the fault's, not the service's.
     *
     * One fault comes in the middle of the warm-up, so that pools have been stretched to the size they
     * take under a fault before the steady phase begins; otherwise the first fault would look like a step.
     */

    private static final long SECOND = 1_000_000_000L;
    private static final long STOP_CHECK_NANOS = SECOND / 10;

    /** Turns are whole seconds, give or take some milliseconds: what is due at one must not wait for the next. */
    private static final double TURN_SLACK_SECONDS = 0.1;

    /** Live-set readings take no more than one part in so many of the time, however slow the machine makes them. */
    private static final double MOST_PAUSED = 10;

    private final SoakPlan plan;
    private final Target target;
    private final LoadFactory loads;
    private final Path samplesFile;
    private final SoakListener listener;
    private final Pacer pacer;
    private final LongSupplier epochMillis;
    private final RunRecord run;
    private volatile boolean stopRequested;
    private volatile boolean starting;
    private volatile Thread controlThread = Thread.currentThread();

    private long originNanos;
    private boolean faultOn;
    private double faultBegan;
    private double recoveredAt = Double.NEGATIVE_INFINITY;
    private double nextFault;
    private double nextLiveSet;
    private double heapLive = Double.NaN;
    private double intervalFrom;
    private String incarnation = "";

    /** Makes the load of a run, its connections to the target open. */
    @FunctionalInterface
    interface LoadFactory {
        Load open(Target target) throws IOException;
    }

    /**
     * Prepares a run.
     *
     * @param samplesFile where the samples go, see the columns named in its second line; must not exist
     */
    public SoakEngine(SoakPlan plan, Target target, Path samplesFile, SoakListener listener) {
        this(
                plan,
                target,
                t -> {
                    LoadGenerator load = new LoadGenerator(
                            t::connect,
                            ArrivalSchedule.perSecond(plan.ratePerSecond()),
                            LoadGenerator.connectionsFor(plan.ratePerSecond()),
                            Pacer.system());
                    load.open();
                    return load;
                },
                samplesFile,
                listener,
                Pacer.system(),
                System::currentTimeMillis);
    }

    SoakEngine(
            SoakPlan plan,
            Target target,
            LoadFactory loads,
            Path samplesFile,
            SoakListener listener,
            Pacer pacer,
            LongSupplier epochMillis) {
        this.plan = plan;
        this.target = target;
        this.loads = loads;
        this.samplesFile = samplesFile;
        this.listener = listener;
        this.pacer = pacer;
        this.epochMillis = epochMillis;
        this.run = new RunRecord(plan);
    }

    /**
     * Ends the run within about a second; {@link #run} then judges what it has. While the target is still
     * starting, {@code run} is interrupted instead. Any thread; idempotent.
     */
    public void requestStop() {
        stopRequested = true;
        if (starting) {
            controlThread.interrupt();
        }
    }

    /**
     * Starts the target, soaks it, judges it and closes it.
     *
     * @throws UnfitException when this machine cannot run the target
     * @throws IOException when the sample log cannot be written
     * @throws InterruptedException when stopped before the first request
     */
    public RunResult run() throws UnfitException, IOException, InterruptedException {
        controlThread = Thread.currentThread();
        starting = true;
        try (target) {
            listener.phase("starting");
            run.environment.putAll(Machine.describe());
            Optional<String> busy = Machine.busyNote(); // before our own start makes it busy
            if (stopRequested) {
                throw new InterruptedException();
            }
            target.start();
            run.environment.putAll(target.environment());
            run.limits.putAll(target.limits());
            incarnation = target.incarnation();
            busy.ifPresent(this::note);
            try (SampleLog log = SampleLog.create(samplesFile)) { // a run that never began leaves no log of itself
                soak(log);
            }
            listener.phase("judging");
            return Judge.judge(run);
        } finally {
            starting = false;
        }
    }

    private void soak(SampleLog log) throws IOException, InterruptedException {
        Load load = loads.open(target);
        try {
            starting = false;
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            soak(load, log);
        } finally {
            load.end();
        }
    }

    private void note(String sentence) {
        run.notes.add(sentence);
        listener.note(sentence);
    }

    private double second() {
        return (pacer.nanos() - originNanos) / (double) SECOND;
    }

    private void soak(Load load, SampleLog log) throws IOException, InterruptedException {
        originNanos = pacer.nanos() + SECOND / 5;
        run.startedAt = Instant.ofEpochMilli(epochMillis.getAsLong())
                .truncatedTo(ChronoUnit.MILLIS)
                .toString();
        load.begin(originNanos);
        nextFault =
                plan.faultEvery().isZero() || plan.warmupSeconds() < 5 ? Double.MAX_VALUE : 0.4 * plan.warmupSeconds();
        nextLiveSet = Math.min(2, plan.warmupSeconds());
        String phase = "";
        boolean alive = true;
        for (long turn = 1;
                alive && turn <= Math.ceil(plan.totalSeconds());
                turn = Math.max(turn + 1, (long) second() + 1)) {
            if (!waitFor(turn)) {
                run.cutShort = true;
                break;
            }
            boolean steady = second() >= plan.warmupSeconds();
            String now = steady ? "steady" : "warm-up";
            if (!now.equals(phase)) {
                phase = now;
                listener.phase(phase);
            }
            alive = turn(load, log, steady);
        }
        run.endSecond = Math.max(run.endSecond, Math.min(second(), plan.totalSeconds()));
        finish(load);
    }

    /** Waits for a second of the run; false when a stop was asked for. */
    private boolean waitFor(long turn) throws InterruptedException {
        long until = originNanos + turn * SECOND;
        while (!stopRequested) {
            long left = until - pacer.nanos();
            if (left <= 0) {
                return true;
            }
            pacer.sleepUntil(pacer.nanos() + Math.min(left, STOP_CHECK_NANOS));
        }
        return false;
    }

    /** One second's work; false when the target is gone. */
    private boolean turn(Load load, SampleLog log, boolean steady) throws IOException {
        if (gone()) {
            return false;
        }
        boolean disturbedSoFar = faultOn || intervalFrom < recoveredAt;
        String event = faults(steady);
        if (steady && run.before == null) {
            takeEvidence(load, true);
        }
        Map<String, Double> values = sample();
        boolean disturbed = faultOn || second() < recoveredAt;
        if (second() >= nextLiveSet && !disturbed) {
            readLiveSet(load, values);
        }
        double to = second();
        LoadInterval interval = load.interval();
        run.load.add(intervalFrom, to, interval, intervalFrom >= plan.warmupSeconds(), disturbedSoFar || faultOn);
        double p99 = LoadMeter.p99Millis(interval);
        values.put(ResourceNames.LATENCY_P99, p99);
        run.read(WatchedResource.LATENCY_P99, (intervalFrom + to) / 2, p99);
        double rate = interval.completed() / (to - intervalFrom);
        intervalFrom = to;
        run.endSecond = to;
        log.append(new SampleRow(
                to,
                epochMillis.getAsLong(),
                steady ? "steady" : "warmup",
                event,
                incarnation,
                interval.due(),
                interval.completed(),
                interval.succeeded(),
                interval.shed(),
                interval.failed(),
                interval.excluded(),
                values));
        listener.tick(new SoakListener.Progress(
                to,
                plan.totalSeconds(),
                steady ? "steady" : "warm-up",
                rate,
                p99,
                interval.shed(),
                interval.failed(),
                heapLive,
                values.getOrDefault(ResourceNames.THREADS, Double.NaN),
                values.getOrDefault(ResourceNames.OPEN_FDS, Double.NaN),
                faultOn));
        return !gone();
    }

    private boolean gone() {
        OptionalInt code = target.exitCode();
        if (code.isPresent()) {
            run.exitCode = code;
            return true;
        }
        String now = target.incarnation();
        if (!now.equals(incarnation)) {
            run.restarted = true;
            return true;
        }
        return false;
    }

    private String faults(boolean steady) {
        double now = second();
        try {
            if (faultOn && now >= faultBegan + plan.faultSeconds()) {
                target.normal();
                endFault(now);
                return "fault-end";
            }
            boolean room = now + plan.faultSeconds() + plan.recoverySeconds() < plan.totalSeconds();
            if (!faultOn && now >= nextFault - TURN_SLACK_SECONDS && room) {
                faultOn = true;
                faultBegan = now;
                target.slow(SoakPlan.SLOW_MILLIS);
                double every = plan.faultEvery().toNanos() / 1e9;
                nextFault = steady ? nextFault + every : plan.warmupSeconds() + every / 2;
                return "fault-begin";
            }
        } catch (IOException e) {
            note("A slow-upstream fault could not be set or ended: " + e.getMessage());
            nextFault = Double.MAX_VALUE;
            if (faultOn) {
                endFault(now);
            }
        }
        return "";
    }

    private void endFault(double now) {
        faultOn = false;
        recoveredAt = now + plan.recoverySeconds();
        run.marks.add(new Mark(
                faultBegan,
                Math.min(recoveredAt, plan.totalSeconds()),
                Mark.Kind.FAULT,
                "upstream slower by " + SoakPlan.SLOW_MILLIS + " ms"));
    }

    private Map<String, Double> sample() {
        double at = second();
        Map<String, Double> values = new HashMap<>();
        try {
            values.putAll(target.sample());
        } catch (IOException e) {
            run.missedSamples++;
        }
        for (WatchedResource resource : WatchedResource.values()) {
            Double value = values.get(resource.key());
            if (value != null) {
                run.read(resource, at, value);
            }
        }
        return values;
    }

    private void readLiveSet(Load load, Map<String, Double> values) {
        double at = second();
        load.pauseBegins();
        try {
            heapLive = target.liveSetBytes();
            values.put(ResourceNames.HEAP_LIVE, heapLive);
            run.read(WatchedResource.HEAP_LIVE, at, heapLive);
        } catch (IOException e) {
            run.missedSamples++;
        } finally {
            pauseEnds(load, at);
        }
        double took = second() - at;
        nextLiveSet = at + Math.max(plan.liveSetEverySeconds(), MOST_PAUSED * took) - TURN_SLACK_SECONDS;
    }

    private void takeEvidence(Load load, boolean first) {
        double at = second();
        load.pauseBegins();
        try {
            Evidence evidence = target.evidence();
            if (first) {
                run.before = evidence;
                run.beforeSecond = at;
            } else {
                run.after = evidence;
                run.afterSecond = at;
            }
        } catch (IOException e) {
            if (first) {
                run.before = new Evidence(List.of());
                note("What the service held at the start of the steady phase could not be read: " + e.getMessage());
            }
        } finally {
            pauseEnds(load, at);
        }
    }

    private void pauseEnds(Load load, double began) {
        load.pauseEnds();
        run.pauses.add(new Mark(began, second(), Mark.Kind.EVENT, "paused by a live-set reading"));
    }

    /** The last evidence, and the mark of a fault that was still on. */
    private void finish(Load load) {
        if (faultOn) {
            try {
                target.normal();
            } catch (IOException e) {
                // the run is over; its parts are stopped next
            }
            endFault(second());
        }
        if (run.exitCode.isEmpty() && !run.restarted && run.before != null) {
            takeEvidence(load, false);
        }
    }
}
