package dev.evenkeel.metrics;

import com.codahale.metrics.Counter;
import java.util.Map;

/** Dropwizard Metrics, in the order in which it lists counters. */
public final class DropwizardCoherence extends Coherence.SevenCounters {
    private final com.codahale.metrics.MetricRegistry registry = new com.codahale.metrics.MetricRegistry();
    private final Counter[] counters =
            Coherence.NAMES.stream().map(registry::counter).toArray(Counter[]::new);

    /** @param args how many collects */
    public static void main(String[] args) throws Exception {
        CoherenceTable.print("Dropwizard Metrics", DropwizardCoherence::new, args[0]);
    }

    @Override
    void add(int place, long n) {
        counters[place].inc(n);
    }

    @Override
    public void collect(long[] values) {
        for (Map.Entry<String, Counter> each : registry.getCounters().entrySet()) {
            CoherenceTable.see(each.getKey(), each.getValue().getCount(), values);
        }
    }
}
