package dev.evenkeel.cli.audit;

import dev.evenkeel.exporter.prometheus.audit.Finding;
import dev.evenkeel.exporter.prometheus.audit.Severity;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The report for machines. docs/audit.md describes the fields. */
final class AuditJson {
    /** Rises when a field changes its meaning or goes; new fields do not count. */
    static final int SCHEMA = 1;

    private final StringBuilder json = new StringBuilder();

    private AuditJson() {}

    static String of(AuditResult result) {
        AuditJson json = new AuditJson();
        json.write(result);
        return json.json.toString();
    }

    private void write(AuditResult result) {
        json.append("{\n  \"schema\": ").append(SCHEMA);
        field("\n  ", "source", result.source());
        field("\n  ", "format", result.report().openMetrics() ? "openmetrics" : "text-0.0.4");
        json.append(",\n  \"families\": ").append(result.report().families());
        json.append(",\n  \"series\": ").append(result.report().series());
        json.append(",\n  \"pass\": ").append(result.exitCode() == 0);
        for (Severity severity : Severity.values()) {
            json.append(",\n  \"").append(severity.word()).append("s\": ").append(result.count(severity));
        }
        json.append(",\n  \"hidden\": ").append(result.hidden());
        json.append(",\n  \"findings\": [");
        String comma = "";
        for (Finding finding : result.findings()) {
            json.append(comma).append("\n    {\"rule\": ");
            string(finding.rule().id());
            field(" ", "severity", finding.rule().severity().word());
            field(" ", "family", finding.family());
            field(" ", "label", finding.label());
            json.append(", \"line\": ").append(finding.line());
            field(" ", "evidence", finding.evidence());
            field(" ", "why", finding.rule().why());
            field(" ", "fix", finding.fix());
            json.append('}');
            comma = ",";
        }
        json.append(result.findings().isEmpty() ? "]" : "\n  ]").append(",\n  \"allowed\": [");
        comma = "";
        for (Map.Entry<Allowance, Integer> entry : result.allowed().entrySet()) {
            Allowance allowance = entry.getKey();
            @Nullable Pattern places = allowance.places();
            json.append(comma).append("\n    {\"rule\": ");
            string(allowance.rule().id());
            field(" ", "places", places == null ? "" : places.pattern());
            field(" ", "reason", allowance.reason());
            json.append(", \"findings\": ").append(entry.getValue()).append('}');
            comma = ",";
        }
        json.append(result.allowed().isEmpty() ? "]" : "\n  ]").append("\n}\n");
    }

    private void field(String space, String name, String value) {
        json.append(',').append(space).append('"').append(name).append("\": ");
        string(value);
    }

    private void string(String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c) && !paired(text, i)) {
                        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }

    private static boolean paired(String text, int at) {
        char c = text.charAt(at);
        return Character.isHighSurrogate(c)
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
}
