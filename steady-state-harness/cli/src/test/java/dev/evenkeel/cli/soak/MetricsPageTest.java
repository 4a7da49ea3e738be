package dev.evenkeel.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.evenkeel.exporter.prometheus.PrometheusText;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsPageTest {

    @Test
    void resourcesAreFoundSummedAndNeverInvented() {
        String page =
                """
                # TYPE jvm_thread_count gauge
                jvm_thread_count{jvm_thread_daemon="true"} 30
                jvm_thread_count{jvm_thread_daemon="false"} 11
                process_open_file_descriptor_count 87
                process_open_file_descriptor_limit 1024
                jvm_memory_used_after_last_gc_bytes{jvm_memory_type="heap",jvm_memory_pool_name="G1 Old Gen"} 2.1e+07
                jvm_memory_used_after_last_gc_bytes{jvm_memory_type="heap",jvm_memory_pool_name="G1 Eden Space"} 0
                jvm_memory_used_after_last_gc_bytes{jvm_memory_type="non_heap",jvm_memory_pool_name="Metaspace"} 9e+07
                """;

        assertEquals(
                Map.of("threads", 41.0, "open_fds", 87.0, "heap_after_gc", 2.1e7),
                MetricsPage.resources(PrometheusText.parse(page)));
        assertEquals(Map.of("open_fds", 1024.0), MetricsPage.limits(PrometheusText.parse(page)));
    }
}
