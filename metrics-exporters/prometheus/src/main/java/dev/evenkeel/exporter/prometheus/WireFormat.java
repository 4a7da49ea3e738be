package dev.evenkeel.exporter.prometheus;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the endpoint can answer with. */
enum WireFormat {
    TEXT("text/plain", "version", "0.0.4", TextFormat.PROMETHEUS.contentType()),
    OPEN_METRICS("application/openmetrics-text", "version", "1.0.0", TextFormat.OPEN_METRICS.contentType()),
    PROTOBUF(
            "application/vnd.google.protobuf",
            "proto",
            "io.prometheus.client.MetricFamily",
            PrometheusProtobufWriter.CONTENT_TYPE);

    private final String type;
    private final String parameter;
    private final String value;
    final String contentType;

    WireFormat(String type, String parameter, String value, String contentType) {
        this.type = type;
        this.parameter = parameter;
        this.value = value;
        this.contentType = contentType;
    }

    /**
     * Returns what an Accept header wants most: of equal wishes the one that comes first, as scrapers list them in the order of
     * their liking. Text where it wants nothing that we have: a scraper that says too little is not turned away.
     */
    static WireFormat wanted(@Nullable String accept) {
        WireFormat best = TEXT;
        double quality = 0;
        List<MediaRange> ranges = MediaRange.parse(accept);
        for (MediaRange range : ranges) {
            for (WireFormat format : values()) {
                if (range.quality() > quality && format.matches(range)) {
                    best = format;
                    quality = range.quality();
                }
            }
        }
        return best;
    }

    private boolean matches(MediaRange range) {
        if (range.type().equals("*/*") || range.type().equals("text/*")) {
            return this == TEXT;
        }
        return range.type().equals(type)
                && range.allows(parameter, value)
                && (this != PROTOBUF || range.allows("encoding", "delimited"));
    }
}
