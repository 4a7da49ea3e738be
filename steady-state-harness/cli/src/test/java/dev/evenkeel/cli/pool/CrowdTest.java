package dev.evenkeel.cli.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CrowdTest {
    @Test
    void whoFindsAllTakenHasWaited() {
        Crowd crowd = new Crowd("database", "HikariCP", 2);

        long first = crowd.enter();
        crowd.enter();
        assertEquals(0, crowd.sums().waits());
        crowd.enter();
        assertEquals(1, crowd.sums().waits());
        crowd.leave(first);
        crowd.enter();

        assertEquals(2, crowd.sums().waits());
        assertEquals(3, crowd.peak());
        assertEquals(1, crowd.held().getTotalCount());
    }

    @Test
    void steadyPhaseForgetsThePeakAndKeepsTheSums() {
        Crowd crowd = new Crowd("database", "HikariCP", 1);
        long first = crowd.enter();
        long second = crowd.enter();
        crowd.answered();
        crowd.leave(first);

        crowd.steady();
        crowd.leave(second);

        assertEquals(1, crowd.peak());
        assertEquals(1, crowd.held().getTotalCount());
        assertEquals(new Crowd.Sums(1, 1, 0, 0), crowd.sums());
    }
}
