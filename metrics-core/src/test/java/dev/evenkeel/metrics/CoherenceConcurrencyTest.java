package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * An effect is never seen without its cause, and related updates are seen all or none, while threads record as fast as they
 * can. {@code bash .ci/coherence} does the same with a million collects, and with other libraries.
 */
class CoherenceConcurrencyTest {
    private static final int COLLECTS = 10_000;

    private static void assertCoherent(Coherence.Subject subject) throws Exception {
        try (subject) {
            Coherence.Result result = Coherence.run(subject, COLLECTS);

            assertEquals(0, result.violations(), result::toString);
            assertTrue(result.rounds() >= COLLECTS, result::toString);
        }
    }

    @Test
    void collectsUnderLoadAreCoherent() throws Exception {
        assertCoherent(new CoherenceSubjects.Ours());
    }

    @Test
    void deltasUnderLoadAreCoherent() throws Exception {
        assertCoherent(new CoherenceSubjects.OurDeltas());
    }

    @Test
    void theSameLookAtSingleCountersFindsPartsOfUpdates() throws Exception {
        Coherence.Result result = Coherence.run(new CoherenceSubjects.AtomicLongs(false), COLLECTS);

        assertTrue(result.sumsApart() > 0 && result.partsApart() > 0, result::toString);
    }
}
