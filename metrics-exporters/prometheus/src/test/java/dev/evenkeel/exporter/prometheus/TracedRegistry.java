package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.ExemplarSource;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;

/** A registry whose threads all work for one trace. */
final class TracedRegistry {
    static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    static final String SPAN = "b7ad6b7169203331";

    /** Says of every thread that it works for the trace. */
    static final ExemplarSource SOURCE = new ExemplarSource() {
        @Override
        public boolean sampled() {
            return true;
        }

        @Override
        public String traceId() {
            return TRACE;
        }

        @Override
        public String spanId() {
            return SPAN;
        }
    };

    private TracedRegistry() {}

    static MetricRegistry create() {
        return MetricRegistry.builder()
                .wallClock(() -> 1_700_000_000_250L)
                .exemplars(SOURCE)
                .build();
    }

    static void record(MetricRegistry registry) {
        Timer timer = registry.timer("work").exemplars().register();
        timer.record(2_000_000);
        timer.record(20_000_000_000L);
    }
}
