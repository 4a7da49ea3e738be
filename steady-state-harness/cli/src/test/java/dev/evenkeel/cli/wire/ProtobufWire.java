package dev.evenkeel.cli.wire;

import dev.evenkeel.exporter.prometheus.PrometheusProtobufWriter;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricRegistry;
import io.prometheus.metrics.expositionformats.generated.com_google_protobuf_4_36_1.Metrics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Prometheus protobuf, read with the classes that protoc made of its description. */
final class ProtobufWire extends PrometheusWire {
    /** 2^-128, as Double.toString wrote it before it wrote the shortest text. */
    private static final String ZERO_THRESHOLD_ON_17 = "2.9387358770557188E-39";

    private static final String ZERO_THRESHOLD_SINCE_19 = "2.938735877055719E-39";

    private final MetricRegistry registry;
    private final PrometheusProtobufWriter writer = new PrometheusProtobufWriter();

    ProtobufWire(MetricRegistry registry) {
        this.registry = registry;
    }

    @Override
    Object whole(Object value) {
        return Sample.rounded(value);
    }

    @Override
    boolean hasExemplars() {
        return true;
    }

    @Override
    void describe(Map<Sample, Object> to, Reference.Entry entry) {
        String family = entry.names().prometheus();
        to.put(Sample.of("type " + family), type(entry.family().kind()));
        to.put(Sample.of("help " + family), help(entry));
        to.put(Sample.of("unit " + family), entry.names().prometheusUnit());
        if (entry.family().kind() == Kind.COUNTER || entry.family().kind() == Kind.HISTOGRAM) {
            Map<String, String> labels = labels(entry.names().prometheusLabels(entry.labels()), entry.labels());
            put(to, new Sample("created " + family, labels), entry.startMillis());
            if (entry.value() instanceof Reference.Counted counted && counted.digits() > 0) {
                put(to, new Sample("native " + family, labels), valueOf(entry, counted.count()));
            }
        }
    }

    List<Metrics.MetricFamily> families() throws Exception {
        registry.collect(writer);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);
        ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
        List<Metrics.MetricFamily> families = new ArrayList<>();
        while (in.available() > 0) {
            families.add(Metrics.MetricFamily.parseDelimitedFrom(in));
        }
        return families;
    }

    @Override
    Map<Sample, Object> read() throws Exception {
        Map<Sample, Object> all = samples();
        for (Metrics.MetricFamily family : families()) {
            String name = family.getName();
            put(all, Sample.of("type " + name), family.getType().name().toLowerCase(java.util.Locale.ROOT));
            put(all, Sample.of("help " + name), family.getHelp());
            put(all, Sample.of("unit " + name), family.getUnit());
            for (Metrics.Metric metric : family.getMetricList()) {
                Map<String, String> labels = new HashMap<>();
                metric.getLabelList().forEach(label -> labels.put(label.getName(), label.getValue()));
                switch (family.getType()) {
                    case COUNTER -> {
                        put(all, new Sample(name, labels), metric.getCounter().getValue());
                        put(
                                all,
                                new Sample("created " + name, labels),
                                millis(
                                        metric.getCounter()
                                                .getCreatedTimestamp()
                                                .getSeconds(),
                                        metric.getCounter()
                                                .getCreatedTimestamp()
                                                .getNanos()));
                    }
                    case GAUGE -> put(
                            all, new Sample(name, labels), metric.getGauge().getValue());
                    default -> histogram(all, name, labels, metric.getHistogram());
                }
            }
        }
        return all;
    }

    private static void histogram(
            Map<Sample, Object> to, String name, Map<String, String> labels, Metrics.Histogram histogram) {
        put(to, new Sample(name + "_count", labels), histogram.getSampleCount());
        put(to, new Sample(name + "_sum", labels), histogram.getSampleSum());
        put(
                to,
                new Sample("created " + name, labels),
                millis(
                        histogram.getCreatedTimestamp().getSeconds(),
                        histogram.getCreatedTimestamp().getNanos()));
        if (histogram.getPositiveSpanCount() > 0) {
            put(to, new Sample("native " + name, labels), inNativeBuckets(histogram));
        }
        for (Metrics.Bucket bucket : histogram.getBucketList()) {
            Map<String, String> le = with(labels, "le", Double.toString(bucket.getUpperBound()));
            put(to, new Sample(name + "_bucket", le), bucket.getCumulativeCount());
            if (bucket.hasExemplar()) {
                Metrics.Exemplar exemplar = bucket.getExemplar();
                put(
                        to,
                        new Sample(name + "_exemplar", le),
                        text(
                                exemplar.getLabel(0).getValue(),
                                exemplar.getLabel(1).getValue(),
                                exemplar.getValue(),
                                millis(
                                                exemplar.getTimestamp().getSeconds(),
                                                exemplar.getTimestamp().getNanos())
                                        / 1e3));
            }
        }
    }

    private static long inNativeBuckets(Metrics.Histogram histogram) {
        long all = histogram.getZeroCount();
        long count = 0;
        for (long delta : histogram.getPositiveDeltaList()) {
            count += delta;
            all += count;
        }
        return all;
    }

    private static long millis(long seconds, int nanos) {
        return seconds * 1000 + nanos / 1_000_000;
    }

    @Override
    String listing() throws Exception {
        StringBuilder text = new StringBuilder();
        for (Metrics.MetricFamily family : families()) {
            if (!family.getName().startsWith("evenkeel_")) {
                text.append(family).append('\n');
            }
        }
        return text.toString().replace(ZERO_THRESHOLD_ON_17, ZERO_THRESHOLD_SINCE_19);
    }
}
