package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Point;
import dev.evenkeel.metrics.Series;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * What {@link JvmSamplersTest} runs in a JVM of its own: {@code safepoints} collects a hundred times between two marks on
 * the standard output, where the JVM logs its safepoints too; {@code recording} prints the samplers' values beside those of
 * the flight recorder.
 */
final class JvmProgram {
    private static final int WARM_UP = 300;
    private static final int COLLECTS = 100;
    private static final long DEADLINE_NANOS = 20_000_000_000L;
    private static final CollectVisitor NOTHING = new Nothing();

    private static Object garbage = "";

    private static final class Nothing implements CollectVisitor {
        @Override
        public void family(MetricDescriptor family) {}

        @Override
        public void longCounter(Series series, long value) {}

        @Override
        public void doubleCounter(Series series, double value) {}

        @Override
        public void gauge(Series series, double value) {}

        @Override
        public void histogram(Series series, HistogramReading reading) {}
    }

    private JvmProgram() {}

    public static void main(String[] args) throws Exception {
        try (MetricRegistry registry = MetricRegistry.create();
                ResourceSamplers samplers = ResourceSamplers.bindTo(registry)) {
            switch (args[0]) {
                case "safepoints" -> safepoints(registry, samplers);
                case "recording" -> recording(registry);
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
    }

    private static void safepoints(MetricRegistry registry, ResourceSamplers samplers) {
        for (int i = 0; i < WARM_UP; i++) {
            registry.collect(NOTHING);
            samplers.jvm().sampleLockWaits();
        }
        double before = registry.snapshot().value("jvm.safepoint.count");
        System.out.println("collects");
        for (int i = 0; i < COLLECTS; i++) {
            registry.collect(NOTHING);
        }
        System.out.println("lock waits");
        for (int i = 0; i < COLLECTS; i++) {
            samplers.jvm().sampleLockWaits();
        }
        System.out.println("deadlocks");
        double after = registry.snapshot().value("jvm.safepoint.count");
        samplers.jvm().findDeadlocks();
        ManagementFactory.getThreadMXBean().dumpAllThreads(false, false);
        System.out.println("end");

        print("in-collects", after - before);
        print("count", registry.snapshot().value("jvm.safepoint.count"));
        print("nanos", 1e9 * registry.snapshot().value("jvm.safepoint.time"));
        print("sync-nanos", 1e9 * registry.snapshot().value("jvm.safepoint.sync.time"));
    }

    private static void recording(MetricRegistry registry) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        List<ByteBuffer> buffers = new ArrayList<>();
        Path file = Files.createTempFile("samplers", ".jfr");
        try (Recording recording = new Recording()) {
            for (String pause : List.of("GCPhasePause", "GCHeapSummary", "GarbageCollection", "MetaspaceSummary")) {
                recording.enable("jdk." + pause).withoutThreshold();
            }
            for (String event : List.of(
                    "JavaThreadStatistics",
                    "ClassLoadingStatistics",
                    "CodeCacheStatistics",
                    "DirectBufferStatistics")) {
                recording.enable("jdk." + event).with("period", "endChunk"); // that is when we read as well
            }
            recording.start();
            Collected before = Collected.settled(registry, null);

            for (int i = 0; i < 4; i++) {
                Thread thread = new Thread(() -> await(release), "parked-" + i);
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
                buffers.add(ByteBuffer.allocateDirect(1 << 20));
            }
            for (int i = 0; i < 20_000; i++) {
                garbage = new byte[8_000];
            }
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            Collected after = Collected.settled(registry, before);
            print("collections", after.collections - before.collections);
            print("bean-collections", after.beans - before.beans);
            print("pauses", after.pauses - before.pauses);
            print("pause-nanos", after.pauseNanos - before.pauseNanos);
            print("after-gc", registry.snapshot().value("jvm.memory.used_after_last_gc"));
            try (JvmSweep sweep = new JvmSweep(Path.of("/"), NanoClock.system())) {
                PerfData perfData = sweep.perfData();
                print("gc-cpu-nanos", 1e9 * sweep.value(JvmSweep.GC_CPU_SECONDS));
                print("account-gc-cpu-nanos", perfData == null ? -1 : perfData.value("sun.threads.total_gc_cpu_time"));
            }

            print("threads", registry.snapshot().value("jvm.thread.count"));
            print("daemons", daemons(registry));
            print("direct", registry.snapshot().value("jvm.buffer.memory.used", "direct"));
            print("direct-count", registry.snapshot().value("jvm.buffer.count", "direct"));
            print("classes", registry.snapshot().value("jvm.class.count"));
            print("classes-loaded", registry.snapshot().value("jvm.class.loaded"));
            print("code", codeCache(registry));
            print("metaspace", registry.snapshot().value("jvm.memory.used", "non_heap", "Metaspace"));
            recording.stop();
            recording.dump(file);
            printRecorded(RecordingFile.readAllEvents(file), before.at, after.at);
        } finally {
            Files.deleteIfExists(file);
            release.countDown();
        }
        Objects.requireNonNull(garbage);
        for (ByteBuffer buffer : buffers) {
            Objects.requireNonNull(buffer);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** What beans and samplers told of collections, at a moment around which none ended. */
    private record Collected(Instant at, long beans, double collections, double pauses, double pauseNanos) {

        private static final long QUIET_NANOS = 50_000_000;

        /**
         * Waits for such a moment: a collector may work beside the program, and the JVM tells of collections on a thread of its own.
         *
         * @param before since when all that the beans counted must have been told; null at the start
         */
        static Collected settled(MetricRegistry registry, @Nullable Collected before) {
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            while (true) {
                Collected now = read(registry);
                LockSupport.parkNanos(QUIET_NANOS);
                Collected then = read(registry);
                boolean same =
                        then.beans == now.beans && then.collections == now.collections && then.pauses == now.pauses;
                boolean told = before == null || now.collections - before.collections >= now.beans - before.beans;
                if (same && told || System.nanoTime() > deadline) {
                    return now;
                }
            }
        }

        private static Collected read(MetricRegistry registry) {
            long beans = beanCount();
            double collections = histogramCount(registry, "jvm.gc.duration");
            double pauses = histogramCount(registry, "jvm.gc.pause.duration");
            double pauseNanos = histogramSum(registry, "jvm.gc.pause.duration");
            return new Collected(Instant.now(), beans, collections, pauses, pauseNanos);
        }
    }

    private static void printRecorded(List<RecordedEvent> events, Instant begin, Instant read) {
        double pauses = 0;
        double pauseNanos = 0;
        double afterGc = -1;
        for (RecordedEvent event : events) {
            boolean ours =
                    event.getStartTime().isAfter(begin) && event.getEndTime().isBefore(read);
            switch (event.getEventType().getName()) {
                case "jdk.GCPhasePause" -> {
                    if (ours) {
                        pauses++;
                        pauseNanos += event.getDuration().toNanos();
                    }
                }
                case "jdk.GCHeapSummary" -> {
                    if (ours && event.getString("when").equals("After GC")) {
                        afterGc = event.getLong("heapUsed");
                    }
                }
                default -> {
                    // printed below
                }
            }
        }
        print("recorded-pauses", pauses);
        print("recorded-pause-nanos", pauseNanos);
        print("recorded-after-gc", afterGc);
        print("recorded-threads", last(events, "jdk.JavaThreadStatistics", e -> e.getLong("activeCount")));
        print("recorded-daemons", last(events, "jdk.JavaThreadStatistics", e -> e.getLong("daemonCount")));
        print("recorded-direct", last(events, "jdk.DirectBufferStatistics", e -> e.getLong("memoryUsed")));
        print("recorded-direct-count", last(events, "jdk.DirectBufferStatistics", e -> e.getLong("count")));
        print(
                "recorded-classes-loaded",
                last(events, "jdk.ClassLoadingStatistics", e -> e.getLong("loadedClassCount")));
        print(
                "recorded-classes-unloaded",
                last(events, "jdk.ClassLoadingStatistics", e -> e.getLong("unloadedClassCount")));
        print("recorded-metaspace", last(events, "jdk.MetaspaceSummary", e -> e.getLong("metaspace.used")));
        double code = 0;
        for (String kind : List.of(
                "CodeHeap 'non-nmethods'", "CodeHeap 'profiled nmethods'", "CodeHeap 'non-profiled nmethods'")) {
            code += events.stream()
                    .filter(e -> e.getEventType().getName().equals("jdk.CodeCacheStatistics"))
                    .filter(e -> e.getString("codeBlobType").equals(kind))
                    .reduce((a, b) -> b)
                    .map(e -> (double) (e.getLong("reservedTopAddress")
                            - e.getLong("startAddress")
                            - e.getLong("unallocatedCapacity")))
                    .orElse(0.0);
        }
        print("recorded-code", code);
    }

    private static double last(List<RecordedEvent> events, String type, ToDoubleFunction<RecordedEvent> value) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(type))
                .mapToDouble(value)
                .reduce(-1, (a, b) -> b);
    }

    private static long beanCount() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    private static double histogramCount(MetricRegistry registry, String name) {
        return sum(
                registry,
                name,
                point -> point.histogram() == null ? 0 : point.histogram().count());
    }

    private static double histogramSum(MetricRegistry registry, String name) {
        return sum(
                registry,
                name,
                point -> point.histogram() == null ? 0 : point.histogram().sum());
    }

    private static double daemons(MetricRegistry registry) {
        return sum(
                registry,
                "jvm.thread.state.count",
                point -> point.labels().value(1).equals("true") ? point.value() : 0);
    }

    private static double codeCache(MetricRegistry registry) {
        return sum(
                registry, "jvm.memory.used", point -> point.labels().value(1).startsWith("Code") ? point.value() : 0);
    }

    private static double sum(MetricRegistry registry, String name, ToDoubleFunction<Point> value) {
        double sum = 0;
        for (Point point : registry.snapshot().points()) {
            if (point.descriptor().name().equals(name)) {
                sum += value.applyAsDouble(point);
            }
        }
        return sum;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void print(String key, double value) {
        System.out.println(key + "=" + value);
    }
}
