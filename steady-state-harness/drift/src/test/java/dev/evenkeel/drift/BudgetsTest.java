package dev.evenkeel.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Budgets.Resource;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class BudgetsTest {
    private static final double MIB = 1 << 20;

    @Test
    void floorWinsWhereTheMachineAllowsAMillionDescriptors() {
        Budget budget = Budgets.hourly(Resource.OPEN_FDS, 60, OptionalDouble.of(1_048_576));

        assertEquals(2, budget.perHour());
        assertEquals(
                "floor for open file descriptors: 2 per hour; smaller than the 6241 per hour that the limit of 1048576"
                        + " would allow",
                budget.reason());
    }

    @Test
    void limitWinsWhereLittleRoomIsLeft() {
        Budget budget = Budgets.hourly(Resource.OPEN_FDS, 940, OptionalDouble.of(1_024));

        assertEquals(84 / 168.0, budget.perHour());
        assertEquals(
                "room of 84 below the limit of 1024, to last 7 days; smaller than the floor of 2 per hour",
                budget.reason());
    }

    @Test
    void heapFloorIsOnePercentOfItsLevelAndAtLeastAMebibyte() {
        assertEquals(20 * MIB, Budgets.hourly(Resource.HEAP_LIVE, 2_000 * MIB).perHour(), 1);
        assertEquals(MIB, Budgets.hourly(Resource.HEAP_LIVE, 20 * MIB).perHour());
        assertEquals(
                "floor for live heap: 1 % of 1.95 GiB per hour",
                Budgets.hourly(Resource.HEAP_LIVE, 2_000 * MIB).reason());
    }

    @Test
    void everyResourceHasAPositiveFloorEvenAtLevelZero() {
        for (Resource resource : Resource.values()) {
            assertTrue(Budgets.hourly(resource, 0).perHour() > 0, resource.key());
            assertEquals(Optional.of(resource), Resource.of(resource.key()));
        }
        assertEquals(Optional.empty(), Resource.of("unheard_of"));
    }

    @Test
    void levelAtItsLimitLeavesNothingToBudget() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> Budgets.hourly(Resource.THREADS, 100, OptionalDouble.of(100)));

        assertTrue(e.getMessage().contains("there is no room left to budget"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Budgets.hourly(Resource.THREADS, Double.NaN));
    }
}
