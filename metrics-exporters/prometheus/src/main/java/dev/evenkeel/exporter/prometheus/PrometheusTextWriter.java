package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.metrics.Exemplar;
import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes one collect as text into a buffer, in one of two formats.
 *
 * <pre>{@code
 * PrometheusTextWriter writer = PrometheusTextWriter.of(TextFormat.PROMETHEUS);
 * registry.collect(writer);
 * writer.writeTo(out);
 * }</pre>
 *
 * <p>Keep one writer and use it again: it remembers the encoded name and labels of each series, so that a collect of series
 * it knows allocates nothing, but for a gauge below 1e-6 or from 1e17 on that is no whole number. It holds the name and labels of
 * each series as text, once or twice, and some 12 bytes; it forgets series which are gone, and keeps its largest buffer. One thread at a
 * time.
 *
 * <p>Of a histogram only those threads' buckets are looked at that recorded to it since the last collect: {@link
 * HistogramReading#countsAtOrBelow}.
 *
 * <p>Histograms become classic buckets with the bounds of {@link dev.evenkeel.metrics.convert.BucketLadder}; what that does to
 * values is said by {@link dev.evenkeel.metrics.convert.ClassicBuckets}. Counts, and sums of times, are written exactly.
 *
 * <p>In OpenMetrics an exemplar follows the bucket that it lies in, the newest where there are several.
 *
 * <p>Two metrics that come out with the same Prometheus name cannot both be written: the one that was there first is, the
 * other is left out and logged once; should the first go, the other is written from the collect after next.
 */
public final class PrometheusTextWriter extends FamilyWriter<TextBuffer, Void, FamilyText> {
    private static final byte[] TRACE_ID = " # {trace_id=\"".getBytes(UTF_8);
    private static final byte[] SPAN_ID = "\",span_id=\"".getBytes(UTF_8);
    private static final byte[] END_OF_IDS = "\"} ".getBytes(UTF_8);
    private static final byte[] END_OF_LABELS = {'}', ' '};
    private static final byte[] END = {'#', ' ', 'E', 'O', 'F', '\n'};

    private final TextFormat format;
    private final boolean created;
    private TextPage out = new TextPage();
    private int familyStart;

    private PrometheusTextWriter(TextFormat format, boolean created) {
        this.format = format;
        this.created = created;
    }

    /** Returns a writer of a format that leaves start times out, for each would be one more series to the reader. */
    public static PrometheusTextWriter of(TextFormat format) {
        return new PrometheusTextWriter(format, false);
    }

    /**
     * Returns a writer of OpenMetrics that says with a {@code _created} sample when each counter and histogram began: a reader
     * then tells a restart from a decrease. A Prometheus server stores each of them as a series of its own.
     */
    public static PrometheusTextWriter openMetricsWithStartTimes() {
        return new PrometheusTextWriter(TextFormat.OPEN_METRICS, true);
    }

    @Override
    FamilyText encode(MetricDescriptor descriptor) {
        return new FamilyText(descriptor, format);
    }

    @Override
    @Nullable
    Void encode(FamilyText family, Series series, TextBuffer heads) {
        family.encode(series, heads);
        return null;
    }

    @Override
    String wire() {
        return format == TextFormat.PROMETHEUS ? "Prometheus text" : "OpenMetrics text";
    }

    @Override
    public void begin(long epochMillis) {
        super.begin(epochMillis);
        out.clear();
    }

    @Override
    void beginFamily(FamilyText family) {
        familyStart = out.length();
        out.append(family.header);
    }

    @Override
    void endFamily(FamilyText family, boolean wanted) {
        if (!wanted) {
            out.truncate(familyStart);
        }
    }

    @Override
    public void end() {
        super.end();
        if (format == TextFormat.OPEN_METRICS) {
            out.append(END);
        }
    }

    @Override
    public void longCounter(Series series, long value) {
        FamilyText f = family();
        if (f != null) {
            int place = line(f, series);
            out.append(value);
            out.append('\n');
            created(f, series, place);
        }
    }

    @Override
    public void doubleCounter(Series series, double value) {
        FamilyText f = family();
        if (f != null) {
            int place = line(f, series);
            out.append(value);
            out.append('\n');
            created(f, series, place);
        }
    }

