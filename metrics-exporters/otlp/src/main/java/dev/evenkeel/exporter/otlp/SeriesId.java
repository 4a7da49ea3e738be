package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.name.WireNames;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;

/**
 * What tells a series from the others of its family on the wire. Made once for each series and shared by all its points.
 *
 * @param bytes about how much memory the attributes take
 */
record SeriesId(Attributes attributes, int bytes) {
    static final SeriesId OVERFLOW =
            of(Attributes.builder().put(WireNames.OTLP_OVERFLOW, true).build(), 1, 40);

    private static final int BASE_BYTES = 56;
    private static final int PAIR_BYTES = 72;

    private static SeriesId of(Attributes attributes, int pairs, int characters) {
        return new SeriesId(attributes, BASE_BYTES + pairs * PAIR_BYTES + characters);
    }

    static SeriesId of(Series series) {
        Labels labels = series.labels();
        if (labels.isOverflow()) {
            return OVERFLOW;
        }
        AttributesBuilder builder = Attributes.builder();
        int characters = 0;
        for (int i = 0; i < labels.size(); i++) {
            builder.put(labels.name(i), labels.value(i));
            characters += labels.value(i).length();
        }
        return of(builder.build(), labels.size(), characters);
    }
}
