package dev.evenkeel.exporter.prometheus.audit;

import dev.evenkeel.exporter.prometheus.audit.LineReader.BadLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole page of either format, with metadata and line numbers, and goes on after a bad line.
 *
 * <p>{@link dev.evenkeel.exporter.prometheus.PrometheusText} is the strict reader, for pages that are meant to be right.
 */
final class ExpositionReader {
    /** Bad lines that are told one by one; the rest is one number. */
    static final int TOLD_LINES = 20;

    private final Findings findings;
    private final LineReader lineReader = new LineReader();
    private final Map<String, MetricFamily> families = new LinkedHashMap<>();
    private final Map<String, Integer> firstSample = new HashMap<>();
    private final List<SampleLine> samples = new ArrayList<>();
    private boolean openMetrics;
    private int badLines;
    private int metadataLines;

    private ExpositionReader(Findings findings) {
        this.findings = findings;
    }

    /** @throws NotMetricsException if nothing on the page is a sample or metadata */
    static Exposition read(CharSequence page, Findings findings) {
        return new ExpositionReader(findings).read(page.toString());
    }

    private Exposition read(String page) {
        openMetrics = page.stripTrailing().endsWith("\n# EOF") || page.strip().equals("# EOF");
        if (page.stripLeading().startsWith("<")) {
            throw nothing("it begins with \"<\", as HTML and XML do");
        }
        int line = 0;
        int from = 0;
        while (from < page.length()) {
            int to = page.indexOf('\n', from);
            boolean cut = to < 0;
            line++;
            String text = page.substring(from, cut ? page.length() : to).strip();
            from = cut ? page.length() : to + 1;
            int before = badLines;
            read(text, line);
            if (cut && before == badLines && !openMetrics && !text.isEmpty() && !text.startsWith("#")) {
                bad(line, "the last line does not end with a newline");
            }
        }
        if (samples.isEmpty() && metadataLines == 0 && !openMetrics) {
            throw nothing(badLines == 0 ? "it is empty" : "none of its " + badLines + " lines is a sample or metadata");
        }
        if (badLines > TOLD_LINES) {
            findings.addPage(
                    Rule.SYNTAX,
                    0,
                    badLines - TOLD_LINES + " more lines cannot be read",
                    "Mend the lines above first, then audit again.");
        }
        samples.forEach(this::place);
        joinUndeclaredParts();
        return new Exposition(openMetrics, List.copyOf(families.values()), samples.size());
    }

    private static NotMetricsException nothing(String why) {
        return new NotMetricsException("This is no Prometheus text: " + why
                + ". Give the path that Prometheus scrapes; most processes call it /metrics.");
    }

    private void read(String text, int line) {
        if (text.isEmpty()) {
            return;
        }
        if (text.charAt(0) == '#') {
            metadata(text, line);
            return;
        }
        try {
            SampleLine sample = lineReader.read(text, line, openMetrics);
            samples.add(sample);
            firstSample.putIfAbsent(sample.name(), line);
        } catch (BadLine e) {
            bad(line, e.what() + " in \"" + LineReader.shortened(text) + "\"");
        }
    }

    private void bad(int line, String what) {
        if (++badLines <= TOLD_LINES) {
            findings.addPage(
                    Rule.SYNTAX,
                    line,
                    what,
                    "Write lines as name{label=\"value\"} number; a client library does so by itself.");
        }
    }

    private void metadata(String text, int line) {
        String[] words = text.substring(1).strip().split("[ \t]+", 3);
        if (words.length < 2) {
            return;
        }
        String rest = words.length == 3 ? words[2].strip() : "";
        switch (words[0]) {
            case "HELP" -> help(words[1], rest, line);
            case "TYPE" -> type(words[1], rest, line);
            case "UNIT" -> family(words[1]).unit = rest;
            default -> {
                return; // a comment
            }
        }
        metadataLines++;
    }

    private void help(String name, String help, int line) {
        MetricFamily family = family(name);
        if (family.help != null) {
            findings.addNamed(Rule.METADATA, name, line, "a second HELP in line " + line, once(name));
            return;
        }
        family.help = help;
    }

    private void type(String name, String word, int line) {
        MetricFamily family = family(name);
        @Nullable MetricType type = MetricType.of(word);
        if (type == null) {
            findings.addNamed(
                    Rule.METADATA,
                    name,
                    line,
                    "line " + line + " gives the type \"" + LineReader.shortened(word) + "\"",
                    "Use counter, gauge, histogram, summary or untyped.");
        } else if (family.type != MetricType.ABSENT) {
            findings.addNamed(
                    Rule.METADATA,
                    name,
                    line,
                    "a second TYPE in line " + line + " (" + word + " after " + family.type.word() + ")",
                    once(name));
        } else {
            family.type = type;
            @Nullable Integer sampled = firstSample.get(name);
            for (String suffix : type.suffixes(openMetrics)) {
                sampled = sampled != null ? sampled : firstSample.get(name + suffix);
            }
            if (sampled != null) {
                findings.addNamed(
                        Rule.METADATA,
                        name,
                        line,
                        "TYPE in line " + line + " comes after a sample in line " + sampled,
                        "Write HELP and TYPE before the first sample of " + name + ".");
            }
        }
    }

    private static String once(String name) {
        return "Write HELP and TYPE of " + name + " once. Two pages were put together, or two components register the"
                + " same name: let one own it, or tell them apart by a label.";
    }

    private MetricFamily family(String name) {
        return families.computeIfAbsent(name, MetricFamily::new);
    }

    private @Nullable MetricFamily lastPlaced;

    private void place(SampleLine sample) {
        MetricFamily family = familyOf(sample.name());
        if (family != lastPlaced && !family.samples.isEmpty() && family.scatteredLine == 0) {
            family.scatteredLine = sample.line();
        }
        lastPlaced = family;
        family.samples.add(sample);
    }

    private MetricFamily familyOf(String sampleName) {
        MetricFamily exact = families.get(sampleName);
        if (exact != null && exact.type != MetricType.ABSENT) {
            return exact;
        }
        int underscore = sampleName.lastIndexOf('_');
        if (underscore > 0) {
            MetricFamily base = families.get(sampleName.substring(0, underscore));
            if (base != null && base.type.suffixes(openMetrics).contains(sampleName.substring(underscore))) {
                return base;
            }
        }
        return family(sampleName);
    }

    /** Without TYPE, {@code x_bucket} with {@code le} is still a histogram {@code x}: one finding, not three. */
    private void joinUndeclaredParts() {
        for (MetricFamily part : List.copyOf(families.values())) {
            boolean buckets = part.name.endsWith("_bucket") && hasLabel(part, "le");
            boolean quantiles = hasLabel(part, "quantile");
            if (part.type == MetricType.ABSENT && (buckets || quantiles)) {
                String base = buckets ? part.name.substring(0, part.name.length() - "_bucket".length()) : part.name;
                if (families.containsKey(base) && families.get(base) != part) {
                    continue;
                }
                MetricFamily whole = family(base);
                for (String suffix : List.of("_bucket", "_sum", "_count")) {
                    MetricFamily other = families.get(base + suffix);
                    if (other != null && other.type == MetricType.ABSENT) {
                        families.remove(other.name);
                        whole.samples.addAll(other.samples);
                        whole.help = whole.help == null ? other.help : whole.help;
                    }
                }
                whole.undeclared = buckets ? MetricType.HISTOGRAM : MetricType.SUMMARY;
            }
        }
    }

    private static boolean hasLabel(MetricFamily family, String label) {
        return family.samples.stream().anyMatch(sample -> sample.label(label) != null);
    }
}
