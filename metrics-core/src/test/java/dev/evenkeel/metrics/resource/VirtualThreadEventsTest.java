package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class VirtualThreadEventsTest {
    private static final long DEADLINE_NANOS = 60_000_000_000L;

    @Test
    void threadsAreCountedWhileTheyLive() throws Throwable {
        try (MetricRegistry registry = MetricRegistry.create();
                VirtualThreadEvents events = VirtualThreadEvents.bindTo(registry)) {
            boolean shown = registry.snapshot().find("jvm.virtual_thread.count").isPresent();
            assertEquals(Runtime.version().feature() >= 21, shown);
            if (shown) {
                CountDownLatch release = new CountDownLatch(1);
                MethodHandle start = MethodHandles.publicLookup()
                        .findStatic(
                                Thread.class,
                                "startVirtualThread",
                                MethodType.methodType(Thread.class, Runnable.class));
                Runnable waits = () -> await(release);
                for (int i = 0; i < 100; i++) {
                    Thread ignored = (Thread) start.invokeExact(waits);
                }

                until(() -> registry.snapshot().value("jvm.virtual_thread.count") == 100);
                release.countDown();
                until(() -> registry.snapshot().value("jvm.virtual_thread.count") == 0);

                assertEquals(100, registry.snapshot().value("jvm.virtual_thread.started"));
                events.close();
                assertTrue(
                        registry.snapshot().find("jvm.virtual_thread.started").isEmpty());
            }
        }
    }

    private static void until(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < DEADLINE_NANOS, "waited too long");
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
