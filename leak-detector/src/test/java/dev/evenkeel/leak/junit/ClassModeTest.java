package dev.evenkeel.leak.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Whole classes: judged by annotation, by configuration parameter, and by the suite listener. */
class ClassModeTest {

    private static final CountDownLatch END = new CountDownLatch(1);

    @AfterAll
    static void release() {
        END.countDown();
    }

    @Test
    void aClassThatLeavesAThreadEachTimeFailsAfterItsLastTest() {
        Runs.Result result = Runs.of(List.of(Leaving.class), Map.of());

        assertEquals(2, result.succeeded());
        assertEquals(1, result.failures().size(), () -> result.failures().toString());
        assertTrue(
                result.failures().get(0).contains("left-by-class"),
                () -> result.failures().get(0));
    }

    @Test
    void aPoolThatTheFirstRunMakesIsNoLeakOfTheClass() {
        Runs.Result result = Runs.of(List.of(MakesAPoolOnce.class), Map.of());

        assertEquals(List.of(), result.failures());
    }

    @Test
    void aParameterJudgesTestsWithoutAnyAnnotation() {
        Map<String, String> parameters = Map.of(
                "junit.jupiter.extensions.autodetection.enabled", "true", DetectLeaksExtension.EVERY_TEST, "once");

        Runs.Result result = Runs.of(List.of(Plain.class), parameters);

        assertEquals(1, result.succeeded());
        assertEquals(1, result.failures().size(), () -> result.failures().toString());
        assertTrue(
                result.failures().get(0).contains("left-by-plain"),
                () -> result.failures().get(0));
    }

    @Test
    void theSuiteListenerNamesTheClassAndWritesAFile(@TempDir Path directory) throws IOException {
        Map<String, String> parameters =
                Map.of(LeakSuite.PARAMETER, "true", ReportFile.DIRECTORY, directory.toString());

        Runs.Result result = Runs.of(List.of(Plain.class, Harmless.class), parameters);

        assertEquals(List.of(), result.failures());
        String json = Files.readString(directory.resolve(LeakSuite.FILE));
        assertTrue(json.startsWith("{\"schema\":1,\"verdict\":\"FAIL\",\"classes\":2,"), json);
        assertTrue(json.contains("left-by-plain"), json);
        assertTrue(!json.contains("Harmless"), json);
    }

    @Test
    void aModeThatDoesNotExistIsRefused() {
        Map<String, String> parameters = Map.of(
                "junit.jupiter.extensions.autodetection.enabled", "true", DetectLeaksExtension.EVERY_TEST, "twice");

        Runs.Result result = Runs.of(List.of(Harmless.class), parameters);

        assertTrue(
                result.failures().get(0).contains("Set it to rounds, once or class"),
                () -> result.failures().toString());
    }

    private static void leave(String name) {
        Thread thread = new Thread(
                () -> {
                    try {
                        END.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    /** No tests of the build: run by the tests above alone. */
    @EnabledIfSystemProperty(named = Runs.SWITCH, matches = "true")
    @DetectLeaks(mode = DetectLeaks.Mode.CLASS, heap = false, lingerMillis = 20)
    static class Leaving {
        @BeforeAll
        static void open() {
            leave("left-by-class");
        }

        @Test
        void one() {}

        @Test
        void two() {}
    }

    /** The same. */
    @EnabledIfSystemProperty(named = Runs.SWITCH, matches = "true")
    @DetectLeaks(mode = DetectLeaks.Mode.CLASS, heap = false, lingerMillis = 20)
    static class MakesAPoolOnce {
        private static final List<String> MADE = new ArrayList<>();

        @Test
        void one() {
            if (MADE.isEmpty()) {
                MADE.add("made");
                leave("pool-of-all");
            }
        }
    }

    /** The same. */
    @EnabledIfSystemProperty(named = Runs.SWITCH, matches = "true")
    static class Plain {
        @Test
        void leaves() {
            leave("left-by-plain");
        }

        @Test
        void leavesNothing() {
            assertEquals(2, List.of(1, 2).size());
        }
    }

    /** The same. */
    @EnabledIfSystemProperty(named = Runs.SWITCH, matches = "true")
    static class Harmless {
        @Test
        void leavesNothing() {
            assertEquals(2, List.of(1, 2).size());
        }
    }
}
