package dev.evenkeel.leak.junit;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.sun.management.OperatingSystemMXBean;
import dev.evenkeel.leak.LeakDetector;
import dev.evenkeel.leak.LeakOptions;
import dev.evenkeel.leak.LeakScope;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What a clean test pays, at 20 MB live, and by how much the suite listener slows 2 000 tests in 20 classes. {@code .ci/leak-suite-cost}
 * runs it.
 */
final class SuiteCostMain {
    private static final int WARM_UP = 20;
    private static final int MEASURED = 60;
    private static final long WORK_NANOS = 5_000_000;

    private SuiteCostMain() {}

    public static void main(String[] args) {
        List<byte[]> live = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            live.add(new byte[1_000]);
        }
        LeakOptions heap = LeakOptions.defaults().withName("clean");
        LeakOptions counted = heap.withHeap(false);
        print("once, without heap", () -> LeakScope.open(counted).close());
        print("once, with heap", () -> LeakScope.open(heap).close());
        print("rounds, without heap", () -> LeakDetector.verify(counted, () -> {}));
        print("rounds, with heap", () -> LeakDetector.verify(heap, () -> {}));
        if (live.size() != 20_000) {
            throw new IllegalStateException("what was live is gone");
        }
        module();
        System.exit(0);
    }

    private static void print(String what, Runnable clean) {
        double[] millis = new double[MEASURED];
        long cpu = 0;
        for (int i = -WARM_UP; i < MEASURED; i++) {
            long start = System.nanoTime();
            long startCpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            clean.run();
            if (i >= 0) {
                cpu += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startCpu;
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "%-24s median %6.2f ms, lowest %6.2f ms, highest %6.2f ms a clean test, %6.2f ms of its thread's processor time%n",
                what,
                millis[MEASURED / 2],
                millis[0],
                millis[MEASURED - 1],
                cpu / 1e6 / MEASURED);
    }

    /** 2 000 tests of 5 ms processor time, with and without the listener: without, with, with, without; processor time of the JVM. */
    private static void module() {
        Map<String, String> on = Map.of(LeakSuite.PARAMETER, "true");
        double plain = cpuSeconds(Map.of());
        double with = cpuSeconds(on) + cpuSeconds(on);
        plain += cpuSeconds(Map.of());
        System.out.printf(
                Locale.ROOT,
                "2000 tests of 5 ms: %.2f s without, %.2f s with the suite listener, %+.1f %%%n",
                plain / 2,
                with / 2,
                (with / plain - 1) * 100);
    }

    private static double cpuSeconds(Map<String, String> parameters) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long start = system.getProcessCpuTime();
        Runs.Result result = Runs.of(
                Stream.of(SuiteCostMain.class.getDeclaredClasses())
                        .filter(Module.class::isAssignableFrom)
                        .<Class<?>>map(c -> c)
                        .filter(c -> c != Module.class)
                        .toList(),
                parameters);
        if (result.succeeded() != 2_000) {
            throw new IllegalStateException(result.toString());
        }
        return (system.getProcessCpuTime() - start) / 1e9;
    }

    /** A hundred tests. */
    @EnabledIfSystemProperty(named = Runs.SWITCH, matches = "true")
    abstract static class Module {
        @RepeatedTest(100)
        void works() {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long end = threads.getCurrentThreadCpuTime() + WORK_NANOS;
            long sum = 0;
            while (threads.getCurrentThreadCpuTime() - end < 0) {
                for (int i = 0; i < 10_000; i++) {
                    sum += Long.rotateLeft(sum ^ i, 7);
                }
            }
            assertNotEquals(0, sum);
        }
    }

    static class M01 extends Module {}

    static class M02 extends Module {}

    static class M03 extends Module {}

    static class M04 extends Module {}

    static class M05 extends Module {}

    static class M06 extends Module {}

    static class M07 extends Module {}

    static class M08 extends Module {}

    static class M09 extends Module {}

    static class M10 extends Module {}

    static class M11 extends Module {}

    static class M12 extends Module {}

    static class M13 extends Module {}

    static class M14 extends Module {}

    static class M15 extends Module {}

    static class M16 extends Module {}

    static class M17 extends Module {}

    static class M18 extends Module {}

    static class M19 extends Module {}

    static class M20 extends Module {}
}
