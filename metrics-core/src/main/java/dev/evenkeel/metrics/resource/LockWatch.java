package dev.evenkeel.metrics.resource;

import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Deadlocks, and waits for monitors: what is looked at now and then, and not at each collect. Thread-safe. */
final class LockWatch {
    /*
     * The JVM keeps waits per thread, from the thread's start to its end. To make a sum that never falls, each look adds
     * what each live thread gained since the last one. What a thread gained between the last look and its end is lost;
     * a thread number is never used twice.
     */

    private record Waits(long count, long millis) {}

    private static final Waits NONE = new Waits(0, 0);

    private final ThreadMXBean threads;
    private Map<Long, Waits> seen = new HashMap<>();
    private volatile double deadlocked = Double.NaN;
    private volatile double contended = Double.NaN;
    private volatile double waitSeconds = Double.NaN;
    private long totalCount;
    private long totalMillis;

    LockWatch(ThreadMXBean threads) {
        this.threads = threads;
    }

    void findDeadlocks() {
        long @Nullable [] found = threads.isSynchronizerUsageSupported()
                ? threads.findDeadlockedThreads()
                : threads.findMonitorDeadlockedThreads();
        deadlocked = found == null ? 0 : found.length;
    }

    synchronized void sampleWaits() {
        boolean timed =
                threads.isThreadContentionMonitoringSupported() && threads.isThreadContentionMonitoringEnabled();
        ThreadInfo[] infos = threads.getThreadInfo(threads.getAllThreadIds()); // no stacks, so no safepoint
        Map<Long, Waits> now = new HashMap<>(2 * infos.length);
        for (ThreadInfo info : infos) {
            if (info != null) { // else it has ended meanwhile
                Waits waits = new Waits(info.getBlockedCount(), Math.max(0, info.getBlockedTime()));
                Waits before = seen.getOrDefault(info.getThreadId(), NONE);
                now.put(info.getThreadId(), waits);
                totalCount += Math.max(0, waits.count - before.count);
                totalMillis += Math.max(0, waits.millis - before.millis);
            }
        }
        seen = now;
        contended = totalCount;
        waitSeconds = timed || totalMillis > 0 ? totalMillis / 1e3 : Double.NaN;
    }

    /** Threads that wait for each other for ever; NaN before the first look. */
    double deadlocked() {
        return deadlocked;
    }

    /** How often threads found a monitor taken; NaN before the first look. */
    double contended() {
        return contended;
    }

    /** How long they waited for it; NaN before the first look that was timed. */
    double waitSeconds() {
        return waitSeconds;
    }
}
