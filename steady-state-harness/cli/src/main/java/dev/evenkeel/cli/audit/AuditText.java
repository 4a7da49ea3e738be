package dev.evenkeel.cli.audit;

import dev.evenkeel.exporter.prometheus.audit.Finding;
import dev.evenkeel.exporter.prometheus.audit.Rule;
import dev.evenkeel.exporter.prometheus.audit.Severity;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The report for people: findings grouped by rule, wrapped at a width. */
final class AuditText {
    /** Findings shown per rule; the rest is a number here, and whole in the JSON. */
    static final int SHOWN_PER_RULE = 10;

    private static final String INDENT = "    ";
    private static final String HANGING = INDENT + "      ";

    private final int width;
    private final boolean colour;
    private final StringBuilder out = new StringBuilder();

    /** @param width columns, at least 40; a word that is longer stays whole */
    AuditText(int width, boolean colour) {
        this.width = Math.max(40, width);
        this.colour = colour;
    }

    /** The whole report. */
    String of(AuditResult result) {
        out.setLength(0);
        line("", headline(result));
        out.append('\n');
        Map<Rule, List<Finding>> byRule = new EnumMap<>(Rule.class);
        result.findings().forEach(f -> byRule.computeIfAbsent(f.rule(), rule -> new ArrayList<>())
                .add(f));
        for (Severity severity : Severity.values()) {
            byRule.forEach((rule, findings) -> {
                if (rule.severity() == severity) {
                    group(rule, findings);
                }
            });
        }
        result.allowed().forEach((allowance, count) -> line("", "allowed " + count + " x " + allowance.words()));
        line("", summary(result));
        return out.toString();
    }

    /** One line: what was found in all. */
    static String summary(AuditResult result) {
        List<String> parts = new ArrayList<>();
        parts.add(counted(result.count(Severity.ERROR), "error"));
        parts.add(counted(result.count(Severity.WARNING), "warning"));
        parts.add(result.count(Severity.INFO) + " info");
        if (result.allowedFindings() > 0) {
            parts.add(result.allowedFindings() + " allowed");
        }
        if (result.hidden() > 0) {
            parts.add(result.hidden() + " below --min-severity");
        }
        return (result.exitCode() == 0 ? "PASS: " : "FAIL: ") + String.join(", ", parts);
    }

    private static String headline(AuditResult result) {
        return result.source() + ": " + result.report().families()
                + (result.report().families() == 1 ? " family, " : " families, ")
                + result.report().series()
                + " time series, " + (result.report().openMetrics() ? "OpenMetrics" : "Prometheus text 0.0.4");
    }

    private void group(Rule rule, List<Finding> findings) {
        String title = rule.severity().word() + " " + rule.id() + " (" + findings.size() + ")";
        out.append(coloured(title, rule.severity())).append('\n');
        line("  ", rule.why());
        for (Finding finding : findings.subList(0, Math.min(SHOWN_PER_RULE, findings.size()))) {
            line("  ", finding.place() + at(finding));
            line(INDENT, HANGING, "seen: " + finding.evidence());
            line(INDENT, HANGING, "fix:  " + finding.fix());
        }
        if (findings.size() > SHOWN_PER_RULE) {
            line("  ", "and " + (findings.size() - SHOWN_PER_RULE) + " more; --json FILE has them all");
        }
        out.append('\n');
    }

    private static String at(Finding finding) {
        return finding.line() > 0 && !finding.family().isEmpty() ? " (line " + finding.line() + ")" : "";
    }

    private String coloured(String title, Severity severity) {
        if (!colour) {
            return title;
        }
        String code =
                switch (severity) {
                    case ERROR -> "31";
                    case WARNING -> "33";
                    case INFO -> "36";
                };
        return "\u001b[1;" + code + "m" + title + "\u001b[0m";
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private void line(String indent, String text) {
        line(indent, indent, text);
    }

    /** Wraps at the width. Control characters of the page become "?": a label value must not steer a terminal. */
    private void line(String indent, String hanging, String text) {
        String clean = text.replaceAll("\\p{Cntrl}", "?");
        int column = indent.length();
        out.append(indent);
        boolean first = true;
        for (String word : clean.split(" ", -1)) {
            if (!first && column + 1 + word.length() > width) {
                out.append('\n').append(hanging);
                column = hanging.length();
            } else if (!first) {
                out.append(' ');
                column++;
            }
            out.append(word);
            column += word.length();
            first = false;
        }
        out.append('\n');
    }
}
