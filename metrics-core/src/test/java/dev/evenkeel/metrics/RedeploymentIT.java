package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A thousand applications come and go on the threads of one pool: nothing of them stays. */
class RedeploymentIT {
    private static final int CYCLES = 1000;
    private static final int POOL = 3;

    @Test
    void thousandRegistriesInClassLoadersOfTheirOwnLeaveNothing() throws Exception {
        Map<String, Long> figures = ChildJvm.run(
                Child.class, "-XX:+UseSerialGC", "-Xmx256m", "--add-opens=java.base/java.lang=ALL-UNNAMED");

        assertEquals(0L, figures.get("loaders"), "class loaders still held");
        assertEquals(0L, figures.get("threads"), "threads more than before");
        assertTrue(figures.get("mostOfAThread") <= 1024, figures + ": bytes in the thread locals of one pooled thread");
        // The JVM's own caches move by some 10 KB; one object more of each registry would be 1000.
        assertTrue(figures.get("heap") <= 200L * CYCLES, figures + ": bytes in the heap more than before");
    }

    /** What the child runs. */
    static final class Child {
        private static final List<WeakReference<ClassLoader>> LOADERS = new ArrayList<>();

        public static void main(String[] args) throws Exception {
            ExecutorService pool = Executors.newFixedThreadPool(POOL);
            List<Thread> threads = onAll(pool, Thread::currentThread);
            long[] locals = localBytes(threads);
            for (int i = 0; i < 20; i++) {
                cycle(pool);
            }
            long heap = ChildJvm.retainedBytes();
            int threadsBefore = Thread.getAllStackTraces().size();

            for (int i = 0; i < CYCLES; i++) {
                cycle(pool);
            }

            // As they are, before a garbage collection lets stale entries be found.
            long most = 0;
            long[] localsAfter = localBytes(threads);
            for (int i = 0; i < POOL; i++) {
                most = Math.max(most, localsAfter[i] - locals[i]);
            }
            ChildJvm.print("mostOfAThread", most);
            long deadline = System.nanoTime() + 20_000_000_000L;
            long left;
            do {
                System.gc();
                left = LOADERS.stream().filter(l -> l.get() != null).count();
            } while (left > 0 && System.nanoTime() < deadline);
            ChildJvm.print("loaders", left);
            ChildJvm.print("threads", Math.max(0, Thread.getAllStackTraces().size() - threadsBefore));
            LOADERS.clear();
            ChildJvm.print("heap", ChildJvm.retainedBytes() - heap);
            pool.shutdown();
        }

        private interface Body<T> {
            T run() throws Exception;
        }

        /** Runs a body once on each thread of the pool. */
        private static <T> List<T> onAll(ExecutorService pool, Body<T> body) throws Exception {
            CyclicBarrier barrier = new CyclicBarrier(POOL);
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < POOL; i++) {
                futures.add(pool.submit(() -> {
                    barrier.await();
                    return body.run();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }

        private static void cycle(ExecutorService pool) throws Exception {
            URL ours = Counter.class.getProtectionDomain().getCodeSource().getLocation();
            URL hdr = org.HdrHistogram.Histogram.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation();
            try (URLClassLoader loader = new URLClassLoader(new URL[] {ours, hdr}, null)) {
                LOADERS.add(new WeakReference<>(loader));
                Class<?> registryClass = loader.loadClass("dev.evenkeel.metrics.MetricRegistry");
                Object registry = registryClass.getMethod("create").invoke(null);
                Object counter = register(registryClass, registry, "counter", "c");
                Object timer = register(registryClass, registry, "timer", "t");
                onAll(pool, () -> {
                    counter.getClass().getMethod("increment").invoke(counter);
                    return timer.getClass().getMethod("record", long.class).invoke(timer, 5L);
                });
                Object snapshot = registryClass.getMethod("snapshot").invoke(registry);
                Object value = snapshot.getClass()
                        .getMethod("value", String.class, String[].class)
                        .invoke(snapshot, "c", new String[0]);
                if ((double) value != POOL) {
                    throw new AssertionError("counted " + value);
                }
                registryClass.getMethod("close").invoke(registry);
            }
        }

        private static Object register(Class<?> type, Object registry, String instrument, String name)
                throws ReflectiveOperationException {
            Object builder = type.getMethod(instrument, String.class).invoke(registry, name);
            return builder.getClass().getMethod("register").invoke(builder);
        }

        /** The bytes of each thread's map of thread locals: its table, its entries, and the arrays and references they hold. */
        private static long[] localBytes(List<Thread> threads) throws ReflectiveOperationException {
            Field locals = Thread.class.getDeclaredField("threadLocals");
            locals.setAccessible(true);
            long[] bytes = new long[threads.size()];
            for (int i = 0; i < bytes.length; i++) {
                Object map = locals.get(threads.get(i));
                if (map == null) {
                    continue;
                }
                Field tableField = map.getClass().getDeclaredField("table");
                tableField.setAccessible(true);
                Object table = tableField.get(map);
                bytes[i] = 16 + 4L * Array.getLength(table);
                for (int e = 0; e < Array.getLength(table); e++) {
                    Object entry = Array.get(table, e);
                    if (entry != null) {
                        bytes[i] += 32;
                        Field value = entry.getClass().getDeclaredField("value");
                        value.setAccessible(true);
                        if (value.get(entry) instanceof Object[] held) {
                            // The array, and a weak reference.
                            bytes[i] += held[0] == null ? 24 : 24 + 48;
                        }
                    }
                }
            }
            return bytes;
        }
    }
}
