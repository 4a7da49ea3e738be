package dev.evenkeel.soak.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Writes indented JSON into a buffer.
 *
 * <p>Commas and indentation are its business; calls in an order that gives no JSON throw {@code
 * IllegalStateException}. Numbers are rounded to ten significant digits, so that the text does not
 * depend on how a JDK prints doubles, and never depend on the locale. JSON has no word for NaN or
 * infinity: both become {@code null}.
 */
public final class JsonWriter {

    private static final MathContext DIGITS = new MathContext(10, RoundingMode.HALF_EVEN);
    private static final int DEEPEST = 32;

    private final StringBuilder out = new StringBuilder(4096);
    private final char[] open = new char[DEEPEST];
    private int depth;
    private boolean first = true;
    private boolean named;

    public JsonWriter beginObject() {
        return begin('{');
    }

    public JsonWriter endObject() {
        return end('{', '}');
    }

    public JsonWriter beginArray() {
        return begin('[');
    }

    public JsonWriter endArray() {
        return end('[', ']');
    }

    /** Starts a member of the current object. */
    public JsonWriter name(String name) {
        if (depth == 0 || open[depth - 1] != '{' || named) {
            throw new IllegalStateException(
                    "Name \"" + name + "\" is not inside an object, or follows another name; write its value first.");
        }
        separate();
        quote(name);
        out.append(": ");
        named = true;
        return this;
    }

    public JsonWriter value(String text) {
        beforeValue();
        quote(text);
        return this;
    }

    public JsonWriter value(double number) {
        beforeValue();
        out.append(number(number));
        return this;
    }

    public JsonWriter value(long number) {
        beforeValue();
        out.append(number);
        return this;
    }

    public JsonWriter value(boolean truth) {
        beforeValue();
        out.append(truth);
        return this;
    }

    public JsonWriter member(String name, String text) {
        return name(name).value(text);
    }

    public JsonWriter member(String name, double number) {
        return name(name).value(number);
    }

    public JsonWriter member(String name, long number) {
        return name(name).value(number);
    }

    public JsonWriter member(String name, boolean truth) {
        return name(name).value(truth);
    }

    /** The document, ending in a newline; every object and array must be closed. */
    @Override
    public String toString() {
        if (depth != 0) {
            throw new IllegalStateException(depth + " objects or arrays are still open; end them first.");
        }
        return out + "\n";
    }

    static String number(double v) {
        if (Double.isNaN(v) || Double.isInfinite(v)) {
            return "null";
        }
        if (v == 0) {
            return "0";
        }
        BigDecimal exact = new BigDecimal(v).round(DIGITS).stripTrailingZeros();
        double size = Math.abs(v);
        return size >= 1e-6 && size < 1e17 ? exact.toPlainString() : exact.toString();
    }

    private JsonWriter begin(char bracket) {
        beforeValue();
        if (depth == DEEPEST) {
            throw new IllegalStateException("More than " + DEEPEST + " levels of JSON; flatten the document.");
        }
        out.append(bracket);
        open[depth++] = bracket;
        first = true;
        return this;
    }

    private JsonWriter end(char begun, char bracket) {
        if (depth == 0 || open[depth - 1] != begun || named) {
            throw new IllegalStateException("'" + bracket + "' closes nothing here; an earlier call is missing.");
        }
        depth--;
        if (!first) {
            newline();
        }
        out.append(bracket);
        first = false;
        return this;
    }

    private void beforeValue() {
        if (named) {
            named = false;
            return;
        }
        if (depth == 0) {
            if (out.length() != 0) {
                throw new IllegalStateException("A second JSON document; use a new writer.");
            }
            return;
        }
        if (open[depth - 1] == '{') {
            throw new IllegalStateException("A value without a name inside an object; call name(..) first.");
        }
        separate();
    }

    private void separate() {
        if (!first) {
            out.append(',');
        }
        first = false;
        newline();
    }

    private void newline() {
        out.append('\n').append("  ".repeat(depth));
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    // Control characters must be escaped. A lone surrogate would not survive UTF-8, and the two
                    // line separators and '<' are escaped so that the text may be pasted into a script.
                    if (c < 0x20 || c == 0x7f || c == '<' || c == '\u2028' || c == '\u2029' || lone(text, i)) {
                        out.append("\\u");
                        String hex = Integer.toHexString(c);
                        out.append("0".repeat(4 - hex.length())).append(hex);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean lone(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }
}
