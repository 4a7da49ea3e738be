package dev.evenkeel.cli.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class LadderTest {
    private static final double MIB = 1 << 20;

    @Test
    void heapsGoFromHalfTheNaturalOneToSixTimesTheLiveSet() {
        assertEquals(List.of(32, 48, 96, 192), Ladder.of(32 * MIB, 64 * MIB, 10_000));
    }

    @Test
    void whereTheJvmTakesMoreThanSixTimesThatIsTheUpperEnd() {
        assertEquals(List.of(16, 32, 60, 188), Ladder.of(10 * MIB, 376 * MIB, 10_000));
    }

    @Test
    void neighboursTooNearToTellApartAreOne() {
        // 150, 152, 300, 600: the second is 1 % more than the first
        assertEquals(List.of(152, 300, 600), Ladder.of(100 * MIB, 300 * MIB, 10_000));
    }

    @Test
    void noHeapIsLargerThanTheMachineHasRoomFor() {
        assertEquals(List.of(32, 48, 64), Ladder.of(32 * MIB, 64 * MIB, 64));
    }

    @Test
    void sizesAreReadWithTheirUnit() {
        assertEquals(64, Ladder.mib("64m"));
        assertEquals(2048, Ladder.mib(" 2G "));
        assertEquals(8, Ladder.mib("8M"));
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Ladder.mib("7m"));
        assertEquals("\"7m\" is no heap size. Write 64m or 2g, at least 8m.", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Ladder.mib("64"));
        assertThrows(IllegalArgumentException.class, () -> Ladder.mib("9999999g"));
    }
}
