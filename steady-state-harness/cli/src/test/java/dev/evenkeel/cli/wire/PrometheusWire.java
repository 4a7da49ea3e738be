package dev.evenkeel.cli.wire;

import dev.evenkeel.metrics.Exemplar;
import dev.evenkeel.metrics.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the three Prometheus formats have in common. */
abstract class PrometheusWire extends Wire {
    /** Returns a whole number as the format carries it. */
    abstract Object whole(Object value);

    abstract boolean hasExemplars();

    /** Adds what the format says beside values: types, help, units, start times. */
    abstract void describe(Map<Sample, Object> to, Reference.Entry entry);

    @Override
    final Map<Sample, Object> expected(Reference reference) {
        Map<Sample, Object> all = samples();
        for (Reference.Entry entry : reference.inPrometheus()) {
            String name = entry.names().prometheus();
            Map<String, String> labels = labels(entry.names().prometheusLabels(entry.labels()), entry.labels());
            describe(all, entry);
            if (entry.family().kind() == Kind.UP_DOWN_COUNTER) {
                Loss.UP_DOWN.happened();
            }
            if (!(entry.value() instanceof Reference.Counted counted)) {
                put(all, new Sample(name, labels), valueOf(entry, whole(entry.value())));
                continue;
            }
            Loss.MIN_MAX.happened();
            put(all, new Sample(name + "_count", labels), valueOf(entry, counted.count()));
            put(all, new Sample(name + "_sum", labels), valueOf(entry, counted.sum()));
            for (int i = 0; i < counted.bounds().length; i++) {
                String le = Double.toString(counted.bounds()[i]);
                put(all, new Sample(name + "_bucket", with(labels, "le", le)), valueOf(entry, counted.atOrBelow()[i]));
                Exemplar exemplar = newest(counted, i);
                if (exemplar != null && !hasExemplars()) {
                    Loss.EXEMPLARS.happened();
                } else if (exemplar != null) {
                    put(all, new Sample(name + "_exemplar", with(labels, "le", le)), text(exemplar));
                }
            }
        }
        return all;
    }

    /** Each bucket has room for one. */
    private static @Nullable Exemplar newest(Reference.Counted counted, int bucket) {
        Exemplar newest = null;
        double below = bucket == 0 ? Double.NEGATIVE_INFINITY : counted.bounds()[bucket - 1];
        for (Exemplar exemplar : counted.exemplars()) {
            if (exemplar.value() > below && exemplar.value() <= counted.bounds()[bucket]) {
                newest = exemplar;
            }
        }
        return newest;
    }

    static String text(Exemplar exemplar) {
        return text(exemplar.traceId(), exemplar.spanId(), exemplar.value(), exemplar.epochMillis() / 1e3);
    }

    static String text(String trace, String span, double value, double seconds) {
        return trace + " " + span + " " + value + " " + seconds;
    }

    static String type(Kind kind) {
        return switch (kind) {
            case COUNTER -> "counter";
            case GAUGE, UP_DOWN_COUNTER -> "gauge";
            case HISTOGRAM -> "histogram";
        };
    }

    /** Empty help becomes a sentence, for promtool wants one. */
    static String help(Reference.Entry entry) {
        return entry.family().help().isBlank()
                ? "Registered as " + entry.family().name() + ", without help."
                : entry.family().help();
    }
}
