package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one collect as Prometheus text 0.0.4 into a buffer.
 *
 * <pre>{@code
 * registry.collect(writer);
 * writer.writeTo(out);
 * }</pre>
 *
 * <p>Keep one writer and use it again: it remembers the encoded name and labels of each series, so that a collect of series
 * it knows allocates nothing, but for a gauge below 1e-6 or from 1e17 on that is no whole number. It holds about 200 bytes
 * and the text of the labels per series (three times the labels for a histogram), forgets series which are gone, and keeps
 * its largest buffer. One thread at a time.
 *
 * <p>Histograms become classic buckets with the bounds of {@link dev.evenkeel.metrics.convert.BucketLadder}; what that does to
 * values is said by {@link dev.evenkeel.metrics.convert.ClassicBuckets}. Counts, and sums of times, are written exactly.
 *
 * <p>Two metrics that come out with the same Prometheus name cannot both be written: the one that was there first is, the
 * other is left out and logged once; should the first go, the other is written from the collect after next.
 */
public final class PrometheusTextWriter implements CollectVisitor {
    /*
     * The texts are found by the identity of the series. As a registry walks its series in the same order each time, the
     * expected text is simply the next one of the last collect; only where the order breaks does the map answer.
     */

    private static final Logger LOG = System.getLogger(PrometheusTextWriter.class.getName());

    private TextBuffer out = new TextBuffer();
    private long collect;

    private final Map<MetricDescriptor, FamilyText> families = new IdentityHashMap<>();
    private final Map<String, FamilyText> owners = new HashMap<>();
    private int familiesSeen;

    private final Map<Series, SeriesText> texts = new IdentityHashMap<>();
    private @Nullable SeriesText[] last = new @Nullable SeriesText[256];
    private int lastCount;
    private int lastNext;
    private @Nullable SeriesText[] now = new @Nullable SeriesText[256];
    private int nowCount;

    private @Nullable FamilyText family;
    private boolean headerWritten;

    @Override
    public void begin(long epochMillis) {
        collect++;
        out.clear();
        familiesSeen = 0;
        family = null;
        lastNext = 0;
        nowCount = 0;
    }

    @Override
    public void family(MetricDescriptor descriptor) {
        FamilyText text = families.get(descriptor);
        if (text == null) {
            text = newFamily(descriptor);
        }
        if (text.seen != collect) {
            text.seen = collect;
            familiesSeen++;
        }
        family = text;
        headerWritten = false;
    }

    private FamilyText newFamily(MetricDescriptor descriptor) {
        FamilyText text = new FamilyText(descriptor);
        for (String name : text.sampleNames()) {
            FamilyText owner = owners.get(name);
            boolean successor = owner != null && owner.descriptor.name().equals(descriptor.name());
            if (owner != null && !successor) { // within a registry a name is unique: a successor comes from another one
                text.hidden = true;
                LOG.log(
                        Level.WARNING,
                        "Metric \"" + descriptor.name()
                                + "\" is left out of the Prometheus text: its samples would be called "
                                + name + " there, as those of \"" + owner.descriptor.name()
                                + "\" are already. Rename one of the two. Logged once.");
                break;
            }
        }
        if (!text.hidden) {
            text.sampleNames().forEach(name -> owners.put(name, text));
        }
        families.put(descriptor, text);
        return text;
    }

    @Override
    public void longCounter(Series series, long value) {
        if (line(series)) {
            out.append(value);
            out.append('\n');
        }
    }

    @Override
    public void doubleCounter(Series series, double value) {
        number(series, value);
    }

    @Override
    public void gauge(Series series, double value) {
        number(series, value);
    }

    private void number(Series series, double value) {
        if (line(series)) {
            out.append(value);
            out.append('\n');
        }
    }

    /** Begins the line of a series that has one value. False: its family is left out. */
    private boolean line(Series series) {
        FamilyText f = visibleFamily();
        if (f == null) {
            return false;
        }
        out.append(text(f, series).head);
        return true;
    }

    @Override
    public void histogram(Series series, HistogramReading reading) {
        FamilyText f = visibleFamily();
        if (f == null) {
            return;
        }
        SeriesText text = text(f, series);
        f.buckets.read(reading);
        for (int i = 0; i < f.boundTexts.length; i++) {
            out.append(text.head);
            out.append(f.boundTexts[i]);
            out.append(f.buckets.countAtOrBelow(i));
            out.append('\n');
        }
        out.append(text.sumHead);
        sum(reading);
        out.append('\n');
        out.append(text.countHead);
        out.append(reading.count());
        out.append('\n');
    }

    private void sum(HistogramReading reading) {
        double raw = reading.sum();
        double scale = reading.scale();
        if (scale == 1e-9 && raw == Math.rint(raw) && Math.abs(raw) < 0x1p63) {
            out.appendScaled((long) raw, 9); // not raw * 1e-9, which would round
        } else {
            out.append(scale == 1 ? raw : raw * scale);
        }
    }

    private @Nullable FamilyText visibleFamily() {
        FamilyText f = family;
        if (f == null || f.hidden) {
            return null;
        }
        if (!headerWritten) {
            headerWritten = true;
            out.append(f.header);
        }
        return f;
    }

    private SeriesText text(FamilyText f, Series series) {
        SeriesText expected = lastNext < lastCount ? last[lastNext] : null;
        SeriesText text;
        if (expected != null && expected.series == series) {
            text = expected;
            lastNext++;
        } else {
            SeriesText known = texts.get(series);
            if (known == null) {
                text = new SeriesText(f, series);
                texts.put(series, text);
            } else {
                text = known;
                lastNext = known.place + 1;
            }
        }
        text.seen = collect;
        if (nowCount == now.length) {
            now = Arrays.copyOf(now, 2 * nowCount);
        }
        text.place = nowCount;
        now[nowCount++] = text;
        return text;
    }

    @Override
    public void end() {
        if (texts.size() > nowCount) {
            texts.values().removeIf(text -> text.seen != collect);
        }
        if (families.size() > familiesSeen) {
            families.values().removeIf(text -> text.seen != collect);
            owners.values().removeIf(text -> text.seen != collect);
            families.values().removeIf(text -> text.hidden && isFree(text)); // looked at anew in the next collect
        }
        @Nullable SeriesText[] spare = last;
        last = now;
        lastCount = nowCount;
        now = spare;
        Arrays.fill(now, null); // or a series that is gone would be held until its place is taken
    }

    private boolean isFree(FamilyText text) {
        for (String name : text.sampleNames()) {
            if (owners.containsKey(name)) {
                return false;
            }
        }
        return true;
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
    TextBuffer exchange(TextBuffer spare) {
        TextBuffer written = out;
        out = spare;
        return written;
    }
}
