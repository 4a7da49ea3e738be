package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

class LabelledTableTest {
    private static final int LIMIT = 10;

    private final MetricRegistry registry = MetricRegistry.create();
    private final Labelled<Counter> requests =
            registry.counter("requests").labels("route").cardinalityLimit(LIMIT).register();

    /** It doubled each time the limit was reached again, and filled the heap within seconds of evictions. */
    @Test
    void tableDoesNotGrowWhenTheLimitIsReachedAgainAndAgain() throws Exception {
        Field table = Labelled.class.getDeclaredField("table");
        table.setAccessible(true);
        int rounds = 20;

        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i <= LIMIT; i++) {
                requests.bind("/" + round + "/" + i).increment(); // the last one has no room
            }
            for (int i = 0; i < LIMIT; i++) {
                assertTrue(requests.evict("/" + round + "/" + i));
            }
            registry.snapshot(); // evicts, and lets new label sets in again
        }

        int places = ((Series[]) table.get(requests)).length - 1;
        assertTrue(places <= 8 * LIMIT, places + " places for " + LIMIT + " series");
        assertEquals(new Evicted((long) rounds * LIMIT, (long) rounds * LIMIT), requests.evicted());
        assertEquals((double) rounds, registry.snapshot().value("requests", "true"));
    }
}
