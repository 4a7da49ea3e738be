package dev.evenkeel.metrics.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.IMetricsTracker;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Snapshot;
import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real HikariCP over connections that do nothing; the same against PostgreSQL is the pool-baseline command's test. */
@Timeout(30)
class HikariPoolMetricsTest {
    private final MetricRegistry registry = MetricRegistry.create();

    @AfterEach
    void closeRegistry() {
        registry.close();
    }

    private static HikariConfig config() {
        HikariConfig config = new HikariConfig();
        config.setPoolName("ledger");
        config.setDataSource(new NoDatabase());
        config.setMaximumPoolSize(2);
        config.setConnectionTimeout(250);
        return config;
    }

    private void awaitIdle(int connections) {
        while (registry.snapshot().value("db.client.connection.count", "ledger", "idle") != connections) {
            Thread.onSpinWait();
        }
    }

    @Test
    void stateOfThePoolShows() throws SQLException {
        try (HikariDataSource source = new HikariDataSource(config())) {
            HikariPoolMetrics.bindTo(registry, source);
            awaitIdle(2);
            try (Connection taken = source.getConnection()) {
                Snapshot snapshot = registry.snapshot();

                assertTrue(taken.isValid(1));
                assertEquals(1, snapshot.value("db.client.connection.count", "ledger", "used"));
                assertEquals(1, snapshot.value("db.client.connection.count", "ledger", "idle"));
                assertEquals(0, snapshot.value("db.client.connection.pending_requests", "ledger"));
                assertEquals(2, snapshot.value("db.client.connection.max", "ledger"));
                assertEquals(2, snapshot.value("db.client.connection.idle.min", "ledger"));
            }
        }
    }

    @Test
    void waitsUsesAndTimeoutsAreCountedExactly() throws SQLException {
        try (HikariDataSource source = new HikariDataSource(config())) {
            HikariPoolMetrics.bindTo(registry, source);
            awaitIdle(2);
            try (Connection one = source.getConnection();
                    Connection two = source.getConnection()) {
                assertThrows(SQLTransientConnectionException.class, source::getConnection);
                assertTrue(one.isValid(1) && two.isValid(1));
            }
            Snapshot snapshot = registry.snapshot();

            assertEquals(1, snapshot.value("db.client.connection.timeouts", "ledger"));
            assertEquals(3, count(snapshot, "db.client.connection.wait_time"));
            assertEquals(2, count(snapshot, "db.client.connection.use_time"));
        }
    }

    private static long count(Snapshot snapshot, String name) {
        return snapshot.find(name, "ledger").orElseThrow().histogram().count();
    }

    @Test
    void closedDataSourceIsAbsentAndNoError() throws SQLException {
        HikariDataSource source = new HikariDataSource(config());
        HikariPoolMetrics.bindTo(registry, source);
        source.getConnection().close();

        source.close();
        registry.snapshot();

        assertTrue(registry.snapshot().points().stream()
                .noneMatch(p -> p.descriptor().name().startsWith("db.client.connection")));
        assertEquals(0, registry.snapshot().value("evenkeel.dropped", "callback_error"));
    }

    @Test
    void anotherListenerIsLeftInPlace() throws SQLException {
        int[] acquired = {0};
        HikariConfig config = config();
        config.setMetricsTrackerFactory((pool, stats) -> new IMetricsTracker() {
            @Override
            public void recordConnectionAcquiredNanos(long nanos) {
                acquired[0]++;
            }
        });
        try (HikariDataSource source = new HikariDataSource(config)) {
            HikariPoolMetrics.bindTo(registry, source);
            source.getConnection().close();
            Snapshot snapshot = registry.snapshot();

            assertEquals(1, acquired[0]);
            assertEquals(2, snapshot.value("db.client.connection.max", "ledger"));
            assertTrue(snapshot.find("db.client.connection.wait_time", "ledger").isEmpty());
        }
        assertEquals(Double.NaN, registry.snapshot().value("db.client.connection.max", "ledger"));
    }

    @Test
    void poolThatHasNotStartedShowsItsLimitsOnly() {
        try (HikariDataSource source = new HikariDataSource()) {
            assertThrows(IllegalArgumentException.class, () -> HikariPoolMetrics.bindTo(registry, source));
            source.setPoolName("ledger");
            source.setMaximumPoolSize(5);

            HikariPoolMetrics.bindTo(registry, source);

            assertEquals(5, registry.snapshot().value("db.client.connection.max", "ledger"));
            assertEquals(Double.NaN, registry.snapshot().value("db.client.connection.count", "ledger", "used"));
        }
    }

    /** Hands out connections that are valid and do nothing. */
    private static final class NoDatabase implements DataSource {
        @Override
        public Connection getConnection() {
            return (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                        Class<?> type = method.getReturnType();
                        return type == boolean.class
                                ? (Object) method.getName().equals("isValid")
                                : type == int.class ? 0 : null;
                    });
        }

        @Override
        public Connection getConnection(String user, String password) {
            return getConnection();
        }

        @Override
        public PrintWriter getLogWriter() {
            return new PrintWriter(System.err, true);
        }

        @Override
        public void setLogWriter(PrintWriter out) {}

        @Override
        public void setLoginTimeout(int seconds) {}

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLException("wraps nothing");
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
