package dev.evenkeel.soak;

import dev.evenkeel.drift.Mark;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Begins the parts of a run, each with a warm-up of its own, and tells when its target cannot go on. One thread. */
final class PartTurns {
    /*
     * A restart that was planned or announced begins a new part, with a warm-up of its own that is left out like a fault. So does a run
     * that goes on after its harness was killed; its clock then goes on where it stood, and the hours between are nowhere.
     */

    /** A target of which nothing is heard for so long is dead. Longer than any full collection worth waiting for. */
    static final double DEAD_SECONDS = 30;

    /** A restart comes within this time of its mark, or it is not the one that was meant. */
    static final double ANNOUNCED_SECONDS = 300;

    private final SoakPlan plan;
    private final Target target;
    private final RunRecorder out;
    private final RunClock clock;
    private final Sampling sampling;
    private final FaultTurns faults;
    private final LongSupplier epochMillis;
    private final MarkFile marks;
    private double warmUntil;
    private String incarnation;
    private String announced = "";
    private double announcedUntil = Double.NEGATIVE_INFINITY;
    private int restartsDone;

    /**
     * The parts of a run whose target has started.
     *
     * @param warmUntil when the warm-up of the first part ends
     * @param incarnation of the target
     * @param marks through which restarts are announced
     */
    PartTurns(
            SoakPlan plan,
            Target target,
            RunRecorder out,
            RunClock clock,
            Sampling sampling,
            FaultTurns faults,
            LongSupplier epochMillis,
            MarkFile marks,
            double warmUntil,
            String incarnation) {
        this.plan = plan;
        this.target = target;
        this.out = out;
        this.clock = clock;
        this.sampling = sampling;
        this.faults = faults;
        this.epochMillis = epochMillis;
        this.marks = marks;
        this.warmUntil = warmUntil;
        this.incarnation = incarnation;
        marks.skipOld();
    }

    /** When the warm-up of this part ends. */
    double warmUntil() {
        return warmUntil;
    }

    boolean steady() {
        return clock.second() >= warmUntil;
    }

    String incarnation() {
        return incarnation;
    }

    /** A part begins whose first seconds say nothing of its steady state. */
    static void warmUp(RunRecorder out, double from, double warmUntil, String label) {
        out.add(new RunEntry.Marked(Mark.at(from, Mark.Kind.RESTART, label)));
        if (warmUntil > from) {
            out.add(new RunEntry.Marked(new Mark(from, warmUntil, Mark.Kind.FAULT, "warm-up after " + label)));
        }
    }

    /** Takes in what other processes have told of. */
    void readMarks() {
        for (MarkFile.Request request : marks.next()) {
            if (request.kind() == Mark.Kind.RESTART) {
                announced = "restart: " + request.label();
                announcedUntil = clock.second() + ANNOUNCED_SECONDS;
            } else {
                out.add(new RunEntry.Marked(Mark.at(clock.second(), request.kind(), request.label())));
            }
        }
    }

    /** Whether the plan says to restart the target now. */
    boolean restartDue(double planSecond) {
        return restartsDone < plan.restarts().size() && planSecond >= restartAt(restartsDone);
    }

    private double restartAt(int number) {
        return plan.warmupSeconds() + plan.restarts().get(number).toNanos() / 1e9;
    }

    /** Restarts the target, as the plan says; of several that are due, once. */
    void restart(double planSecond) throws IOException, InterruptedException, UnfitException {
        while (restartDue(planSecond)) {
            restartsDone++;
        }
        faults.stop(out.run.totalSeconds);
        sampling.takeEvidence(false);
        double at = clock.second();
        target.restart();
        incarnation = target.incarnation();
        sampling.heard();
        begin(at, "planned restart");
    }

    private void begin(double at, String label) {
        out.add(new RunEntry.Resumed(at, epochMillis.getAsLong(), out.run.totalSeconds));
        warmUntil = Math.min(out.run.totalSeconds, clock.second() + plan.warmupSeconds());
        warmUp(out, at, warmUntil, label);
        faults.begin(clock.second(), plan.warmupSeconds());
        sampling.event("restart");
    }

    /** Why the run cannot go on; null while it can. */
    RunEntry.@Nullable Ending ended() {
        if (!out.failure().isEmpty()) {
            return RunEntry.Ending.LOG_FAILED;
        }
        if (target.exitCode().isPresent()) {
            return RunEntry.Ending.EXITED;
        }
        String now = target.incarnation();
        if (!now.equals(incarnation)) {
            if (clock.second() > announcedUntil) {
                return RunEntry.Ending.RESTARTED;
            }
            incarnation = now;
            announcedUntil = Double.NEGATIVE_INFINITY;
            begin(clock.second(), announced);
        }
        double patience = Math.max(DEAD_SECONDS, 3 * plan.sampleSeconds());
        return clock.second() > sampling.lastHeard() + patience && clock.second() > announcedUntil
                ? RunEntry.Ending.DEAD
                : null;
    }
}
