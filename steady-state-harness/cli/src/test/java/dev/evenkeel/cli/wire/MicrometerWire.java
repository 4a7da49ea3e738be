package dev.evenkeel.cli.wire;

import dev.evenkeel.exporter.micrometer.EvenkeelMeterBinder;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.name.WireNames;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Micrometer: the binder's meters in a simple registry. */
final class MicrometerWire extends Wire {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EvenkeelMeterBinder binder;

    MicrometerWire(MetricRegistry registry) {
        binder = EvenkeelMeterBinder.of(registry);
        binder.bindTo(meters);
    }

    @Override
    Map<Sample, Object> expected(Reference reference) {
        Map<Sample, Object> all = samples();
        for (Reference.Entry entry : reference.entries) {
            List<String> names = entry.names().micrometer();
            Map<String, String> tags = tags(entry.family(), entry.labels());
            Loss.START_TIME.happened();
            for (String name : names) {
                all.put(Sample.of("help " + name), entry.family().help());
            }
            if (entry.value() instanceof Reference.Counted counted) {
                Loss.BUCKETS.happened();
                if (!counted.exemplars().isEmpty()) {
                    Loss.EXEMPLARS.happened();
                }
                Loss.MIN_MAX.happened();
                boolean timer = entry.names().isMicrometerTimer();
                String count = timer ? names.get(0) + " count" : names.get(0);
                String sum = timer ? names.get(0) + " sum" : names.get(1);
                put(all, new Sample(count, tags), valueOf(entry, counted.count()));
                put(all, new Sample(sum, tags), valueOf(entry, counted.sum()));
                continue;
            }
            if (entry.family().kind() == Kind.UP_DOWN_COUNTER) {
                Loss.UP_DOWN.happened();
            }
            put(all, new Sample(names.get(0), tags), valueOf(entry, Sample.rounded(entry.value())));
        }
        return all;
    }

    private static Map<String, String> tags(MetricDescriptor family, Labels labels) {
        if (!labels.isOverflow()) {
            return labels(labels);
        }
        Loss.OVERFLOW_LABEL.happened();
        Map<String, String> tags = new HashMap<>();
        family.labelNames().forEach(name -> tags.put(name, WireNames.MICROMETER_OVERFLOW));
        return tags;
    }

    @Override
    Map<Sample, Object> read() {
        binder.refresh();
        Map<Sample, Object> all = samples();
        for (Meter meter : meters.getMeters()) {
            String name = meter.getId().getName();
            Map<String, String> tags = tags(meter);
            String help = meter.getId().getDescription();
            all.put(Sample.of("help " + name), help == null ? "" : help);
            if (meter instanceof FunctionTimer timer) {
                put(all, new Sample(name + " count", tags), timer.count());
                put(all, new Sample(name + " sum", tags), timer.totalTime(TimeUnit.SECONDS));
            } else if (meter instanceof FunctionCounter counter) {
                put(all, new Sample(name, tags), counter.count());
            } else {
                put(all, new Sample(name, tags), ((Gauge) meter).value());
            }
        }
        return all;
    }

    private static Map<String, String> tags(Meter meter) {
        Map<String, String> tags = new HashMap<>();
        meter.getId().getTags().forEach(tag -> tags.put(tag.getKey(), tag.getValue()));
        return tags;
    }

    @Override
    String listing() {
        TreeMap<String, String> lines = new TreeMap<>();
        read().forEach((sample, value) -> {
            if (!sample.name().startsWith("evenkeel.") && !sample.name().startsWith("help ")) {
                lines.put(sample.name() + " " + sample.labels(), value.toString());
            }
        });
        StringBuilder text = new StringBuilder();
        lines.forEach(
                (line, value) -> text.append(line).append(" = ").append(value).append('\n'));
        return text.toString();
    }

    @Override
    public void close() {
        binder.close();
        meters.close();
    }
}
