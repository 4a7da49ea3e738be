package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Text that grows and is used again. Numbers are written without allocation. Not thread-safe. */
class TextBuffer extends GrowingBytes {
    /*
     * Doubles. A decimal m / 10^e with m <= 10^17 and e <= 22 can be compared with a double v exactly: v * 10^e is the
     * sum of two doubles (the rounded product, and its error, which fma gives without rounding), and 10^e itself is a
     * double. So: scale v to 17 digits, round to a long, then drop digits while the shorter number is still closer to v
     * than half the gap to the next double, which is what makes a reader parse it back to v. If a number ending in k
     * zeros is close enough then so is the nearest one that ends in k-1, so the first failure ends the search. Outside
     * of 1e-6 .. 1e17 Double.toString does it, and allocates.
     *
     * Closeness is judged with a hair of margin, because its last step is a rounded subtraction. At a power of two the
     * gap below is half as wide as the gap above, and the narrow one is used for both sides. Each costs at most a digit.
     */

    private static final double[] POWERS_OF_TEN = new double[23];
    private static final long[] LONG_POWERS_OF_TEN = new long[19];
    private static final double MARGIN = 1 - 0x1p-40;

    static {
        long power = 1;
        for (int i = 0; i < LONG_POWERS_OF_TEN.length; i++) {
            LONG_POWERS_OF_TEN[i] = power;
            power *= 10;
        }
        for (int i = 0; i < POWERS_OF_TEN.length; i++) {
            POWERS_OF_TEN[i] = Double.parseDouble("1e" + i);
        }
    }

    private static final boolean[] ESCAPED = new boolean[0x80];

    static {
        ESCAPED['\\'] = true;
        ESCAPED['"'] = true;
        ESCAPED['\n'] = true;
    }

    private static final byte[] NOT_A_NUMBER = {'N', 'a', 'N'};
    private static final byte[] INFINITY = {'I', 'n', 'f'};

    TextBuffer() {
        super(PAGE);
    }

    TextBuffer(int capacity) {
        super(capacity);
    }

    /** Returns a buffer that takes no memory before something is appended. */
    static TextBuffer ofHeads() {
        return new TextBuffer(0);
    }

    void append(char ascii) {
        byte[] to = room(1);
        to[length++] = (byte) ascii;
    }

    /** Appends the value of a label. */
    void appendEscaped(String value) {
        int n = value.length();
        byte[] to = room(n);
        int start = length;
        for (int i = 0; i < n; i++) {
            char c = value.charAt(i);
            if (c >= 0x80 || ESCAPED[c]) {
                append(FamilyText.escaped(value, true).getBytes(UTF_8));
                return;
            }
            to[start + i] = (byte) c;
        }
        length = start + n;
    }

    void append(long number) {
        if (number < 0) {
            append('-');
        }
        appendDigits(number < 0 ? -number : number, 0); // Long.MIN_VALUE: its negative is itself, read as unsigned
    }

    /** Appends {@code number / 10^decimals}, exactly, without trailing zeros. */
    void appendScaled(long number, int decimals) {
        if (number < 0) {
            append('-');
        }
        long magnitude = number < 0 ? -number : number;
        int d = decimals;
        while (d > 0 && Long.remainderUnsigned(magnitude, 10) == 0) {
            magnitude = Long.divideUnsigned(magnitude, 10);
            d--;
        }
        appendDigits(magnitude, d);
    }

    /** Digits of an unsigned number, with a point before the last {@code decimals} of them. */
    private void appendDigits(long magnitude, int decimals) {
        int digits = Math.max(digits(magnitude), decimals + 1);
        int width = digits + (decimals > 0 ? 1 : 0);
        byte[] to = room(width);
        long rest = magnitude;
        for (int i = 0, at = length + width - 1; i < digits; i++) {
            if (i == decimals && decimals > 0) {
                to[at--] = '.';
            }
            long next = rest >= 0 ? rest / 10 : Long.divideUnsigned(rest, 10);
            to[at--] = (byte) ('0' + (int) (rest - 10 * next));
            rest = next;
        }
        length += width;
    }

    private static int digits(long magnitude) {
        if (magnitude < 0) {
            return Long.compareUnsigned(magnitude, 10 * LONG_POWERS_OF_TEN[18]) >= 0 ? 20 : 19;
        }
        int n = 1;
        while (n < 19 && magnitude >= LONG_POWERS_OF_TEN[n]) {
            n++;
        }
        return n;
    }

    /** Appends a decimal number that reads back as exactly this double; the shortest such, or a digit longer. */
    void append(double value) {
        if (Double.isNaN(value)) {
            append(NOT_A_NUMBER);
            return;
        }
        if (Double.isInfinite(value)) {
            append(value > 0 ? '+' : '-');
            append(INFINITY);
            return;
        }
        if (value < 0 || 1 / value < 0) {
            append('-');
        }
        double magnitude = Math.abs(value);
        if (magnitude == Math.rint(magnitude) && magnitude < 0x1p53) {
            appendDigits((long) magnitude, 0);
        } else if (magnitude >= 1e-6 && magnitude < 1e17) {
            appendShortest(magnitude);
        } else {
            append(Double.toString(magnitude).getBytes(ISO_8859_1));
        }
    }

    private void appendShortest(double v) {
        int e = 16 - Math.getExponent(v) * 1233 / 4096; // 1233/4096 = log10(2), a little low; corrected below
        e = Math.max(0, Math.min(22, e));
        while (e > 0 && v * POWERS_OF_TEN[e] >= 1e17) {
            e--;
        }
        while (e < 22 && v * POWERS_OF_TEN[e + 1] < 1e17) {
            e++;
        }
        double scale = POWERS_OF_TEN[e];
        double product = v * scale;
        double error = Math.fma(v, scale, -product);
        long whole = (long) product;
        double beyond = (product - whole) + error; // v * scale = whole + beyond, exactly but for one rounding
        long step = Math.round(beyond); // a product past 2^53 may be off by several
        whole += step;
        double rest = beyond - step; // -0.5 .. 0.5
        boolean powerOfTwo = (Double.doubleToRawLongBits(v) & 0xFFFFFFFFFFFFFL) == 0;
        double closeEnough = Math.ulp(v) * (powerOfTwo ? 0.25 : 0.5) * scale * MARGIN;
        long number = whole;
        int dropped = 0;
        for (int d = 1; d <= e && d < LONG_POWERS_OF_TEN.length; d++) {
            long power = LONG_POWERS_OF_TEN[d];
            long down = whole / power * power;
            long candidate = (whole - down) + rest < power / 2.0 ? down : down + power;
            if (Math.abs((candidate - whole) - rest) >= closeEnough) {
                break;
            }
            number = candidate;
            dropped = d;
        }
        appendDigits(number / LONG_POWERS_OF_TEN[dropped], e - dropped);
    }
}
