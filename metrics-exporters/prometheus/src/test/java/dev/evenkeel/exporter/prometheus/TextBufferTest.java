package dev.evenkeel.exporter.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextBufferTest {
    private static final long SEED = 20261121;

    private final TextBuffer buffer = new TextBuffer();

    @Test
    void longsAtTheEdges() {
        for (long n : new long[] {
            0,
            1,
            -1,
            9,
            10,
            99,
            100,
            999_999_999_999_999_999L,
            1_000_000_000_000_000_000L,
            Long.MAX_VALUE,
            Long.MIN_VALUE
        }) {
            assertEquals(Long.toString(n), written(n));
        }
    }

    @Test
    void scaledLongsAreExact() {
        assertEquals("0", scaled(0, 9));
        assertEquals("0.000000001", scaled(1, 9));
        assertEquals("1", scaled(1_000_000_000, 9));
        assertEquals("-1.5", scaled(-1_500_000_000, 9));
        assertEquals("9223372036.854775807", scaled(Long.MAX_VALUE, 9));
        assertEquals("-9223372036.854775808", scaled(Long.MIN_VALUE, 9));
        assertEquals("12", scaled(12, 0));
    }

    @Test
    void doublesThatPeopleWriteComeOutAsTheyWroteThem() {
        for (String s : new String[] {
            "0",
            "1",
            "-1",
            "0.1",
            "0.3",
            "1.5",
            "0.001",
            "0.0025",
            "3.14159",
            "123456.789",
            "0.000001",
            "99.99",
            "0.30000000000000004",
            "0.3333333333333333",
            "1024.0625",
            "-2.5",
            "4503599627370495.5"
        }) {
            assertEquals(s, written(Double.parseDouble(s)));
        }
        assertEquals("-0", written(-0.0));
        assertEquals("9007199254740992", written(0x1p53));
        assertEquals("NaN", written(Double.NaN));
        assertEquals("+Inf", written(Double.POSITIVE_INFINITY));
        assertEquals("-Inf", written(Double.NEGATIVE_INFINITY));
    }

    @Test
    void everyDoubleReadsBackAsItself() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 2_000_000; i++) {
            double value =
                    switch (i % 4) {
                        case 0 -> Double.longBitsToDouble(random.nextLong());
                        case 1 -> random.nextDouble();
                        case 2 -> random.nextDouble() * Math.pow(10, random.nextInt(-8, 20));
                        default -> random.nextInt(1_000_000) / 1000.0;
                    };
            String text = written(value);
            if (Double.isNaN(value)) {
                assertEquals("NaN", text);
            } else if (!Double.isInfinite(value)) {
                double back = Double.parseDouble(text);
                assertEquals(value, back, () -> "seed " + SEED + ": " + text);
            }
        }
    }

    @Test
    void neighboursOfPowersReadBackAndStayShort() {
        for (int e = -25; e <= 60; e++) {
            for (double centre :
                    new double[] {Math.pow(2, e), Math.pow(10, e / 3.0), Math.pow(10, Math.rint(e / 3.0))}) {
                for (double value : new double[] {Math.nextDown(centre), centre, Math.nextUp(centre)}) {
                    String text = written(value);
                    assertEquals(value, Double.parseDouble(text), () -> "e: " + text);
                }
            }
        }
    }

    @Test
    void digitsAreNeverMoreThanSeventeenAndSeldomMoreThanNeeded() {
        SplittableRandom random = new SplittableRandom(SEED);
        int longer = 0;
        for (int i = 0; i < 200_000; i++) {
            double value = random.nextDouble(0.1, 1) * Math.pow(10, random.nextInt(-5, 10));
            int digits = new BigDecimal(written(value)).stripTrailingZeros().precision();
            assertTrue(digits <= 17, () -> written(value));
            longer += digits > shortest(value) ? 1 : 0;
        }
        int times = longer;
        assertTrue(longer < 20, () -> times + " of 200000 numbers are longer than they need to be");
    }

    private static int shortest(double value) {
        for (int digits = 15; digits < 17; digits++) {
            BigDecimal rounded = new BigDecimal(value).round(new java.math.MathContext(digits));
            if (rounded.doubleValue() == value) {
                return rounded.stripTrailingZeros().precision();
            }
        }
        return 17;
    }

    private String written(long number) {
        buffer.clear();
        buffer.append(number);
        return text();
    }

    private String written(double number) {
        buffer.clear();
        buffer.append(number);
        return text();
    }

    private String scaled(long number, int decimals) {
        buffer.clear();
        buffer.appendScaled(number, decimals);
        return text();
    }

    private String text() {
        return new String(buffer.bytes(), 0, buffer.length(), StandardCharsets.ISO_8859_1);
    }
}
