package dev.evenkeel.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetryStormTest {
    private final RetryStorm storm = RetryStorm.afterOutage();

    @Test
    void withoutJitterTheHerdStaysTogetherThroughTheNoiseOfTheNetwork() {
        ScenarioOutcome outcome = storm.run(storm.defaultConfig());

        assertTrue(outcome.pathologyProven(), outcome.evidence());
        assertTrue(outcome.pathology().severity() > 0.5, outcome.evidence());
        assertTrue(outcome.pathology().attemptsPerSuccess() > 10, outcome.evidence());
    }

    @Test
    void fullJitterSpreadsTheHerdAndEveryClientIsServed() {
        ScenarioOutcome outcome = storm.run(storm.defaultConfig());

        assertTrue(outcome.cureProven(), outcome.evidence());
        assertEquals(1_000, outcome.cured().successes());
        assertTrue(outcome.cured().severity() < 0.05, outcome.evidence());
    }

    @Test
    void theCureHoldsOnEverySeed() {
        long first = new SplittableRandom(20261121).nextLong();
        for (long seed = first; seed < first + 50; seed++) {
            ScenarioOutcome outcome = storm.run(storm.defaultConfig().withSeed(seed));

            assertTrue(outcome.cureProven(), outcome.evidence());
        }
    }

    @Test
    void equalSeedsGiveEqualOutcomesAndOthersDoNot() {
        ScenarioConfig config = storm.defaultConfig();

        assertEquals(storm.run(config), storm.run(config));
        assertNotEquals(
                storm.run(config).cured().attempts(),
                storm.run(config.withSeed(config.seed() + 1)).cured().attempts());
    }

    /** Few enough to be admitted at once: they do come together, but there is no storm to cure. */
    @Test
    void anOracleThatSeesNoStormSaysSo() {
        ScenarioOutcome outcome = storm.run(new ScenarioConfig(2, 2_000, 7));

        assertTrue(outcome.pathology().attemptsPerSuccess() < 2, outcome.toString());
        assertFalse(outcome.pathologyProven(), outcome.evidence());
        assertFalse(outcome.cureProven(), outcome.evidence());
    }

    @Test
    void theServerIsNeverFasterThanItsCapacityAllows() {
        ScenarioOutcome outcome = storm.run(storm.defaultConfig());

        double least = (RetryStorm.OUTAGE_MILLIS
                        + 1_000 / RetryStorm.CAPACITY_PER_SLOT * RetryStorm.SLOT_MILLIS
                        - RetryStorm.SLOT_MILLIS)
                / 1e3;
        assertTrue(outcome.cured().span() >= least, outcome.evidence());
        assertTrue(outcome.pathology().span() > 5 * outcome.cured().span(), outcome.evidence());
    }
}
