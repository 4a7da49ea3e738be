package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.NanoClock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.zip.Deflater;

/**
 * Retains 8 MiB among garbage, releases them, and takes fifty readings; prints what the live set saw, and what the memory
 * bean and Micrometer said of the same heap. A program of its own, so that the collector can be chosen and nothing else
 * lives in the heap.
 */
final class LiveSetProgram {
    private static final int PIECES = 8192;
    private static final int READINGS = 50;
    private static final long NOTIFICATION_NANOS = 2_000_000_000L;
    private static final Piece[] HELD = new Piece[PIECES];

    private static Object garbage = "";
    private static WeakReference<Object> weak = new WeakReference<>(null);

    /** One KiB with its array; 8 bytes more where references are not compressed. */
    private static final class Piece {
        final byte[] bytes = new byte[992];
    }

    private LiveSetProgram() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length > 0) {
            readWhileNativeCodeWorks();
            return;
        }
        long collectionsBefore = collections();
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
        double micrometerBefore = micrometer(meters, collectionsBefore);
        for (int i = 0; i < PIECES; i++) {
            HELD[i] = new Piece();
            garbage = new byte[2048];
        }
        LiveSet.Reading full = live.read();
        System.out.println("bean=" + (memoryBean() - beanBefore));
        System.out.println("micrometer=" + (long) (micrometer(meters, collectionsBefore) - micrometerBefore));
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

    /** Waits until it has been told of all collections: the JVM does that on a thread of its own. */
    private static double micrometer(SimpleMeterRegistry meters, long collectionsBefore) {
        long start = System.nanoTime();
        while (told(meters) < collections() - collectionsBefore && System.nanoTime() - start < NOTIFICATION_NANOS) {
            Thread.onSpinWait();
        }
        return meters.get("jvm.gc.live.data.size").gauge().value();
    }

    private static long told(SimpleMeterRegistry meters) {
        long n = 0;
        for (String name : List.of("jvm.gc.pause", "jvm.gc.concurrent.phase.time")) {
            n += meters.find(name).timers().stream().mapToLong(Timer::count).sum();
        }
        return n;
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    /** Reads while a compressor holds collections off, among garbage that would count as live without one. */
    private static void readWhileNativeCodeWorks() throws InterruptedException {
        LiveSet live = LiveSet.probe();
        byte[] input = new byte[12 << 20];
        new Random(1).nextBytes(input);
        byte[] output = new byte[16 << 20];
        long before = live.read().bytes();
        CountDownLatch working = new CountDownLatch(1);
        Thread compressor = new Thread(() -> {
            Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
            deflater.setInput(input);
            deflater.finish();
            working.countDown();
            deflater.deflate(output); // one call from begin to end, on the arrays in place
            deflater.end();
        });
        compressor.start();
        working.await();
        long most = 0;
        while (live.heldOff() == 0 && compressor.isAlive()) {
            for (int i = 0; i < 20_000; i++) {
                garbage = new byte[992];
            }
            most = Math.max(most, live.read().bytes() - before);
        }
        System.out.println("beside-native=" + most);
        System.out.println("held-off=" + live.heldOff());
        compressor.join();
        if (input[0] == output[0] && garbage == null) {
            throw new AssertionError("kept, so that nothing above is optimised away");
        }
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
