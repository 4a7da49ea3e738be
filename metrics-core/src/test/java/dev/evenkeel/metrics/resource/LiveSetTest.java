package dev.evenkeel.metrics.resource;

import static dev.evenkeel.metrics.resource.ForkedJvm.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each collector in a JVM of its own, two at a time; see {@link LiveSetProgram} for what that does. */
class LiveSetTest {
    private static final long RETAINED = 8 << 20;
    private static final long TOLERANCE = 256 << 10;
    private static final long FEW_KILOBYTES = 8 << 10;

    private static final Map<String, List<String>> CASES = Map.of(
            "Serial", List.of("-XX:+UseSerialGC"),
            "Parallel", List.of("-XX:+UseParallelGC"),
            "G1", List.of("-XX:+UseG1GC"),
            "Z", List.of("-XX:+UseZGC"),
            "generational Z", List.of("-XX:+UseZGC", "-XX:+ZGenerational"),
            "Shenandoah", List.of("-XX:+UseShenandoahGC"),
            "generational Shenandoah", List.of("-XX:+UseShenandoahGC", "-XX:ShenandoahGCMode=generational"),
            "Z without explicit collections", List.of("-XX:+UseZGC", "-XX:+DisableExplicitGC"),
            "Parallel beside native code", List.of("-XX:+UseParallelGC"));

    private static final ExecutorService TWO = Executors.newFixedThreadPool(2);
    private static final Map<String, Future<List<String>>> RUNS = new HashMap<>();

    @BeforeAll
    static void startAll() {
        CASES.forEach((name, flags) -> RUNS.put(name, TWO.submit(() -> isNoneHere(name) ? null : run(name, flags))));
    }

    @AfterAll
    static void stop() {
        TWO.shutdownNow();
    }

    private static boolean isNoneHere(String name) {
        int jdk = Runtime.version().feature();
        return name.equals("generational Z") && jdk >= 24 // the flag is ignored: the same run as "Z"
                || name.equals("generational Shenandoah") && jdk < 25;
    }

    @ParameterizedTest
    @ValueSource(strings = {"Serial", "Parallel", "G1", "Z", "generational Z", "Shenandoah", "generational Shenandoah"})
    void retainedMegabytesAreSeenAndFiftyReadingsAddNothing(String collector) throws Exception {
        List<String> lines = RUNS.get(collector).get();
        assumeTrue(lines != null, () -> "this JVM has no " + collector + " collector of its own");

        System.out.println("LiveSet on " + collector + ": " + lines);
        double grown = number(lines, "retained");
        assertTrue(Math.abs(grown - RETAINED) <= TOLERANCE, () -> "retained " + RETAINED + ", saw " + grown);
        assertTrue(Math.abs(number(lines, "released")) <= TOLERANCE, () -> "after release: " + lines);
        assertTrue(number(lines, "weak") <= TOLERANCE, () -> "weak references counted: " + lines);
        assertTrue(number(lines, "self") <= FEW_KILOBYTES, () -> "readings grew by being taken: " + lines);
        assertEquals(8192, number(lines, "rows"), () -> "instances of the retained class: " + lines);
        double gcMicros = number(lines, "gc-cpu-micros");
        boolean accounted = Files.isReadable(Path.of("/proc/self/schedstat"));
        assertTrue(!accounted || gcMicros > 10_000, () -> "some 60 full collections cost CPU time: " + lines);
        assertTrue(number(lines, "after-gc") > 0, () -> "no heap after collection: " + lines);
    }

    @ParameterizedTest
    @ValueSource(strings = "Z without explicit collections")
    void disabledExplicitCollectionsAreWorkedRoundWhereTheCollectorLetsUs(String name) throws Exception {
        List<String> lines = RUNS.get(name).get();
        assumeTrue(lines != null, "this JVM has no Z collector");

        double grown = number(lines, "retained");
        assertTrue(Math.abs(grown - RETAINED) <= TOLERANCE, () -> "retained " + RETAINED + ", saw " + lines);
        assertTrue(number(lines, "weak") <= TOLERANCE, () -> "weak references counted: " + lines);
    }

    @ParameterizedTest
    @ValueSource(strings = "Parallel beside native code")
    void collectionThatNativeCodeHeldOffIsAskedForAgain(String name) throws Exception {
        List<String> lines = RUNS.get(name).get();

        System.out.println("LiveSet on " + name + ": " + lines);
        assertTrue(number(lines, "beside-native") <= TOLERANCE, () -> "garbage counted as live: " + lines);
        // From JDK 22 on the collector waits for native code by itself.
        assertTrue(Runtime.version().feature() >= 22 || number(lines, "held-off") > 0, () -> "not held off: " + lines);
    }

    private static List<String> run(String name, List<String> flags) throws Exception {
        List<String> all = new ArrayList<>(flags);
        all.add("-Xmx256m");
        return ForkedJvm.run(
                LiveSetProgram.class,
                all,
                name.endsWith("native code") ? List.of("native") : List.of(),
                Histogram.class,
                MeterRegistry.class,
                KeyValue.class,
                Observation.class);
    }
}
