package dev.evenkeel.exporter.prometheus.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules about the labels of one family: their names, how many values they have, and what these look like. */
final class LabelRules {
    /** How the wire spells the mark of an overflow series. */
    private static final String OVERFLOW = "otel_metric_overflow";

    private static final Pattern SNAKE_CASE = Pattern.compile("_?[a-z0-9][a-z0-9_]*");
    private static final Set<String> ID_NAMES = Set.of(
            "user_id",
            "session_id",
            "request_id",
            "trace_id",
            "span_id",
            "transaction_id",
            "correlation_id",
            "message_id",
            "order_id",
            "customer_id",
            "account_id",
            "email",
            "uuid",
            "guid",
            "timestamp",
            "client_ip",
            "remote_addr");

    /** One address may be a host; from two on there is no end in sight. */
    private static final int SUSPECT_VALUES = 2;

    private static final int TOLD_LABELS = 3;

    private final MetricFamily family;
    private final AuditOptions options;
    private final Findings findings;
    private final Map<String, Set<String>> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    private LabelRules(MetricFamily family, AuditOptions options, Findings findings) {
        this.family = family;
        this.options = options;
        this.findings = findings;
        for (SampleLine sample : family.samples) {
            for (int i = 0; i < sample.labels().size(); i += 2) {
                String label = sample.labels().get(i);
                values.computeIfAbsent(label, key -> new LinkedHashSet<>())
                        .add(sample.labels().get(i + 1));
                lines.putIfAbsent(label, sample.line());
            }
        }
    }

    static void check(MetricFamily family, AuditOptions options, Findings findings) {
        LabelRules rules = new LabelRules(family, options, findings);
        rules.names();
        rules.sets();
        rules.cardinality();
        rules.values();
        rules.overflow();
    }

    private void names() {
        for (String label : values.keySet()) {
            if (!SNAKE_CASE.matcher(label).matches()) {
                String mended = String.join("_", NameWords.of(label));
                findings.add(
                        Rule.LABEL_NAME,
                        family,
                        label,
                        line(label),
                        label.startsWith("__") ? "the label begins with __" : "the label is called \"" + label + "\"",
                        "Rename it to " + (mended.isEmpty() ? "a word" : mended) + ".");
            }
        }
    }

    private void sets() {
        Map<Set<String>, LabelNames> found = new LinkedHashMap<>();
        family.labelSets().values().forEach(samples -> {
            SampleLine sample = samples.get(0);
            Set<String> names = new TreeSet<>();
            for (int i = 0; i < sample.labels().size(); i += 2) {
                names.add(sample.labels().get(i));
            }
            names.remove(family.innerLabel());
            if (!names.contains(OVERFLOW)) {
                found.computeIfAbsent(names, key -> new LabelNames(key, sample.line())).series++;
            }
        });
        if (found.size() < 2) {
            return;
        }
        List<LabelNames> most = new ArrayList<>(found.values());
        most.sort(Comparator.comparing((LabelNames names) -> -names.series));
        Set<String> all = new TreeSet<>();
        found.keySet().forEach(all::addAll);
        findings.add(
                Rule.LABEL_SETS,
                family,
                most.get(1).line,
                most.get(0).words() + ", " + most.get(1).words()
                        + (most.size() > 2 ? ", and there are " + (most.size() - 2) + " more sets" : ""),
                "Give every series all of " + String.join(", ", all)
                        + ", with a value such as \"none\" where there is none, or split it into two metrics.");
    }

    /** One set of label names, and how many series have it. */
    private static final class LabelNames {
        final Set<String> names;
        final int line;
        int series;

        LabelNames(Set<String> names, int line) {
            this.names = names;
            this.line = line;
        }

        String words() {
            return series + " series with {" + String.join(",", names) + "}";
        }
    }

    private void cardinality() {
        int sets = family.labelSets().size();
        if (sets <= options.seriesLimit()) {
            return;
        }
        List<String> byValues = new ArrayList<>(values.keySet());
        byValues.remove(family.innerLabel());
        byValues.sort(Comparator.comparing((String label) -> -size(label)));
        List<String> told = new ArrayList<>();
        for (String label : byValues.subList(0, Math.min(TOLD_LABELS, byValues.size()))) {
            told.add(label + " (" + size(label) + ")");
        }
        String worst = byValues.isEmpty() ? "" : byValues.get(0);
        findings.add(
                Rule.CARDINALITY,
                family,
                worst,
                family.firstLine(),
                Numbers.of(sets, "label set", "label sets") + ", the limit is " + options.seriesLimit() + "; "
                        + Numbers.of(family.samples.size(), "time series", "time series") + "; most distinct values: "
                        + String.join(", ", told),
                "Drop or group " + worst
                        + " where it is recorded, or in metric_relabel_configs: {source_labels: [__name__],"
                        + " regex: " + samplePattern() + ", action: drop} until then.");
    }

