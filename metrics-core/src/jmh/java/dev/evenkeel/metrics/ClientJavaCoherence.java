package dev.evenkeel.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** Prometheus' client_java 1.x, in the order of a scrape. */
public final class ClientJavaCoherence extends Coherence.SevenCounters {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter[] counters = Coherence.NAMES.stream()
            .map(name -> Counter.builder()
                    .name(name.replace('.', '_'))
                    .withoutExemplars()
                    .register(registry))
            .toArray(Counter[]::new);

    /** @param args how many collects */
    public static void main(String[] args) throws Exception {
        CoherenceTable.print("client_java, scrape", ClientJavaCoherence::new, args[0]);
    }

    @Override
    void add(int place, long n) {
        counters[place].inc(n);
    }

    @Override
    public void collect(long[] values) {
        for (MetricSnapshot snapshot : registry.scrape()) {
            CounterDataPointSnapshot point =
                    (CounterDataPointSnapshot) snapshot.getDataPoints().get(0);
            CoherenceTable.see(snapshot.getMetadata().getName(), point.getValue(), values);
        }
    }
}
