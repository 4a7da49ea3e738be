package dev.evenkeel.cli.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepPlanTest {
    private static final List<Setting> SETTINGS = List.of(
            new Setting(Collector.SERIAL, 32),
            new Setting(Collector.SERIAL, 64),
            new Setting(Collector.G1, 32),
            new Setting(Collector.G1, 64));

    @Test
    void eachRoundHasEverySettingOnceInAnOrderOfItsOwn() {
        SweepPlan plan = new SweepPlan(SETTINGS, 5, 1, 10);

        HashSet<List<Setting>> orders = new HashSet<>();
        for (int round = 1; round <= 5; round++) {
            assertEquals(new HashSet<>(SETTINGS), new HashSet<>(plan.round(round)));
            assertEquals(plan.round(round), new SweepPlan(SETTINGS, 5, 1, 10).round(round));
            orders.add(plan.round(round));
        }
        assertNotEquals(1, orders.size());
        assertNotEquals(plan.round(1), new SweepPlan(SETTINGS, 5, 2, 10).round(1));
    }

    @Test
    void whatTellsNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new SweepPlan(List.of(), 5, 1, 10));
        assertThrows(IllegalArgumentException.class, () -> new SweepPlan(SETTINGS, 1, 1, 10));
        assertThrows(IllegalArgumentException.class, () -> new SweepPlan(SETTINGS, 5, 1, 0));
    }

    @Test
    void theFlagsStandWhereTheCommandSaysOrNowhere() {
        List<String> flags = List.of("-Xmx32m", "-Xlog:gc");

        assertEquals(
                List.of("java", "-Xmx32m", "-Xlog:gc", "-jar", "a.jar"),
                CommandWorkload.withFlags(List.of("java", "{jvm}", "-jar", "a.jar"), flags));
        assertEquals(
                List.of("sh", "-c", "java -Xmx32m -Xlog:gc -jar a.jar"),
                CommandWorkload.withFlags(List.of("sh", "-c", "java {jvm} -jar a.jar"), flags));
        assertEquals(List.of("java", "A"), CommandWorkload.withFlags(List.of("java", "A"), flags));
    }

    @Test
    void aSettingBecomesFlags() {
        assertEquals(
                List.of(
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:+UseShenandoahGC",
                        "-XX:ShenandoahGCMode=generational",
                        "-Xms64m",
                        "-Xmx64m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Xlog:gc*=info:file=/tmp/x/gc-%p.log:timemillis,level,tags:filecount=0"),
                new Setting(Collector.SHENANDOAH_GENERATIONAL, 64).jvmFlags(Path.of("/tmp/x/gc-%p.log")));
    }

    @Test
    void aCommandThatSetsItsOwnFlagsIsFoundOut() {
        GcLog log = GcLog.of(List.of("[1ms][info][gc] Using G1", "[1ms][info][gc,init] Heap Max Capacity: 1G"));

        assertEquals("", Trial.difference(new Setting(Collector.G1, 1024), log));
        assertEquals(
                "The JVM ran with G1, not with SerialGC. The command sets its own. Take it out, or put {jvm} after it: the"
                        + " last flag wins.",
                Trial.difference(new Setting(Collector.SERIAL, 1024), log));
        assertEquals(
                "The JVM ran with a heap of 1024 MiB, not of 64. The command sets its own. Take it out, or put {jvm} after"
                        + " it: the last flag wins.",
                Trial.difference(new Setting(Collector.G1, 64), log));
    }

    @Test
    void whatAJvmDiedOfIsReadFromItsWords() {
        assertEquals(
                Outcome.OUT_OF_MEMORY,
                Outcome.ofFailure(3, "Terminating due to java.lang.OutOfMemoryError: Java heap space"));
        assertEquals(
                Outcome.OUT_OF_MEMORY,
                Outcome.ofFailure(1, "Error occurred during initialization of VM\nToo small maximum heap"));
        assertEquals(Outcome.UNSUPPORTED, Outcome.ofFailure(1, "Error: Option -XX:+UseShenandoahGC not supported"));
        assertEquals(Outcome.UNSUPPORTED, Outcome.ofFailure(1, "Unrecognized VM option 'UseFooGC'"));
        assertEquals(
                Outcome.NOT_APPLIED,
                Outcome.ofFailure(1, "Error: Conflicting collector combinations in option list; please refer to"));
        assertEquals(Outcome.CRASHED, Outcome.ofFailure(134, "SIGSEGV"));
        assertEquals(Outcome.OK, Outcome.ofFailure(0, "it caught an OutOfMemoryError"));
        assertEquals(
                Outcome.CRASHED,
                Outcome.ofFailure(1, "Picked up JAVA_TOOL_OPTIONS: -XX:+ExitOnOutOfMemoryError\nno main class"));
    }
}
