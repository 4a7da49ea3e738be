package dev.evenkeel.soak;

import dev.evenkeel.drift.Mark;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Sets and ends the faults of a run when their time comes. One thread. */
final class FaultTurns {
    /*
     * One fault comes in the middle of the warm-up, so that pools have been stretched to the size they
     * take under a fault before the steady phase begins; otherwise the first fault would look like a step.
     */

    /** Turns are whole seconds, give or take some milliseconds: what is due at one must not wait for the next. */
    private static final double TURN_SLACK_SECONDS = 0.1;

    private static final long COMMAND_SECONDS = 30;

    private final FaultPlan plan;
    private final Target target;
    private final DoubleSupplier second;
    private final Consumer<RunEntry> out;
    private FaultPlan.@Nullable Fault on;
    private int next;
    private double began;
    private double recoveredAt = Double.NEGATIVE_INFINITY;
    private double nextAt = Double.MAX_VALUE;

    FaultTurns(FaultPlan plan, Target target, DoubleSupplier second, Consumer<RunEntry> out) {
        this.plan = plan;
        this.target = target;
        this.second = second;
        this.out = out;
    }

    /** A part of the run begins, with its warm-up. */
    void begin(double partBegan, double warmupSeconds) {
        if (!plan.every().isZero()) {
            nextAt = warmupSeconds < 5
                    ? partBegan + warmupSeconds + plan.everySeconds() / 2
                    : partBegan + 0.4 * warmupSeconds;
        }
    }

    boolean on() {
        return on != null;
    }

    /** Whether the target is stopped and would not answer. */
    boolean pausing() {
        return on != null && on.kind() == FaultPlan.Kind.PAUSE;
    }

    /** When what the last fault piled up may be assumed drained. */
    double recoveredAt() {
        return recoveredAt;
    }

    /**
     * Does what is due.
     *
     * @param warmUntil when the warm-up of this part ends
     * @param runEnds when the run is to end
     * @return {@code fault-begin}, {@code fault-end}, or nothing
     */
    String turn(double warmUntil, double runEnds) {
        double now = second.getAsDouble();
        try {
            FaultPlan.Fault fault = on;
            if (fault != null && now >= began + plan.lastSeconds()) {
                off(fault);
                end(now, runEnds);
                return "fault-end";
            }
            boolean room = now + plan.lastSeconds() + plan.recoverySeconds() < runEnds;
            if (fault == null && now >= nextAt - TURN_SLACK_SECONDS && room) {
                FaultPlan.Fault due = plan.faults().get(next++ % plan.faults().size());
                on = due;
                began = now;
                out.accept(new RunEntry.FaultBegan(now, due.words()));
                nextAt = now >= warmUntil ? nextAt + plan.everySeconds() : warmUntil + plan.everySeconds() / 2;
                if (due.kind() == FaultPlan.Kind.COMMAND) {
                    command(due.begin());
                } else {
                    target.fault(due, plan.lasts());
                }
                return "fault-begin";
            }
        } catch (IOException e) {
            out.accept(
                    new RunEntry.Noted("A fault could not be set or ended, and no more are tried: " + e.getMessage()));
            nextAt = Double.MAX_VALUE;
            end(now, runEnds);
        }
        return "";
    }

    /** Ends a fault that is still on; the run is over, or its target is about to be restarted. */
    void stop(double runEnds) {
        FaultPlan.Fault fault = on;
        if (fault != null) {
            try {
                off(fault);
            } catch (IOException e) {
                // the target's parts are stopped next
            }
            end(second.getAsDouble(), runEnds);
        }
    }

    private void off(FaultPlan.Fault fault) throws IOException {
        if (fault.kind() == FaultPlan.Kind.COMMAND) {
            command(fault.end());
        } else {
            target.normal();
        }
    }

    private void end(double now, double runEnds) {
        FaultPlan.Fault fault = on;
        if (fault != null) {
            on = null;
            recoveredAt = now + plan.recoverySeconds();
            out.accept(new RunEntry.Marked(
                    new Mark(began, Math.max(began, Math.min(recoveredAt, runEnds)), Mark.Kind.FAULT, fault.words())));
        }
    }

    private static void command(String line) throws IOException {
        Process process = new ProcessBuilder("/bin/sh", "-c", line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("\"" + line + "\" did not end within " + COMMAND_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException("\"" + line + "\" ended with exit code " + process.exitValue());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while \"" + line + "\" ran", e);
        }
    }
}
