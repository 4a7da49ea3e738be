package dev.evenkeel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.soak.load.Connection;
import dev.evenkeel.soak.load.Load;
import dev.evenkeel.soak.load.LoadInterval;
import dev.evenkeel.soak.load.ManualPacer;
import dev.evenkeel.soak.target.InProcessTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole run of an operation in this JVM, with its real readings and its real Flight Recorder. Only the run's clock is a manual
 * one, so that its twenty seconds take as long as their readings; the two in which allocations are sampled are real.
 */
class InProcessAllocationIT {
    private static final int ARRAY_BYTES = 8016;
    private static final long PAUSE_NANOS = 50_000;

    @SuppressWarnings("unused")
    private static volatile Object sink;

    @TempDir
    private Path dir;

    private static void makeArray() {
        sink = new long[1000];
    }

    /** Calls the operation from a thread of its own, as long as the run lasts, and says how often. */
    private static final class Calls implements Load {
        private final Connection connection;
        private final AtomicLong made = new AtomicLong();
        private final Thread caller = new Thread(this::call, "caller");
        private volatile boolean ends;
        private long reported;

        Calls(Connection connection) {
            this.connection = connection;
        }

        private void call() {
            try {
                while (!ends) {
                    connection.send(made.get());
                    made.incrementAndGet();
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void begin(long originNanos) {
            caller.start();
        }

        @Override
        public void pauseBegins() {}

        @Override
        public void pauseEnds() {}

        @Override
        public LoadInterval interval() {
            long now = made.get();
            long calls = now - reported;
            reported = now;
            Histogram none = new Histogram(1, 2, 3);
            return new LoadInterval(calls, calls, calls, 0, 0, 0, none, none, none);
        }

        @Override
        public void end() {
            ends = true;
        }
    }

    @Test
    void aRunSaysHowManyBytesAnOperationTakesAndWhere() throws Exception {
        SoakPlan plan = new SoakPlan(
                Duration.ofSeconds(2), Duration.ofSeconds(20), 200, Duration.ZERO, "mvn -Dtest=Shop#sells verify");
        InProcessTarget target = new InProcessTarget(sequence -> makeArray());
        ManualPacer pacer = new ManualPacer();
        SoakEngine engine = new SoakEngine(
                plan,
                target,
                (t, schedule) -> new Calls(t.connect()),
                dir,
                null,
                new SoakListener() {},
                pacer,
                () -> 1_795_000_000_000L,
                Footprint.none());

        Allocation allocation = engine.run().allocation();

        // Our own readings allocate in this JVM too.
        assertTrue(allocation.bytesPerOperation() > 0.9 * ARRAY_BYTES, allocation::toString);
        assertEquals(2, allocation.windowSeconds());
        assertEquals("", allocation.siteNote());
        AllocationSite first = allocation.sites().get(0);
        assertEquals("long[]", first.type(), allocation::toString);
        assertTrue(first.share() > 0.5, allocation::toString);
        assertTrue(
                first.stack().get(0).startsWith(InProcessAllocationIT.class.getName() + ".makeArray:"),
                allocation::toString);
        assertEquals(allocation, Judge.judge(StoredRun.read(dir).record()).allocation(), "judged again from the log");
    }
}
