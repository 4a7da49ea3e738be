package dev.evenkeel.soak.report;

import java.util.Locale;

/**
 * How readings of one UCUM unit are written for people: bytes by powers of 1024, ratios as percent,
 * annotations such as {@code {thread}} as plain words.
 */
public final class Unit {

    /** Stands where there is no number to show. */
    static final String NOTHING = "–";

    private static final int LONGEST = 20;

    private enum Family {
        BYTES,
        RATIO,
        WORD,
        PLAIN
    }

    private final Family family;
    private final String word;

    private Unit(Family family, String word) {
        this.family = family;
        this.word = word;
    }

    public static Unit of(String ucum) {
        if (ucum.equals("By")) {
            return new Unit(Family.BYTES, "");
        }
        if (ucum.equals("1")) {
            return new Unit(Family.RATIO, "%");
        }
        if (ucum.length() > 2 && ucum.startsWith("{") && ucum.endsWith("}")) {
            return new Unit(Family.WORD, cut(ucum.substring(1, ucum.length() - 1), LONGEST));
        }
        return new Unit(Family.PLAIN, cut(ucum, LONGEST));
    }

    /** The smallest range of readings that is worth a plot of its own height. */
    double narrowest() {
        return switch (family) {
            case BYTES -> 16;
            case RATIO, PLAIN -> 0.001;
            case WORD -> 4;
        };
    }

    /** Whether readings are whole things, so that an axis must not show halves of them. */
    boolean whole() {
        return family == Family.WORD;
    }

    /** The scale in which the largest of the values reads best; the same for all of them, so that they compare. */
    Scale scale(double... values) {
        double largest = 0;
        for (double v : values) {
            if (Double.isFinite(v)) {
                largest = Math.max(largest, Math.abs(v));
            }
        }
        return switch (family) {
            case BYTES -> {
                if (largest >= 1024.0 * 1024 * 1024) {
                    yield new Scale(1024.0 * 1024 * 1024, "GiB", largest);
                }
                if (largest >= 1024.0 * 1024) {
                    yield new Scale(1024.0 * 1024, "MiB", largest);
                }
                yield largest >= 1024 ? new Scale(1024, "KiB", largest) : new Scale(1, "B", largest);
            }
            case RATIO -> new Scale(0.01, "%", largest);
            case WORD -> new Scale(1, word.endsWith("s") ? word : word + "s", largest);
            case PLAIN -> new Scale(1, word, largest);
        };
    }

    /** One value with its unit, such as "38.2 MiB". */
    String text(double value) {
        if (!Double.isFinite(value)) {
            return NOTHING;
        }
        if (family == Family.WORD && Math.abs(value) == 1) {
            return number(value, 0, false) + "\u00a0" + word;
        }
        return scale(value).text(value);
    }

    /** "+2.4 MiB/h". */
    String perHour(double value) {
        return Double.isFinite(value) ? (value > 0 ? "+" : "") + amountPerHour(value) : NOTHING;
    }

    /** A size of growth that has no sign, as a budget has none: "2.4 MiB/h". */
    String amountPerHour(double value) {
        return Double.isFinite(value) ? change(value) + "/h" : NOTHING;
    }

    /** A difference of two readings with a plus in front of growth: of two percentages it is in points. */
    String difference(double value) {
        return Double.isFinite(value) ? (value > 0 ? "+" : "") + change(value) : NOTHING;
    }

    private String change(double value) {
        return family == Family.RATIO ? scale(value).number(value) + "\u00a0points" : text(value);
    }

    /** Both bounds in one scale: "−0.3 to +2.1 MiB/h". */
    String betweenPerHour(double lower, double upper) {
        if (!Double.isFinite(lower) || !Double.isFinite(upper)) {
            return NOTHING;
        }
        Scale scale = scale(lower, upper);
        String suffix = family == Family.RATIO ? "points" : scale.suffix();
        return scale.signed(lower) + " to " + scale.signed(upper) + scale.gap() + suffix + "/h";
    }

    /** A scale: what one step of it is worth, how it is called and how many decimals are worth showing. */
    record Scale(double divisor, String suffix, double largest) {

        String number(double value) {
            return Unit.number(value / divisor, decimals(), true);
        }

        String signed(double value) {
            String text = Unit.number(value / divisor, decimals(), false);
            boolean zero = text.chars().noneMatch(c -> c >= '1' && c <= '9');
            return value > 0 && !zero ? "+" + text : text;
        }

        String text(double value) {
            return Double.isFinite(value) ? number(value) + gap() + suffix : NOTHING;
        }

        String gap() {
            return suffix.isEmpty() ? "" : "\u00a0";
        }

        private int decimals() {
            double shown = largest / divisor;
            if (suffix.equals("B") || shown >= 100) {
                return 0;
            }
            if (shown >= 10) {
                return 1;
            }
            return shown >= 1 ? 2 : shown >= 0.01 ? 3 : shown >= 0.001 ? 4 : 6;
        }
    }

    /** Text that fits where a few words belong. */
    static String cut(String text, int longest) {
        if (text.codePointCount(0, text.length()) <= longest) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, longest - 1)) + "…";
    }

    /** Whole number with groups of three: 12 345. */
    public static String count(long n) {
        return number(n, 0, false);
    }

    /**
     * A number with at most {@code decimals} decimals, groups of three from 10 000 on and a real minus
     * sign.
     *
     * @param trim whether zeros at the end of the decimals go
     */
    public static String number(double value, int decimals, boolean trim) {
        if (!Double.isFinite(value)) {
            return NOTHING;
        }
        if (Math.abs(value) >= 1e12) {
            return String.format(Locale.ROOT, "%.3g", value).replace('-', '\u2212');
        }
        String digits = String.format(Locale.ROOT, "%." + decimals + "f", Math.abs(value));
        if (trim && digits.indexOf('.') >= 0) {
            digits = digits.replaceAll("0+$", "").replaceAll("\\.$", "");
        }
        int point = digits.indexOf('.');
        String whole = point < 0 ? digits : digits.substring(0, point);
        StringBuilder out = new StringBuilder();
        boolean zero = digits.chars().noneMatch(c -> c >= '1' && c <= '9');
        if (value < 0 && !zero) {
            out.append('\u2212');
        }
        for (int i = 0; i < whole.length(); i++) {
            if (i > 0 && whole.length() > 4 && (whole.length() - i) % 3 == 0) {
                out.append('\u202f');
            }
            out.append(whole.charAt(i));
        }
        return out.append(point < 0 ? "" : digits.substring(point)).toString();
    }
}
