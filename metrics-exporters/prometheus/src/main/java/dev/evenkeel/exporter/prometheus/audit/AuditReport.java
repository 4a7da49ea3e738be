package dev.evenkeel.exporter.prometheus.audit;

import java.util.List;

/**
 * What an audit read and found. Immutable.
 *
 * @param openMetrics whether the page ends as OpenMetrics does, with {@code # EOF}; else it is text 0.0.4
 * @param families families read, those without a sample included
 * @param series samples read; each bucket of a histogram is one
 * @param findings gravest first, then in the order of {@link Rule}, then by line
 */
public record AuditReport(boolean openMetrics, int families, long series, List<Finding> findings) {
    public AuditReport {
        findings = List.copyOf(findings);
    }

    /** How many findings have that severity. */
    public long count(Severity severity) {
        return findings.stream().filter(f -> f.rule().severity() == severity).count();
    }
}
