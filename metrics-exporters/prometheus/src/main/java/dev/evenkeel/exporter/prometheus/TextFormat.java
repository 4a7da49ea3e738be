package dev.evenkeel.exporter.prometheus;

/** A text format of the Prometheus wire. */
public enum TextFormat {
    /** Prometheus text 0.0.4, which everything reads. */
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),

    /** OpenMetrics 1.0: with units, exemplars, and the times at which counters began. */
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final String contentType;

    TextFormat(String contentType) {
        this.contentType = contentType;
    }

    /** Returns the value of the Content-Type header. */
    public String contentType() {
        return contentType;
    }
}
