package dev.evenkeel.exporter.prometheus.audit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules about the name of one family. */
final class NameRules {
    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final String RENAME = "Rename it to ";

    private final MetricFamily family;
    private final Findings findings;
    private final String name;
    private final List<String> words;
    private final String mended;
    private final String conversion;

    private NameRules(MetricFamily family, Findings findings) {
        this.family = family;
        this.findings = findings;
        name = family.queryName();
        words = NameWords.of(name);
        List<String> redundant = redundantLabels();
        mended = NameWords.mended(family, redundant);
        conversion = conversion();
        characters();
        suffixes();
        words();
        units();
        for (String label : redundant) {
            findings.add(
                    Rule.LABEL_IN_NAME,
                    family,
                    label,
                    family.firstLine(),
                    "the name repeats the label " + label,
                    rename());
        }
    }

    static void check(MetricFamily family, Findings findings) {
        new NameRules(family, findings);
    }

    private void characters() {
        if (!LEGAL.matcher(name).matches()) {
            add(Rule.NAME_CHARACTERS, "the name is \"" + name + "\"", rename());
        }
        if (name.startsWith("__")) {
            add(Rule.NAME_RESERVED, "the name begins with __", rename());
        }
        if (!name.equals(name.toLowerCase(Locale.ROOT))) {
            add(Rule.NAME_CASE, "the name has capitals", rename());
        }
        if (name.indexOf(':') >= 0) {
            add(
                    Rule.NAME_COLON,
                    "the name has a colon",
                    rename() + " If it is the result of a recording rule, leave it out of what is audited.");
        }
    }

    private void suffixes() {
        MetricType type = family.type;
        boolean total = name.endsWith("_total");
        if (type == MetricType.COUNTER && !total) {
            add(Rule.COUNTER_TOTAL, "a counter without _total", rename());
        }
        if (type.isKnown() && type != MetricType.COUNTER && total) {
            add(
                    Rule.TOTAL_ON_OTHERS,
                    "a " + type.word() + " with _total",
                    type == MetricType.GAUGE
                            ? "If it only rises, register it as a counter. If not: " + rename()
                            : rename());
        }
        if (type == MetricType.COUNTER || type == MetricType.GAUGE || type == MetricType.SUMMARY) {
            for (String suffix : List.of("_bucket", "_count", "_sum")) {
                if (name.endsWith(suffix) && (type != MetricType.SUMMARY || suffix.equals("_bucket"))) {
                    add(Rule.RESERVED_SUFFIX, "a " + type.word() + " with " + suffix, rename());
                }
            }
        }
    }

    private void words() {
        Set<String> types = new LinkedHashSet<>(words);
        types.retainAll(NameWords.TYPES);
        if (!types.isEmpty() && words.size() > 1) {
            add(Rule.TYPE_IN_NAME, "the name has the word " + String.join(", ", types), rename());
        }
    }

    private void units() {
        for (int i = 1; i < words.size(); i++) {
            UnitWord unit = UnitWord.of(words.get(i));
            if (unit != null && !unit.isBase()) {
                add(
                        unit.abbreviated() ? Rule.UNIT_ABBREVIATION : Rule.BASE_UNIT,
                        (unit.abbreviated() ? "the unit is abbreviated: " : "the unit is ") + words.get(i)
                                + ", the base unit is " + unit.base(),
                        rename());
                break;
            }
        }
        int misplaced = NameWords.misplacedUnit(words);
        if (misplaced >= 0) {
            add(Rule.UNIT_SUFFIX, words.get(misplaced) + " is not at the end", rename());
        }
        @Nullable String declared = family.unit;
        if (declared != null
                && !declared.isEmpty()
                && !family.name.endsWith("_" + declared)
                && !family.name.equals(declared)) {
            add(
                    Rule.UNIT_SUFFIX,
                    "# UNIT says " + declared + ", the name does not end with it",
                    "End the name of the family with _" + declared + ", or leave out the UNIT line.");
        }
        if (NameWords.lacksUnit(words, family.type) && (declared == null || declared.isEmpty())) {
            add(
                    Rule.UNIT_MISSING,
                    "the name ends with " + words.get(NameWords.end(words) - 1) + ", without a unit",
                    rename());
        }
    }

    /** An info family and a state set have a label of their own name by design. */
    private List<String> redundantLabels() {
        boolean state = family.type == MetricType.GAUGE || family.type == MetricType.STATESET || name.endsWith("_info");
        Set<String> labels = new LinkedHashSet<>();
        for (SampleLine sample : family.samples) {
            for (int i = 0; i < sample.labels().size(); i += 2) {
                labels.add(sample.labels().get(i));
            }
        }
        labels.remove(family.innerLabel());
        List<String> redundant = new ArrayList<>();
        for (String label : labels) {
            if (NameWords.repeatsLabel(words, NameWords.of(label), !state)) {
                redundant.add(label);
            }
        }
        return redundant;
    }

    private void add(Rule rule, String evidence, String fix) {
        findings.add(rule, family, family.firstLine(), evidence, fix);
    }

    /** Proposes the mended name, with what the values need besides; where that is nothing, a relabel rule will do. */
    private String rename() {
        if (mended.equals(name)) {
            return RENAME + "a name without it.";
        }
        String fix = RENAME + mended;
        if (!conversion.isEmpty()) {
            return fix + ", and record the value " + conversion + ".";
        }
        if (family.looks().isHistogram() || family.looks() == MetricType.SUMMARY) {
            return fix + ".";
        }
        return fix + ", or in metric_relabel_configs: {source_labels: [__name__], regex: "
                + name.replaceAll("[^a-zA-Z0-9_:]", ".") + ", target_label: __name__, replacement: " + mended + "}.";
    }

    /** What turns a value into one in base units; empty if it is in them already. */
    private String conversion() {
        for (String word : words.subList(Math.min(1, words.size()), words.size())) {
            UnitWord unit = UnitWord.of(word);
            if (unit != null && !unit.isBase()) {
                return unit.conversion();
            }
        }
        return NameWords.lacksUnit(words, family.type) ? "as it is if it was in seconds" : "";
    }
}