    /** Matches the names of all samples of the family, and of no other. */
    private String samplePattern() {
        Set<String> names = new TreeSet<>();
        family.samples.forEach(sample -> names.add(sample.name()));
        return String.join("|", names);
    }

    private void values() {
        values.forEach((label, distinct) -> {
            if (label.equals(family.innerLabel()) || label.equals("le") || label.equals("quantile")) {
                return;
            }
            ids(label, distinct);
            String longest = "";
            int tooLong = 0;
            for (String value : distinct) {
                tooLong += value.length() > options.valueLengthLimit() ? 1 : 0;
                longest = value.length() > longest.length() ? value : longest;
            }
            if (tooLong > 0) {
                findings.add(
                        Rule.LABEL_LENGTH,
                        family,
                        label,
                        line(label),
                        tooLong + " of " + Numbers.of(distinct.size(), "value", "values") + " longer than "
                                + options.valueLengthLimit() + " characters, the longest " + longest.length() + ": \""
                                + LineReader.shortened(longest) + "\"",
                        "Record a short name for it (a class, a code, a route), and log the text.");
            }
        });
    }

    private void ids(String label, Set<String> distinct) {
        Map<IdPattern, Integer> kinds = new EnumMap<>(IdPattern.class);
        int ids = 0;
        String example = "";
        for (String value : distinct) {
            @Nullable IdPattern kind = IdPattern.of(value);
            if (kind != null) {
                ids++;
                kinds.merge(kind, 1, Integer::sum);
                example = example.isEmpty() ? value : example;
            }
        }
        boolean named = ID_NAMES.contains(String.join("_", NameWords.of(label))) && !family.name.endsWith("_info");
        boolean people = kinds.containsKey(IdPattern.EMAIL);
        if (!named && !people && (ids < SUSPECT_VALUES || 2 * ids < distinct.size())) {
            return;
        }
        StringBuilder evidence = new StringBuilder();
        evidence.append(Numbers.of(distinct.size(), "distinct value", "distinct values"));
        kinds.forEach((kind, count) -> evidence.append(", ")
                .append(count)
                .append(count == 1 ? " looks like " : " look like ")
                .append(kind.words()));
        if (people) {
            evidence.append(" (not shown here)");
        } else if (!example.isEmpty()) {
            evidence.append(", as \"").append(LineReader.shortened(example)).append('"');
        }
        if (named) {
            evidence.append("; the label is called ").append(label);
        }
        findings.add(Rule.LABEL_IDS, family, label, line(label), evidence.toString(), idFix(label, kinds));
    }

    private static String idFix(String label, Map<IdPattern, Integer> kinds) {
        if (kinds.containsKey(IdPattern.URL_WITH_ID)) {
            return "Record the route (/orders/{id}) in " + label + ", not the path.";
        }
        return "Take " + label
                + " off the metric and put it into logs, traces or exemplars; keep a group of few values (a"
                + " tier, a region) if you need one.";
    }

    private void overflow() {
        if (!values.containsKey(OVERFLOW)) {
            return;
        }
        double recorded = 0;
        int line = 0;
        for (SampleLine sample : family.samples) {
            boolean counts = !family.type.isHistogram() || sample.name().equals(family.name + "_count");
            if ("true".equals(sample.label(OVERFLOW))) {
                line = line == 0 ? sample.line() : line;
                recorded += counts ? sample.value() : 0;
            }
        }
        if (line == 0) {
            return;
        }
        List<String> told = new ArrayList<>();
        values.keySet().stream()
                .filter(label -> !label.equals(OVERFLOW) && !label.equals(family.innerLabel()))
                .sorted(Comparator.comparing((String label) -> -size(label)))
                .limit(TOLD_LABELS)
                .forEach(label -> told.add(label + " (" + size(label) + ")"));
        findings.add(
                Rule.OVERFLOW_SERIES,
                family,
                line,
                "the overflow series stands at " + Numbers.of(recorded)
                        + (told.isEmpty() ? "" : "; most distinct values: " + String.join(", ", told)),
                "Drop or group the label with most values, or raise the instrument's cardinality limit.");
    }

    private int size(String label) {
        Set<String> distinct = values.get(label);
        return distinct == null ? 0 : distinct.size();
    }

    private int line(String label) {
        Integer line = lines.get(label);
        return line == null ? 0 : line;
    }
}
