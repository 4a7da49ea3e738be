package dev.evenkeel.dashboard;

import java.util.List;

/** Alert rules as a Prometheus rule file. */
final class RulesYaml {

    static final String HEADER = "# Generated from the metric catalogue of the dashboards module: change it there.\n";

    private RulesYaml() {}

    /** @param runbookBase put before each runbook's path; empty, or ending in a slash */
    static String rules(List<AlertRule> rules, String runbookBase) {
        StringBuilder out = new StringBuilder(HEADER);
        out.append("groups:\n  - name: evenkeel-saturation\n    rules:\n");
        for (AlertRule rule : rules) {
            out.append("      - alert: ").append(rule.name()).append('\n');
            out.append("        expr: |-\n");
            rule.expr().lines().forEach(l -> out.append("          ").append(l).append('\n'));
            out.append("        for: ").append(rule.hold()).append('\n');
            out.append("        labels:\n          severity: ")
                    .append(rule.severity())
                    .append('\n');
            out.append("        annotations:\n");
            annotation(out, "summary", rule.summary());
            annotation(out, "threshold_reason", rule.reason());
            annotation(out, "runbook_url", runbookBase + rule.runbook());
        }
        return out.toString();
    }

    private static void annotation(StringBuilder out, String name, String value) {
        out.append("          ")
                .append(name)
                .append(": ")
                .append(Json.quote(value))
                .append('\n');
    }
}
