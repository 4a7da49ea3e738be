package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.metrics.Exemplar;
import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.convert.ClassicBuckets;
import dev.evenkeel.metrics.convert.NativeBuckets;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one collect in the protobuf format of Prometheus: {@code MetricFamily} messages, each after its length.
 *
 * <p>Histograms carry both their classic and their native buckets ({@link NativeBuckets}, schema {@value
 * NativeBuckets#DEFAULT_SCHEMA} or coarser), and a server takes those that it is told to. Names, labels, bounds and what is left out
 * are those of {@link PrometheusTextWriter}, and so is what it remembers; of a histogram it keeps the message as well, 0.5 to 1 kB, and
 * writes that again while nothing is recorded: {@link HistogramReading#stamp}. One that was recorded to is read in full. Every number is a double on this wire: counts beyond 2^53 are rounded. Start times are always written, for
 * here they cost no series. One thread at a time.
 *
 * @see <a href="https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto">metrics.proto</a>
 */
public final class PrometheusProtobufWriter
        extends FamilyWriter<ProtoBuffer, PrometheusProtobufWriter.Known, PrometheusProtobufWriter.Family> {
    /** The value of the Content-Type header. */
    public static final String CONTENT_TYPE =
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

    // Field numbers of metrics.proto.
    private static final int FAMILY_NAME = 1;
    private static final int FAMILY_HELP = 2;
    private static final int FAMILY_TYPE = 3;
    private static final int FAMILY_METRIC = 4;
    private static final int FAMILY_UNIT = 5;
    private static final int METRIC_LABEL = 1;
    private static final int METRIC_GAUGE = 2;
    private static final int METRIC_COUNTER = 3;
    private static final int METRIC_HISTOGRAM = 7;
    private static final int LABEL_NAME = 1;
    private static final int LABEL_VALUE = 2;
    private static final int VALUE = 1;
    private static final int COUNTER_CREATED = 3;
    private static final int HISTOGRAM_COUNT = 1;
    private static final int HISTOGRAM_SUM = 2;
    private static final int HISTOGRAM_BUCKET = 3;
    private static final int HISTOGRAM_SCHEMA = 5;
    private static final int HISTOGRAM_ZERO_THRESHOLD = 6;
    private static final int HISTOGRAM_ZERO_COUNT = 7;
    private static final int HISTOGRAM_POSITIVE_SPAN = 12;
    private static final int HISTOGRAM_POSITIVE_DELTA = 13;
    private static final int HISTOGRAM_CREATED = 15;
    private static final int SPAN_OFFSET = 1;
    private static final int SPAN_LENGTH = 2;
    private static final int BUCKET_COUNT = 1;
    private static final int BUCKET_BOUND = 2;
    private static final int BUCKET_EXEMPLAR = 3;
    private static final int EXEMPLAR_LABEL = 1;
    private static final int EXEMPLAR_VALUE = 2;
    private static final int EXEMPLAR_TIMESTAMP = 3;
    private static final int TIMESTAMP_SECONDS = 1;
    private static final int TIMESTAMP_NANOS = 2;

    private final NativeBuckets exponential = NativeBuckets.create();
    private ProtoBuffer out = new ProtoBuffer();
    private int familyStart;

    /** What does not change of a family. */
    static final class Family extends KnownFamily<ProtoBuffer, Known> {
        private final byte[] header;
        private final ClassicBuckets classic;
        private final BucketExemplars exemplars;

        Family(MetricDescriptor descriptor) {
            super(descriptor, List.of(), ProtoBuffer::ofHeads);
            ProtoBuffer b = new ProtoBuffer(128);
            b.text(FAMILY_NAME, name.getBytes(UTF_8));
            b.text(FAMILY_HELP, help().getBytes(UTF_8));
            b.unsigned(FAMILY_TYPE, type(descriptor.kind()));
            String unit = PrometheusNames.unitName(descriptor);
            if (!unit.isEmpty()) {
                b.text(FAMILY_UNIT, unit.getBytes(UTF_8));
            }
            header = b.copy();
            classic = descriptor.kind() == Kind.HISTOGRAM ? ClassicBuckets.of(descriptor) : ClassicBuckets.over(1);
            exemplars = new BucketExemplars(classic);
        }

        private static int type(Kind kind) {
            return switch (kind) {
                case COUNTER -> 0;
                case GAUGE, UP_DOWN_COUNTER -> 1;
                case HISTOGRAM -> 4;
            };
        }
    }

    /** What was written of a histogram the last time; written again while its reading has the same stamp and exemplars. */
    static final class Known {
        private long stamp = HistogramReading.NO_STAMP;
        private List<Exemplar> exemplars = List.of();
        private byte[] message = {};
        private int length;

        boolean isOf(long now, HistogramReading reading) {
            return now != HistogramReading.NO_STAMP && now == stamp && exemplars.equals(reading.exemplars());
        }

        void take(long newStamp, List<Exemplar> newExemplars, ProtoBuffer out, int from) {
            stamp = newStamp;
            exemplars = newExemplars;
            length = out.length() - from;
            if (message.length < length) {
                message = new byte[length + length / 8]; // counts grow by a byte now and then
            }
            System.arraycopy(out.bytes(), from, message, 0, length);
        }
    }

    @Override
    Family encode(MetricDescriptor descriptor) {
        return new Family(descriptor);
    }

    @Override
    @Nullable
    Known encode(Family family, Series series, ProtoBuffer heads) {
        for (KnownFamily.Label label : family.labelsOf(series)) { // as fields of the metric
            int start = heads.begin(METRIC_LABEL);
            heads.text(LABEL_NAME, label.name().getBytes(UTF_8));
            heads.text(LABEL_VALUE, label.value().getBytes(UTF_8));
            heads.end(start);
        }
        return null; // of counters nothing, of histograms once they were written
    }

    @Override
    String wire() {
        return "Prometheus protobuf";
    }

    @Override
    public void begin(long epochMillis) {
        super.begin(epochMillis);
        out.clear();
    }

    @Override
    void beginFamily(Family family) {
        familyStart = out.beginDelimited();
        out.append(family.header);
    }

    @Override
    void endFamily(Family family, boolean wanted) {
        if (wanted) {
            out.end(familyStart);
        } else {
            out.takeBack(familyStart);
        }
    }

    @Override
    public void longCounter(Series series, long value) {
        doubleCounter(series, value);
    }

    @Override
    public void doubleCounter(Series series, double value) {
        Family f = family();
        if (f == null) {
            return;
        }
        int metric = metric(f, series);
        int counter = out.begin(METRIC_COUNTER);
        out.number(VALUE, value);
        created(COUNTER_CREATED, series);
        out.end(counter);
        out.end(metric);
    }

    @Override
    public void gauge(Series series, double value) {
        Family f = family();
        if (f == null) {
            return;
        }
        int metric = metric(f, series);
        int gauge = out.begin(METRIC_GAUGE);
        out.number(VALUE, value);
        out.end(gauge);
        out.end(metric);
    }

    @Override
    public void histogram(Series series, HistogramReading reading) {
        Family f = family();
        if (f == null) {
            return;
        }
        int place = known(f, series);
        int metric = metric(f, place);
        int from = out.length();
        Known known = f.list.kept(place);
        long stamp = reading.stamp(); // before the reading
        if (known != null && known.isOf(stamp, reading)) {
            out.append(known.message, 0, known.length);
            out.end(metric);
            return;
        }
        int histogram = out.begin(METRIC_HISTOGRAM);
        exponential.read(reading); // its buckets before the classic ones, which are then of the same moment
        out.unsigned(HISTOGRAM_COUNT, reading.count());
        out.number(HISTOGRAM_SUM, PrometheusNames.sum(reading));
        f.classic.read(reading);
        f.exemplars.read(reading, f.classic);
        for (int i = 0; i < f.classic.size(); i++) {
            int bucket = out.begin(HISTOGRAM_BUCKET);
            out.unsigned(BUCKET_COUNT, f.classic.countAtOrBelow(i));
            out.number(BUCKET_BOUND, f.classic.bound(i));
            exemplar(f.exemplars.of(i));
            out.end(bucket);
        }
        exponentialBuckets();
        created(HISTOGRAM_CREATED, series);
        out.end(histogram);
        out.end(metric);
        if (stamp != HistogramReading.NO_STAMP) {
            if (known == null) {
                known = new Known();
                f.list.keep(place, known);
            }
            known.take(stamp, reading.exemplars(), out, from);
        }
    }

    @Override
    public void fixedHistogram(Series series, FixedBuckets buckets) {
        Family f = family();
        if (f == null) {
            return;
        }
        int metric = metric(f, series);
        int histogram = out.begin(METRIC_HISTOGRAM);
        out.unsigned(HISTOGRAM_COUNT, buckets.count());
        out.number(HISTOGRAM_SUM, buckets.sum());
        for (int i = 0; i < buckets.size(); i++) {
            int bucket = out.begin(HISTOGRAM_BUCKET);
            out.unsigned(BUCKET_COUNT, buckets.countAtOrBelow(i));
            out.number(BUCKET_BOUND, buckets.bound(i));
            out.end(bucket);
        }
        created(HISTOGRAM_CREATED, series); // without native buckets: nobody knows the values
        out.end(histogram);
        out.end(metric);
    }

    private int metric(Family f, Series series) {
        return metric(f, known(f, series));
    }

    private int metric(Family f, int place) {
        int metric = out.begin(FAMILY_METRIC);
        out.append(f.list.heads().bytes(), f.list.from(place), f.list.end(place));
        return metric;
    }

    private void exemplar(@Nullable Exemplar exemplar) {
        if (exemplar == null) {
            return;
        }
        int start = out.begin(BUCKET_EXEMPLAR);
        label("trace_id", exemplar.traceId());
        label("span_id", exemplar.spanId());
        out.number(EXEMPLAR_VALUE, exemplar.value());
        timestamp(EXEMPLAR_TIMESTAMP, exemplar.epochMillis());
        out.end(start);
    }

    private void label(String name, String value) {
        int label = out.begin(EXEMPLAR_LABEL);
        out.text(LABEL_NAME, name.getBytes(UTF_8));
        out.text(LABEL_VALUE, value.getBytes(UTF_8));
        out.end(label);
    }

    private void exponentialBuckets() {
        out.signed(HISTOGRAM_SCHEMA, exponential.schema());
        out.number(HISTOGRAM_ZERO_THRESHOLD, exponential.zeroThreshold());
        out.unsigned(HISTOGRAM_ZERO_COUNT, exponential.zeroCount());
        for (int i = 0; i < exponential.spanCount(); i++) {
            int span = out.begin(HISTOGRAM_POSITIVE_SPAN);
            out.signed(SPAN_OFFSET, exponential.spanOffset(i));
            out.unsigned(SPAN_LENGTH, exponential.spanLength(i));
            out.end(span);
        }
        if (exponential.spanCount() == 0) { // what tells an empty native histogram from a classic one
            int span = out.begin(HISTOGRAM_POSITIVE_SPAN);
            out.signed(SPAN_OFFSET, 0);
            out.unsigned(SPAN_LENGTH, 0);
            out.end(span);
        }
        for (int i = 0; i < exponential.deltaCount(); i++) {
            out.signed(HISTOGRAM_POSITIVE_DELTA, exponential.delta(i));
        }
    }

    private void created(int field, Series series) {
        timestamp(field, series.startEpochMillis());
    }

    private void timestamp(int field, long millis) {
        int timestamp = out.begin(field);
        out.unsigned(TIMESTAMP_SECONDS, Math.floorDiv(millis, 1000L));
        out.unsigned(TIMESTAMP_NANOS, Math.floorMod(millis, 1000L) * 1_000_000);
        out.end(timestamp);
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
    ProtoBuffer exchange(@Nullable ProtoBuffer spare) {
        ProtoBuffer written = out;
        out = spare == null ? new ProtoBuffer() : spare;
        return written;
    }
}
