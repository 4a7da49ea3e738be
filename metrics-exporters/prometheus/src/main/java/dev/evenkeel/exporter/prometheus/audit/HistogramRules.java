package dev.evenkeel.exporter.prometheus.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The rules about buckets, their parts, and the labels {@code le} and {@code quantile}. */
final class HistogramRules {
    private record Bucket(double bound, String text, double count, int line) {}

    private final MetricFamily family;
    private final AuditOptions options;
    private final Findings findings;
    private final Tally noInf = new Tally();
    private final Tally falling = new Tally();
    private final Tally boundaries = new Tally();
    private final Tally parts = new Tally();
    private final Tally labels = new Tally();
    private int mostBuckets;
    private int mostBucketsLine;

    private HistogramRules(MetricFamily family, AuditOptions options, Findings findings) {
        this.family = family;
        this.options = options;
        this.findings = findings;
    }

    static void check(MetricFamily family, AuditOptions options, Findings findings) {
        new HistogramRules(family, options, findings).check();
    }

    private void check() {
        MetricType looks = family.looks();
        if (looks.isHistogram()) {
            family.labelSets().forEach(this::histogram);
        }
        if (looks == MetricType.SUMMARY) {
            summary();
        }
        if (looks == MetricType.SUMMARY || looks.isHistogram()) {
            partsWithinType();
        }
        for (SampleLine sample : family.samples) {
            reservedLabels(sample, looks);
        }
        report();
    }

    private void histogram(String labelSet, List<SampleLine> samples) {
        List<Bucket> buckets = new ArrayList<>();
        @Nullable SampleLine count = null;
        boolean sum = false;
        String bucketName = family.name + "_bucket";
        boolean gauge = family.type == MetricType.GAUGEHISTOGRAM;
        for (SampleLine sample : samples) {
            if (sample.name().equals(bucketName)) {
                bucket(buckets, sample);
            } else if (sample.name().equals(family.name + (gauge ? "_gcount" : "_count"))) {
                count = sample;
            } else if (sample.name().equals(family.name + (gauge ? "_gsum" : "_sum"))) {
                sum = true;
            }
        }
        int line = samples.get(0).line();
        buckets.sort(Comparator.comparingDouble(Bucket::bound));
        if (buckets.size() > mostBuckets) {
            mostBuckets = buckets.size();
            mostBucketsLine = line;
        }
        for (int i = 1; i < buckets.size(); i++) {
            Bucket below = buckets.get(i - 1);
            Bucket bucket = buckets.get(i);
            if (below.bound == bucket.bound) {
                boundaries.add(
                        Math.max(below.line, bucket.line),
                        "le=\"" + below.text + "\" and le=\"" + bucket.text + "\" are the same boundary"
                                + of(labelSet));
            } else if (bucket.count < below.count) {
                falling.add(
                        bucket.line,
                        "le=\"" + bucket.text + "\" counts " + Numbers.of(bucket.count) + ", le=\"" + below.text + "\" "
                                + Numbers.of(below.count) + of(labelSet));
            }
        }
        boolean infinite = !buckets.isEmpty() && buckets.get(buckets.size() - 1).bound == Double.POSITIVE_INFINITY;
        if (!infinite) {
            noInf.add(
                    line,
                    buckets.isEmpty()
                            ? "no bucket at all" + of(labelSet)
                            : "the last bucket is le=\"" + buckets.get(buckets.size() - 1).text + "\"" + of(labelSet));
        }
        if (count == null || !sum) {
            parts.add(line, (count == null ? "no _count" : "no _sum") + of(labelSet));
        } else if (infinite && count.value() != buckets.get(buckets.size() - 1).count) {
            parts.add(
                    count.line(),
                    "_count is " + Numbers.of(count.value()) + ", the +Inf bucket "
                            + Numbers.of(buckets.get(buckets.size() - 1).count) + of(labelSet));
        }
    }

    private void bucket(List<Bucket> buckets, SampleLine sample) {
        @Nullable String text = sample.label("le");
        if (text == null) {
            return; // reservedLabels() says it
        }
        double bound;
        if (text.equals("+Inf") || text.equals("Inf")) {
            bound = Double.POSITIVE_INFINITY;
        } else {
            @Nullable
            Double number = text.equals("-Inf") ? Double.valueOf(Double.NEGATIVE_INFINITY) : LineReader.decimal(text);
            if (number == null) {
                boundaries.add(sample.line(), "le=\"" + LineReader.shortened(text) + "\" is no number");
                return;
            }
            bound = number;
        }
        buckets.add(new Bucket(bound, text, sample.value(), sample.line()));
    }

