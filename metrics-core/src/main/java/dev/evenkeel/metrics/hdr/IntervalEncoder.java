package dev.evenkeel.metrics.hdr;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.convert.HdrHistograms;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;

/** Turns the histograms of delta collects into lines of a log, and keeps them until they are written. Not thread-safe. */
final class IntervalEncoder implements CollectVisitor {
    private static final String SCHEMA =
            "[Evenkeel interval log, schema 1: a tag is name;label=value;label=value, escaped as in URLs]";
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MILLIS_PER_SECOND = 1e3;

    /** Opens up the array, which else is copied to be written. */
    private static final class Bytes extends ByteArrayOutputStream {
        byte[] array() {
            return buf;
        }
    }

    private final Set<String> names;
    private final Bytes pending = new Bytes();
    private final HistogramLogWriter writer = new HistogramLogWriter(new PrintStream(pending, true, US_ASCII));
    private final @Nullable Histogram[] byDigits = new Histogram[4];
    private long startEpochMillis;
    private long endEpochMillis;
    private int lines;

    /** @param names of the histograms to write; empty for all */
    IntervalEncoder(Set<String> names, long startEpochMillis) {
        this.names = Set.copyOf(names);
        this.startEpochMillis = startEpochMillis;
        this.endEpochMillis = startEpochMillis;
    }

    @Override
    public void begin(long epochMillis) {
        startEpochMillis = endEpochMillis;
        endEpochMillis =
                Math.max(startEpochMillis, epochMillis); // a clock that was set back gives an interval of no length
    }

    @Override
    public void family(MetricDescriptor family) {
        // Each series knows its family.
    }

    @Override
    public void longCounter(Series series, long value) {
        // The log has no place for counters.
    }

    @Override
    public void doubleCounter(Series series, double value) {
        // The log has no place for counters.
    }

    @Override
    public void gauge(Series series, double value) {
        // The log has no place for gauges.
    }

    @Override
    public void histogram(Series series, HistogramReading reading) {
        MetricDescriptor family = series.descriptor();
        if (reading.count() == 0 || !(names.isEmpty() || names.contains(family.name()))) {
            return;
        }
        Histogram histogram = byDigits[reading.digits()];
        if (histogram == null) {
            histogram = new Histogram(reading.digits());
            byDigits[reading.digits()] = histogram;
        }
        HdrHistograms.copy(reading, histogram);
        histogram.setTag(tag(family.name(), series.labels()));
        writer.outputIntervalHistogram(
                startEpochMillis / MILLIS_PER_SECOND,
                endEpochMillis / MILLIS_PER_SECOND,
                histogram,
                reading.scale() == 1e-9 ? NANOS_PER_MILLI : 1 / reading.scale());
        lines++;
    }

    static String tag(String name, Labels labels) {
        StringBuilder tag = new StringBuilder(64);
        escape(name, tag);
        for (int i = 0; i < labels.size(); i++) {
            tag.append(';');
            escape(labels.name(i), tag);
            tag.append('=');
            escape(labels.value(i), tag);
        }
        return tag.toString();
    }

    /** Leaves what stands for itself in a URL's path and is no delimiter of the log or of the tag. */
    private static void escape(String text, StringBuilder into) {
        for (byte b : text.getBytes(UTF_8)) {
            char c = (char) (b & 0xff);
            if (c > ' ' && c < 0x7f && "%,;=".indexOf(c) < 0) {
                into.append(c);
            } else {
                into.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 0xf, 16)));
            }
        }
    }

    /** Returns what a file begins with. */
    byte[] header() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        HistogramLogWriter header = new HistogramLogWriter(new PrintStream(bytes, true, US_ASCII));
        header.outputComment(SCHEMA);
        header.outputLogFormatVersion();
        header.outputStartTime(startEpochMillis);
        header.outputLegend();
        return bytes.toByteArray();
    }

    /** Returns the bytes that wait, from 0 to {@link #length}. */
    byte[] bytes() {
        return pending.array();
    }

    int length() {
        return pending.size();
    }

    /** Returns how many lines wait: histograms of an interval. */
    int lines() {
        return lines;
    }

    /** Forgets what waits. */
    void clear() {
        pending.reset();
        lines = 0;
    }
}
