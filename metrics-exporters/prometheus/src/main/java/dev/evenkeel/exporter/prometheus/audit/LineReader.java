package dev.evenkeel.exporter.prometheus.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads sample lines of either format. More tolerant than Prometheus where that lets a rule say more than "cannot be read":
 * names may have any characters; exemplars are skipped.
 */
final class LineReader {
    /** What is wrong with a line. Always caught by the reader of the page. */
    static final class BadLine extends Exception {
        private static final long serialVersionUID = 1L;

        BadLine(String message) {
            super(message, null, false, false);
        }

        String what() {
            return String.valueOf(getMessage());
        }
    }

    /** One string per distinct name or value: a page repeats each of them on hundreds of lines. */
    private final Map<String, String> strings = new HashMap<>();

    private String text = "";
    private int at;

    /** Reads one line that is neither blank nor a comment. */
    SampleLine read(String line, int number, boolean openMetrics) throws BadLine {
        text = line;
        at = 0;
        skipBlanks();
        List<String> labels = List.of();
        String name = "";
        if (peek() != '{') {
            name = until(" \t{");
            skipBlanks();
        }
        if (at < text.length() && text.charAt(at) == '{') {
            labels = labels(name.isEmpty());
            if (name.isEmpty()) {
                name = labels.get(1); // {"a name", label="value"}
                labels = labels.subList(2, labels.size());
            }
        }
        skipBlanks();
        double value = number(until(" \t"));
        skipBlanks();
        Long timestamp = null;
        if (at < text.length() && text.charAt(at) != '#') {
            timestamp = timestamp(until(" \t"), openMetrics);
            skipBlanks();
        }
        if (at < text.length() && text.charAt(at) != '#') {
            throw new BadLine("there is something after the value");
        }
        return new SampleLine(shared(name), labels, value, timestamp, number);
    }

    private List<String> labels(boolean nameWithin) throws BadLine {
        List<String> pairs = new ArrayList<>();
        at++; // {
        boolean first = nameWithin;
        while (true) {
            skipBlanks();
            if (peek() == '}') {
                at++;
                if (first) {
                    throw new BadLine("a metric name is missing");
                }
                return Collections.unmodifiableList(pairs);
            }
            String label = peek() == '"' ? quoted() : until(" \t={},\"");
            skipBlanks();
            if (first) {
                first = false;
                pairs.add("");
                pairs.add(label);
            } else {
                pair(pairs, label);
            }
            skipBlanks();
            if (peek() == ',') {
                at++;
            } else if (peek() != '}') {
                throw new BadLine("a comma or a closing brace is missing after label " + label);
            }
        }
    }

    private void pair(List<String> pairs, String label) throws BadLine {
        if (label.isEmpty()) {
            throw new BadLine("a label name is missing");
        }
        if (peek() != '=') {
            throw new BadLine("'=' is missing after label " + label);
        }
        at++;
        skipBlanks();
        if (peek() != '"') {
            throw new BadLine("the value of label " + label + " is not quoted");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            if (pairs.get(i).equals(label)) {
                throw new BadLine("label " + label + " stands there twice");
            }
        }
        pairs.add(shared(label));
        pairs.add(shared(quoted()));
    }

    private String quoted() throws BadLine {
        StringBuilder b = new StringBuilder();
        at++; // the opening quote
        while (true) {
            char c = peek();
            at++;
            if (c == '"') {
                return b.toString();
            }
            if (c == '\\') {
                char escaped = peek();
                at++;
                switch (escaped) {
                    case 'n' -> b.append('\n');
                    case '\\', '"' -> b.append(escaped);
                    default -> throw new BadLine("\\" + escaped + " is no escape; there are \\\\, \\\" and \\n");
                }
            } else {
                b.append(c);
            }
        }
    }

    private static double number(String word) throws BadLine {
        switch (word) {
            case "":
                throw new BadLine("a value is missing");
            case "NaN":
                return Double.NaN;
            case "+Inf", "Inf":
                return Double.POSITIVE_INFINITY;
            case "-Inf":
                return Double.NEGATIVE_INFINITY;
            default:
                break;
        }
        @Nullable Double value = decimal(word);
        if (value == null) {
            throw new BadLine("\"" + shortened(word) + "\" is not a number");
        }
        return value;
    }

    /** A decimal number; null if it is none. Java would also take "1d" and "Infinity". */
    static @Nullable Double decimal(String word) {
        char end = word.isEmpty() ? ' ' : word.charAt(word.length() - 1);
        if (end != '.' && (end < '0' || end > '9')) {
            return null;
        }
        try {
            return Double.valueOf(word);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static Long timestamp(String word, boolean openMetrics) throws BadLine {
        @Nullable Double value = decimal(word);
        if (value == null || !openMetrics && value != Math.rint(value)) {
            throw new BadLine(
                    "\"" + shortened(word) + "\" is not a timestamp in " + (openMetrics ? "seconds" : "milliseconds"));
        }
        return Math.round(openMetrics ? value * 1000 : value);
    }

    static String shortened(String word) {
        return word.length() <= 40 ? word : word.substring(0, 37) + "...";
    }

    private char peek() throws BadLine {
        if (at >= text.length()) {
            throw new BadLine("the line ends too early");
        }
        return text.charAt(at);
    }

    private String until(String ends) {
        int from = at;
        while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(from, at);
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private String shared(String s) {
        String known = strings.putIfAbsent(s, s);
        return known == null ? s : known;
    }
}
