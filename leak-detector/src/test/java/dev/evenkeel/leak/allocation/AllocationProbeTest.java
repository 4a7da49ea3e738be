package dev.evenkeel.leak.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import org.junit.jupiter.api.Test;

class AllocationProbeTest {
    private final StringBuilder reused = new StringBuilder(64);
    private int calls;
    private Object kept = "";
    private long sum;

    @Test
    void anArrayOfAThousandBytesIsItsHeaderMore() {
        AllocationReading reading = AllocationProbe.bytesPerResult(() -> new byte[1000]);

        assertEquals(1016, reading.bytesPerCall()); // 12 or 16 of header, rounded up to 8
        assertEquals("1016 bytes a call", reading.words());
        assertEquals(10_000, reading.calls());
    }

    @Test
    void arithmeticAllocatesNothing() {
        AllocationReading reading = AllocationProbe.bytesPerCall(() -> sum += System.nanoTime());

        assertEquals(0, reading.upper());
        assertEquals(Verdict.PASS, reading.within(0));
    }

    @Test
    void whatHappensEverySoOftenIsInTheMean() {
        AllocationReading reading = AllocationProbe.bytesPerCall(() -> {
            if (++calls % 100 == 0) {
                kept = new byte[984]; // 1000 with its header
            }
        });

        assertEquals(10, reading.bytesPerCall(), 0.001);
        assertEquals(Verdict.FAIL, reading.within(9.9));
        assertEquals(Verdict.PASS, reading.within(10.1));
    }

    @Test
    void whatOtherThreadsAllocateIsNotSeen() throws InterruptedException {
        Thread[] other = {null};
        AllocationReading reading;
        try {
            other[0] = new Thread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    kept = new byte[100];
                }
            });
            other[0].start();
            reading = AllocationProbe.bytesPerCall(() -> sum++);
        } finally {
            other[0].interrupt();
            other[0].join();
        }

        assertEquals(0, reading.upper());
    }

    @Test
    void aBudgetThatIsBrokenNamesThePlace() {
        AssertionError e = assertThrows(
                AssertionError.class, () -> AllocationProbe.assertAtMost(24, () -> kept = render(++calls)));

        String said = String.valueOf(e.getMessage());
        assertTrue(said.startsWith("The action allocates "), said);
        assertTrue(said.contains("calls; its budget is 24."), said);
        assertTrue(said.contains("byte[]"), said);
        assertTrue(said.contains("AllocationProbeTest.render:"), said);
        assertTrue(said.endsWith("or raise the budget if the bytes are worth it."), said);
    }

    /** A path with less than half of the allocation: what a formatted line takes, and one written into a buffer that is kept. */
    @Test
    void aReusedBufferSavesMoreThanHalf() {
        AllocationComparison comparison =
                AllocationProbe.compare(() -> kept = "order " + ++calls + " of customer " + sum, () -> {
                    reused.setLength(0);
                    reused.append("order ")
                            .append(++calls)
                            .append(" of customer ")
                            .append(sum);
                });

        assertTrue(comparison.before().lower() >= 40, comparison::words);
        assertEquals(0, comparison.after().bytesPerCall(), 0.5, comparison::words);
        assertTrue(comparison.savesAtLeast(0.5), comparison::words);
        assertTrue(comparison.words().contains(" less (95 %: "), comparison::words);
    }

    @Test
    void theSameTwiceSavesNothing() {
        AllocationComparison comparison =
                AllocationProbe.compare(() -> kept = new byte[100], () -> kept = new byte[100]);

        assertEquals(0, comparison.reduction(), 0.01);
        assertTrue(!comparison.savesAtLeast(0.05), comparison::words);
        assertTrue(comparison.upper() >= 0 && comparison.lower() <= 0, comparison::words);
    }

    @Test
    void slowActionsAreMeasuredWithFewerCalls() {
        AllocationReading reading = AllocationReading.of(new double[] {8, 8, 8, 8, 8, 8, 8, 8, 8, 8}, 3);

        assertEquals(30, reading.calls());
        assertEquals(8, reading.lower());
    }

    @Test
    void anIntervalOnBothSidesOfTheBudgetIsUndecided() {
        AllocationReading reading = AllocationReading.of(new double[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 100}, 1000);

        assertEquals(10, reading.bytesPerCall());
        assertEquals(0, reading.lower()); // 10 - 2.262157 * 10, and less than nothing is nothing
        assertEquals(32.62157, reading.upper(), 1e-9);
        assertEquals(Verdict.INCONCLUSIVE, reading.within(0));
        assertEquals(Verdict.INCONCLUSIVE, reading.within(20));
        assertEquals(Verdict.PASS, reading.within(33));
    }

    @Test
    void wrongUseIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> AllocationProbe.bytesPerCall(9, () -> {}));
        assertThrows(IllegalArgumentException.class, () -> AllocationProbe.assertAtMost(-1, () -> {}));
        assertThrows(IllegalArgumentException.class, () -> AllocationProbe.assertAtMost(Double.NaN, () -> {}));
    }

    /** One kind of object alone: of two, a short recording may have sampled just one. */
    private static byte[] render(int n) {
        return new byte[64 + n % 8];
    }
}
