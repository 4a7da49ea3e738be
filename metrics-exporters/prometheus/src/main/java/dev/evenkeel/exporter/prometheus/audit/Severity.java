package dev.evenkeel.exporter.prometheus.audit;

import java.util.Locale;

/** How much a finding matters, gravest first. */
public enum Severity {
    /** Prometheus refuses the page, drops samples, or computes nonsense from them. */
    ERROR,
    /** The page is stored as it is, and will cost or mislead those who read it. */
    WARNING,
    /** Worth knowing; may be right as it is. */
    INFO;

    /** The word in reports: lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
