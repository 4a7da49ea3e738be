package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.name.WireNames;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a writer keeps of a family from one collect to the next. The marks are {@link FamilyWriter}'s.
 *
 * @param <B> what heads of series are encoded into
 * @param <T> what else it keeps of a series
 */
class KnownFamily<B extends GrowingBytes, T> {
    /** One label as it is called on the wire. */
    record Label(String name, String value) {}

    final MetricDescriptor descriptor;

    /** The name of the family, and of its samples but for a histogram's. */
    final String name;

    private final WireNames wireNames;

    private final List<String> sampleNames;

    /** How the wire calls the labels that the family was registered with. */
    private final String[] labelNames;

    /** The series that the last collect showed. */
    final KnownSeriesList<B, T> list;

    /** The number of the collect that saw this family last. */
    long seen;

    /** Another family has the name. */
    boolean hidden;

    /**
     * @param moreNames what else its samples, or the family itself, are called on this wire
     * @param buffers makes an empty one for heads
     */
    KnownFamily(MetricDescriptor descriptor, List<String> moreNames, Supplier<B> buffers) {
        this.list = new KnownSeriesList<>(buffers);
        this.descriptor = descriptor;
        this.wireNames = WireNames.of(descriptor);
        this.name = wireNames.prometheus();
        Set<String> names = wireNames.claimedInPrometheus();
        names.addAll(moreNames);
        sampleNames = List.copyOf(names);
        labelNames = wireNames.prometheusLabels().toArray(String[]::new);
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

    /** Returns the labels of a series, whatever they are, as the wire calls them. */
    final Label[] labelsOf(Series series) {
        Labels labels = series.labels();
        List<String> names = series.hasRegisteredLabels() ? List.of(labelNames) : wireNames.prometheusLabels(labels);
        Label[] all = new Label[names.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Label(names.get(i), labels.value(i));
        }
        return all;
    }
}
