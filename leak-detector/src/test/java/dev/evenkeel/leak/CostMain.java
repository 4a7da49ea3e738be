package dev.evenkeel.leak;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a clean scope costs, without the heap and with 20 MB live, and how long a second look at 100 MB takes. For {@code
 * .ci/leak-cost}; prints the rows of a table, medians, the 90th percentile and
 * the mean processor time of the calling thread in milliseconds.
 */
final class CostMain {
    private record Order(long id, String name) {}

    private static final Map<Long, Order> LEAK = new HashMap<>();

    private CostMain() {}

    public static void main(String[] args) {
        LeakOptions light = LeakOptions.defaults().withName("scope").withHeap(false);
        print("clean scope, no heap", 100, () -> LeakScope.open(light).close());
        List<Object> live = fill(20);
        print("clean scope, heap of 20 MB live", 30, () -> LeakScope.open(light.withHeap(true))
                .close());
        print(
                "clean run of verify, no heap, the action empty",
                10,
                () -> LeakDetector.verify(light.withLinger(Duration.ofMillis(50)), () -> {}));
        live.addAll(fill(80));
        for (long i = 0; i < 10_000; i++) {
            LEAK.put(i, new Order(i, "n" + i));
        }
        LeakFinding finding = new LeakFinding(
                Resource.HEAP,
                LeakFinding.Kind.GROWTH,
                true,
                Blame.ALONE,
                Order.class.getName(),
                1,
                1,
                1,
                10_000,
                10_000,
                0,
                List.of(new LeakFinding.Evidence(Order.class.getName(), 10_000, "", List.of())),
                List.of(),
                List.of());
        print("second look at 100 MB live", 5, () -> {
            List<String> notes = new ArrayList<>();
            LeakFinding looked = new SecondLook(Platform.ofThisJvm(), notes)
                    .at(List.of(finding), () -> LEAK.put((long) LEAK.size(), new Order(1, "again")))
                    .get(0);
            if (looked.heldBy().isEmpty()) {
                throw new IllegalStateException("no path: " + notes);
            }
        });
        System.out.println("# kept " + live.size());
    }

    /** Small objects of about so many megabytes in all: as in a service, not a few large arrays. */
    private static List<Object> fill(int megabytes) {
        List<Object> live = new ArrayList<>();
        for (int i = 0; i < megabytes * 9_000; i++) {
            live.add(Map.of("k" + i, new int[8]));
        }
        return live;
    }

    private static void print(String what, int times, Runnable run) {
        for (int i = 0; i < Math.min(20, times); i++) {
            run.run();
        }
        double[] millis = new double[times];
        double cpu = 0;
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            long startCpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            run.run();
            cpu += (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startCpu) / 1e6;
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "| %d | %s | %.2f | %.2f | %.2f |%n",
                Runtime.version().feature(),
                what,
                millis[times / 2],
                millis[times * 9 / 10],
                cpu / times);
    }
}
