package dev.evenkeel.metrics;

import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.ExemplarFilter;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;

/** OpenTelemetry's SDK with one cumulative reader, in the order of its collect. */
public final class OpenTelemetryCoherence extends Coherence.SevenCounters {
    private final Reader reader = new Reader();
    private final Meter meter = SdkMeterProvider.builder()
            .setExemplarFilter(ExemplarFilter.alwaysOff())
            .registerMetricReader(reader)
            .build()
            .get("coherence");
    private final LongCounter[] counters = Coherence.NAMES.stream()
            .map(name -> meter.counterBuilder(name).build())
            .toArray(LongCounter[]::new);

    /** @param args how many collects */
    public static void main(String[] args) throws Exception {
        CoherenceTable.print("OpenTelemetry SDK, cumulative reader", OpenTelemetryCoherence::new, args[0]);
    }

    @Override
    void add(int place, long n) {
        counters[place].add(n);
    }

    @Override
    public void collect(long[] values) {
        for (MetricData metric : reader.registration.collectAllMetrics()) {
            for (LongPointData point : metric.getLongSumData().getPoints()) {
                CoherenceTable.see(metric.getName(), point.getValue(), values);
            }
        }
    }

    private static final class Reader implements MetricReader {
        private CollectionRegistration registration = CollectionRegistration.noop();

        @Override
        public void register(CollectionRegistration given) {
            registration = given;
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType type) {
            return AggregationTemporality.CUMULATIVE;
        }

        @Override
        public CompletableResultCode forceFlush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
