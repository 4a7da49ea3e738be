package dev.evenkeel.exporter.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.evenkeel.exporter.micrometer.EvenkeelMeterRegistry;
import dev.evenkeel.metrics.MetricRegistry;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/micrometer.md says that meters are called on the Prometheus wire. */
class PrometheusSpellingTest {
    @Test
    void metersAreCalledAsTheGuideSays() {
        MetricRegistry core = MetricRegistry.create();
        EvenkeelMeterRegistry meters = EvenkeelMeterRegistry.of(core);
        meters.counter("orders").increment();
        Timer.builder("http.server.requests")
                .publishPercentiles(0.99)
                .register(meters)
                .record(Duration.ofMillis(5));
        DistributionSummary.builder("payload")
                .baseUnit("bytes")
                .register(meters)
                .record(10);
        Gauge.builder("jvm.memory.used", () -> 1).baseUnit("bytes").register(meters);
        Gauge.builder("jvm.threads.live", () -> 1).baseUnit("threads").register(meters);
        LongTaskTimer.builder("sync").register(meters).start();
        FunctionTimer.builder("gc", this, t -> 3, t -> 250, TimeUnit.MILLISECONDS)
                .register(meters);

        String text = new String(
                new EvenkeelEndpoint(core).scrape(EvenkeelEndpoint.Format.TEXT).getBody(), UTF_8);
        TreeSet<String> names = new TreeSet<>();
        Matcher sample =
                Pattern.compile("(?m)^(?!evenkeel_)([a-z_]+)(\\{[^}]*})? ").matcher(text);
        while (sample.find()) {
            String labels = sample.group(2);
            names.add(sample.group(1) + (labels == null || labels.contains("le=") ? "" : labels));
        }

        assertEquals(
                "[gc_calls_total, gc_time_seconds_total, http_server_requests_max_seconds, "
                        + "http_server_requests_percentile_seconds{phi=\"0.99\"}, http_server_requests_seconds_bucket, "
                        + "http_server_requests_seconds_count, http_server_requests_seconds_sum, jvm_memory_used_bytes, "
                        + "jvm_threads_live, orders_total, payload_bytes_bucket, payload_bytes_count, payload_bytes_sum, "
                        + "payload_max_bytes, sync_active, sync_duration_seconds, sync_max_seconds]",
                names.toString());
    }
}
