package dev.evenkeel.drift;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers and times as a reader wants them; the same on every locale. */
final class Words {
    private static final int DIGITS = 3;

    private Words() {}

    /** Three significant digits, or all digits before the point where those are more; integers in full. */
    static String number(double v) {
        if (Double.isNaN(v)) {
            return "unknown";
        }
        if (Double.isInfinite(v)) {
            return v > 0 ? "infinity" : "-infinity";
        }
        double size = Math.abs(v);
        if (size >= 1e15 || (size > 0 && size < 1e-6)) {
            return new BigDecimal(v)
                    .round(new MathContext(DIGITS, RoundingMode.HALF_EVEN))
                    .toString();
        }
        BigDecimal exact = new BigDecimal(v);
        BigDecimal rounded = size >= 100
                ? exact.setScale(0, RoundingMode.HALF_EVEN)
                : exact.round(new MathContext(DIGITS, RoundingMode.HALF_EVEN));
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** Hours and minutes, and seconds where the run is shorter than two hours. */
    static String clock(double second, double spanSeconds) {
        String sign = second < 0 ? "-" : "";
        long s = Math.round(Math.abs(second));
        if (spanSeconds >= 7200) {
            long m = Math.round(Math.abs(second) / 60);
            return sign + two(m / 60) + ":" + two(m % 60);
        }
        return sign + two(s / 3600) + ":" + two(s / 60 % 60) + ":" + two(s % 60);
    }

    /** A length of time in its two largest units. */
    static String duration(double seconds) {
        if (!(seconds < 1e12)) {
            return "forever";
        }
        long s = Math.round(seconds);
        if (s < 60) {
            return s < 1 ? number(seconds) + " s" : s + " s";
        }
        if (s < 3600) {
            return pair(s / 60, "min", s % 60, "s");
        }
        if (s < 86_400) {
            return pair(s / 3600, "h", s % 3600 / 60, "min");
        }
        return pair(s / 86_400, "d", s % 86_400 / 3600, "h");
    }

    private static String pair(long large, String largeUnit, long small, String smallUnit) {
        return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }

    private static String two(long v) {
        return v < 10 ? "0" + v : Long.toString(v);
    }
}
