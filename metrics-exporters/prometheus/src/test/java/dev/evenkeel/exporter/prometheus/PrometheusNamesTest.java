package dev.evenkeel.exporter.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusNamesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "COUNTER   | http.server.requests               | {request}   | http_server_requests_total",
                "COUNTER   | http.server.requests.total         | {request}   | http_server_requests_total",
                "COUNTER   | process.cpu.time                   | s           | process_cpu_time_seconds_total",
                "COUNTER   | net.io                             | By          | net_io_bytes_total",
                "COUNTER   | hits                               | 1           | hits_total",
                "HISTOGRAM | http.server.request.duration       | s           | http_server_request_duration_seconds",
                "HISTOGRAM | request.count                      | ''          | request_count",
                "HISTOGRAM | duration.seconds                   | s           | duration_seconds",
                "GAUGE     | jvm.memory.used                    | By          | jvm_memory_used_bytes",
                "GAUGE     | evenkeel.bytes                     | By          | evenkeel_bytes",
                "GAUGE     | bytes                              | By          | bytes",
                "GAUGE     | jvm.gc.cpu_share                   | 1           | jvm_gc_cpu_share_ratio",
                "GAUGE     | jvm.thread.count                   | {thread}    | jvm_threads",
                "GAUGE     | process.open_file_descriptor.count | {fd}        | process_open_file_descriptors",
                "GAUGE     | jvm.class.count                    | {class}     | jvm_classes",
                "GAUGE     | retry.count                        | ''          | retries",
                "GAUGE     | key.count                          | ''          | keys",
                "GAUGE     | disk.rate                          | By/s        | disk_rate_bytes_per_second",
                "GAUGE     | work.rate                          | {request}/s | work_rate_per_second",
                "GAUGE     | wait                               | ms          | wait_milliseconds",
                "GAUGE     | battery.level                      | %           | battery_level_percent",
                "GAUGE     | odd                                | foo.bar     | odd_foo_bar",
                "GAUGE     | 9lives-\u00e4                      | ''          | _9lives__",
            })
    void metricNamesFollowTheTable(Kind kind, String name, String unit, String expected) {
        MetricDescriptor descriptor = new MetricDescriptor(name, unit, "", kind, List.of(), 1);

        assertEquals(expected, PrometheusNames.metricName(descriptor));
    }

    @ParameterizedTest
    @CsvSource({
        "jvm.memory.pool.name, jvm_memory_pool_name",
        "__reserved, _reserved",
        "2xx, _2xx",
        "_one, _one",
        "a-b, a_b"
    })
    void labelNamesAreCleaned(String name, String expected) {
        assertEquals(expected, PrometheusNames.labelName(name));
    }
}
