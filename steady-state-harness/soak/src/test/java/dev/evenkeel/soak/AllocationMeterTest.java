package dev.evenkeel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.soak.load.LoadInterval;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class AllocationMeterTest {
    private final AllocationMeter meter = new AllocationMeter();
    private double allocated;
    private double second;

    private void sample(double bytes, long operations, boolean steady, String incarnation) {
        allocated += bytes;
        second++;
        Histogram none = new Histogram(1, 1000, 2);
        meter.add(new RunEntry.Sample(
                second - 1,
                second,
                Double.NaN,
                second,
                0,
                steady,
                steady,
                false,
                "",
                incarnation,
                false,
                new LoadInterval(operations, operations, operations, 0, 0, 0, none, none, none),
                Map.of(ResourceNames.ALLOCATED, allocated)));
    }

    @Test
    void bytesAreDividedByTheOperationsOfTheSteadyTime() {
        sample(9e9, 1, false, "a"); // starting up
        for (int i = 0; i < 20; i++) {
            sample(i % 2 == 0 ? 90_000 : 110_000, 100, true, "a");
        }

        Allocation allocation = meter.summary();

        assertEquals(1000, allocation.bytesPerOperation());
        assertEquals(100_000, allocation.bytesPerSecond());
        assertEquals(2000, allocation.operations());
        assertEquals(1000, allocation.lower()); // each slice holds one of both kinds
        assertEquals(1000, allocation.upper());
    }

    @Test
    void theIntervalComesFromSlicesOfTheRun() {
        for (int i = 0; i <= 20; i++) {
            sample(i <= 10 ? 90_000 : 110_000, 100, true, "a");
        }

        Allocation allocation = meter.summary();

        // Five slices of 900 and five of 1100: a deviation of 105.4, times t = 2.262157, by the root of ten.
        assertEquals(1000, allocation.bytesPerOperation());
        assertEquals(2.262157 * Math.sqrt(100_000.0 / 9 / 10), allocation.upper() - 1000, 1e-6);
        assertEquals(1000 - allocation.lower(), allocation.upper() - 1000, 1e-9);
    }

    @Test
    void aRestartIsNoAllocation() {
        sample(5_000, 10, true, "a");
        sample(1_000, 10, true, "a");
        sample(-5_900, 10, true, "b"); // began anew
        sample(1_000, 10, true, "b");

        Allocation allocation = meter.summary();

        assertEquals(100, allocation.bytesPerOperation());
        assertEquals(20, allocation.operations());
        assertTrue(Double.isNaN(allocation.lower()), "four samples are no slices");
    }

    @Test
    void aTargetThatTellsNothingShowsNothing() {
        assertFalse(meter.summary().known());
        assertFalse(Allocation.UNKNOWN.known());
    }

    @Test
    void sitesAreKeptInTheLog() throws Exception {
        RunEntry.Allocated written = new RunEntry.Allocated(
                130.5,
                10,
                List.of(
                        new AllocationSite("byte[]", 0.75, List.of("shop.Cart.render:17", "shop.Cart.add:3")),
                        new AllocationSite("a.B$C", 0.25, List.of())),
                "");

        assertEquals(written, new EntryText().read(new EntryText().write(written)));
    }
}
