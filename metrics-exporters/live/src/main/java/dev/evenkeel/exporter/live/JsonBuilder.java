package dev.evenkeel.exporter.live;

import java.math.BigDecimal;
import java.math.MathContext;

/** Writes one JSON object without white space. Numbers are the same on every locale. */
final class JsonBuilder {
    /** More than a plot of a thousand pixels can show or an interval is worth, and half the bytes. */
    private static final MathContext SIX = new MathContext(6);

    private final StringBuilder out = new StringBuilder(16_384);
    private boolean comma;

    JsonBuilder open() {
        separate();
        out.append('{');
        comma = false;
        return this;
    }

    JsonBuilder close() {
        out.append('}');
        comma = true;
        return this;
    }

    JsonBuilder openArray(String name) {
        name(name);
        out.append('[');
        comma = false;
        return this;
    }

    JsonBuilder closeArray() {
        out.append(']');
        comma = true;
        return this;
    }

    JsonBuilder add(String name, String text) {
        name(name);
        string(text);
        comma = true;
        return this;
    }

    JsonBuilder add(String name, long number) {
        name(name);
        out.append(number);
        comma = true;
        return this;
    }

    /** All digits. What is not finite becomes null. */
    JsonBuilder exact(String name, double number) {
        name(name);
        number(number, MathContext.UNLIMITED);
        comma = true;
        return this;
    }

    /** Six digits. What is not finite becomes null. */
    JsonBuilder rounded(String name, double number) {
        name(name);
        number(number, SIX);
        comma = true;
        return this;
    }

    JsonBuilder rounded(String name, double[] numbers) {
        openArray(name);
        for (int i = 0; i < numbers.length; i++) {
            out.append(i == 0 ? "" : ",");
            number(numbers[i], SIX);
        }
        return closeArray();
    }

    private void number(double number, MathContext digits) {
        if (Double.isFinite(number)) {
            BigDecimal decimal = BigDecimal.valueOf(number).round(digits).stripTrailingZeros();
            out.append(
                    decimal.scale() <= 0 && decimal.precision() - decimal.scale() < 16
                            ? decimal.toPlainString()
                            : decimal.toString());
        } else {
            out.append("null");
        }
    }

    private void name(String name) {
        separate();
        string(name);
        out.append(':');
    }

    private void separate() {
        if (comma) {
            out.append(',');
        }
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
