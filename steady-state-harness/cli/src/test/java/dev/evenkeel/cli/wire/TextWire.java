package dev.evenkeel.cli.wire;

import dev.evenkeel.exporter.prometheus.PrometheusTextWriter;
import dev.evenkeel.exporter.prometheus.TextFormat;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Prometheus text 0.0.4 and OpenMetrics 1.0, read back by rules written down from the two formats' own descriptions. */
final class TextWire extends PrometheusWire {
    private final MetricRegistry registry;
    private final TextFormat format;
    private final PrometheusTextWriter writer;

    TextWire(MetricRegistry registry, TextFormat format) {
        this.registry = registry;
        this.format = format;
        this.writer = PrometheusTextWriter.of(format);
    }

    @Override
    Object whole(Object value) {
        return value; // every digit is written
    }

    @Override
    boolean hasExemplars() {
        return format == TextFormat.OPEN_METRICS;
    }

    @Override
    void describe(Map<Sample, Object> to, Reference.Entry entry) {
        Loss.START_TIME.happened();
        boolean open = format == TextFormat.OPEN_METRICS;
        String family = open ? entry.names().openMetrics() : entry.names().prometheus();
        to.put(Sample.of("# TYPE " + family), type(entry.family().kind()));
        to.put(Sample.of("# HELP " + family), help(entry));
        String unit = entry.names().prometheusUnit();
        if (open && !unit.isEmpty() && family.endsWith("_" + unit)) {
            to.put(Sample.of("# UNIT " + family), unit);
        }
    }

    private String collect() throws Exception {
        registry.collect(writer);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    Map<Sample, Object> read() throws Exception {
        Map<Sample, Object> all = samples();
        String text = collect();
        String[] lines = text.split("\n", -1);
        if (!lines[lines.length - 1].isEmpty()) {
            throw new IllegalStateException("The last line has no end: " + lines[lines.length - 1]);
        }
        int samples = lines.length - 1;
        if (format == TextFormat.OPEN_METRICS) {
            samples--;
            if (!lines[samples].equals("# EOF")) {
                throw new IllegalStateException("The text ends with " + lines[samples]);
            }
        }
        for (int i = 0; i < samples; i++) {
            if (lines[i].startsWith("# ")) {
                String[] words = lines[i].split(" ", 4);
                boolean quotes = format == TextFormat.OPEN_METRICS;
                put(all, Sample.of("# " + words[1] + " " + words[2]), unescaped(words[3], quotes));
            } else {
                new Line(lines[i]).read(all);
            }
        }
        return all;
    }

    private static String unescaped(String text, boolean quotes) {
        StringBuilder b = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                char next = text.charAt(++i);
                switch (next) {
                    case 'n' -> b.append('\n');
                    case '\\' -> b.append('\\');
                    case '"' -> {
                        if (!quotes) {
                            throw new IllegalStateException("An escape that the format does not have: " + text);
                        }
                        b.append('"');
                    }
                    default -> throw new IllegalStateException("An escape that no format has: " + text);
                }
            } else {
                b.append(c);
            }
        }
        return b.toString();
    }

    /** One line: name{labels} value # {labels} value time. */
    private static final class Line {
        private final String line;
        private int at;

        Line(String line) {
            this.line = line;
        }

        void read(Map<Sample, Object> to) {
            int end = Math.min(line.indexOf(' '), line.indexOf('{') < 0 ? Integer.MAX_VALUE : line.indexOf('{'));
            String name = line.substring(0, end);
            at = end;
            Map<String, String> labels = line.charAt(at) == '{' ? labels() : new HashMap<>();
            labels.computeIfPresent(
                    "le", (key, le) -> name.endsWith("_bucket") ? ((Number) Sample.parsed(le)).doubleValue() + "" : le);
            at++; // the blank
            put(to, new Sample(name, labels), Sample.parsed(word()));
            if (at < line.length()) {
                at += 3; // " # "
                Map<String, String> ids = labels();
                at++;
                double value = Double.parseDouble(word());
                at++;
                double seconds = Double.parseDouble(word());
                String exemplars = name.substring(0, name.length() - "_bucket".length()) + "_exemplar";
                put(
                        to,
                        new Sample(exemplars, labels),
                        text(ids.getOrDefault("trace_id", "?"), ids.getOrDefault("span_id", "?"), value, seconds));
            }
            if (at != line.length()) {
                throw new IllegalStateException("Something follows the value: " + line);
            }
        }

        private String word() {
            int end = line.indexOf(' ', at);
            String word = line.substring(at, end < 0 ? line.length() : end);
            at += word.length();
            return word;
        }

        private Map<String, String> labels() {
            Map<String, String> labels = new HashMap<>();
            at++; // {
            while (line.charAt(at) != '}') {
                int equals = line.indexOf("=\"", at);
                String name = line.substring(at, equals);
                int from = equals + 2;
                at = from;
                while (line.charAt(at) != '"') {
                    at += line.charAt(at) == '\\' ? 2 : 1;
                }
                if (labels.put(name, unescaped(line.substring(from, at), true)) != null) {
                    throw new IllegalStateException("A label comes twice: " + line);
                }
                at++; // the quote
                if (line.charAt(at) == ',') {
                    at++;
                }
            }
            at++; // }
            return labels;
        }
    }

    @Override
    String listing() throws Exception {
        StringBuilder kept = new StringBuilder();
        for (String line : collect().split("(?<=\n)")) {
            if (!line.startsWith("evenkeel_") && !line.matches("(?s)# \\w+ evenkeel_.*")) {
                kept.append(line);
            }
        }
        return kept.toString();
    }
}
