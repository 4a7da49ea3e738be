package dev.evenkeel.leak.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** One run of {@link ParallelBlameMain}; {@code .ci/leak-parallel} makes 50. */
class ParallelBlameTest {
    private static final long SEED = 20_261_121L;

    @Test
    void exactlyTheSeededOnesAreBlamed() throws Exception {
        ParallelBlameMain.Outcome outcome = ParallelBlameMain.run(SEED);

        assertEquals(200, outcome.tests());
        assertEquals(
                outcome.seeded(),
                List.copyOf(outcome.blamed().keySet()),
                () -> "seed " + SEED + ": blamed " + outcome.blamed());
    }
}
