package dev.evenkeel.cli.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/** What all trials said, and what may be read from it. */
final class Runs {
    private final Grid grid;
    private final List<Run> all;
    private final Map<Cell, List<Run>> byCell = new LinkedHashMap<>();

    Runs(Grid grid, List<Run> all) {
        this.grid = grid;
        this.all = List.copyOf(all);
        for (Run run : all) {
            byCell.computeIfAbsent(run.cell(), cell -> new ArrayList<>()).add(run);
        }
    }

    /**
     * A stripe count that costs least.
     *
     * @param enough the smallest count that cannot be told from it: its range overlaps the best one's
     */
    record BestStripes(ThreadKind kind, int processors, int threads, int stripes, Spread cost, int enough) {}

    Grid grid() {
        return grid;
    }

    List<Run> all() {
        return all;
    }

    List<Cell> cells() {
        return List.copyOf(byCell.keySet());
    }

    /** The repeats of a cell, or an empty list. */
    List<Run> of(Cell cell) {
        return byCell.getOrDefault(cell, List.of());
    }

    /** Over the repeats of a cell, when it was measured. */
    Optional<Spread> spread(Cell cell, ToDoubleFunction<Run> reading) {
        List<Run> runs = of(cell);
        return runs.isEmpty()
                ? Optional.empty()
                : Optional.of(Spread.of(runs.stream().mapToDouble(reading).toArray()));
    }

    Optional<Spread> cost(Cell cell) {
        return spread(cell, Run::cpuNanosPerSuccess);
    }

    /** Where a counter stands in the comparison with the others. */
    Cell usual(CounterKind counter, ThreadKind kind, int processors, int threads) {
        return new Cell(counter, counter.striped() ? grid.usualStripes() : 0, kind, processors, threads);
    }

    /** The number of processors to judge by: the machine's own, or the nearest below that was measured, or the least. */
    int honestProcessors(int machine) {
        return grid.processors().stream()
                .filter(count -> count <= machine)
                .reduce((a, b) -> b)
                .orElse(grid.processors().get(0));
    }

    /** The cheapest stripe count of padded stripes at one number of processors, when at least two were measured. */
    Optional<BestStripes> bestStripes(ThreadKind kind, int processors) {
        int threads = grid.sweepThreads();
        Map<Integer, Spread> costs = new LinkedHashMap<>();
        for (int stripes : grid.stripes()) {
            cost(new Cell(CounterKind.STRIPED_PADDED, stripes, kind, processors, threads))
                    .ifPresent(cost -> costs.put(stripes, cost));
        }
        if (costs.size() < 2) {
            return Optional.empty();
        }
        Map.Entry<Integer, Spread> best = costs.entrySet().stream()
                .min((a, b) ->
                        Double.compare(a.getValue().median(), b.getValue().median()))
                .orElseThrow();
        OptionalInt enough = costs.entrySet().stream()
                .filter(entry -> entry.getValue().overlaps(best.getValue()))
                .mapToInt(Map.Entry::getKey)
                .min();
        return Optional.of(new BestStripes(
                kind, processors, threads, best.getKey(), best.getValue(), enough.orElse(best.getKey())));
    }

    List<BestStripes> bestStripes() {
        List<BestStripes> best = new ArrayList<>();
        for (ThreadKind kind : grid.kinds()) {
            for (int processors : grid.processors()) {
                bestStripes(kind, processors).ifPresent(best::add);
            }
        }
        return best;
    }

    /** Runs of counters that promise exactness and whose sum was not the number of operations. */
    List<Run> inexact() {
        return all.stream()
                .filter(run -> run.cell().counter().exact() && run.lostUpdates() != 0)
                .toList();
    }
}