    private void summary() {
        Set<String> quantiles = new TreeSet<>();
        for (Map.Entry<String, List<SampleLine>> entry : family.labelSets().entrySet()) {
            boolean sum = false;
            boolean count = false;
            for (SampleLine sample : entry.getValue()) {
                sum |= sample.name().equals(family.name + "_sum");
                count |= sample.name().equals(family.name + "_count");
                @Nullable String quantile = sample.label("quantile");
                if (quantile != null) {
                    quantiles.add(quantile);
                }
            }
            if (!sum || !count) {
                parts.add(entry.getValue().get(0).line(), (count ? "no _sum" : "no _count") + of(entry.getKey()));
            }
        }
        if (!quantiles.isEmpty()) {
            findings.add(
                    Rule.SUMMARY_QUANTILES,
                    family,
                    family.firstLine(),
                    Numbers.of(quantiles.size(), "quantile", "quantiles") + " (" + String.join(", ", quantiles)
                            + ") for " + Numbers.of(family.labelSets().size(), "label set", "label sets"),
                    "Record it in a histogram if more than one instance runs, or the window must be chosen when asking.");
        }
    }

    private void partsWithinType() {
        for (SampleLine sample : family.samples) {
            boolean quantile = family.looks() == MetricType.SUMMARY && sample.label("quantile") != null;
            if (sample.name().equals(family.name) && !quantile) {
                parts.add(
                        sample.line(),
                        "a sample called " + family.name + ", which is no part of a "
                                + family.looks().word());
            }
        }
    }

    private void reservedLabels(SampleLine sample, MetricType looks) {
        boolean bucket = looks.isHistogram() && sample.name().equals(family.name + "_bucket");
        boolean quantile = looks == MetricType.SUMMARY && sample.name().equals(family.name);
        @Nullable String le = sample.label("le");
        @Nullable String q = sample.label("quantile");
        if (bucket && le == null) {
            labels.add(sample.line(), "a _bucket without le");
        } else if (!bucket && le != null) {
            labels.add(
                    sample.line(),
                    "le=\"" + LineReader.shortened(le) + "\" on " + sample.name() + ", which is no bucket");
        }
        if (!quantile && q != null) {
            labels.add(
                    sample.line(),
                    "quantile=\"" + LineReader.shortened(q) + "\" on " + sample.name()
                            + ", which is no part of a summary");
        } else if (quantile && q != null) {
            @Nullable Double number = LineReader.decimal(q);
            if (number == null || !(number >= 0 && number <= 1)) {
                labels.add(sample.line(), "quantile=\"" + LineReader.shortened(q) + "\" is not a number from 0 to 1");
            }
        }
    }

    private void report() {
        noInf.report(Rule.HISTOGRAM_INF, "Write a last bucket le=\"+Inf\" with the value of _count.");
        falling.report(
                Rule.HISTOGRAM_CUMULATIVE,
                "Let each bucket count all values up to its boundary, those of the buckets below included, and read all of"
                        + " them at one moment.");
        boundaries.report(Rule.HISTOGRAM_BOUNDARIES, "Give each boundary once, as a number, spelled in one way.");
        parts.report(
                Rule.HISTOGRAM_PARTS,
                "Write _count, equal to the +Inf bucket where there are buckets, and _sum for each label set, from one"
                        + " reading.");
        labels.report(
                Rule.RESERVED_LABEL,
                "Keep le for the buckets of histograms and quantile for summaries; rename the label elsewhere, and fix the"
                        + " type if it is one of these.");
        if (mostBuckets > options.bucketLimit()) {
            findings.add(
                    Rule.HISTOGRAM_BUCKETS,
                    family,
                    mostBucketsLine,
                    mostBuckets + " buckets, the limit is " + options.bucketLimit() + "; with "
                            + Numbers.of(family.labelSets().size(), "label set", "label sets") + " it is "
                            + Numbers.of(family.samples.size(), "time series", "time series"),
                    "Name 10 to 20 boundaries around the objectives you alert on, or use native histograms.");
        }
    }

    private static String of(String labelSet) {
        return labelSet.equals("{}") ? "" : " in " + LineReader.shortened(labelSet);
    }

    /** Counts one kind of trouble and remembers the first. */
    private final class Tally {
        private int count;
        private int firstLine;
        private String first = "";

        void add(int line, String evidence) {
            if (count++ == 0) {
                firstLine = line;
                first = evidence;
            }
        }

        void report(Rule rule, String fix) {
            if (count > 0) {
                findings.add(rule, family, firstLine, count == 1 ? first : first + "; " + count + " such", fix);
            }
        }
    }
}
