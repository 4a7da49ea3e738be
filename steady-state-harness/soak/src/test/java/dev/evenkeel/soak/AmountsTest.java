package dev.evenkeel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class AmountsTest {

    @Test
    void numbersKeepThreeDigits() {
        assertEquals("0", Amounts.number(0));
        assertEquals("0.021", Amounts.number(0.0213));
        assertEquals("3.07", Amounts.number(3.071));
        assertEquals("10", Amounts.number(9.996));
        assertEquals("298", Amounts.number(298.4));
        assertEquals("100", Amounts.number(99.96));
        assertEquals("-12 345", Amounts.number(-12_345));
        assertEquals("0", Amounts.number(-0.0001));
        assertEquals("unknown", Amounts.number(Double.NaN));
    }

    @Test
    void numbersThatEndInZeroKeepIt() {
        assertEquals("20", Amounts.number(20));
        assertEquals("100", Amounts.number(100));
    }

    @Test
    void bytesAreBinary() {
        assertEquals("1023 B".replace("1023", "1 023"), Amounts.of(1023, "By"));
        assertEquals("5.49 MiB", Amounts.of(8 * 720_000, "By"));
        assertEquals("-1.5 KiB", Amounts.of(-1536, "By"));
    }

    @Test
    void sharesArePercent() {
        assertEquals("1.5 %", Amounts.of(0.015, "1"));
    }

    @Test
    void durationsUseTheTwoLargestUnits() {
        assertEquals("42 s", Amounts.duration(42));
        assertEquals("2 min 20 s", Amounts.duration(140));
        assertEquals("2 min", Amounts.duration(120));
        assertEquals("3 h 5 min", Amounts.duration(3 * 3600 + 301));
        assertEquals("9 days", Amounts.duration(9 * 86400));
    }

    @Test
    void aGermanMachineWritesTheSame() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);

            assertEquals("1 234 567", Amounts.number(1_234_567));
            assertEquals("3.5 ms", Amounts.of(3.5, "ms"));
        } finally {
            Locale.setDefault(before);
        }
    }
}
