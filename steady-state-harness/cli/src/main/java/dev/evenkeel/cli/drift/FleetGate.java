package dev.evenkeel.cli.drift;

import dev.evenkeel.cli.drift.FleetVerdict.Judged;
import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftAnalysis.Options;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Mark;
import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.UnfitException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges every series of a range query while the store still answers: at most {@value #IN_HAND} series are in memory, and
 * one verdict each.
 *
 * <p>A restart is a change of the restart series that has the same values of the join labels. It splits a series. A part
 * that fails fails the series; otherwise its longest part decides, for a short one can only be undecided. Parts of fewer than
 * {@value #FEWEST} readings are left out, and so is a series without a longer one.
 */
final class FleetGate {
    private static final int FEWEST = 30;
    private static final int IN_HAND = 64;

    private final PrometheusRange store;
    private final long start;
    private final long end;
    private final long step;
    private final Budget budget;
    private final Options options;
    private final List<Mark> marks;

    /**
     * @param start seconds since 1970, and so {@code end}
     * @param marks what happened to all of them, in seconds since {@code start}
     */
    FleetGate(
            PrometheusRange store, long start, long end, long step, Budget budget, Options options, List<Mark> marks) {
        this.store = store;
        this.start = start;
        this.end = end;
        this.step = step;
        this.budget = budget;
        this.options = options;
        this.marks = List.copyOf(marks);
    }

    /**
     * @param restarts query for what changes at a restart; empty to look for none
     * @param by labels that a series and what tells of its restarts share
     * @param progress told how many have been judged, from several threads
     * @throws UnfitException if the store does not answer, or has nothing to judge
     */
    FleetVerdict judge(String query, String restarts, List<String> by, double mostUndecided, IntConsumer progress)
            throws UnfitException, InterruptedException {
        Map<List<String>, double[]> known = restarts.isEmpty() ? Map.of() : restarts(restarts, by);
        ConcurrentLinkedQueue<Judged> judged = new ConcurrentLinkedQueue<>();
        AtomicInteger leftOut = new AtomicInteger();
        AtomicInteger unknown = new AtomicInteger();
        List<Future<?>> tasks = new ArrayList<>();
        int threads = Runtime.getRuntime().availableProcessors();
        Semaphore inHand = new Semaphore(IN_HAND);
        ExecutorService judges = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "evenkeel-fleet-judge");
            thread.setDaemon(true);
            return thread;
        });
        try {
            store.read(query, start, end, step, (labels, seconds, values) -> {
                inHand.acquire();
                tasks.add(judges.submit(() -> {
                    try {
                        double[] own = known.get(key(labels, by));
                        if (own == null) {
                            unknown.incrementAndGet();
                        }
                        Judged one = judge(labels, seconds, values, own == null ? new double[0] : own);
                        if (one == null) {
                            leftOut.incrementAndGet();
                        } else {
                            judged.add(one);
                        }
                        progress.accept(judged.size());
                    } finally {
                        inHand.release();
                    }
                }));
            });
            for (Future<?> task : tasks) {
                task.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a series could not be judged", e.getCause());
        } finally {
            judges.shutdownNow();
        }
        if (tasks.isEmpty()) {
            throw new UnfitException("The query \"" + query + "\" has no series at " + store.where() + " in the last "
                    + (end - start) / 3600.0 + " h. Is the name right? Try it in the store's own page.");
        }
        return FleetVerdict.of(new ArrayList<>(judged), leftOut.get(), unknown.get(), mostUndecided);
    }

    /** Seconds at which each process was first seen after a restart. */
    private Map<List<String>, double[]> restarts(String query, List<String> by)
            throws UnfitException, InterruptedException {
        Map<List<String>, double[]> all = new HashMap<>();
        store.read(query, start, end, step, (labels, seconds, values) -> {
            double[] changes = new double[seconds.length];
            int n = 0;
            for (int i = 1; i < seconds.length; i++) {
                if (values[i] != values[i - 1]) {
                    changes[n++] = seconds[i] - start;
                }
            }
            double[] more = Arrays.copyOf(changes, n);
            all.merge(key(labels, by), more, FleetGate::both);
        });
        return all;
    }

    private static double[] both(double[] a, double[] b) {
        double[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        Arrays.sort(both);
        return both;
    }

    private static List<String> key(Map<String, String> labels, List<String> by) {
        List<String> key = new ArrayList<>(by.size());
        for (String label : by) {
            key.add(labels.getOrDefault(label, ""));
        }
        return key;
    }

    private @Nullable Judged judge(Map<String, String> labels, double[] seconds, double[] values, double[] restarts) {
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] -= start;
        }
        DriftResult deciding = null;
        int longest = 0;
        int from = 0;
        for (int part = 0; part <= restarts.length; part++) {
            int to = from;
            while (to < seconds.length && (part == restarts.length || seconds[to] < restarts[part])) {
                to++;
            }
            if (to - from >= FEWEST) {
                TimeSeries series =
                        TimeSeries.of(Arrays.copyOfRange(seconds, from, to), Arrays.copyOfRange(values, from, to));
                DriftResult result = DriftAnalysis.of(series, budget, marks, options);
                if (deciding == null || decides(result, to - from, deciding, longest)) {
                    deciding = result;
                    longest = to - from;
                }
            }
            from = to;
        }
        return deciding == null ? null : new Judged(labels, deciding, restarts.length);
    }

    private static boolean decides(DriftResult part, int readings, DriftResult other, int otherReadings) {
        boolean fails = part.verdict() == Verdict.FAIL;
        boolean otherFails = other.verdict() == Verdict.FAIL;
        return fails && otherFails
                ? part.pValue() < other.pValue()
                : fails || (!otherFails && readings > otherReadings);
    }
}
