package dev.evenkeel.dashboard;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes maps, lists, strings, numbers and booleans as indented JSON, keys in the order of the map. */
final class Json {

    /** JSON's {@code null}. */
    static final Object NULL = new Object();

    private Json() {}

    static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value, 0);
        return out.append('\n').toString();
    }

    static String quote(String s) {
        StringBuilder out = new StringBuilder(s.length() + 2).append('"');
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    private static void write(StringBuilder out, Object value, int depth) {
        if (value instanceof Map<?, ?> map) {
            if (map.isEmpty()) {
                out.append("{}");
                return;
            }
            String before = "{\n";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(before).append("  ".repeat(depth + 1));
                out.append(quote(String.valueOf(entry.getKey()))).append(": ");
                write(out, entry.getValue(), depth + 1);
                before = ",\n";
            }
            out.append('\n').append("  ".repeat(depth)).append('}');
        } else if (value instanceof List<?> list) {
            if (list.isEmpty()) {
                out.append("[]");
                return;
            }
            String before = "[\n";
            for (Object element : list) {
                out.append(before).append("  ".repeat(depth + 1));
                write(out, element, depth + 1);
                before = ",\n";
            }
            out.append('\n').append("  ".repeat(depth)).append(']');
        } else if (value == NULL) {
            out.append("null");
        } else if (value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            out.append(quote(value.toString()));
        }
    }
}
