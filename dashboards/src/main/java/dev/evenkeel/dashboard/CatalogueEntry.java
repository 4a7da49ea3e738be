package dev.evenkeel.dashboard;

import dev.evenkeel.metrics.Kind;
import java.util.List;

/**
 * One metric that dashboards and rules may use.
 *
 * @param name as the registry knows it: {@code jvm.thread.count}
 * @param wireName as Prometheus knows it, suffixes included: {@code jvm_threads}
 * @param kind instrument
 * @param unit UCUM unit as registered
 * @param labels label names on the wire, without those that the scrape adds
 * @param help one sentence
 */
public record CatalogueEntry(String name, String wireName, Kind kind, String unit, List<String> labels, String help) {
    /** Copies the list. */
    public CatalogueEntry {
        labels = List.copyOf(labels);
    }
}
