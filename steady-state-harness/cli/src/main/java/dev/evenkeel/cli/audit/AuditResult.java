package dev.evenkeel.cli.audit;

import dev.evenkeel.cli.ExitCode;
import dev.evenkeel.exporter.prometheus.audit.AuditReport;
import dev.evenkeel.exporter.prometheus.audit.Finding;
import dev.evenkeel.exporter.prometheus.audit.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A report as the command line was asked to show it.
 *
 * @param source where the page came from, without a password
 * @param findings those to show
 * @param allowed how many findings each allowance covers; none is a sign that it can go
 * @param hidden findings below {@code --min-severity}
 */
record AuditResult(
        String source, AuditReport report, List<Finding> findings, Map<Allowance, Integer> allowed, int hidden) {

    static AuditResult of(String source, AuditReport report, List<Allowance> allowances, Severity least) {
        List<Finding> findings = new ArrayList<>();
        Map<Allowance, Integer> allowed = new LinkedHashMap<>();
        allowances.forEach(allowance -> allowed.put(allowance, 0));
        int hidden = 0;
        for (Finding finding : report.findings()) {
            boolean covered = false;
            for (Allowance allowance : allowances) {
                if (!covered && allowance.covers(finding)) {
                    covered = true;
                    allowed.merge(allowance, 1, Integer::sum);
                }
            }
            if (!covered && finding.rule().severity().compareTo(least) <= 0) {
                findings.add(finding);
            } else if (!covered) {
                hidden++;
            }
        }
        return new AuditResult(source, report, List.copyOf(findings), allowed, hidden);
    }

    long count(Severity severity) {
        return findings.stream().filter(f -> f.rule().severity() == severity).count();
    }

    int allowedFindings() {
        return allowed.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** A finding that is shown and is a warning or an error fails the audit. */
    int exitCode() {
        return count(Severity.ERROR) + count(Severity.WARNING) > 0 ? ExitCode.FAIL : ExitCode.PASS;
    }
}
