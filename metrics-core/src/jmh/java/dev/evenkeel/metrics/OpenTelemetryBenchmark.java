package dev.evenkeel.metrics;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.ExemplarFilter;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.util.Collection;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * OpenTelemetry's SDK with one cumulative reader, which it needs to record at all, in the memory mode of its OTLP exporters;
 * exemplars off. A caller that holds a counter holds its attributes too.
 */
public class OpenTelemetryBenchmark extends LibraryBenchmark {
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("route");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("status");

    private final Reader reader = new Reader();
    private final Meter meter = SdkMeterProvider.builder()
            .setExemplarFilter(ExemplarFilter.alwaysOff())
            .registerView(InstrumentSelector.builder().setName("full").build(), limited(KNOWN + 1))
            .registerView(InstrumentSelector.builder().setName("labelled").build(), limited(LIMIT))
            .registerMetricReader(reader)
            .build()
            .get("benchmark");
    private final Attributes attributes = Attributes.of(ROUTE, "/route/3", STATUS, "status5");
    private final LongCounter counter = meter.counterBuilder("held").build();
    private final LongCounter first = meter.counterBuilder("first").build();
    private final LongCounter second = meter.counterBuilder("second").build();
    private final LongCounter third = meter.counterBuilder("third").build();
    private final LongCounter fourth = meter.counterBuilder("fourth").build();
    private final LongCounter labelled = meter.counterBuilder("labelled").build();
    private final LongCounter full = meter.counterBuilder("full").build();

    public static void main(String[] args) {
        SeriesMemory.print(OpenTelemetryBenchmark::new, args);
    }

    private static View limited(int series) {
        return View.builder().setCardinalityLimit(series).build();
    }

    @Override
    void increment() {
        counter.add(1, attributes);
    }

    @Override
    void incrementFour() {
        first.add(1, attributes);
        second.add(1, attributes);
        third.add(1, attributes);
        fourth.add(1, attributes);
    }

    @Override
    void incrementLabelled(String route, String status) {
        labelled.add(1, Attributes.of(ROUTE, route, STATUS, status));
    }

    @Override
    void collect(Tally tally) {
        for (MetricData metric : reader.collectAll()) {
            for (LongPointData point : metric.getLongSumData().getPoints()) {
                tally.add(point.getValue());
            }
        }
    }

    @Override
    public void fill() {
        super.fill();
        for (int i = 0; i < KNOWN; i++) {
            full.add(1, Attributes.of(ROUTE, Keys.route(i), STATUS, Keys.status(i)));
        }
    }

    @Benchmark
    public void overLimit(Keys keys) {
        int i = keys.next();
        full.add(1, Attributes.of(ROUTE, Keys.lateRoute(i), STATUS, Keys.status(i)));
    }

    static final class Reader implements MetricReader {
        private CollectionRegistration registration = CollectionRegistration.noop();

        Collection<MetricData> collectAll() {
            return registration.collectAllMetrics();
        }

        @Override
        public void register(CollectionRegistration given) {
            registration = given;
        }

        @Override
        public MemoryMode getMemoryMode() {
            return MemoryMode.REUSABLE_DATA;
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
