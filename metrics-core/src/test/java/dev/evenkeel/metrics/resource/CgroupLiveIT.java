package dev.evenkeel.metrics.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.evenkeel.metrics.NanoClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real children in real control groups, seen by the sampler and by the files themselves. */
class CgroupLiveIT {
    private static final long MIB = 1 << 20;
    private static final long DEADLINE_NANOS = 30_000_000_000L;
    private static final long LOOK_AGAIN_NANOS = 10_000_000_000L;

    private ChildGroup group;
    private CgroupSweep sweep;
    private long skippedNanos;

    @BeforeEach
    void makeGroup() {
        try {
            group = ChildGroup.create();
        } catch (IOException | SecurityException e) {
            System.out.println("CgroupLiveIT is skipped: no child group can be made here: " + e);
            abort("no child group can be made here: " + e);
        }
    }

    @AfterEach
    void removeGroup() throws IOException {
        if (sweep != null) {
            sweep.close();
        }
        if (group != null) {
            group.close();
        }
    }

    @Test
    void childWithAFifthOfAProcessorIsSeenThrottled() throws Exception {
        group.limitCpu(20);
        group.limitPids(10);
        Process child = group.start("while :; do :; done & while :; do :; done & echo started; read never");
        awaitLine(child, "started");
        watch(child);

        await(
                "throttled",
                () -> value(CgroupSweep.CPU_THROTTLED_PERIODS) >= 5 && value(CgroupSweep.CPU_THROTTLED_SECONDS) > 0);

        assertEquals(0.2, value(CgroupSweep.CPU_LIMIT), 1e-9);
        double throttled = value(CgroupSweep.CPU_THROTTLED_PERIODS);
        double periods = value(CgroupSweep.CPU_PERIODS);
        double seconds = value(CgroupSweep.CPU_THROTTLED_SECONDS);
        double used = value(CgroupSweep.CPU_SECONDS);
        System.out.printf(
                "20 %% of a processor: %.0f of %.0f periods throttled, %.2f s stopped, %.2f s used%n",
                throttled, periods, seconds, used);
        assertTrue(periods >= throttled, () -> periods + " periods, throttled in " + throttled);
        assertTrue(used > 0.05, () -> "used " + used + " s");
        assertEquals(3, value(CgroupSweep.PIDS_CURRENT), "the shell and two loops");
        assertEquals(10, value(CgroupSweep.PIDS_LIMIT));
        long byFile = number(group.file("cpu", "cpu.stat"), "nr_throttled");
        double after = value(CgroupSweep.CPU_THROTTLED_PERIODS);
        assertTrue(throttled <= byFile && byFile <= after, () -> throttled + " <= " + byFile + " <= " + after);
        if (group.hasPressure()) {
            await("under pressure", () -> value(CgroupSweep.PRESSURE) > 0 && value(CgroupSweep.PRESSURE + 1) > 0.1);
            System.out.printf(
                    "its cpu pressure: some %.0f %% of the last ten seconds, %.2f s so far%n",
                    100 * value(CgroupSweep.PRESSURE), value(CgroupSweep.PRESSURE + 1));
        } else {
            System.out.println("no pressure files here: pressure of the child is not tested");
        }
    }

    @Test
    void childThatWantsMoreThanItsMemoryIsSeenKilled() throws Exception {
        group.limitMemory(64 * MIB);
        Process child = group.start("head -c 200000000 /dev/zero | tail -c 200000000 >/dev/null; echo $?; read never");
        watch(child);

        awaitLine(child, "137"); // tail holds it all: killed by signal 9

        assertEquals(64 * MIB, value(CgroupSweep.MEMORY_LIMIT));
        assertEquals(1, value(CgroupSweep.MEMORY_OOM_KILL));
        double peak = value(CgroupSweep.MEMORY_PEAK);
        double met = value(CgroupSweep.MEMORY_MAX_EVENTS);
        System.out.printf("64 MiB: killed once, peak %.1f MiB, limit met %.0f times%n", peak / MIB, met);
        assertTrue(peak > 60 * MIB && peak <= 64 * MIB, () -> "peak " + peak);
        assertTrue(met > 0, () -> "limit met " + met + " times");
        assertTrue(value(CgroupSweep.MEMORY_CURRENT) < 64 * MIB, "what was killed is given back");
        if (group.version2()) {
            assertTrue(value(CgroupSweep.MEMORY_OOM) >= 1);
        }
        if (group.hasPressure()) {
            int memory = CgroupSweep.PRESSURE + PressureFiles.MEMORY * PressureFiles.PER_RESOURCE;
            double waited = value(memory + 1);
            System.out.printf("its memory pressure: some %.1f ms so far%n", 1000 * waited);
            assertTrue(waited > 0, "no memory pressure");
        }
    }

    @Test
    void processThatMovesOutOfARemovedGroupIsFollowedAtOnce() throws Exception {
        group.limitMemory(64 * MIB);
        Process child = group.start("echo started; read never");
        awaitLine(child, "started");
        watch(child);
        double before = value(CgroupSweep.MEMORY_LIMIT);

        try (ChildGroup other = ChildGroup.create()) {
            other.limitMemory(96 * MIB);
            other.adopt(child);
            group.removeFolders(); // the open files answer "no such device" from now on
            skippedNanos = LOOK_AGAIN_NANOS / 2;

            assertEquals(64 * MIB, before);
            assertEquals(96 * MIB, value(CgroupSweep.MEMORY_LIMIT));
            assertEquals(1, value(CgroupSweep.PIDS_CURRENT));
            child.destroyForcibly().waitFor();
        }
    }

    private void watch(Process child) {
        sweep = new CgroupSweep(Path.of("/"), "" + child.pid(), NanoClock.system());
    }

    /** Each call reads anew. */
    private double value(int index) {
        sweep.prepare();
        return sweep.value(index, System.nanoTime() + skippedNanos);
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "the child was never seen " + what);
            try {
                Thread.sleep(10); // leaves the processor to the child
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void awaitLine(Process child, String expected) throws IOException {
        assertEquals(expected, child.inputReader().readLine());
    }

    private static long number(Path file, String key) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(key + " "))
                .mapToLong(line -> Long.parseLong(line.substring(key.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
