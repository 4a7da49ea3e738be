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
 * NativeBuckets#DEFAULT_SCHEMA} or coarser), and a server takes those that it is told to. Names, labels, bounds and what is left out are those of {@link PrometheusTextWriter}, and so are the cost and the memory of
 * what it remembers. Every number is a double on this wire: counts beyond 2^53 are rounded. Start times are always written, for
 * here they cost no series. One thread at a time.
 *
 * @see <a href="https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto">metrics.proto</a>
 */
public final class PrometheusProtobufWriter
        extends FamilyWriter<PrometheusProtobufWriter.Family, PrometheusProtobufWriter.Labels> {
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
    private final ProtoBuffer scratch = new ProtoBuffer();
    private ProtoBuffer out = new ProtoBuffer();
    private int familyStart;

    /** What does not change of a family. */
    static final class Family extends KnownFamily {
        private final byte[] header;
        private final ClassicBuckets classic;
        private final BucketExemplars exemplars;

        Family(MetricDescriptor descriptor) {
            super(descriptor, List.of());
            ProtoBuffer b = new ProtoBuffer();
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

    /** What does not change of a series: its labels, as fields of the metric. */
    static final class Labels extends KnownSeries {
        private final byte[] labels;

        Labels(Series series, byte[] labels) {
            super(series);
            this.labels = labels;
        }
    }

    @Override
    Family encode(MetricDescriptor descriptor) {
        return new Family(descriptor);
    }

    @Override
    Labels encode(Family family, Series series) {
        scratch.clear();
        for (KnownFamily.Label label : family.labelsOf(series)) {
            int start = scratch.begin(METRIC_LABEL);
            scratch.text(LABEL_NAME, label.name().getBytes(UTF_8));
            scratch.text(LABEL_VALUE, label.value().getBytes(UTF_8));
            scratch.end(start);
        }
        return new Labels(series, scratch.copy());
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
        int metric = metric(f, series);
        int histogram = out.begin(METRIC_HISTOGRAM);
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
        exponential.read(reading);
        exponentialBuckets();
        created(HISTOGRAM_CREATED, series);
        out.end(histogram);
        out.end(metric);
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
        int metric = out.begin(FAMILY_METRIC);
        out.append(known(f, series).labels);
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
