package dev.evenkeel.cli.sweep;

import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the runs of a sweep, round by round. One thread; {@link #requestStop} from any. Used once.
 */
final class SweepRun {
    /** Told of each run. */
    interface Listener {
        /** Before a run; {@code done} of {@code all} are behind it. */
        void begins(String what, int done, int all);

        /** After it. */
        void ended(Setting setting, Reading reading);
    }

    private final Workload workload;
    private final Path dir;
    private final Listener listener;
    private volatile boolean stopRequested;

    SweepRun(Workload workload, Path dir, Listener listener) {
        this.workload = workload;
        this.dir = dir;
        this.listener = listener;
    }

    void requestStop() {
        stopRequested = true;
        workload.requestStop();
    }

    boolean stopped() {
        return stopRequested;
    }

    /**
     * Runs once with the JVM's own collector and heap.
     *
     * @throws UnfitException when that does not go well: no other setting would tell anything then
     */
    SweepResult.Pilot pilot() throws UnfitException, IOException, InterruptedException {
        listener.begins("a pilot with the JVM's own settings", 0, 1);
        try (Trial trial = Trial.in(dir, "pilot", null)) {
            Reading reading = workload.run(trial);
            Optional<GcLog> log = trial.jvms().isEmpty() ? Optional.empty() : trial.gcLog(-1);
            if (!reading.ok() || log.isEmpty()) {
                throw new UnfitException("The workload does not run with the JVM's own settings ("
                        + reading.outcome().words() + "). " + reading.detail() + " Its output is in " + trial.output()
                        + ".");
            }
            double natural = log.get().highestCapacityBytes();
            double live = log.get().liveBytes().orElse(Double.NaN);
            if (natural == 0 || Double.isNaN(live)) {
                throw new UnfitException(
                        "The pilot ended before its JVM collected once, so nothing is known of the heap it needs."
                                + " Name heaps with --heaps, or make the workload longer.");
            }
            return new SweepResult.Pilot(live, natural);
        }
    }

    /** Makes all runs, and returns the cells in the order of the plan. */
    Sweep run(SweepPlan plan) throws UnfitException, IOException, InterruptedException {
        Map<Setting, Cell> cells = new LinkedHashMap<>();
        plan.settings().forEach(setting -> cells.put(setting, new Cell(setting)));
        int done = 0;
        int all = plan.settings().size() * plan.repeats();
        int rounds = 0;
        for (int round = 1; round <= plan.repeats() && !stopRequested; round++) {
            rounds = round;
            for (Setting setting : plan.round(round)) {
                Cell cell = cells.get(setting);
                if (stopRequested || cell == null) {
                    break;
                }
                if (!cell.hopeless()) {
                    listener.begins("round " + round + ", " + setting.title(), done, all);
                    Reading reading = run(setting, round);
                    if (reading == null) {
                        break;
                    }
                    cell.add(reading);
                    listener.ended(setting, reading);
                }
                done++;
            }
        }
        return new Sweep(List.copyOf(cells.values()), rounds, done < all);
    }

    /** Null when a stop came in the middle of it. */
    private @Nullable Reading run(Setting setting, int round) throws UnfitException, IOException, InterruptedException {
        try (Trial trial = Trial.in(dir, setting.key() + "-" + round, setting)) {
            Reading reading = workload.run(trial);
            return stopRequested ? null : reading;
        }
    }

    /**
     * What came of all runs.
     *
     * @param rounds that were begun
     */
    record Sweep(List<Cell> cells, int rounds, boolean cutShort) {
        Sweep {
            cells = new ArrayList<>(cells);
        }
    }
}
