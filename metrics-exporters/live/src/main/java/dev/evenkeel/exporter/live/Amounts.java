package dev.evenkeel.exporter.live;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.DoubleFunction;

/** Amounts in words, by unit. */
final class Amounts {
    private static final MathContext THREE = new MathContext(3);
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Amounts() {}

    static DoubleFunction<String> of(String unit) {
        return switch (unit) {
            case "By" -> Amounts::bytes;
            case "1" -> value -> number(100 * value) + " %";
            case "s" -> value -> number(value) + " s";
            default -> Amounts::number;
        };
    }

    private static String bytes(double value) {
        int step = 0;
        double rest = value;
        while (Math.abs(rest) >= 1024 && step < BINARY.length - 1) {
            rest /= 1024;
            step++;
        }
        return number(rest) + " " + BINARY[step];
    }

    private static String number(double value) {
        if (!Double.isFinite(value)) {
            return "unknown";
        }
        BigDecimal rounded = Math.abs(value) >= 1000
                ? BigDecimal.valueOf(Math.rint(value))
                : BigDecimal.valueOf(value).round(THREE);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
}
