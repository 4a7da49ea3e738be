package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Records and look-ups finish while another thread holds every lock of the registry. */
class RecordPathLockTest {
    private static final int TIMES = 2000;

    private final MetricRegistry registry = MetricRegistry.create();
    private final Counter counter = registry.counter("counter").register();
    private final Gauge gauge = registry.gauge("gauge").register();
    private final Histogram histogram = registry.histogram("histogram").register();
    private final Timer timer = registry.timer("timer").register();
    private final Labelled<Counter> labelled =
            registry.counter("labelled").labels("a", "b").cardinalityLimit(2).register();
    private final Labelled<Histogram> sizes =
            registry.histogram("sizes").labels("a").register();
    private final Counter bound = labelled.bind("x", "y");

    private void recordAll() {
        counter.increment();
        counter.add(2);
        gauge.set(3);
        histogram.record(100);
        timer.record(1000);
        bound.increment();
        labelled.bind("x", "y").increment();
        labelled.bind("past", "the limit").increment();
        sizes.bind("s").record(7);
    }

    /** Every lock that can be reached from an object of ours through objects of ours, JDK collections and arrays. */
    private static List<Lock> locksIn(Object root) throws IllegalAccessException {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        ArrayDeque<Object> open = new ArrayDeque<>(List.of(root));
        List<Lock> locks = new ArrayList<>();
        while (!open.isEmpty()) {
            Object next = open.poll();
            if (!seen.add(next)) {
                continue;
            }
            if (next instanceof Lock lock) {
                locks.add(lock);
            } else if (next instanceof Map<?, ?> map) {
                map.forEach((key, value) -> {
                    open.add(key);
                    open.add(value);
                });
            } else if (next instanceof Iterable<?> all) {
                all.forEach(open::add);
            } else if (next instanceof AtomicReference<?> reference) {
                addIfAny(open, reference.get());
            } else if (next.getClass().isArray()) {
                for (int i = 0; !next.getClass().getComponentType().isPrimitive() && i < Array.getLength(next); i++) {
                    addIfAny(open, Array.get(next, i));
                }
            } else if (next.getClass().getName().startsWith("dev.evenkeel.")) {
                for (Class<?> type = next.getClass();
                        type != Object.class && type != null;
                        type = type.getSuperclass()) {
                    for (Field field : type.getDeclaredFields()) {
                        if (type.getName().startsWith("dev.evenkeel.")
                                && !field.getType().isPrimitive()
                                && !Modifier.isStatic(field.getModifiers())) {
                            field.setAccessible(true);
                            addIfAny(open, field.get(next));
                        }
                    }
                }
            }
        }
        return locks;
    }

    private static void addIfAny(ArrayDeque<Object> open, Object found) {
        if (found != null) {
            open.add(found);
        }
    }

    /** Runs {@code recorders} and, once each has recorded once, again while all locks are held; returns how many finished. */
    private int finishedUnderAllLocks(MetricRegistry owner, int recorders, Runnable records, boolean virtual)
            throws Exception {
        CountDownLatch warm = new CountDownLatch(recorders);
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(recorders);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < recorders; i++) {
            Runnable body = () -> {
                records.run();
                warm.countDown();
                try {
                    locked.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int n = 1; n < TIMES; n++) {
                    records.run();
                }
                done.countDown();
            };
            threads.add(virtual ? startVirtual(body) : startPlatform(body));
        }
        assertTrue(warm.await(20, TimeUnit.SECONDS));
        List<Lock> locks = locksIn(owner);
        // registry, collectors, roster, growth, and one for each family but the observed
        assertTrue(locks.size() >= 8, locks.size() + " locks found");
        locks.forEach(Lock::lock);
        try {
            owner.core().budget().charge(8);
            owner.core().budget().release(8); // who was refused asks again now
            locked.countDown();
            done.await(20, TimeUnit.SECONDS);
            return recorders - (int) done.getCount();
        } finally {
            locks.forEach(Lock::unlock);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static Thread startPlatform(Runnable body) {
        Thread thread = new Thread(body);
        thread.start();
        return thread;
    }

    private static Thread startVirtual(Runnable body) throws ReflectiveOperationException {
        return (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, body);
    }

    private void assertAllCounted(long times) {
        assertEquals(3 * times, counter.sum());
        assertEquals(2 * times, bound.sum());
        assertEquals(times, histogram.read().count());
        assertEquals(times, timer.read().count());
        assertEquals(times, sizes.bind("s").read().count());
        assertEquals(times, labelled.bind("any", "other").sum());
    }

    @Test
    void platformThreadsWaitForNoLock() throws Exception {
        labelled.bind("second", "series");
        labelled.bind("third", "reaches the limit");

        assertEquals(4, finishedUnderAllLocks(registry, 4, this::recordAll, false));

        assertAllCounted(4L * TIMES);
    }

    @Test
    void virtualThreadsWaitForNoLock() throws Exception {
        Assumptions.assumeTrue(Threads.virtualThreadsExist(), "virtual threads need JDK 21");
        labelled.bind("second", "series");

        assertEquals(50, finishedUnderAllLocks(registry, 50, this::recordAll, true));

        assertAllCounted(50L * TIMES);
    }

    @Test
    void threadsPastTheMemoryCapWaitForNoLock() throws Exception {
        labelled.bind("second", "series");
        recordAll(); // what all share is made before memory is spent
        long before = counter.sum() / 3;
        registry.core().budget().charge(registry.core().budget().remaining());

        assertEquals(4, finishedUnderAllLocks(registry, 4, this::recordAll, false));

        assertAllCounted(4L * TIMES + before);
        assertTrue(registry.snapshot().value("evenkeel.memory.ladder", "shared_stripe") >= 4.0 * TIMES);
    }
}
