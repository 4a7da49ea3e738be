package dev.evenkeel.exporter.http;

import dev.evenkeel.metrics.MetricRegistry;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DebugVarsTest {
    @Test
    void goldenFile() throws IOException {
        try (MetricRegistry registry = MetricRegistry.builder()
                .nanoClock(() -> 0)
                .wallClock(() -> 1_700_000_000_000L)
                .build()) {
            NastyRegistry.fill(registry);
            DebugVars vars = new DebugVars();

            registry.collect(vars);

            Golden.check("debug-vars.json", Golden.withoutOwnSeries(vars.toString()));
        }
    }
}
