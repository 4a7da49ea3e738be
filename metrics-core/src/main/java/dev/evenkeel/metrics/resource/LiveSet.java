package dev.evenkeel.metrics.resource;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * The heap that is really in use: a collection, then the JVM's class histogram.
 *
 * <p>This is the reading for leak and drift judgements. It counts reachable objects alone, so it sees a growth of
 * kilobytes under megabytes of garbage, on all collectors of HotSpot, and it says which classes grew. It costs a full
 * collection and a walk of the heap inside a safepoint: 14 to 44 ms at 20 MB live and 110 to 470 ms at 400 MB (JDK 17
 * and 25 on 2 cores; on JDK 17 with the serial collector up to four times that, see {@link #read()}). Take it every few
 * seconds in a soak test, not on a scrape, and mark {@link Reading#startNanos()} to {@link Reading#endNanos()} as a pause.
 *
 * <p>Objects that only weak references hold are not counted, if the JVM lets itself be asked for a real collection
 * ({@link #route()}). Softly held ones are counted as long as the JVM's soft-reference policy keeps them, and those that wait
 * for a cleaner or a finalizer until it has run.
 *
 * <p>Safe from any thread; readings queue behind each other.
 */
public final class LiveSet {
    /*
     * What a reading must not do is grow by being taken. The histogram's text and the parse are garbage by the next
     * reading; the table of class names is kept and bounded by the classes that exist (ClassHistogram). A Reading is
     * the caller's to drop.
     *
     * JDK 17 marks dead space that a collector did not bother to compact as arrays of int. Serial compacts fully only
     * on each fourth full collection. So a jump of the "[I" row is not believed before three more readings; the least
     * of them is taken. JDK 19 and later have filler classes of their own, whose rows are dropped.
     *
     * While a thread is in a JNI critical section (a compressor at work on an array is enough) Serial, Parallel and, before
     * JDK 22, G1 skip the collection that the histogram asks for, warn, and count garbage as if it lived. So the bean of
     * full collections must have counted one, or the histogram is asked for again.
     */

    private static final Logger LOG = System.getLogger(LiveSet.class.getName());

    private static final String INT_ARRAY = "[I";

    /** Growth of the int arrays since the last reading that is believed without a second look. */
    private static final long BELIEVED_INT_ARRAY_GROWTH = 64 * 1024;

    /** As many full collections as the serial collector lets pass between two complete compactions. */
    private static final int COLLECTIONS_TO_COMPACT = 4;

    /** Beans that count full collections, of collectors which native code can hold off. */
    private static final List<String> FULL_COLLECTORS =
            List.of("MarkSweepCompact", "PS MarkSweep", "G1 Old Generation");

    private static final long LONGEST_HELD_OFF_NANOS = 10_000_000_000L;
    private static final long FIRST_TRY_AGAIN_NANOS = 2_000_000L;
    private static final long LAST_TRY_AGAIN_NANOS = 64_000_000L;

    private static final String[] NO_ARGUMENTS = {};
    private static final Object[] ONE_EMPTY_ARGUMENT = {NO_ARGUMENTS};
    private static final String[] SIGNATURE = {String[].class.getName()};

    private static @Nullable LiveSet instance;

    /** How a reading makes the JVM clear weak references before it counts. */
    public enum Route {
        /** The histogram by itself collects first. The cheapest: one collection. */
        HISTOGRAM,
        /** {@code System.gc()}, then the histogram. */
        SYSTEM_GC_THEN_HISTOGRAM,
        /** The diagnostic command {@code GC.run}, which also works where {@code System.gc()} is disabled. */
        GC_RUN_THEN_HISTOGRAM,
        /**
         * None of the above cleared a weak reference, as with {@code -XX:+DisableExplicitGC} on Shenandoah: objects that
         * only weak references hold are counted as live.
         */
        NONE_CLEARS_WEAK
    }

    /**
     * One reading.
     *
     * @param bytes the sum of all rows
     * @param startNanos {@link System#nanoTime()} before the collection was requested
     * @param endNanos the same after the histogram was there; between the two the application was paused at least once
     * @param classes one row per class name, most bytes first; immutable
     */
    public record Reading(long bytes, long startNanos, long endNanos, List<ClassRow> classes) {}

    /**
     * What one class holds.
     *
     * @param className as the JVM spells it ({@code [B}, {@code java.util.HashMap$Node}), without module, hidden-class
     *     address and lambda number, so that rows of two readings and of two JVMs join
     * @param bytes shallow size of all instances
     */
    public record ClassRow(String className, long instances, long bytes) {}

    private final MBeanServer server;
    private final ObjectName diagnosticCommand;
    private final ClassHistogram histogram = new ClassHistogram();
    private final boolean fillersAreIntArrays = Runtime.version().feature() < 19;
    private final @Nullable GarbageCollectorMXBean fullCollector = fullCollector();
    private long heldOff;

    private Route route = Route.HISTOGRAM;

    /** Int arrays at the last reading that was checked; 0 before, so that the first reading is. */
    private long knownIntArrayBytes;

    private LiveSet(MBeanServer server, ObjectName diagnosticCommand) {
        this.server = server;
        this.diagnosticCommand = diagnosticCommand;
    }

    /**
     * Returns the live set of this JVM. The first call tries, with up to three collections, which request really clears
     * weak references, and logs a warning when none does.
     *
     * @throws IllegalStateException if this JVM has no class histogram to ask for
     */
    public static LiveSet probe() {
        synchronized (LiveSet.class) {
            LiveSet known = instance;
            if (known == null) {
                known = new LiveSet(ManagementFactory.getPlatformMBeanServer(), diagnosticCommandName());
                known.findRoute();
                instance = known;
            }
            return known;
        }
    }

    private static ObjectName diagnosticCommandName() {
        try {
            return new ObjectName("com.sun.management:type=DiagnosticCommand");
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }

    /** How readings of this JVM ask for their collection. */
    public Route route() {
        return route;
    }

    private synchronized void findRoute() {
        for (Route candidate : Route.values()) {
            route = candidate;
            WeakReference<Object> sentinel = sentinel();
            histogram.parse(countAfterCollection());
            if (sentinel.refersTo(null)) {
                break;
            }
            if (candidate == Route.GC_RUN_THEN_HISTOGRAM) {
                route = Route.NONE_CLEARS_WEAK;
                LOG.log(
                        Level.WARNING,
                        "Live-set readings of this JVM include objects that only weak references hold: no request"
                                + " for a collection clears them. Start it without -XX:+DisableExplicitGC for exact readings.");
                break;
            }
        }
    }

    /** In a method of its own, so that no local variable of an interpreted frame keeps the referent. */
    private static WeakReference<Object> sentinel() {
        return new WeakReference<>(new Object());
    }

    /**
     * Collects, and counts what is left. Pauses the application; see the class comment for how long.
     *
     * <p>On JDK 17 and 18 a growth of the {@code int} arrays by more than 64 KiB since the last reading may be dead space
     * which the collector left. Then up to three more collections follow and the least result counts.
     *
     * <p>Native code that works on an array in place holds a collection off. Then the reading waits for it, ten seconds at most.
     *
     * @throws IllegalStateException if the JVM refuses the diagnostic command, or native code held the collection off for
     *     longer than that
     */
    public synchronized Reading read() {
        long start = System.nanoTime();
        histogram.parse(countAfterCollection());
        long bytes = histogram.totalBytes();
        long end = System.nanoTime();
        if (!fillersAreIntArrays) {
            return new Reading(bytes, start, end, histogram.rows());
        }
        long intArrays = histogram.bytesOf(INT_ARRAY);
        if (intArrays <= knownIntArrayBytes + BELIEVED_INT_ARRAY_GROWTH) {
            knownIntArrayBytes =
                    Math.min(knownIntArrayBytes, intArrays); // not raised unchecked: dead space would creep in
            return new Reading(bytes, start, end, histogram.rows());
        }
        List<ClassRow> least = histogram.rows();
        for (int i = 1; i < COLLECTIONS_TO_COMPACT; i++) {
            histogram.parse(countAfterCollection());
            long again = histogram.totalBytes();
            end = System.nanoTime();
            if (again < bytes) {
                bytes = again;
                intArrays = histogram.bytesOf(INT_ARRAY);
                least = histogram.rows();
            }
        }
        knownIntArrayBytes = intArrays;
        return new Reading(bytes, start, end, least);
    }

    // The request for a collection is the purpose here.
    @SuppressWarnings("SystemGc")
    private String countAfterCollection() {
        switch (route) {
            case SYSTEM_GC_THEN_HISTOGRAM -> System.gc();
            case GC_RUN_THEN_HISTOGRAM -> command("gcRun", new Object[0], new String[0]);
            case HISTOGRAM, NONE_CLEARS_WEAK -> {
                // the histogram alone does what can be done
            }
        }
        GarbageCollectorMXBean full = fullCollector;
        if (route != Route.HISTOGRAM || full == null) {
            return command("gcClassHistogram", ONE_EMPTY_ARGUMENT, SIGNATURE);
        }
        long start = System.nanoTime();
        long tryAgainNanos = FIRST_TRY_AGAIN_NANOS;
        while (true) {
            long before = full.getCollectionCount();
            String text = command("gcClassHistogram", ONE_EMPTY_ARGUMENT, SIGNATURE);
            if (full.getCollectionCount() != before) {
                return text;
            }
            heldOff++;
            if (System.nanoTime() - start > LONGEST_HELD_OFF_NANOS) {
                throw new IllegalStateException(
                        "Cannot read the live set: native code in a JNI critical section has held off"
                                + " the collection for 10 s, and without it garbage counts as live. Read again when less is"
                                + " compressed or copied by native code at once, or run on the Z collector, which nothing holds off.");
            }
            LockSupport.parkNanos(tryAgainNanos);
            tryAgainNanos = Math.min(2 * tryAgainNanos, LAST_TRY_AGAIN_NANOS);
        }
    }

    private static @Nullable GarbageCollectorMXBean fullCollector() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (FULL_COLLECTORS.contains(collector.getName())) {
                return collector;
            }
        }
        return null;
    }

    /** How often a collection was held off, and asked for again. */
    synchronized long heldOff() {
        return heldOff;
    }

    private String command(String name, Object[] arguments, String[] signature) {
        try {
            return String.valueOf(server.invoke(diagnosticCommand, name, arguments, signature));
        } catch (InstanceNotFoundException e) {
            throw new IllegalStateException(
                    "Cannot read the live set: this JVM (" + System.getProperty("java.vm.name")
                            + ") has no DiagnosticCommand MBean to ask for a class histogram. Run on a HotSpot JVM with the module"
                            + " jdk.management, or watch jvm.memory.used_after_last_gc instead.",
                    e);
        } catch (JMException | RuntimeException e) {
            throw new IllegalStateException(
                    "Cannot read the live set: the diagnostic command " + name + " failed (" + e
                            + "). Allow it in the JVM's management policy, or watch jvm.memory.used_after_last_gc instead.",
                    e);
        }
    }
}
