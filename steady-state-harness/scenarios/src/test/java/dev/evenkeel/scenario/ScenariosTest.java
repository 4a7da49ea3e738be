package dev.evenkeel.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.scenario.ScenarioOutcome.Measured;
import org.junit.jupiter.api.Test;

class ScenariosTest {
    @Test
    void everyScenarioProvesItsPathologyAndItsCureAtItsDefaultSize() throws InterruptedException {
        for (Scenario scenario : Scenarios.all()) {
            ScenarioOutcome outcome = scenario.run(scenario.defaultConfig());

            assertEquals(scenario.name(), outcome.scenario());
            assertTrue(outcome.pathologyProven(), outcome.toString());
            assertTrue(outcome.cureProven(), outcome.toString());
        }
    }

    @Test
    void aScenarioIsFoundByItsName() {
        for (Scenario scenario : Scenarios.all()) {
            assertSame(scenario, Scenarios.named(scenario.name()));
        }
    }

    @Test
    void anUnknownNameIsAnsweredWithThoseThereAre() {
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> Scenarios.named("thundering"));

        assertEquals(
                "There is no scenario \"thundering\". Choose one of: cas-collapse, retry-storm.", error.getMessage());
    }

    @Test
    void aCureOfNothingIsRefused() {
        Measured side = new Measured(1, 1, 0, 0, "s");

        assertThrows(
                IllegalArgumentException.class, () -> new ScenarioOutcome("x", side, side, false, true, "nothing"));
    }

    @Test
    void moreSuccessesThanAttemptsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Measured(1, 2, 0, 0, "s"));
    }

    @Test
    void oneWorkerAndNoOperationAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ScenarioConfig(1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new ScenarioConfig(2, 0, 0));
    }
}
