package dev.evenkeel.exporter.http;

/** Appends JSON to a {@code StringBuilder}. Commas are placed by what was written before. */
final class JsonText {
    private final StringBuilder out = new StringBuilder(1024);

    JsonText open() {
        comma();
        out.append('{');
        return this;
    }

    JsonText close() {
        out.append('}');
        return this;
    }

    JsonText openArray() {
        comma();
        out.append('[');
        return this;
    }

    JsonText closeArray() {
        out.append(']');
        return this;
    }

    JsonText name(CharSequence name) {
        comma();
        string(name);
        out.append(':');
        return this;
    }

    JsonText value(CharSequence text) {
        comma();
        string(text);
        return this;
    }

    JsonText value(long number) {
        comma();
        out.append(number);
        return this;
    }

    JsonText value(boolean flag) {
        comma();
        out.append(flag);
        return this;
    }

    /** JSON has no NaN and no infinity: they become null. */
    JsonText value(double number) {
        comma();
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            out.append("null");
        } else if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            out.append((long) number);
        } else {
            out.append(number);
        }
        return this;
    }

    /** Appends a document that is written already. */
    JsonText document(CharSequence json) {
        comma();
        out.append(json);
        return this;
    }

    private void comma() {
        if (out.length() == 0) {
            return;
        }
        char last = out.charAt(out.length() - 1);
        if (last != '{' && last != '[' && last != ':') {
            out.append(',');
        }
    }

    private void string(CharSequence s) {
        out.append('"');
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else if (Character.isSurrogate(c) && !isPaired(s, i)) {
                out.append('\uFFFD');
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static boolean isPaired(CharSequence s, int i) {
        return Character.isHighSurrogate(s.charAt(i))
                ? i + 1 < s.length() && Character.isLowSurrogate(s.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(s.charAt(i - 1));
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
