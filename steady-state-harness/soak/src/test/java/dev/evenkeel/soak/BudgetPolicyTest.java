package dev.evenkeel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Budget;
import org.junit.jupiter.api.Test;

class BudgetPolicyTest {
    private static final double AT_200_PER_SECOND = 720_000;
    private static final double MIB = 1 << 20;

    private static BudgetPolicy.Choice shortRun(WatchedResource resource, double level, double limit) {
        return BudgetPolicy.choose(resource, level, limit, AT_200_PER_SECOND, false);
    }

    @Test
    void aShortRunIsJudgedByTheOperationAndKeepsTheHourlyBudgetBesideIt() {
        BudgetPolicy.Choice fds = shortRun(WatchedResource.OPEN_FDS, 90, 1_048_576);

        assertEquals(72, fds.deciding().perHour(), 1e-9);
        assertEquals(
                "100 per million operations at 720 000 operations per hour",
                fds.deciding().reason());
        Budget hourly = fds.hourly();
        assertNotNull(hourly);
        assertEquals(2, hourly.perHour());
        assertEquals(
                72, shortRun(WatchedResource.THREADS, 40, Double.NaN).deciding().perHour(), 1e-9);
    }

    @Test
    void heapOfAShortRunMayGrowByHalfOfTheSmallestObjectPerOperation() {
        Budget heap = shortRun(WatchedResource.HEAP_LIVE, 20 * MIB, 256 * MIB).deciding();

        assertEquals(8 * AT_200_PER_SECOND, heap.perHour(), 1e-6);
        assertEquals("8 bytes per operation at 720 000 operations per hour", heap.reason());
    }

    @Test
    void aTightLimitLowersTheBudgetOfAShortRunToWhatLastsHalfADay() {
        Budget fds = shortRun(WatchedResource.OPEN_FDS, 424, 1024).deciding();

        assertEquals(50, fds.perHour(), 1e-9);
        assertEquals(
                "half a day to the limit: (1 024 - 424) / 12 h, less than 100 per million operations", fds.reason());
    }

    @Test
    void anHourLongRunIsJudgedByTheHourAlone() {
        BudgetPolicy.Choice fds = BudgetPolicy.choose(WatchedResource.OPEN_FDS, 90, 1_048_576, AT_200_PER_SECOND, true);

        assertEquals(2, fds.deciding().perHour());
        assertNull(fds.hourly());
    }

    @Test
    void atALowRateTheHourlyBudgetIsTheLargerOne() {
        BudgetPolicy.Choice fds = BudgetPolicy.choose(WatchedResource.OPEN_FDS, 90, Double.NaN, 3600, false);

        assertEquals(2, fds.deciding().perHour(), "100 per million at 1/s would be 0.36");
        assertNull(fds.hourly());
    }

    @Test
    void withoutOperationsTheHourlyBudgetDecides() {
        assertEquals(
                1,
                BudgetPolicy.choose(WatchedResource.THREADS, 40, Double.NaN, 0, false)
                        .deciding()
                        .perHour());
    }

    @Test
    void aResourceAtItsLimitHasNoBudgetLeft() {
        Budget fds = shortRun(WatchedResource.OPEN_FDS, 1024, 1024).deciding();

        assertTrue(fds.perHour() > 0 && fds.perHour() < 1e-3, "budget " + fds.perHour());
        assertEquals("it stands at its limit of 1 024", fds.reason());
    }

    @Test
    void latencyMayGrowByAShareOfItsLevel() {
        assertEquals(
                0.2,
                shortRun(WatchedResource.LATENCY_P99, 4, Double.NaN).deciding().perHour(),
                1e-9);
    }
}
