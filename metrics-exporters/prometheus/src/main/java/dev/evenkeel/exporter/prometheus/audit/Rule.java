package dev.evenkeel.exporter.prometheus.audit;

import static dev.evenkeel.exporter.prometheus.audit.Severity.ERROR;
import static dev.evenkeel.exporter.prometheus.audit.Severity.INFO;
import static dev.evenkeel.exporter.prometheus.audit.Severity.WARNING;

import java.util.Locale;
import java.util.Optional;

/** What an audit looks for. The order is that of reports. */
public enum Rule {
    // The page
    SYNTAX(
            ERROR,
            "a line that is no sample and no comment",
            "One unreadable line makes Prometheus drop the whole scrape."),
    METADATA(
            ERROR,
            "HELP or TYPE given twice, of an unknown type, or after the samples",
            "Parsers refuse the page, or read the samples as untyped."),
    DUPLICATE_SERIES(
            ERROR,
            "the same name and labels on two lines",
            "Prometheus keeps one of the two values and counts the other as a duplicate; which one is not defined."),
    SCATTERED_FAMILY(
            WARNING,
            "the samples of a family in several places",
            "Both formats ask for one group per family; strict parsers refuse the page."),

    // Names
    NAME_CHARACTERS(
            ERROR,
            "characters outside [a-zA-Z0-9_:], or a digit first",
            "Every tool older than UTF-8 names refuses it, and the others need it quoted in every query."),
    NAME_RESERVED(ERROR, "a metric name that begins with __", "Prometheus keeps such names for itself."),
    NAME_CASE(
            WARNING,
            "capital letters in a metric name",
            "Names are snake_case everywhere else; a reader has to know how this one is spelled."),
    NAME_COLON(
            WARNING,
            "a colon in a metric name",
            "Colons mark the results of recording rules; a reader takes this for one."),
    COUNTER_TOTAL(
            WARNING,
            "a counter whose name does not end in _total",
            "The suffix tells a reader to take rate() of it. OpenMetrics demands it."),
    TOTAL_ON_OTHERS(
            WARNING,
            "_total on what is not a counter",
            "A reader takes rate() of it, and every decrease then looks like a restart."),
    RESERVED_SUFFIX(
            WARNING,
            "_bucket, _count or _sum on what is neither histogram nor summary",
            "Tools take it for a part of a histogram that does not exist, and it collides when one gets that name."),
    TYPE_IN_NAME(
            WARNING,
            "counter, gauge, histogram or summary in the name",
            "The type is metadata; when it changes, the name lies."),
    BASE_UNIT(
            WARNING,
            "milliseconds, kilobytes, percent and others that are not base units",
            "Dashboards and rules expect seconds, bytes and ratios; mixed units give graphs that are wrong by a factor."),
    UNIT_ABBREVIATION(
            WARNING,
            "ms, kb, sec and other abbreviated units",
            "m is meters or minutes, b is bits or bytes: a reader must guess."),
    UNIT_SUFFIX(
            WARNING,
            "a unit that is not at the end of the name, or not that of # UNIT",
            "Tools find the unit by the suffix; OpenMetrics demands it."),
    UNIT_MISSING(
            WARNING,
            "a duration, latency or uptime without a unit",
            "Whether 5 is seconds or milliseconds, a reader must guess."),
    LABEL_IN_NAME(
            WARNING,
            "the name of a label in the name of the metric",
            "Once the label is summed away, the name says something that is no longer there."),

    // Metadata
    HELP_MISSING(WARNING, "no help, or an empty one", "Whoever is woken by an alert on it reads the help first."),
    HELP_USELESS(INFO, "help that says no more than the name", "It looks documented and is not."),
    TYPE_MISSING(WARNING, "no type, or untyped", "Nobody can tell whether to take rate() of it."),
    GAUGE_LIKE_COUNTER(
            WARNING,
            "a gauge that is named like a count of events",
            "If it only rises, it is a counter, and as a gauge it is graphed without rate(); if it falls, its name misleads."),

