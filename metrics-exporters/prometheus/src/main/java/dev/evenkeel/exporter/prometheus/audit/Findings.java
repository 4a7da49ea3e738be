package dev.evenkeel.exporter.prometheus.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects findings. */
final class Findings {
    private final List<Finding> findings = new ArrayList<>();

    void add(Rule rule, MetricFamily family, int line, String evidence, String fix) {
        findings.add(new Finding(rule, family.queryName(), "", line, evidence, fix));
    }

    void add(Rule rule, MetricFamily family, String label, int line, String evidence, String fix) {
        findings.add(new Finding(rule, family.queryName(), label, line, evidence, fix));
    }

    void addPage(Rule rule, int line, String evidence, String fix) {
        findings.add(new Finding(rule, "", "", line, evidence, fix));
    }

    void addNamed(Rule rule, String name, int line, String evidence, String fix) {
        findings.add(new Finding(rule, name, "", line, evidence, fix));
    }

    /** Gravest first; within a rule in the order of the page. */
    List<Finding> sorted() {
        List<Finding> sorted = new ArrayList<>(findings);
        sorted.sort(Comparator.comparing((Finding f) -> f.rule().severity())
                .thenComparing(Finding::rule)
                .thenComparingInt(Finding::line));
        return sorted;
    }
}
