package dev.evenkeel.exporter.prometheus.audit;

/**
 * The limits an audit holds a page against. Immutable.
 *
 * @param seriesLimit most label sets of one family; at least 1
 * @param bucketLimit most buckets of one histogram series, {@code +Inf} included; at least 1
 * @param valueLengthLimit most characters of a label value; at least 1
 * @param epochMillis when the page was read, which explicit timestamps are compared with
 */
public record AuditOptions(int seriesLimit, int bucketLimit, int valueLengthLimit, long epochMillis) {
    /**
     * 2000 label sets: the limit at which OpenTelemetry and this toolkit begin to overflow. A family beyond it is no longer
     * one that somebody looks at label by label.
     */
    public static final int DEFAULT_SERIES_LIMIT = 2000;

    /** 40 buckets: two per doubling from 1 ms to 17 minutes. Each is a time series for every label set. */
    public static final int DEFAULT_BUCKET_LIMIT = 40;

    /** 200 characters: longer than any name somebody gave; what is longer is a message, a query or a URL. */
    public static final int DEFAULT_VALUE_LENGTH_LIMIT = 200;

    public AuditOptions {
        positive(seriesLimit, "seriesLimit");
        positive(bucketLimit, "bucketLimit");
        positive(valueLengthLimit, "valueLengthLimit");
    }

    /** The default limits, for a page read at that moment. */
    public static AuditOptions readAt(long epochMillis) {
        return new AuditOptions(DEFAULT_SERIES_LIMIT, DEFAULT_BUCKET_LIMIT, DEFAULT_VALUE_LENGTH_LIMIT, epochMillis);
    }

    /** These options with another limit of label sets. */
    public AuditOptions withSeriesLimit(int limit) {
        return new AuditOptions(limit, bucketLimit, valueLengthLimit, epochMillis);
    }

    private static void positive(int limit, String name) {
        if (limit < 1) {
            throw new IllegalArgumentException(
                    "Cannot audit with " + name + " " + limit + ": every family would be a finding. Give 1 or more.");
        }
    }
}
