package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a writer keeps of a family from one collect to the next. The marks are {@link FamilyWriter}'s. */
class KnownFamily {
    /** One label as it is called on the wire. */
    record Label(String name, String value) {}

    final MetricDescriptor descriptor;

    /** The name of the family, and of its samples but for a histogram's. */
    final String name;

    private final List<String> sampleNames;

    /** How the wire calls the labels that the family was registered with. */
    private final String[] labelNames;

    /** The series that the last collect showed. */
    final KnownSeriesList list = new KnownSeriesList();

    /** The number of the collect that saw this family last. */
    long seen;

    /** Another family has the name. */
    boolean hidden;

    /** @param moreNames what else its samples, or the family itself, are called on this wire */
    KnownFamily(MetricDescriptor descriptor, List<String> moreNames) {
        this.descriptor = descriptor;
        this.name = PrometheusNames.metricName(descriptor);
        Set<String> names = new LinkedHashSet<>();
        names.add(name);
        if (descriptor.kind() == Kind.HISTOGRAM) {
            names.addAll(List.of(name + "_bucket", name + "_sum", name + "_count"));
        }
        names.addAll(moreNames);
        sampleNames = List.copyOf(names);
        labelNames = wireNames(descriptor.labelNames());
    }

    /** All names that samples of this family carry. */
    final List<String> sampleNames() {
        return sampleNames;
    }

    /** Returns whether one of the names is that of a sample, or of the metric in its registry. */
    final boolean isOneOf(Set<String> names) {
        for (String sample : sampleNames) {
            if (names.contains(sample)) {
                return true;
            }
        }
        return names.contains(descriptor.name());
    }

    final String help() {
        return descriptor.help().isBlank()
                ? "Registered as " + descriptor.name() + ", without help."
                : descriptor.help();
    }

    /** Returns how the wire calls the labels that the family was registered with: no two alike, and none like our own. */
    final String[] labelNames() {
        return labelNames;
    }

    /** Returns the labels of a series, which may be the overflow series, as the wire calls them. */
    final Label[] labelsOf(Series series) {
        if (series.isOverflow()) {
            Labels labels = series.labels();
            return new Label[] {new Label(PrometheusNames.labelName(labels.name(0)), labels.value(0))};
        }
        Label[] all = new Label[labelNames.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Label(labelNames[i], series.labelValue(i));
        }
        return all;
    }

    private String[] wireNames(List<String> names) {
        Set<String> used = new HashSet<>();
        if (descriptor.kind() == Kind.HISTOGRAM) {
            used.add("le");
        }
        String[] all = new String[names.size()];
        for (int i = 0; i < all.length; i++) {
            String plain = PrometheusNames.labelName(names.get(i));
            String label = plain;
            for (int n = 2; !used.add(label); n++) {
                label = plain + "_" + n; // two names that only Prometheus cannot tell apart, or our own "le"
            }
            all[i] = label;
        }
        return all;
    }
}
