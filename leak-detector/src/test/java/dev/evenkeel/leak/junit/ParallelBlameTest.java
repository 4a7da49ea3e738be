package dev.evenkeel.leak.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** 50 tests of which 5 leak; {@code .ci/leak-parallel} makes 50 runs of 200 tests of which 20 leak. */
class ParallelBlameTest {
    private static final long SEED = 20_261_121L;

    @Test
    void exactlyTheSeededOnesAreBlamed() throws Exception {
        ParallelBlameMain.Outcome outcome = ParallelBlameMain.run(SEED, false);

        assertEquals(50, outcome.tests());
        assertEquals(
                outcome.seeded(),
                List.copyOf(outcome.blamed().keySet()),
                () -> "seed " + SEED + ": blamed " + outcome.blamed());
    }
}
