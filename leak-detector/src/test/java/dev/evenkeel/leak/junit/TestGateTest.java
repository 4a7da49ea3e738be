package dev.evenkeel.leak.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TestGateTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    private final TestGate gate = new TestGate();

    @Test
    void whoIsAloneHasNobodyBesideIt() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger beside = new AtomicInteger();
        ExecutorService workers = Executors.newFixedThreadPool(8);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            int n = i;
            all.add(workers.submit(() -> {
                gate.enter("test " + n);
                inside.incrementAndGet();
                Thread.yield();
                inside.decrementAndGet();
                if (n % 5 == 0) {
                    assertTrue(gate.beginAlone(LONG));
                    beside.addAndGet(inside.get());
                    Thread.yield();
                    beside.addAndGet(inside.get());
                    gate.endAlone();
                }
                gate.exit("test " + n);
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        workers.shutdown();

        assertEquals(0, beside.get());
    }

    @Test
    void aTestThatDoesNotEndIsWaitedForOnlySoLong() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        other.submit(() -> gate.enter("hangs")).get();

        assertFalse(gate.beginAlone(Duration.ofMillis(5)));
        gate.exit("hangs");
        assertTrue(gate.beginAlone(LONG));
        other.shutdown();
        assertTrue(other.awaitTermination(10, TimeUnit.SECONDS));
    }

    @Test
    void ownTestsAndOnesAroundThemDoNotCount() throws InterruptedException {
        gate.enter("outer");
        gate.enter("inner, taken up while the outer one waits");

        assertTrue(gate.beginAlone(Duration.ZERO));
        assertTrue(gate.beginAlone(Duration.ZERO));
        gate.enter("run by the one that is alone");
        gate.endAlone();
        gate.endAlone();
    }

    @Test
    void aTestThatRunsOthersIsNotBesideThem() throws Exception {
        gate.enter("runs a launcher");
        gate.beginRun();
        ExecutorService worker = Executors.newSingleThreadExecutor();

        boolean alone = worker.submit(() -> {
                    gate.enter("one of its tests");
                    boolean is = gate.beginAlone(LONG);
                    gate.endAlone();
                    return is;
                })
                .get();
        gate.endRun();
        worker.shutdown();

        assertTrue(alone);
    }
}
