package dev.evenkeel.soak.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.soak.Evidence;
import dev.evenkeel.soak.ResourceNames;
import dev.evenkeel.soak.target.InProcessTarget;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a soak of this very JVM takes for evidence. In a package that is not the engine's, as a test of a user's is. */
class InProcessEvidenceTest {
    private static final int KEPT = 1234;

    /** As a service would keep it. */
    public static final class Basket {}

    @Test
    void evidenceNamesClassesOfTheOperationAndNoneOfTheHarness() throws Exception {
        InProcessTarget target = new InProcessTarget(sequence -> {});
        Evidence first = target.evidence();
        List<Basket> baskets = new ArrayList<>();
        for (int i = 0; i < KEPT; i++) {
            baskets.add(new Basket());
        }

        Evidence second = target.evidence();

        assertTrue(
                first.rows().size() > 100,
                "so many rows of the harness's own are held: " + first.rows().size());
        assertEquals(KEPT, baskets.size());
        assertTrue(second.rows().stream()
                .anyMatch(row -> row.resource().equals(ResourceNames.HEAP_LIVE)
                        && row.what().endsWith("InProcessEvidenceTest$Basket")
                        && row.count() == KEPT));
        assertFalse(
                second.rows().stream().anyMatch(row -> row.what().startsWith(Evidence.class.getName())),
                () -> second.rows().toString());
    }
}
