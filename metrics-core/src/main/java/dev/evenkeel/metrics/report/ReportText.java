package dev.evenkeel.metrics.report;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as people read them: three digits, and a prefix for seconds and bytes. */
final class ReportText {
    private static final String[] SECONDS = {"s", "ms", "us", "ns"};
    private static final String[] BYTES = {"B", "kB", "MB", "GB", "TB"};

    private ReportText() {}

    /** Appends a whole number as it is, another with three digits. */
    static void number(StringBuilder line, double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            line.append((long) value);
        } else {
            threeDigits(line, value);
        }
    }

    /** Appends a value with the unit of its family. */
    static void amount(StringBuilder line, double value, String unit) {
        if (unit.equals("s") && value != 0) {
            int prefix = 0;
            double scaled = value;
            while (Math.abs(scaled) < 0.9995 && prefix < SECONDS.length - 1) {
                scaled *= 1000;
                prefix++;
            }
            threeDigits(line, scaled);
            line.append(' ').append(SECONDS[prefix]);
        } else if (unit.equals("By")) {
            int prefix = 0;
            double scaled = value;
            while (Math.abs(scaled) >= 999.5 && prefix < BYTES.length - 1) {
                scaled /= 1000;
                prefix++;
            }
            threeDigits(line, scaled);
            line.append(' ').append(BYTES[prefix]);
        } else {
            number(line, value);
            if (!unit.isEmpty() && !unit.equals("1") && unit.charAt(0) != '{') {
                line.append(' ').append(unit);
            }
        }
    }

    /** Appends a value of any size with three digits, or as many as it has before the point. */
    static void threeDigits(StringBuilder line, double value) {
        double size = Math.abs(value);
        if (Double.isNaN(size) || Double.isInfinite(size)) {
            line.append(value);
            return;
        }
        if (size >= 1e15 || (size > 0 && size < 1e-3)) {
            line.append(new BigDecimal(value, new MathContext(3)).stripTrailingZeros());
            return;
        }
        int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
        double unit = Math.pow(10, decimals);
        long rounded = Math.round(size * unit);
        while (decimals > 0 && rounded % 10 == 0) {
            rounded /= 10;
            decimals--;
        }
        if (value < 0 && rounded > 0) {
            line.append('-');
        }
        long power = (long) Math.pow(10, decimals);
        line.append(rounded / power);
        if (decimals > 0) {
            String fraction = Long.toString(rounded % power);
            line.append('.').append("0".repeat(decimals - fraction.length())).append(fraction);
        }
    }
}
