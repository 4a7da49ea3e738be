package dev.evenkeel.soak;

import dev.evenkeel.drift.EarlyStop;
import dev.evenkeel.drift.Mark;
import dev.evenkeel.soak.load.ArrivalSchedule;
import dev.evenkeel.soak.load.Load;
import dev.evenkeel.soak.load.LoadGenerator;
import dev.evenkeel.soak.load.NoLoad;
import dev.evenkeel.soak.load.Pacer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
     */

    private static final double VERDICTS_EVERY_SECONDS = 15;

    /** Of the time, that a run may spend on saying where it stands: one part in so many. A machine that is slow at it is told less. */
    private static final double MOST_JUDGING = 200;

    /** How often a run is asked whether it may end: twice in the time from one planned look to the next. */
    private static final int ASKED_EARLY = 2 * EarlyStop.LOOKS;

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

    private double nextVerdicts;
    private double nextEarly;

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
        String incarnation = target.incarnation();
        RunClock clock = new RunClock(pacer, stored == null ? 0 : run.endSecond + 1);
        double warmUntil = clock.originSecond() + plan.warmupSeconds();
        double leadSeconds = 0;
        double planSecond = 0;
        if (stored != null) {
            planSecond = Math.max(plan.warmupSeconds(), run.endSecond);
            leadSeconds = plan.warmupSeconds();
            out.add(new RunEntry.Resumed(
                    clock.originSecond(), epochMillis.getAsLong(), warmUntil + plan.totalSeconds() - planSecond));
            out.add(new RunEntry.Noted("The harness stopped after " + Amounts.duration(clock.originSecond() - 1)
                    + " and went on later, with a target started anew: both parts are judged."));
            PartTurns.warmUp(out, clock.originSecond(), warmUntil, "run resumed");
        }
        busy.ifPresent(sentence -> note(out, sentence));
        Load load = loads.open(target, plan.schedule(planSecond, leadSeconds));
        try {
            starting = false;
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            load.begin(clock.begin());
            FaultTurns faults = new FaultTurns(plan.faults(), target, clock::second, entry -> {
                out.add(entry);
                if (entry instanceof RunEntry.Noted noted) {
                    listener.note(noted.sentence());
                }
            });
            faults.begin(clock.originSecond(), plan.warmupSeconds());
            Sampling sampling = new Sampling(
                    plan, target, load, out, clock, footprint, epochMillis, sentence -> note(out, sentence));
            PartTurns parts = new PartTurns(
                    plan, target, out, clock, sampling, faults, epochMillis, new MarkFile(dir), warmUntil, incarnation);
            soak(out, clock, faults, sampling, parts);
        } finally {
            load.end();
        }
    }

    private void note(RunRecorder out, String sentence) {
        out.add(new RunEntry.Noted(sentence));
        listener.note(sentence);
    }

    private void soak(RunRecorder out, RunClock clock, FaultTurns faults, Sampling sampling, PartTurns parts)
            throws IOException, InterruptedException, UnfitException {
        String phase = "";
        SoakPlan.Phase planned = plan.phaseAt(planSecond(clock));
        double ends = run.totalSeconds;
        RunEntry.Ending ending = null;
        for (long turn = 1;
                ending == null && clock.originSecond() + turn <= Math.ceil(ends);
                turn = clock.nextTurn(turn)) {
            if (!clock.awaitTurn(turn, () -> stopRequested)) {
                ending = RunEntry.Ending.STOPPED;
                break;
            }
            String now = parts.steady() ? "steady" : "warm-up";
            if (!now.equals(phase)) {
                phase = now;
                listener.phase(phase);
            }
            SoakPlan.Phase phaseNow = plan.phaseAt(planSecond(clock));
            if (!phaseNow.equals(planned)) {
                if (phaseNow.ratePerSecond() != planned.ratePerSecond()) {
                    out.add(new RunEntry.Marked(Mark.at(clock.second(), Mark.Kind.EVENT, "phase " + phaseNow.name())));
                }
                planned = phaseNow;
            }
            if (parts.restartDue(planSecond(clock))) {
                listener.phase("restarting");
                parts.restart(planSecond(clock));
            }
            ending = parts.ended();
            if (ending == null) {
                parts.readMarks();
                sampling.faultTurn(faults, parts.warmUntil());
                sampling.turn(faults, parts.warmUntil(), parts.incarnation());
                listener.tick(sampling.progress(faults, parts.warmUntil()));
                ending = parts.ended();
            }
            if (ending == null && parts.steady() && !faults.on() && clock.second() >= nextVerdicts) {
                double before = clock.second();
                listener.standings(Judge.soFar(run));
                double every = Math.max(VERDICTS_EVERY_SECONDS, run.totalSeconds / 100);
                nextVerdicts = before + Math.max(every, MOST_JUDGING * (clock.second() - before));
            }
            if (ending == null && parts.steady() && !faults.on()) {
                ending = early(out, clock, faults);
            }
        }
        int exitCode = ending == RunEntry.Ending.EXITED ? target.exitCode().orElse(0) : 0;
        faults.stop(ends);
        boolean alive = ending == null
                || ending == RunEntry.Ending.DECIDED
                || ending == RunEntry.Ending.STOPPED
                || ending == RunEntry.Ending.LOG_FAILED;
        if (alive && run.lastPart().before != null) {
            sampling.takeEvidence(false);
            if (ending == null || ending == RunEntry.Ending.DECIDED) {
                AllocationWindow.take(target, plan, clock.second(), out::add, listener);
            }
        }
        out.add(new RunEntry.Ended(
                Math.min(clock.second(), ends), ending == null ? RunEntry.Ending.COMPLETE : ending, exitCode));
        if (!out.failure().isEmpty()) {
            run.notes.add(out.failure());
            listener.note(out.failure());
        }
    }

    /** The end of a run that is decided, where its plan allows that; null where it goes on. */
    private RunEntry.@Nullable Ending early(RunRecorder out, RunClock clock, FaultTurns faults) {
        if (!plan.earlyStop() || clock.second() < nextEarly || clock.second() < faults.recoveredAt()) {
            return null;
        }
        nextEarly = clock.second() + plan.steadySeconds() / ASKED_EARLY;
        Optional<String> why = EarlyEnd.why(run);
        why.ifPresent(sentence -> note(out, sentence));
        return why.isPresent() ? RunEntry.Ending.DECIDED : null;
    }

    /** Where the plan stands: a run that goes on is at the same place again, later. */
    private double planSecond(RunClock clock) {
        return stored == null ? clock.second() : plan.totalSeconds() - (run.totalSeconds - clock.second());
    }
}
