package dev.evenkeel.metrics.resource;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.instrumentation.runtimetelemetry.RuntimeTelemetry;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.io.IOException;

/** OpenTelemetry's runtime-telemetry, as it is by default, in the SDK with one cumulative reader that reuses its data. */
public class OpenTelemetrySamplingBenchmark extends SamplingBenchmark {
    private final Reader reader = new Reader();
    private RuntimeTelemetry telemetry;

    @Override
    void bind() {
        SdkMeterProvider provider =
                SdkMeterProvider.builder().registerMetricReader(reader).build();
        telemetry = RuntimeTelemetry.create(new MetricsAlone(provider));
    }

    /** What runtime-telemetry asks for. The builder of the whole SDK wants its own version of the incubator's classes. */
    private record MetricsAlone(MeterProvider metrics) implements OpenTelemetry {
        @Override
        public MeterProvider getMeterProvider() {
            return metrics;
        }

        @Override
        public TracerProvider getTracerProvider() {
            return TracerProvider.noop();
        }

        @Override
        public ContextPropagators getPropagators() {
            return ContextPropagators.noop();
        }
    }

    @Override
    Sum collect() {
        Sum sum = new Sum();
        for (MetricData metric : reader.registration.collectAllMetrics()) {
            for (PointData point : metric.getData().getPoints()) {
                if (point instanceof LongPointData number) {
                    sum.add(number.getValue());
                } else if (point instanceof DoublePointData number) {
                    sum.add(number.getValue());
                } else if (point instanceof HistogramPointData histogram) {
                    sum.add(histogram.getSum());
                }
            }
        }
        return sum;
    }

    @Override
    public void release() throws IOException {
        telemetry.close();
        super.release();
    }

    private static final class Reader implements MetricReader {
        private CollectionRegistration registration = CollectionRegistration.noop();

        @Override
        public void register(CollectionRegistration registration) {
            this.registration = registration;
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType instrumentType) {
            return AggregationTemporality.CUMULATIVE;
        }

        @Override
        public MemoryMode getMemoryMode() {
            return MemoryMode.REUSABLE_DATA;
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
