package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** A pool thread that outlives a redeployed application keeps none of its classes alive once the registry is closed. */
class ClassLoaderLeakTest {
    private static final int CYCLES = 30;

    @Test
    void closedRegistriesLeaveNoClassLoader() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try {
            for (int i = 0; i < CYCLES; i++) {
                pool.submit(() -> loaders.add(openRecordClose())).get();
            }
            long left = CYCLES;
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (left > 0 && System.nanoTime() < deadline) {
                System.gc();
                left = loaders.stream().filter(l -> l.get() != null).count();
            }

            assertEquals(0, left, "class loaders still held");
        } finally {
            pool.shutdown();
        }
    }

    private static WeakReference<ClassLoader> openRecordClose() throws Exception {
        URL ours = Counter.class.getProtectionDomain().getCodeSource().getLocation();
        URL hdr = org.HdrHistogram.Histogram.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation();
        // No parent: the platform loader would find our classes in the module that the application loader defined.
        URLClassLoader loader = new URLClassLoader(new URL[] {ours, hdr}, null);
        Class<?> registryClass = loader.loadClass("dev.evenkeel.metrics.MetricRegistry");
        assertSame(loader, registryClass.getClassLoader());
        Object registry = registryClass.getMethod("create").invoke(null);
        Object builder = registryClass.getMethod("timer", String.class).invoke(registry, "t");
        Object timer = builder.getClass().getMethod("register").invoke(builder);
        timer.getClass().getMethod("record", long.class).invoke(timer, 5L);
        registryClass.getMethod("close").invoke(registry);
        loader.close();
        return new WeakReference<>(loader);
    }
}
