package dev.evenkeel.metrics;

import com.netflix.spectator.api.Counter;
import com.netflix.spectator.api.DefaultRegistry;
import com.netflix.spectator.api.Measurement;
import com.netflix.spectator.api.Meter;

/** Spectator's default registry, in the order in which it lists meters. */
public final class SpectatorCoherence extends Coherence.SevenCounters {
    private final DefaultRegistry registry = new DefaultRegistry();
    private final Counter[] counters =
            Coherence.NAMES.stream().map(registry::counter).toArray(Counter[]::new);

    /** @param args how many collects */
    public static void main(String[] args) throws Exception {
        CoherenceTable.print("Spectator", SpectatorCoherence::new, args[0]);
    }

    @Override
    void add(int place, long n) {
        counters[place].increment(n);
    }

    @Override
    public void collect(long[] values) {
        for (Meter meter : registry) {
            for (Measurement measurement : meter.measure()) {
                CoherenceTable.see(meter.id().name(), measurement.value(), values);
            }
        }
    }
}
