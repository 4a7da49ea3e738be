package dev.evenkeel.exporter.micrometer;

import dev.evenkeel.metrics.MetricRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.tck.MeterRegistryCompatibilityKit;
import java.time.Duration;

/** Micrometer's own kit, all of it. */
class CompatibilityKitTest extends MeterRegistryCompatibilityKit {
    @Override
    public MeterRegistry registry() {
        MockClock clock = new MockClock();
        MetricRegistry core = MetricRegistry.builder()
                .nanoClock(clock::monotonicTime)
                .wallClock(clock::wallTime)
                .build();
        return EvenkeelMeterRegistry.builder(core).clock(clock).build();
    }

    @Override
    public Duration step() {
        return EvenkeelMeterRegistry.DEFAULT_EXPIRY;
    }
}
