package dev.evenkeel.exporter.prometheus.audit;

import java.util.Objects;

/**
 * One thing that is wrong with one family, or with one of its labels. Immutable.
 *
 * <p>There is at most one finding per rule, family and label, however many samples show it; lines that cannot be read
 * are one finding each, up to a bound.
 *
 * @param rule which rule found it; says how much it matters, and why
 * @param family the name of the metric as its samples carry it; empty if the page as a whole is meant
 * @param label the name of the label; empty if the family as a whole is meant
 * @param line the number of the line that shows it first, from 1; 0 if no single line does
 * @param evidence what was seen, with its numbers
 * @param fix what to do about it
 */
public record Finding(Rule rule, String family, String label, int line, String evidence, String fix) {
    public Finding {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(evidence, "evidence");
        Objects.requireNonNull(fix, "fix");
    }

    /** Where it is: {@code family}, {@code family{label}}, or {@code line 7} of a page-wide one. */
    public String place() {
        if (family.isEmpty()) {
            return line > 0 ? "line " + line : "page";
        }
        return label.isEmpty() ? family : family + "{" + label + "}";
    }
}
