package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GaugeTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @Test
    void lastWriteWins() throws Exception {
        Gauge gauge = registry.gauge("queue.length").register();
        assertEquals(0.0, gauge.value());

        gauge.set(3.5);
        Threads.together(1, i -> gauge.set(-7.25));

        assertEquals(-7.25, gauge.value());
        assertEquals(-7.25, registry.snapshot().value("queue.length"));
    }

    @Test
    void notANumberIsKeptAsItIs() {
        Gauge gauge = registry.gauge("ratio").register();

        gauge.set(Double.NaN);

        assertTrue(Double.isNaN(gauge.value()));
        assertTrue(registry.snapshot().find("ratio").isPresent());
    }
}
