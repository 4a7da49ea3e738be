package dev.evenkeel.soak;

import dev.evenkeel.drift.Mark;
import dev.evenkeel.soak.load.ArrivalSchedule;
import dev.evenkeel.soak.load.Load;
import dev.evenkeel.soak.load.LoadGenerator;
import dev.evenkeel.soak.load.LoadInterval;
import dev.evenkeel.soak.load.NoLoad;
import dev.evenkeel.soak.load.Pacer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one soak: load, faults, samples, and the verdict at the end.
 *
 * <p>{@link #run} does everything on the calling thread, which becomes the control thread; the load's
 * senders have their own. {@link #requestStop} may be called from any thread. Used once.
 */
public final class SoakEngine {
    /*
     * One control thread, one turn a second: faults, sample if due, live set if due, log, progress. A turn that
     * takes longer than a second (a slow live-set reading) skips turns rather than bunch them, and each
     * reading carries the second at which it was taken, not the one it was meant for.
     *
     * Live-set readings and evidence stop the target for some ten milliseconds. The load is told before
     * and after, and leaves the requests in between out of its latencies. They are not taken while a
     * fault window is open: what is in flight then is the fault's, not the service's.
     *
     * Parts. A restart that was planned or announced begins a new part, with a warm-up of its own that is left out like a fault. So does a run
     * that goes on after its harness was killed; its clock then goes on where it stood, and the hours between are nowhere.
     */

    private static final long SECOND = 1_000_000_000L;
    private static final long STOP_CHECK_NANOS = SECOND / 10;

    /** Turns are whole seconds, give or take some milliseconds: what is due at one must not wait for the next. */
    private static final double TURN_SLACK_SECONDS = 0.1;

    /** Live-set readings take no more than one part in so many of the time, however slow the machine makes them. */
    static final double MOST_PAUSED = 10;

    /** A target of which nothing is heard for so long is dead. Longer than any full collection worth waiting for. */
    static final double DEAD_SECONDS = 30;

    /** A restart comes within this time of its mark, or it is not the one that was meant. */
    static final double ANNOUNCED_SECONDS = 300;

    private static final double VERDICTS_EVERY_SECONDS = 15;

    private final SoakPlan plan;
    private final Target target;
    private final LoadFactory loads;
    private final Path dir;
    private final @Nullable StoredRun stored;
    private final SoakListener listener;
    private final Pacer pacer;
    private final LongSupplier epochMillis;
    private final Footprint footprint;
    private final RunRecord run;
    private volatile boolean stopRequested;
    private volatile boolean starting;
    private volatile Thread controlThread = Thread.currentThread();

    private long originNanos;
    private double originSecond;
    private double warmUntil;
    private double nextSample;
    private double nextLiveSet;
    private double nextVerdicts;
    private double heapLive = Double.NaN;
    private double intervalFrom;
    private boolean disturbed;
    private String events = "";
    private double lastAlive;
    private String incarnation = "";
    private String announced = "";
    private double announcedUntil = Double.NEGATIVE_INFINITY;
    private int restartsDone;
    private double lastRate = Double.NaN;
    private double lastP99 = Double.NaN;
    private Map<String, Double> lastValues = Map.of();
    private LoadInterval lastInterval = new NoLoad().interval();

    /** Makes the load of a run, its connections to the target open. */
    @FunctionalInterface
    interface LoadFactory {
        /**
         * Opens it.
         *
         * @param schedule when its requests are due
         */
        Load open(Target target, ArrivalSchedule schedule) throws IOException;
    }

    /**
     * Prepares a run.
     *
     * @param dir where {@code run.log} and {@code samples.csv} go; must not hold those of another run
     */
    public SoakEngine(SoakPlan plan, Target target, Path dir, SoakListener listener) {
        this(
                plan,
                target,
                SoakEngine::open,
                dir,
                null,
                listener,
                Pacer.system(),
                System::currentTimeMillis,
                footprint(target));
    }

    private SoakEngine(StoredRun stored, Target target, SoakListener listener) {
        this(
                stored.plan(),
                target,
                SoakEngine::open,
                stored.directory(),
                stored,
                listener,
                Pacer.system(),
                System::currentTimeMillis,
                footprint(target));
    }

    /**
     * Prepares to go on with a run that was killed or stopped, in its directory.
     *
     * @throws UnfitException when that run has nothing left to do
     */
    public static SoakEngine resume(StoredRun stored, Target target, SoakListener listener) throws UnfitException {
        if (stored.complete() || stored.secondsLeft() == 0) {
            throw new UnfitException(
                    "The run in " + stored.directory()
                            + " is complete; there is nothing to resume. Judge it again with evenkeel judge, or start another.");
        }
        return new SoakEngine(stored, target, listener);
    }

    private static Footprint footprint(Target target) {
        return target.inThisProcess() ? Footprint.none() : Footprint.ofThisProcess();
    }

    private static Load open(Target target, ArrivalSchedule schedule) throws IOException {
        if (schedule.perSecond() == 0) {
            return new NoLoad();
        }
        LoadGenerator load = new LoadGenerator(
                target::connect, schedule, LoadGenerator.connectionsFor(schedule.perSecond()), Pacer.system());
        load.open();
        return load;
    }

    SoakEngine(
            SoakPlan plan,
            Target target,
            LoadFactory loads,
            Path dir,
            @Nullable StoredRun stored,
            SoakListener listener,
            Pacer pacer,
            LongSupplier epochMillis,
            Footprint footprint) {
        this.plan = plan;
        this.target = target;
        this.loads = loads;
        this.dir = dir;
        this.stored = stored;
        this.listener = listener;
        this.pacer = pacer;
        this.epochMillis = epochMillis;
        this.footprint = footprint;
        this.run = stored == null ? new RunRecord(plan) : stored.record();
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
     * @throws UnfitException when this machine cannot run the target, or the target not the plan
     * @throws IOException when the log cannot be begun
     * @throws InterruptedException when stopped before the first request
     */
    public RunResult run() throws UnfitException, IOException, InterruptedException {
        controlThread = Thread.currentThread();
        starting = true;
        try (target) {
            requireAble();
            listener.phase("starting");
            Map<String, String> facts = new LinkedHashMap<>(Machine.describe());
            Optional<String> busy = Machine.busyNote(); // before our own start makes it busy
            if (stopRequested) {
                throw new InterruptedException();
            }
            target.start();
            facts.putAll(target.environment());
            incarnation = target.incarnation();
            // A run that never began leaves no log of itself.
            try (RunRecorder out = stored == null ? RunRecorder.create(run, dir) : RunRecorder.append(stored)) {
                if (stored == null) {
                    out.add(new RunEntry.Began(plan, epochMillis.getAsLong()));
                    facts.forEach((key, value) -> out.add(new RunEntry.Fact(key, value)));
                    target.limits().forEach((key, value) -> out.add(new RunEntry.Limit(key, value)));
                }
                soak(out, busy);
            }
            listener.phase("judging");
            return Judge.judge(run);
        } finally {
            starting = false;
        }
    }

    private void requireAble() throws UnfitException {
        for (FaultPlan.Fault fault : plan.faults().faults()) {
            if (!plan.faults().every().isZero()
                    && fault.kind() != FaultPlan.Kind.COMMAND
                    && !target.canFault(fault.kind())) {
                throw new UnfitException("This target cannot be given the fault \"" + fault.words()
                        + "\". Leave it out (--fault-every 0), or name commands that set and end one of your own.");
            }
        }
        if (!plan.restarts().isEmpty() && !target.canRestart()) {
            throw new UnfitException(
                    "This target cannot be restarted from here. Leave the restarts out of the plan, restart"
                            + " it yourself, and announce it with evenkeel mark DIR --restart LABEL.");
        }
    }

    private void soak(RunRecorder out, Optional<String> busy) throws IOException, InterruptedException, UnfitException {
        if (stored == null) {
            warmUntil = plan.warmupSeconds();
        } else {
            double planLeft = plan.totalSeconds() - Math.max(plan.warmupSeconds(), run.endSecond);
            originSecond = run.endSecond + 1;
            warmUntil = originSecond + plan.warmupSeconds();
            out.add(new RunEntry.Resumed(originSecond, epochMillis.getAsLong(), warmUntil + planLeft));
            out.add(new RunEntry.Noted("The harness stopped after " + Amounts.duration(originSecond - 1)
                    + " and went on later, with a target started anew: both parts are judged."));
            warmUp(out, originSecond, "run resumed");
        }
        busy.ifPresent(sentence -> note(out, sentence));
        Load load = loads.open(
                target,
                plan.schedule(
                        stored == null ? 0 : Math.max(plan.warmupSeconds(), run.endSecond),
                        stored == null ? 0 : plan.warmupSeconds()));
        try {
            starting = false;
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            soak(load, out);
        } finally {
            load.end();
        }
    }

    /** A part begins whose first seconds say nothing of its steady state. */
    private void warmUp(RunRecorder out, double from, String label) {
        out.add(new RunEntry.Marked(Mark.at(from, Mark.Kind.RESTART, label)));
        if (warmUntil > from) {
            out.add(new RunEntry.Marked(new Mark(from, warmUntil, Mark.Kind.FAULT, "warm-up after " + label)));
        }
    }

    private void note(RunRecorder out, String sentence) {
        out.add(new RunEntry.Noted(sentence));
        listener.note(sentence);
    }

    private double second() {
        return originSecond + (pacer.nanos() - originNanos) / (double) SECOND;
    }

    private void soak(Load load, RunRecorder out) throws IOException, InterruptedException, UnfitException {
        originNanos = pacer.nanos() + SECOND / 5;
        intervalFrom = originSecond;
        lastAlive = originSecond;
        load.begin(originNanos);
        FaultTurns faults = new FaultTurns(plan.faults(), target, this::second, entry -> {
            out.add(entry);
            if (entry instanceof RunEntry.Noted noted) {
                listener.note(noted.sentence());
            }
        });
        faults.begin(originSecond, plan.warmupSeconds());
        MarkFile marks = new MarkFile(dir);
        marks.skipOld();
        nextLiveSet = originSecond + Math.min(2, plan.warmupSeconds());
        footprint.read(0, load.cpuNanos());
        String phase = "";
        SoakPlan.Phase planned = plan.phaseAt(planSecond());
        double ends = run.totalSeconds;
        RunEntry.Ending ending = null;
        int exitCode = 0;
        for (long turn = 1; ending == null && originSecond + turn <= Math.ceil(ends); turn = nextTurn(turn)) {
            if (!waitFor(turn)) {
                ending = RunEntry.Ending.STOPPED;
                break;
            }
            String now = second() >= warmUntil ? "steady" : "warm-up";
            if (!now.equals(phase)) {
                phase = now;
                listener.phase(phase);
            }
            SoakPlan.Phase phaseNow = plan.phaseAt(planSecond());
            if (!phaseNow.equals(planned)) {
                if (phaseNow.ratePerSecond() != planned.ratePerSecond()) {
                    out.add(new RunEntry.Marked(Mark.at(second(), Mark.Kind.EVENT, "phase " + phaseNow.name())));
                }
                planned = phaseNow;
            }
            restart(load, faults, out);
            ending = ended(out, faults);
            if (ending == null) {
                turn(load, faults, marks, out);
                ending = ended(out, faults);
            }
        }
        if (ending == RunEntry.Ending.EXITED) {
            exitCode = target.exitCode().orElse(0);
        }
        faults.stop(ends);
        boolean alive = ending == null || ending == RunEntry.Ending.STOPPED || ending == RunEntry.Ending.LOG_FAILED;
        if (alive && part().before != null) {
            takeEvidence(load, out, false);
            if (ending == null) {
                AllocationWindow.take(target, plan, second(), out::add, listener);
            }
        }
        out.add(new RunEntry.Ended(
                Math.min(second(), ends), ending == null ? RunEntry.Ending.COMPLETE : ending, exitCode));
        if (!out.failure().isEmpty()) {
            run.notes.add(out.failure());
            listener.note(out.failure());
        }
    }

    /** Where the plan stands: a run that goes on is at the same place again, later. */
    private double planSecond() {
        return stored == null ? second() : plan.totalSeconds() - (run.totalSeconds - second());
    }

    private RunRecord.Part part() {
        return run.parts.get(run.parts.size() - 1);
    }

    private long nextTurn(long turn) {
        return Math.max(turn + 1, (long) (second() - originSecond) + 1);
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

    /** Restarts the target when the plan says so. */
    private void restart(Load load, FaultTurns faults, RunRecorder out)
            throws IOException, InterruptedException, UnfitException {
        if (restartsDone >= plan.restarts().size()
                || planSecond()
                        < plan.warmupSeconds()
                                + plan.restarts().get(restartsDone).toNanos() / 1e9) {
            return;
        }
        double skipTo = planSecond();
        while (restartsDone < plan.restarts().size()
                && plan.warmupSeconds() + plan.restarts().get(restartsDone).toNanos() / 1e9 <= skipTo) {
            restartsDone++;
        }
        faults.stop(run.totalSeconds);
        takeEvidence(load, out, false);
        double at = second();
        listener.phase("restarting");
        target.restart();
        incarnation = target.incarnation();
        lastAlive = second();
        newPart(out, faults, at, "planned restart");
    }

    private void newPart(RunRecorder out, FaultTurns faults, double at, String label) {
        out.add(new RunEntry.Resumed(at, epochMillis.getAsLong(), run.totalSeconds));
        warmUntil = Math.min(run.totalSeconds, second() + plan.warmupSeconds());
        warmUp(out, at, label);
        faults.begin(second(), plan.warmupSeconds());
        events = join(events, "restart");
    }

    /** Why the run cannot go on; null while it can. */
    private RunEntry.@Nullable Ending ended(RunRecorder out, FaultTurns faults) {
        if (!out.failure().isEmpty()) {
            return RunEntry.Ending.LOG_FAILED;
        }
        if (target.exitCode().isPresent()) {
            return RunEntry.Ending.EXITED;
        }
        String now = target.incarnation();
        if (!now.equals(incarnation)) {
            if (second() > announcedUntil) {
                return RunEntry.Ending.RESTARTED;
            }
            incarnation = now;
            announcedUntil = Double.NEGATIVE_INFINITY;
            newPart(out, faults, second(), announced);
        }
        double patience = Math.max(DEAD_SECONDS, 3 * plan.sampleSeconds());
        return second() > lastAlive + patience && second() > announcedUntil ? RunEntry.Ending.DEAD : null;
    }

    /** One second's work. */
    private void turn(Load load, FaultTurns faults, MarkFile marks, RunRecorder out) {
        for (MarkFile.Request request : marks.next()) {
            if (request.kind() == Mark.Kind.RESTART) {
                announced = "restart: " + request.label();
                announcedUntil = second() + ANNOUNCED_SECONDS;
            } else {
                out.add(new RunEntry.Marked(Mark.at(second(), request.kind(), request.label())));
            }
        }
        boolean steady = second() >= warmUntil;
        disturbed |= faults.on() || intervalFrom < faults.recoveredAt();
        events = join(events, faults.turn(warmUntil, run.totalSeconds));
        disturbed |= faults.on();
        if (steady && part().before == null) {
            takeEvidence(load, out, true);
        }
        if (second() >= nextSample - TURN_SLACK_SECONDS && !faults.pausing()) {
            nextSample = Math.max(nextSample + plan.sampleSeconds(), second() + plan.sampleSeconds() / 2);
            sample(load, faults, out, steady);
        }
        listener.tick(new SoakListener.Progress(
                second(),
                run.totalSeconds,
                steady ? "steady" : "warm-up",
                lastRate,
                lastP99,
                lastInterval.shed(),
                lastInterval.failed(),
                heapLive,
                lastValues.getOrDefault(ResourceNames.THREADS, Double.NaN),
                lastValues.getOrDefault(ResourceNames.OPEN_FDS, Double.NaN),
                faults.on()));
        if (steady && !faults.on() && second() >= nextVerdicts) {
            nextVerdicts = second() + Math.max(VERDICTS_EVERY_SECONDS, run.totalSeconds / 100);
            listener.verdicts(Judge.soFar(run));
        }
    }

    private void sample(Load load, FaultTurns faults, RunRecorder out, boolean steady) {
        double at = second();
        Map<String, Double> values = new HashMap<>();
        boolean missed = false;
        try {
            values.putAll(target.sample());
            lastAlive = at;
        } catch (IOException e) {
            missed = true;
        }
        values.values().removeIf(value -> !Double.isFinite(value));
        double liveAt = Double.NaN;
        if (second() >= nextLiveSet && !faults.on() && second() >= faults.recoveredAt()) {
            liveAt = readLiveSet(load, out, values);
        }
        double to = second();
        LoadInterval interval = load.interval();
        values.putAll(footprint.read(to - intervalFrom, load.cpuNanos()));
        if (interval.succeeded() + interval.shed() > 0) {
            lastAlive = to;
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

    private static String join(String events, String event) {
        return events.isEmpty() || event.isEmpty() ? events + event : events + " " + event;
    }

    /** When it was read; NaN when it was not. */
    private double readLiveSet(Load load, RunRecorder out, Map<String, Double> values) {
        double at = second();
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
            pauseEnds(load, out, at);
            return at;
        } catch (IOException e) {
            out.add(new RunEntry.LiveSetMissed(at));
            pauseEnds(load, out, at);
            return Double.NaN;
        } finally {
            if (nextLiveSet < Double.MAX_VALUE) {
                double took = second() - at;
                nextLiveSet = at + Math.max(plan.liveSetEverySeconds(), MOST_PAUSED * took) - TURN_SLACK_SECONDS;
            }
        }
    }

    private void takeEvidence(Load load, RunRecorder out, boolean first) {
        double at = second();
        load.pauseBegins();
        try {
            out.add(new RunEntry.Held(at, first, target.evidence()));
        } catch (IOException e) {
            if (first) {
                out.add(new RunEntry.Held(at, true, new Evidence(List.of())));
                note(
                        out,
                        "What the service held at the start of the steady phase could not be read: " + e.getMessage());
            }
        } finally {
            pauseEnds(load, out, at);
        }
    }

    private void pauseEnds(Load load, RunRecorder out, double began) {
        load.pauseEnds();
        out.add(new RunEntry.Paused(began, second()));
    }
}
