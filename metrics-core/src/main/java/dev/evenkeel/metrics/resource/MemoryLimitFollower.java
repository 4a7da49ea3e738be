package dev.evenkeel.metrics.resource;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the heap below the memory limit of the container, also when the limit is changed while the JVM runs.
 *
 * <p>Where the running collector honours it (ZGC, Shenandoah), {@code SoftMaxHeapSize} is set to what {@link MemoryLimitAdvice}
 * says, but not above {@code -Xmx} nor above what the command line set it to. Elsewhere the flags for the next start are
 * logged and nothing is set; {@code -Xmx} of a running JVM cannot be changed. A change of less than a fiftieth of the heap
 * is left alone.
 *
 * <p>Each finding is logged once, and again when it has changed: INFO for what was found or set, WARNING when the heap may
 * grow past the limit, when the limit has no room for a heap, or when the JVM refused the value. Where no limit is found, that
 * is said and nothing is set.
 *
 * <p>Thread-safe. A run takes about a millisecond, once a minute.
 */
public final class MemoryLimitFollower implements AutoCloseable {
    static final Duration PERIOD = Duration.ofMinutes(1);

    private final Logger log;
    private final Path root;
    private final MemoryLimitHeap heap;
    private final long ceiling;
    private SamplerSchedule.@Nullable Task task;
    private boolean closed;
    private @Nullable MemoryLimitAdvice advice;
    private String finding = "";
    private String excess = "";

    MemoryLimitFollower(Path root, MemoryLimitHeap heap, Logger log) {
        this.log = log;
        this.root = root;
        this.heap = heap;
        ceiling = heap.softMaxByCommandLine() ? Math.min(heap.softMaxBytes(), heap.maxBytes()) : heap.maxBytes();
    }

    /**
     * Reads the limit and sets the heap's soft maximum now, on the calling thread, and then every minute on the schedule's.
     *
     * @return stops following; the soft maximum stays what it is
     * @throws IllegalStateException when the schedule is closed or full
     */
    public static MemoryLimitFollower start(SamplerSchedule schedule) {
        Logger log = System.getLogger(MemoryLimitFollower.class.getName());
        return start(schedule, new MemoryLimitFollower(Path.of("/"), new MemoryLimitHeap(), log));
    }

    static MemoryLimitFollower start(SamplerSchedule schedule, MemoryLimitFollower follower) {
        follower.follow();
        synchronized (follower) {
            follower.task = schedule.every(PERIOD, "memory-limit", follower::follow);
        }
        return follower;
    }

    /** What the last reading advised; empty when it found no limit. */
    public synchronized Optional<MemoryLimitAdvice> advice() {
        return Optional.ofNullable(advice);
    }

    synchronized void follow() {
        if (closed) {
            return; // a run that was due when it was closed
        }
        Optional<MemoryLimit> found = MemoryLimit.read(root);
        String max = MemoryLimit.mebibytes(heap.maxBytes());
        if (found.isEmpty()) {
            advice = null;
            excess = "";
            if (isNews("none")) {
                log.log(
                        Level.INFO,
                        "No memory limit was found, neither of a control group nor in /proc/meminfo: nothing is set, and the"
                                + " heap may grow to " + max + ". Set -Xmx to what this host can spare.");
            }
            return;
        }
        MemoryLimitAdvice now = MemoryLimitAdvice.of(found.get(), heap.nonHeapBytes());
        advice = now;
        if (!now.isPossible()) {
            if (isNews("no room " + now.limit())) {
                log.log(
                        Level.WARNING,
                        "The memory limit of " + now.limit() + " has no room for a heap: the JVM needs "
                                + MemoryLimit.mebibytes(now.nonHeapBytes())
                                + " beside it, so the process is likely to be killed. Nothing is set. Raise the limit, or have"
                                + " fewer threads, classes and direct buffers.");
            }
            return;
        }
        String flags = String.join(" ", now.flags());
        String over = heap.maxBytes() > now.limit().bytes() ? now.limit().toString() : "";
        if (!over.equals(excess) && !over.isEmpty()) {
            log.log(
                    Level.WARNING,
                    "The heap may grow to " + max + ", past the memory limit of " + now.limit()
                            + ": the kernel kills the process before the collector sees a full heap. Start it with "
                            + flags
                            + ".");
        }
        excess = over;
        if (heap.honoursSoftMax()) {
            setSoftMax(now, flags);
            return;
        }
        boolean fits = heap.maxBytes() <= now.heapBytes();
        if (isNews((fits ? "fits " : "too large ") + now.limit())) {
            log.log(
                    Level.INFO,
                    "The memory limit is " + now.limit() + ". The heap of at most " + max
                            + (fits
                                    ? " fits."
                                    : " leaves too little of it beside the heap: start it with " + flags + ".")
                            + " Collector \"" + heap.collector() + "\" has no soft maximum: nothing is set.");
        }
    }

    private void setSoftMax(MemoryLimitAdvice now, String flags) {
        long before = heap.softMaxBytes();
        long target = Math.min(now.heapBytes(), ceiling);
        if (Math.abs(target - before) <= heap.maxBytes() / 50
                && before <= now.limit().bytes()) {
            if (isNews("soft maximum " + before + " for " + now.limit())) {
                log.log(
                        Level.INFO,
                        "The memory limit is " + now.limit() + ". SoftMaxHeapSize stays at "
                                + MemoryLimit.mebibytes(before) + ".");
            }
            return;
        }
        try {
            heap.setSoftMax(target);
        } catch (IllegalArgumentException e) {
            if (isNews("refused " + now.limit())) {
                log.log(
                        Level.WARNING,
                        "The JVM refused to set SoftMaxHeapSize to " + target + " bytes for the memory limit of "
                                + now.limit() + " (" + e.getMessage() + "), so the heap may grow to "
                                + MemoryLimit.mebibytes(heap.maxBytes()) + ". Start it with " + flags + ".");
            }
            return;
        }
        if (isNews("soft maximum " + target + " for " + now.limit())) {
            log.log(
                    Level.INFO,
                    "The memory limit is " + now.limit() + ", and the JVM needs "
                            + MemoryLimit.mebibytes(now.nonHeapBytes())
                            + " beside the heap. SoftMaxHeapSize was set from " + MemoryLimit.mebibytes(before) + " to "
                            + MemoryLimit.mebibytes(target) + ".");
        }
    }

    /** Whether this is another finding than the last. Its key leaves out what moves a little with every run. */
    private boolean isNews(String key) {
        boolean news = !key.equals(finding);
        finding = key;
        return news;
    }

    @Override
    public void close() {
        SamplerSchedule.Task scheduled;
        synchronized (this) {
            scheduled = task;
            task = null;
            closed = true;
        }
        if (scheduled != null) {
            scheduled.close(); // outside: a run that waits for this lock would make it wait
        }
    }
}
