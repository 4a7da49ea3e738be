package dev.evenkeel.leak.junit;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets tests run beside each other, or one of them alone. Safe from any thread.
 *
 * <p>Works like a read-write lock that prefers the writer, but for three things. A test that waits to be alone runs no code of its own
 * and so keeps no other from being alone. What the calling thread runs already never keeps it waiting: a worker of JUnit's fork-join
 * pool may take up a second test while it waits inside the first. And a test that runs a launcher of its own is not beside the tests
 * of that.
 */
final class TestGate {
    /*
     * Monitors, not java.util.concurrent: on the wait of a Condition a fork-join pool starts another worker, which takes up the next
     * test, waits here as well, and so on. 200 tests made 120 threads (JDK 17), all of them new ones in the eyes of whoever is alone.
     */

    /** The tests of this JVM, as {@link LeakSuite} tells of them. */
    static final TestGate JVM = new TestGate();

    /** How long a test that must be alone waits for the others to end: longer than a single test is let run. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Object monitor = new Object();
    private final Map<String, Thread> running = new HashMap<>();
    private final Set<Thread> waiting = new HashSet<>();
    private final Map<Thread, Integer> hosts = new HashMap<>();
    private @Nullable Thread alone;
    private int depth;

    /** Called as a test starts, on its thread; waits while another one is alone or waits for it. */
    void enter(String testId) {
        synchronized (monitor) {
            awaitTurn();
            running.put(testId, Thread.currentThread());
        }
    }

    /** Waits as {@link #enter} does, for something that is no test. */
    void pass() {
        synchronized (monitor) {
            awaitTurn();
        }
    }

    private void awaitTurn() {
        Thread me = Thread.currentThread();
        boolean interrupted = false;
        while (alone != me && (alone != null || !waiting.isEmpty()) && !running.containsValue(me)) {
            try {
                monitor.wait();
            } catch (InterruptedException e) {
                interrupted = true; // whoever wants the run to end says so to the test, once it has started
            }
        }
        if (interrupted) {
            me.interrupt();
        }
    }

    /** Called as a test ends. */
    void exit(String testId) {
        synchronized (monitor) {
            running.remove(testId);
            monitor.notifyAll();
        }
    }

    /**
     * Waits until no other test runs and keeps the next from starting, until {@link #endAlone}. The thread that is alone may call
     * it again.
     *
     * @return false when others still ran at the end of the patience: then the caller is not alone
     */
    boolean beginAlone(Duration patience) throws InterruptedException {
        Thread me = Thread.currentThread();
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (monitor) {
            if (alone == me) {
                depth++;
                return true;
            }
            waiting.add(me);
            monitor.notifyAll(); // one that waits as well may have waited for this test alone
            try {
                while (alone != null || othersRun(me)) {
                    long millis = (deadline - System.nanoTime()) / 1_000_000;
                    if (millis <= 0) {
                        return false;
                    }
                    monitor.wait(millis);
                }
                alone = me;
                depth = 1;
                return true;
            } finally {
                waiting.remove(me);
                monitor.notifyAll();
            }
        }
    }

    /** Ends what {@link #beginAlone} began. */
    void endAlone() {
        synchronized (monitor) {
            if (alone == Thread.currentThread() && --depth == 0) {
                alone = null;
                monitor.notifyAll();
            }
        }
    }

    /** Called where a run of tests starts, on its thread. */
    void beginRun() {
        synchronized (monitor) {
            hosts.merge(Thread.currentThread(), 1, Integer::sum);
            monitor.notifyAll();
        }
    }

    /** Ends what {@link #beginRun} began. */
    void endRun() {
        synchronized (monitor) {
            hosts.computeIfPresent(Thread.currentThread(), (thread, runs) -> runs == 1 ? null : runs - 1);
        }
    }

    private boolean othersRun(Thread me) {
        for (Thread thread : running.values()) {
            if (thread != me && !waiting.contains(thread) && !hosts.containsKey(thread)) {
                return true;
            }
        }
        return false;
    }
}
