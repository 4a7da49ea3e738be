package dev.evenkeel.metrics.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.HistogramPoint;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Snapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolMetricsTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @AfterEach
    void closeRegistry() {
        registry.close();
    }

    private PoolMetrics.Builder ledger() {
        return PoolMetrics.database(registry, "ledger")
                .used(() -> 3)
                .idle(() -> 5)
                .waiting(() -> 2)
                .max(() -> 8)
                .idleMin(() -> 4);
    }

    private double value(String name, String... labels) {
        return registry.snapshot().value(name, labels);
    }

    @Test
    void gaugesHaveTheNamesOfOpenTelemetry() {
        ledger().register();
        Snapshot snapshot = registry.snapshot();

        assertEquals(3, snapshot.value("db.client.connection.count", "ledger", "used"));
        assertEquals(5, snapshot.value("db.client.connection.count", "ledger", "idle"));
        assertEquals(2, snapshot.value("db.client.connection.pending_requests", "ledger"));
        assertEquals(8, snapshot.value("db.client.connection.max", "ledger"));
        assertEquals(4, snapshot.value("db.client.connection.idle.min", "ledger"));
        assertEquals(
                java.util.List.of("db.client.connection.pool.name", "db.client.connection.state"),
                snapshot.find("db.client.connection.count", "ledger", "idle")
                        .orElseThrow()
                        .descriptor()
                        .labelNames());
    }

    @Test
    void whatIsNotGivenIsAbsent() {
        PoolMetrics metrics =
                PoolMetrics.http(registry, "upstreams").used(() -> 1).register();
        metrics.recordWaitNanos(5);
        metrics.recordTimeout();

        assertEquals(1, value("http.client.connection.count", "upstreams", "active"));
        assertEquals(Double.NaN, value("http.client.connection.count", "upstreams", "idle"));
        assertEquals(Double.NaN, value("http.client.connection.timeouts", "upstreams"));
        assertTrue(registry.snapshot()
                .find("http.client.connection.wait_time", "upstreams")
                .isEmpty());
    }

    @Test
    void timesAndTimeoutsAreRecorded() {
        PoolMetrics metrics = ledger().times(true, true, true).timeouts().register();

        metrics.recordWaitNanos(1_000);
        metrics.recordWaitNanos(3_000);
        metrics.recordCreateNanos(5_000_000);
        metrics.recordUseNanos(7_000_000);
        metrics.recordTimeout();

        assertEquals(2, histogram("db.client.connection.wait_time").count());
        assertEquals(4_000, histogram("db.client.connection.wait_time").sum());
        assertEquals(5_000_000, histogram("db.client.connection.create_time").sum());
        assertEquals(7_000_000, histogram("db.client.connection.use_time").sum());
        assertEquals(1, value("db.client.connection.timeouts", "ledger"));
    }

    private HistogramPoint histogram(String name) {
        return registry.snapshot().find(name, "ledger").orElseThrow().histogram();
    }

    @Test
    void closedPoolIsAbsentAndNoError() {
        PoolMetrics metrics = ledger().times(true, true, true).timeouts().register();
        metrics.recordWaitNanos(1);
        metrics.recordTimeout();

        metrics.close();
        metrics.close();
        metrics.recordWaitNanos(1);
        metrics.recordTimeout();
        registry.snapshot(); // evicts
        Snapshot snapshot = registry.snapshot();

        assertTrue(
                snapshot.points().stream().noneMatch(p -> p.descriptor().name().startsWith("db.client.connection")));
        assertEquals(0, snapshot.value("evenkeel.dropped", "callback_error"));
    }

    @Test
    void secondPoolOfANameTakesOverAndTheFirstOneClosesWithoutHarm() {
        PoolMetrics old = ledger().register();
        PoolMetrics.database(registry, "ledger").used(() -> 6).waiting(() -> 0).register();

        old.close();

        assertEquals(6, value("db.client.connection.count", "ledger", "used"));
        assertEquals(0, value("db.client.connection.pending_requests", "ledger"));
        assertEquals(Double.NaN, value("db.client.connection.max", "ledger"));
    }

    @Test
    void poolWithoutANameIsRefused() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> PoolMetrics.database(registry, " "));

        assertEquals(
                "A pool needs a name that is not blank: it tells its series from those of other pools. Name it after what "
                        + "it connects to.",
                e.getMessage());
    }
}
