package dev.evenkeel.scenario;

import dev.evenkeel.scenario.ScenarioOutcome.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Many threads on one compare-and-set loop: each success of one is a failure of all others. The cure gives each thread its
 * own cell and adds the cells up when somebody reads.
 *
 * <p>Severity is the share of attempts that were thrown away. Runs threads named {@code evenkeel-scenario-N}, as many as the
 * configuration has workers (at most {@value #MOST_THREADS}); they have ended when {@code run} returns.
 */
public final class CasCollapse implements Scenario {
    /*
     * The worst schedule, forced
     *
     * Left alone, the threads of a small machine collide as often as its scheduler lets them, and an oracle on that would
     * measure the machine. In lockstep two barriers force the schedule that a large machine approaches: all read, then all
     * try, then all read again. Every thread of a round compares with the same value, and values only rise, so exactly one
     * of them succeeds. Successes rise by one a round however many threads there are, and attempts by their number: both
     * counts are known beforehand, and the oracle asks for equality. With a cell per thread the same schedule makes all of
     * them succeed in every round.
     */

    /** Threads of one run: enough for any machine's processors, few enough for a test. */
    static final int MOST_THREADS = 256;

    /** Cells of different threads lie this many longs apart, two cache lines: processors fetch lines in pairs. */
    static final int STRIDE = 16;

    private final boolean lockstep;
    private final int workPerAttempt;

    private CasCollapse(boolean lockstep, int workPerAttempt) {
        this.lockstep = lockstep;
        this.workPerAttempt = workPerAttempt;
    }

    /** The schedule is forced, so that the outcome is the same on every machine. */
    public static CasCollapse lockstep() {
        return new CasCollapse(true, 0);
    }

    /**
     * The threads run freely: this one measures the machine, and shows nothing on a machine with one processor.
     *
     * @param workPerAttempt steps of arithmetic between the read and the compare-and-set, some 1 ns each; at least 0
     */
    public static CasCollapse freeRunning(int workPerAttempt) {
        if (workPerAttempt < 0) {
            throw new IllegalArgumentException(
                    "Cannot do " + workPerAttempt + " steps of work per attempt: choose 0 or more.");
        }
        return new CasCollapse(false, workPerAttempt);
    }

    @Override
    public String name() {
        return lockstep ? "cas-collapse" : "cas-collapse-free-running";
    }

    @Override
    public String summary() {
        return "Threads that share one compare-and-set loop waste all attempts but one; a cell per thread wastes none.";
    }

    @Override
    public ScenarioConfig defaultConfig() {
        return new ScenarioConfig(8, lockstep ? 200 : 200_000, 0);
    }

    @Override
    public ScenarioOutcome run(ScenarioConfig config) throws InterruptedException {
        if (config.workers() > MOST_THREADS) {
            throw new IllegalArgumentException("Cannot run \"" + name() + "\" with " + config.workers()
                    + " workers: each is a real thread. Choose at most " + MOST_THREADS + ".");
        }
        Measured shared = measure(config, false);
        Measured striped = measure(config, true);
        boolean proven;
        if (lockstep) {
            proven = shared.successes() == config.operations()
                    && shared.attempts() == config.operations() * config.workers();
        } else {
            proven = shared.successes() == config.operations() && shared.attempts() > shared.successes();
        }
        boolean cured =
                proven && striped.successes() == config.operations() && striped.attempts() == striped.successes();
        return new ScenarioOutcome(
                name(),
                shared,
                striped,
                proven,
                cured,
                String.format(
                        Locale.ROOT,
                        "%d threads: %.2f attempts per success on one cell, %.2f on a cell each",
                        config.workers(),
                        shared.attemptsPerSuccess(),
                        striped.attemptsPerSuccess()));
    }

    private Measured measure(ScenarioConfig config, boolean striped) throws InterruptedException {
        Cells cells = striped ? new StripedCells(config.workers()) : new SharedCell();
        int workers = config.workers();
        CyclicBarrier barrier = new CyclicBarrier(workers);
        AtomicLong attempts = new AtomicLong();
        AtomicInteger rounds = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>(workers);
        for (int i = 0; i < workers; i++) {
            int worker = i;
            Thread thread = new Thread(
                    () -> {
                        try {
                            long tried = lockstep
                                    ? inLockstep(cells, worker, config, barrier, rounds)
                                    : freely(cells, worker, config.operationsPerWorker(), barrier);
                            attempts.addAndGet(tried);
                        } catch (BrokenBarrierException e) {
                            // Another worker failed or was interrupted first, and said why.
                        } catch (Throwable e) {
                            failure.compareAndSet(null, e);
                            barrier.reset();
                        }
                    },
                    "evenkeel-scenario-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        long start = System.nanoTime();
        join(threads);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (failure.get() != null) {
            throw new IllegalStateException(
                    "A worker of \"" + name() + "\" failed, so its counts are incomplete.", failure.get());
        }
        long successes = cells.sum();
        double wasted = 1 - (double) successes / attempts.get();
        return lockstep
                ? new Measured(attempts.get(), successes, wasted, rounds.get(), "{round}")
                : new Measured(attempts.get(), successes, wasted, seconds, "s");
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        threads.forEach(Thread::start);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            for (Thread thread : threads) {
                joinUninterruptibly(thread);
            }
            throw e;
        }
    }

    /** The workers have been told to stop, and a barrier or a bounded loop is all that they do: this wait is short. */
    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the attempts of one worker. Each round is: all have read, all try, all have tried. */
    private static long inLockstep(
            Cells cells, int worker, ScenarioConfig config, CyclicBarrier barrier, AtomicInteger rounds)
            throws InterruptedException, BrokenBarrierException {
        long tried = 0;
        // Between the second barrier of a round and the first of the next nobody writes, so all workers see the same
        // sum
        // and leave in the same round.
        while (cells.sum() < config.operations()) {
            long seen = cells.get(worker);
            barrier.await();
            cells.compareAndSet(worker, seen, seen + 1);
            tried++;
            if (worker == 0) {
                rounds.incrementAndGet();
            }
            barrier.await();
        }
        return tried;
    }

    private long freely(Cells cells, int worker, int operations, CyclicBarrier start)
            throws InterruptedException, BrokenBarrierException {
        start.await();
        long tried = 0;
        long work = worker;
        for (int done = 0; done < operations && !Thread.currentThread().isInterrupted(); done++) {
            long seen;
            do {
                seen = cells.get(worker);
                for (int i = 0; i < workPerAttempt; i++) {
                    work = work * 6364136223846793005L + 1442695040888963407L;
                }
                tried++;
            } while (!cells.compareAndSet(worker, seen, seen + 1));
        }
        if (work == Long.MIN_VALUE) {
            Thread.onSpinWait(); // uses the result: the compiler may not drop the work
        }
        return tried;
    }

    /** What the workers count on: one cell for all, or one for each. */
    private interface Cells {
        long get(int worker);

        boolean compareAndSet(int worker, long expected, long next);

        long sum();
    }

    private static final class SharedCell implements Cells {
        private final AtomicLong cell = new AtomicLong();

        @Override
        public long get(int worker) {
            return cell.get();
        }

        @Override
        public boolean compareAndSet(int worker, long expected, long next) {
            return cell.compareAndSet(expected, next);
        }

        @Override
        public long sum() {
            return cell.get();
        }
    }

    private static final class StripedCells implements Cells {
        private final AtomicLongArray cells;

        StripedCells(int workers) {
            cells = new AtomicLongArray((workers + 1) * STRIDE);
        }

        private static int index(int worker) {
            return (worker + 1) * STRIDE;
        }

        @Override
        public long get(int worker) {
            return cells.get(index(worker));
        }

        @Override
        public boolean compareAndSet(int worker, long expected, long next) {
            return cells.compareAndSet(index(worker), expected, next);
        }

        @Override
        public long sum() {
            long sum = 0;
            for (int i = STRIDE; i < cells.length(); i += STRIDE) {
                sum += cells.get(i);
            }
            return sum;
        }
    }
}
