package dev.evenkeel.exporter.prometheus.audit;

/** The text is no metrics page at all: not one of its lines is a sample or metadata. The message is for its user. */
public final class NotMetricsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    NotMetricsException(String message) {
        super(message);
    }
}