    // Histograms and summaries
    HISTOGRAM_INF(ERROR, "a histogram without a +Inf bucket", "histogram_quantile() returns NaN for it."),
    HISTOGRAM_CUMULATIVE(
            ERROR,
            "a bucket that counts less than the one below it",
            "Buckets are cumulative; quantiles come out wrong."),
    HISTOGRAM_BOUNDARIES(
            ERROR, "a bucket boundary twice, or no number", "The page is refused, or one of the two buckets is lost."),
    HISTOGRAM_PARTS(
            ERROR,
            "_count or _sum missing, or _count different from +Inf",
            "Averages and rates disagree with the quantiles."),
    HISTOGRAM_BUCKETS(
            WARNING,
            "more buckets than the limit (40)",
            "Each bucket is a time series for every label set: histograms are where series go."),
    RESERVED_LABEL(
            ERROR,
            "le or quantile where it does not belong, or missing where it does",
            "histogram_quantile() and every parser give these two labels a meaning."),
    SUMMARY_QUANTILES(
            INFO,
            "quantiles computed in the process",
            "They cannot be added or averaged over instances; a histogram's buckets can."),

    // Labels
    LABEL_NAME(
            WARNING,
            "a label name that is not snake_case, or begins with __",
            "Prometheus drops labels that begin with __; others have to be remembered by their odd spelling."),
    LABEL_SETS(
            WARNING,
            "series of one family with different label names",
            "Sums and joins by a label silently lose the series that lack it."),
    CARDINALITY(
            WARNING,
            "more label sets in one family than the limit (2000)",
            "Each series costs memory in the process and in Prometheus; at some number both stop."),
    LABEL_IDS(
            WARNING,
            "label values that look like ids: UUIDs, addresses, times, long numbers, URLs with ids",
            "Each new id is a new series for ever; addresses of people do not belong in metrics at all."),
    LABEL_LENGTH(
            WARNING,
            "label values longer than the limit (200 characters)",
            "Each is kept in the index; stores cut or refuse them."),
    OVERFLOW_SERIES(
            WARNING,
            "a series labelled otel_metric_overflow=\"true\"",
            "The instrument reached its limit: totals are exact, but new label sets are not told apart."),

    // Values
    COUNTER_NAN(ERROR, "NaN in a counter, a bucket or a count", "rate() over it is NaN from then on."),
    COUNTER_NEGATIVE(
            ERROR,
            "a counter, a bucket or a count below zero",
            "Counters begin at zero and rise: this one counted something else."),
    STALE_TIMESTAMP(
            WARNING,
            "samples with a timestamp of their own, 5 minutes off or more",
            "Prometheus looks back 5 minutes: these samples are never seen, or refused as out of bounds."),

    // What this toolkit says of itself
    EVENKEEL_DROPPED(
            WARNING,
            "evenkeel_dropped_total or evenkeel_admin_rejected_total above zero",
            "Measurements or scrapes were not counted where they were meant to be."),
    EVENKEEL_LADDER(
            WARNING,
            "evenkeel_memory_ladder_total above zero",
            "The memory cap was reached: records share cells, or series and digits were given up.");

    private final Severity severity;
    private final String finds;
    private final String why;

    Rule(Severity severity, String finds, String why) {
        this.severity = severity;
        this.finds = finds;
        this.why = why;
    }

    /** The name in reports and on the command line: {@code counter-total}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The rule of that id, if there is one. */
    public static Optional<Rule> of(String id) {
        for (Rule rule : values()) {
            if (rule.id().equals(id)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    /** How much its findings matter. */
    public Severity severity() {
        return severity;
    }

    /** What it finds, in half a sentence. */
    public String finds() {
        return finds;
    }

    /** Why that matters, in a sentence. */
    public String why() {
        return why;
    }
}
