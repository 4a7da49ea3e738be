package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/**
 * Threads with one number displace each other from the slab table all the time, and lose no record. In a JVM of its own without
 * compiler: compiled code reads a place of the table once whatever the source says, and hid that the source read it twice.
 */
class InterpretedDisplacementIT {
    private static final int THREADS = 12;
    private static final int PER_THREAD = 20_000;

    @Test
    void displacedThreadsLoseNoRecord() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xint",
                        "-cp",
                        place(Slabs.class) + File.pathSeparator + place(Child.class),
                        Child.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, child.waitFor(), output);
        assertEquals(Long.toString((long) THREADS * PER_THREAD), output.trim());
    }

    private static String place(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    /** What the child runs: it prints the sum. */
    static final class Child {
        private static final class SameNumber extends Thread {
            SameNumber(Runnable body) {
                super(body);
            }

            @Override
            @Deprecated
            public long getId() {
                return -7;
            }
        }

        public static void main(String[] args) throws InterruptedException {
            Slabs slabs = new Slabs(new MemoryBudget(1 << 20), new SelfCounts());
            int slot = slabs.newSlot(SlotKind.SUM);
            CountDownLatch start = new CountDownLatch(1);
            Thread[] all = new Thread[THREADS];
            for (int t = 0; t < THREADS; t++) {
                all[t] = new SameNumber(() -> {
                    try {
                        start.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    for (int i = 0; i < PER_THREAD; i++) {
                        slabs.add(slot, 1);
                    }
                });
                all[t].start();
            }
            start.countDown();
            for (Thread thread : all) {
                thread.join();
            }
            System.out.println(slabs.reader().read(SlotKind.SUM, slot));
        }
    }
}
