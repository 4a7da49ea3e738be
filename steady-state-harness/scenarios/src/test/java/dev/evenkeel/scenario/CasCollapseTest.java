package dev.evenkeel.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CasCollapseTest {
    @Test
    void inLockstepEachSuccessOfOneIsAFailureOfAllOthers() throws InterruptedException {
        ScenarioOutcome outcome = CasCollapse.lockstep().run(new ScenarioConfig(8, 50, 0));

        assertEquals(400, outcome.pathology().successes());
        assertEquals(8 * 400, outcome.pathology().attempts());
        assertEquals(400, outcome.pathology().span(), "one success a round, however many threads");
        assertEquals(7.0 / 8, outcome.pathology().severity(), 1e-12);
        assertTrue(outcome.pathologyProven());
    }

    @Test
    void aCellPerThreadWastesNothingAndNeedsAsManyTimesFewerRounds() throws InterruptedException {
        ScenarioOutcome outcome = CasCollapse.lockstep().run(new ScenarioConfig(8, 50, 0));

        assertEquals(400, outcome.cured().successes());
        assertEquals(400, outcome.cured().attempts());
        assertEquals(50, outcome.cured().span());
        assertEquals(0, outcome.cured().severity());
        assertTrue(outcome.cureProven());
    }

    @Test
    void twoThreadsAreEnough() throws InterruptedException {
        ScenarioOutcome outcome = CasCollapse.lockstep().run(new ScenarioConfig(2, 1, 0));

        assertEquals(4, outcome.pathology().attempts());
        assertEquals(2, outcome.cured().attempts());
        assertTrue(outcome.cureProven());
    }

    @Test
    void equalConfigurationsGiveEqualOutcomes() throws InterruptedException {
        ScenarioConfig config = new ScenarioConfig(5, 20, 0);

        assertEquals(CasCollapse.lockstep().run(config), CasCollapse.lockstep().run(config));
    }

    @Test
    void freeRunningLosesNoSuccessAndAnOwnCellIsNeverTriedTwice() throws InterruptedException {
        ScenarioOutcome outcome = CasCollapse.freeRunning(50).run(new ScenarioConfig(4, 20_000, 0));

        assertEquals(80_000, outcome.pathology().successes());
        assertTrue(outcome.pathology().attempts() >= 80_000);
        assertEquals(outcome.pathology().attempts() > 80_000, outcome.pathologyProven());
        assertEquals(80_000, outcome.cured().attempts());
        assertEquals(80_000, outcome.cured().successes());
    }

    @Test
    void anInterruptedRunLeavesNoThread() throws InterruptedException {
        AtomicReference<Throwable> ended = new AtomicReference<>();
        Thread runner = new Thread(() -> {
            try {
                CasCollapse.lockstep().run(new ScenarioConfig(4, 50_000_000, 0));
            } catch (Throwable e) {
                ended.set(e);
            }
        });
        runner.start();
        while (workers() < 4) {
            Thread.onSpinWait();
        }

        runner.interrupt();
        runner.join();

        assertTrue(ended.get() instanceof InterruptedException, "ended with " + ended.get());
        assertEquals(0, workers());
    }

    @Test
    void moreThreadsThanAMachineHasAreRefused() {
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class, () -> CasCollapse.lockstep().run(new ScenarioConfig(257, 1, 0)));

        assertEquals(
                "Cannot run \"cas-collapse\" with 257 workers: each is a real thread. Choose at most 256.",
                error.getMessage());
    }

    private static long workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("evenkeel-scenario-"))
                .count();
    }
}
