package dev.evenkeel.metrics;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import java.util.Enumeration;

/** Prometheus' simpleclient 0.x, in the order of a scrape. */
public final class SimpleclientCoherence extends Coherence.SevenCounters {
    private final CollectorRegistry registry = new CollectorRegistry();
    private final Counter[] counters = Coherence.NAMES.stream()
            .map(name -> Counter.build(name.replace('.', '_'), "h")
                    .withoutExemplars()
                    .register(registry))
            .toArray(Counter[]::new);

    /** @param args how many collects */
    public static void main(String[] args) throws Exception {
        CoherenceTable.print("simpleclient, scrape", SimpleclientCoherence::new, args[0]);
    }

    @Override
    void add(int place, long n) {
        counters[place].inc(n);
    }

    @Override
    public void collect(long[] values) {
        Enumeration<MetricFamilySamples> families = registry.metricFamilySamples();
        while (families.hasMoreElements()) {
            MetricFamilySamples family = families.nextElement();
            CoherenceTable.see(family.name, family.samples.get(0).value, values);
        }
    }
}
