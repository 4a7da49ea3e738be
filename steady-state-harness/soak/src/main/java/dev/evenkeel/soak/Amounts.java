package dev.evenkeel.soak;

import java.util.Locale;

/** Numbers with their units, as a person reads them; the same in every locale. */
final class Amounts {
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Amounts() {}

    /** For example {@code 5.5 MiB}, {@code 72}, {@code 3.1 ms}; a count needs no unit beside its name. */
    static String of(double value, String unit) {
        return switch (unit) {
            case "By" -> bytes(value);
            case "ms" -> number(value) + " ms";
            case "1" -> number(100 * value) + " %";
            default -> number(value);
        };
    }

    /** Three digits are enough: {@code 298}, {@code 12 345}, {@code 3.07}, {@code 0.021}. */
    static String number(double value) {
        double magnitude = Math.abs(value);
        if (!Double.isFinite(value)) {
            return "unknown";
        }
        if (magnitude >= 9.995e6) {
            return String.format(Locale.ROOT, "%.3g", value);
        }
        if (magnitude >= 99.95) {
            return grouped(Math.round(value));
        }
        int decimals = magnitude >= 9.995 ? 1 : magnitude >= 0.9995 ? 2 : 3;
        String s = String.format(Locale.ROOT, "%." + decimals + "f", value);
        s = s.replaceFirst("\\.?0+$", "");
        return s.equals("-0") || s.isEmpty() ? "0" : s;
    }

    /** Digits in groups of three. */
    static String grouped(long value) {
        return String.format(Locale.ROOT, "%,d", value).replace(',', ' ');
    }

    private static String bytes(double value) {
        double v = value;
        int unit = 0;
        while (Math.abs(v) >= 1024 && unit < BINARY.length - 1) {
            v /= 1024;
            unit++;
        }
        return number(v) + " " + BINARY[unit];
    }

    /** For example {@code 42 s}, {@code 2 min 20 s}, {@code 3 h 5 min}, {@code 9 days}. */
    static String duration(double seconds) {
        long s = Math.round(seconds);
        if (s < 60) {
            return s + " s";
        }
        if (s < 3600) {
            return s / 60 + " min" + (s % 60 == 0 ? "" : " " + s % 60 + " s");
        }
        if (s < 48 * 3600) {
            long minutes = Math.round(s / 60.0);
            return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
        }
        return Math.round(s / 86400.0) + " days";
    }
}
