package dev.evenkeel.exporter.micrometer.example;

import dev.evenkeel.exporter.micrometer.EvenkeelMeterBinder;
import dev.evenkeel.exporter.micrometer.EvenkeelMeterRegistry;
import dev.evenkeel.metrics.MetricRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;

/** A service that records through Micrometer, and counts in our core. */
public final class MicrometerService {
    private MicrometerService() {}

    /** Records through Micrometer's API. */
    public static MetricRegistry meters() {
        // README: meters
        MetricRegistry core = MetricRegistry.create();
        MeterRegistry meters = EvenkeelMeterRegistry.of(core);
        meters.config().meterFilter(MeterFilter.ignoreTags("user"));

        Counter sold = meters.counter("shop.sold", "kind", "book");
        Timer calls = meters.timer("shop.calls", "route", "/order");
        sold.increment(2.5);
        calls.record(Duration.ofMillis(12));

        core.snapshot(); // what the exporters of the core see: shop.sold, shop.calls, shop.calls.max
        // README: end
        return core;
    }

    /** Shows the core's own instruments in a registry that is published already. */
    public static MeterRegistry binder(MetricRegistry registry) {
        MeterRegistry meterRegistry = new SimpleMeterRegistry();
        // README: binder
        EvenkeelMeterBinder binder = EvenkeelMeterBinder.of(registry);
        binder.bindTo(meterRegistry);

        binder.refresh(); // now and then: binds series that appeared since
        // README: end
        return meterRegistry;
    }
}
