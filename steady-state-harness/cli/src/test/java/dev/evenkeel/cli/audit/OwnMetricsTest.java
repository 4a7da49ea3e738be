package dev.evenkeel.cli.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.prometheus.audit.Audit;
import dev.evenkeel.exporter.prometheus.audit.AuditOptions;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Our own names, units and help are what we ask of others. */
class OwnMetricsTest {
    @Test
    void whatWeExportHasNoFinding() throws Exception {
        String page;
        try (OwnMetrics own = new OwnMetrics()) {
            page = own.page(new MetricsSource(Duration.ofSeconds(10), 1 << 20, InputStream.nullInputStream()));
        }

        List<String> found = Audit.of(page, AuditOptions.readAt(0)).findings().stream()
                .map(f -> f.rule() + " " + f.place() + ": " + f.evidence())
                .toList();

        assertEquals(List.of(), found);
    }

    @Test
    void everySourceOfMetricsIsOnThePage() throws Exception {
        String page;
        try (OwnMetrics own = new OwnMetrics()) {
            page = own.page(new MetricsSource(Duration.ofSeconds(10), 1 << 20, InputStream.nullInputStream()));
        }

        for (String name : List.of(
                "evenkeel_dropped_total",
                "evenkeel_memory_ladder_total",
                "evenkeel_collect_duration_seconds_count",
                "evenkeel_admin_rejected_total",
                "jvm_memory_used_bytes",
                "jvm_gc_duration_seconds_count",
                "jvm_memory_used_after_last_gc_bytes",
                "pool_submitted_total",
                "db_client_connection_pending_requests",
                "http_client_open_connections",
                "http_client_upstream_in_flight",
                "limit_permits")) {
            assertTrue(page.contains("\n" + name), name + " is not on the page:\n" + page);
        }
    }
}
