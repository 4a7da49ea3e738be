package dev.evenkeel.exporter.prometheus.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The metadata of one name and the samples that belong to it, as they stand on the page. */
final class MetricFamily {
    final String name;
    MetricType type = MetricType.ABSENT;

    @Nullable
    String help;

    @Nullable
    String unit;
    /** Where its samples go on after those of another family; 0 if they do not. */
    int scatteredLine;

    /** What it is by the looks of its samples, if it has no TYPE. */
    MetricType undeclared = MetricType.ABSENT;

    final List<SampleLine> samples = new ArrayList<>();

    private @Nullable Map<String, List<SampleLine>> labelSets;

    MetricFamily(String name) {
        this.name = name;
    }

    /** The name a query uses: with the {@code _total} that OpenMetrics leaves out of the name of the family. */
    String queryName() {
        if (type == MetricType.COUNTER) {
            for (SampleLine sample : samples) {
                if (sample.name().equals(name + "_total")) {
                    return sample.name();
                }
            }
        }
        if (type == MetricType.INFO && !samples.isEmpty()) {
            return samples.get(0).name();
        }
        return name;
    }

    /** The label that tells the samples of one series apart; empty if a series has one sample. */
    String innerLabel() {
        MetricType looks = looks();
        return looks.isHistogram() ? "le" : looks == MetricType.SUMMARY ? "quantile" : "";
    }

    /** The type, declared or by the looks of it. */
    MetricType looks() {
        return type == MetricType.ABSENT ? undeclared : type;
    }

    /** Samples by label set, {@code le} and {@code quantile} aside where they are the type's own. */
    Map<String, List<SampleLine>> labelSets() {
        Map<String, List<SampleLine>> sets = labelSets;
        if (sets == null) {
            sets = new LinkedHashMap<>();
            for (SampleLine sample : samples) {
                sets.computeIfAbsent(sample.labelsWithout(innerLabel()), key -> new ArrayList<>())
                        .add(sample);
            }
            labelSets = sets;
        }
        return sets;
    }

    int firstLine() {
        return samples.isEmpty() ? 0 : samples.get(0).line();
    }
}
