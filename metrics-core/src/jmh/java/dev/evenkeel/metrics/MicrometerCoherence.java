package dev.evenkeel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Micrometer's simple registry, in the order in which it lists meters. */
public final class MicrometerCoherence extends Coherence.SevenCounters {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Counter[] counters =
            Coherence.NAMES.stream().map(registry::counter).toArray(Counter[]::new);

    /** @param args how many collects */
    public static void main(String[] args) throws Exception {
        CoherenceTable.print("Micrometer, simple registry", MicrometerCoherence::new, args[0]);
    }

    @Override
    void add(int place, long n) {
        counters[place].increment(n);
    }

    @Override
    public void collect(long[] values) {
        for (Meter meter : registry.getMeters()) {
            CoherenceTable.see(meter.getId().getName(), ((Counter) meter).count(), values);
        }
    }
}