    @Override
    public void gauge(Series series, double value) {
        FamilyText f = family();
        if (f != null) {
            line(f, series);
            out.append(value);
            out.append('\n');
        }
    }

    @Override
    public void upDownCounter(Series series, long value) {
        FamilyText f = family();
        if (f != null) { // as a gauge, but with every digit
            line(f, series);
            out.append(value);
            out.append('\n');
        }
    }

    /** Begins the line of a series that has one value. */
    private int line(FamilyText f, Series series) {
        int place = known(f, series);
        out.append(f.list.heads().bytes(), f.list.from(place), f.list.end(place));
        return place;
    }

    /** Begins the line of another sample of the series. */
    private void line(byte[] name, FamilyText f, int place) {
        out.append(name);
        int from = f.list.from(place);
        int end = f.list.end(place);
        if (end - from > f.bareLength()) {
            out.append('{');
            out.append(f.list.heads().bytes(), from + f.beforeLabels(), end - f.behindLabels());
            out.append(END_OF_LABELS);
        } else {
            out.append(' ');
        }
    }

    private void created(FamilyText f, Series series, int place) {
        if (created) {
            line(f.createdName, f, place);
            out.appendScaled(series.startEpochMillis(), 3);
            out.append('\n');
        }
    }

    @Override
    public void histogram(Series series, HistogramReading reading) {
        FamilyText f = family();
        if (f == null) {
            return;
        }
        int place = known(f, series);
        byte[] heads = f.list.heads().bytes();
        int from = f.list.from(place);
        int end = f.list.end(place);
        f.buckets.read(reading);
        f.exemplars.read(reading, f.buckets);
        for (int i = 0; i < f.boundTexts.length; i++) {
            out.append(heads, from, end);
            out.append(f.boundTexts[i]);
            out.append(f.buckets.countAtOrBelow(i));
            if (format == TextFormat.OPEN_METRICS) {
                exemplar(f.exemplars.of(i));
            }
            out.append('\n');
        }
        line(f.sumName, f, place);
        sum(reading.sum(), reading.scale());
        out.append('\n');
        line(f.countName, f, place);
        out.append(f.buckets.count());
        out.append('\n');
        created(f, series, place);
    }

    @Override
    public void fixedHistogram(Series series, FixedBuckets buckets) {
        FamilyText f = family();
        if (f == null) {
            return;
        }
        int place = known(f, series);
        for (int i = 0; i < buckets.size(); i++) {
            out.append(f.list.heads().bytes(), f.list.from(place), f.list.end(place));
            f.appendBound(out, buckets.bound(i));
            out.append(buckets.countAtOrBelow(i));
            out.append('\n');
        }
        line(f.sumName, f, place);
        out.append(buckets.sum());
        out.append('\n');
        line(f.countName, f, place);
        out.append(buckets.count());
        out.append('\n');
        created(f, series, place);
    }

    private void exemplar(@Nullable Exemplar exemplar) {
        if (exemplar == null) {
            return;
        }
        out.append(TRACE_ID);
        out.append(FamilyText.escaped(exemplar.traceId(), true).getBytes(UTF_8));
        out.append(SPAN_ID);
        out.append(FamilyText.escaped(exemplar.spanId(), true).getBytes(UTF_8));
        out.append(END_OF_IDS);
        out.append(exemplar.value());
        out.append(' ');
        out.appendScaled(exemplar.epochMillis(), 3);
    }

    private void sum(double raw, double scale) {
        if (scale == 1e-9 && raw == Math.rint(raw) && Math.abs(raw) < 0x1p63) {
            out.appendScaled((long) raw, 9); // not raw * 1e-9, which would round
        } else {
            out.append(HistogramReading.inUnit(raw, scale));
        }
    }

    /** Bytes of the last collect. */
    public int length() {
        return out.length();
    }

    /** Writes the last collect to a stream. */
    public void writeTo(OutputStream stream) throws IOException {
        out.writeTo(stream);
    }

    /** Hands the last collect over and goes on with another buffer. */
    TextPage exchange(@Nullable TextPage spare) {
        TextPage written = out;
        out = spare == null ? new TextPage() : spare;
        return written;
    }
}
