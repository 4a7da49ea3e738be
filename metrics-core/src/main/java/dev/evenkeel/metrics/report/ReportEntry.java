package dev.evenkeel.metrics.report;

import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import java.util.List;
import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One thing that a report shows: the series that match, added up. Not thread-safe. */
final class ReportEntry {
    /** As precise as the histograms of the core are by default. */
    private static final int DIGITS = 2;

    /** One label, and what its value must look like. */
    record Where(String label, WildcardPattern value) {}

    private final String title;
    private final WildcardPattern names;
    private final List<Where> wheres;

    private @Nullable MetricDescriptor first;
    private @Nullable Histogram values;
    private double scale = 1;
    private double sum;
    private double shownGauge = Double.NaN;
    private boolean warned;

    ReportEntry(String title, WildcardPattern names, List<Where> wheres) {
        this.title = title;
        this.names = names;
        this.wheres = wheres;
    }

    String title() {
        return title;
    }

    void begin() {
        sum = isGauge() ? Double.NaN : 0;
        if (values != null) {
            values.reset();
        }
    }

    /**
     * Returns whether series of a family belong here. The first family that does decides kind and unit: amounts of another unit
     * cannot be added to it.
     *
     * @param leftOut told once when one cannot
     */
    boolean takes(MetricDescriptor family, BiConsumer<ReportEntry, MetricDescriptor> leftOut) {
        if (!names.matches(family.name())) {
            return false;
        }
        MetricDescriptor known = first;
        if (known == null) {
            first = family;
            scale = family.scale();
            sum = isGauge() ? Double.NaN : 0;
            return true;
        }
        if (isGauge(known.kind()) == isGauge(family.kind())
                && (known.kind() == Kind.HISTOGRAM) == (family.kind() == Kind.HISTOGRAM)
                && known.unit().equals(family.unit())
                && known.scale() == family.scale()) {
            return true;
        }
        if (!warned) {
            warned = true;
            leftOut.accept(this, family);
        }
        return false;
    }

    boolean takes(Series series) {
        if (wheres.isEmpty()) {
            return true;
        }
        Labels labels = series.labels();
        for (Where where : wheres) {
            boolean found = false;
            for (int i = 0; i < labels.size() && !found; i++) {
                found = labels.name(i).equals(where.label()) && where.value().matches(labels.value(i));
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    void add(double amount) {
        sum = Double.isNaN(sum) ? amount : sum + amount;
    }

    void add(HistogramReading reading) {
        Histogram all = values;
        if (all == null) {
            all = new Histogram(DIGITS);
            values = all;
        }
        for (int i = 0; i < reading.bucketCount(); i++) {
            all.recordValueWithCount(Math.min(reading.bucketHigh(i), Long.MAX_VALUE / 2), reading.bucketCountAt(i));
        }
        sum += reading.count();
    }

    /** Returns whether there is something that the line before did not say. */
    boolean isNews() {
        return isGauge() ? !Double.isNaN(sum) && sum != shownGauge : sum != 0;
    }

    boolean isGauge() {
        MetricDescriptor known = first;
        return known != null && isGauge(known.kind());
    }

    private static boolean isGauge(Kind kind) {
        return kind == Kind.GAUGE || kind == Kind.UP_DOWN_COUNTER;
    }

    /** Appends what came. */
    void writeTo(StringBuilder line, double seconds, double[] quantiles) {
        MetricDescriptor known = first;
        if (known == null) {
            line.append('0'); // nothing of that name was registered yet
            return;
        }
        if (isGauge()) {
            if (Double.isNaN(sum)) {
                line.append('-');
            } else {
                ReportText.amount(line, sum, known.unit());
            }
            shownGauge = sum;
            return;
        }
        boolean counts = known.kind() == Kind.HISTOGRAM;
        if (counts) {
            ReportText.number(line, sum);
        } else {
            ReportText.amount(line, sum, known.unit());
        }
        line.append(" (");
        double rate = seconds > 0 ? sum / seconds : 0;
        if (counts || !known.unit().equals("By")) {
            ReportText.threeDigits(line, rate);
        } else {
            ReportText.amount(line, rate, known.unit());
        }
        line.append("/s)");
        Histogram all = values;
        if (counts && sum > 0 && all != null) {
            for (double quantile : quantiles) {
                line.append(", p");
                ReportText.threeDigits(line, quantile * 100);
                line.append(' ');
                ReportText.amount(line, all.getValueAtPercentile(quantile * 100) * scale, known.unit());
            }
        }
    }
}
