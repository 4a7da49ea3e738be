package dev.evenkeel.exporter.prometheus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the Prometheus text format 0.0.4. Comments, types and timestamps are skipped. */
public final class PrometheusText {
    /**
     * One line: a name, its labels in the order of the line, a value.
     *
     * @param labels immutable; {@code le} of a bucket is one of them
     */
    public record Sample(String name, Map<String, String> labels, double value) {}

    private final CharSequence text;
    private int at;
    private int line = 1;

    private PrometheusText(CharSequence text) {
        this.text = text;
    }

    /**
     * Reads all samples, in order.
     *
     * @throws IllegalArgumentException if a line is not a sample, with the number of that line
     */
    public static List<Sample> parse(CharSequence text) {
        return new PrometheusText(text).samples();
    }

    /** Reads all samples from UTF-8 bytes, to the end of the stream; the stream stays open. */
    public static List<Sample> parse(InputStream text) throws IOException {
        return parse(new String(text.readAllBytes(), StandardCharsets.UTF_8));
    }

    private List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        while (at < text.length()) {
            skipBlanks();
            if (at < text.length() && text.charAt(at) != '\n') {
                if (text.charAt(at) == '#') {
                    skipLine();
                } else {
                    samples.add(sample());
                }
            }
            if (at < text.length()) {
                at++; // the newline
                line++;
            }
        }
        return samples;
    }

    private Sample sample() {
        String name = name(true);
        skipBlanks();
        Map<String, String> labels = at < text.length() && text.charAt(at) == '{' ? labels() : Map.of();
        skipBlanks();
        double value = value(word("a value"));
        skipBlanks();
        if (!atLineEnd()) {
            String timestamp = word("a timestamp");
            for (int i = timestamp.startsWith("-") ? 1 : 0; i < timestamp.length(); i++) {
                if (!isDigit(timestamp.charAt(i))) {
                    throw bad("\"" + timestamp + "\" is not a timestamp in milliseconds");
                }
            }
            skipBlanks();
        }
        if (!atLineEnd()) {
            throw bad("there is something after the value");
        }
        return new Sample(name, labels, value);
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        at++; // {
        while (true) {
            skipBlanks();
            if (peek() == '}') {
                at++;
                return Collections.unmodifiableMap(labels);
            }
            String label = name(false);
            skipBlanks();
            expect('=');
            skipBlanks();
            expect('"');
            if (labels.put(label, quoted()) != null) {
                throw bad("label " + label + " stands there twice");
            }
            skipBlanks();
            if (peek() == ',') {
                at++;
            } else if (peek() != '}') {
                throw bad("a comma or a closing brace is missing after label " + label);
            }
        }
    }

    private String quoted() {
        StringBuilder b = new StringBuilder();
        while (true) {
            char c = peek();
            at++;
            if (c == '"') {
                return b.toString();
            }
            if (c != '\\') {
                b.append(c);
                continue;
            }
            char escaped = peek();
            at++;
            switch (escaped) {
                case 'n' -> b.append('\n');
                case '\\', '"' -> b.append(escaped);
                default -> throw bad("\\" + escaped + " is no escape; there are \\\\, \\\" and \\n");
            }
        }
    }

    /** The next character; the end of the text or of the line is an error here. */
    private char peek() {
        if (atLineEnd()) {
            throw bad("the line ends too early");
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw bad("'" + c + "' is missing before \"" + text.charAt(at) + "\"");
        }
        at++;
    }

    private String name(boolean colons) {
        int from = at;
        while (at < text.length() && isNamePart(text.charAt(at), colons, at > from)) {
            at++;
        }
        if (at == from) {
            throw bad(colons ? "a metric name is missing" : "a label name is missing");
        }
        return text.subSequence(from, at).toString();
    }

    private static boolean isNamePart(char c, boolean colons, boolean notFirst) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || colons && c == ':' || notFirst && isDigit(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private String word(String what) {
        int from = at;
        while (!atLineEnd() && !isBlank(text.charAt(at))) {
            at++;
        }
        if (at == from) {
            throw bad(what + " is missing");
        }
        return text.subSequence(from, at).toString();
    }

    private double value(String word) {
        switch (word) {
            case "NaN":
                return Double.NaN;
            case "+Inf", "Inf":
                return Double.POSITIVE_INFINITY;
            case "-Inf":
                return Double.NEGATIVE_INFINITY;
            default:
                break;
        }
        char end = word.charAt(word.length() - 1);
        if (isDigit(end) || end == '.') { // Java would also take "1d", "1f" and "Infinity"
            try {
                return Double.parseDouble(word);
            } catch (NumberFormatException e) {
                // said below
            }
        }
        throw bad("\"" + word + "\" is not a number");
    }

    private boolean atLineEnd() {
        return at >= text.length() || text.charAt(at) == '\n';
    }

    private void skipBlanks() {
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
    }

    /** A carriage return counts as one: text that passed through Windows. */
    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r';
    }

    private void skipLine() {
        while (!atLineEnd()) {
            at++;
        }
    }

    private IllegalArgumentException bad(String what) {
        return new IllegalArgumentException("Cannot read line " + line + " of the Prometheus text: " + what + ".");
    }
}
