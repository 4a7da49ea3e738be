package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.NanoClock;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Path;

/**
 * Retains 8 MiB among garbage, releases them, and takes fifty readings; prints what the live set saw, and what the memory
 * bean and Micrometer said of the same heap. A program of its own, so that the collector can be chosen and nothing else
 * lives in the heap.
 */
final class LiveSetProgram {
    private static final int PIECES = 8192;
    private static final int READINGS = 50;
    private static final long NOTIFICATION_NANOS = 200_000_000L;
    private static final Piece[] HELD = new Piece[PIECES];

    private static Object garbage = "";
    private static WeakReference<Object> weak = new WeakReference<>(null);

    /** One KiB with its array; 8 bytes more where references are not compressed. */
    private static final class Piece {
        final byte[] bytes = new byte[992];
    }

    private LiveSetProgram() {}

    public static void main(String[] args) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        JvmGcMetrics micrometer = new JvmGcMetrics();
        micrometer.bindTo(meters);
        LiveSet live = LiveSet.probe();
        System.out.println("route=" + live.route());
        for (int i = 0; i < 5; i++) {
            live.read(); // class loading and compilation of the reading itself
        }

        long before = live.read().bytes();
        long beanBefore = memoryBean();
        double micrometerBefore = micrometer(meters, -1);
        for (int i = 0; i < PIECES; i++) {
            HELD[i] = new Piece();
            garbage = new byte[2048];
        }
        LiveSet.Reading full = live.read();
        System.out.println("bean=" + (memoryBean() - beanBefore));
        System.out.println("micrometer=" + (long) (micrometer(meters, micrometerBefore) - micrometerBefore));
        micrometer.close(); // it keeps things with each collection, which are not ours to explain
        meters.close();
        System.out.println("retained=" + (full.bytes() - before));
        System.out.println("rows=" + instances(full));
        full = null;

        for (int i = 0; i < PIECES; i++) {
            HELD[i] = null;
            garbage = new byte[2048];
        }
        System.out.println("released=" + (live.read().bytes() - before));

        weak = new WeakReference<>(new byte[4 << 20]);
        System.out.println("weak=" + (live.read().bytes() - before));

        long first = live.read().bytes();
        long last = first;
        long nanos = 0;
        for (int i = 0; i < READINGS; i++) {
            LiveSet.Reading reading = live.read();
            last = reading.bytes();
            nanos += reading.endNanos() - reading.startNanos();
        }
        System.out.println("self=" + (last - first));
        System.out.println("micros-per-reading=" + nanos / READINGS / 1_000);
        try (JvmSweep sweep = new JvmSweep(Path.of("/"), NanoClock.system())) {
            System.out.println("gc-cpu-micros=" + (long) (1e6 * sweep.value(JvmSweep.GC_CPU_SECONDS)));
            System.out.println("after-gc=" + (long) sweep.value(JvmSweep.HEAP_AFTER_GC));
        }
        if (garbage == null || weak == null) {
            throw new AssertionError("kept, so that nothing above is optimised away");
        }
    }

    private static long memoryBean() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Waits a moment for another value than before: the JVM tells of a collection on a thread of its own. */
    private static double micrometer(SimpleMeterRegistry meters, double before) {
        long start = System.nanoTime();
        double value = before;
        while (value == before && System.nanoTime() - start < NOTIFICATION_NANOS) {
            Thread.onSpinWait();
            value = meters.get("jvm.gc.live.data.size").gauge().value();
        }
        return value;
    }

    private static long instances(LiveSet.Reading reading) {
        for (LiveSet.ClassRow row : reading.classes()) {
            if (row.className().equals(Piece.class.getName())) {
                return row.instances();
            }
        }
        return 0;
    }
}
