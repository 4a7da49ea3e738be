package dev.evenkeel.metrics.pool;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.metrics.IMetricsTracker;
import dev.evenkeel.metrics.MetricRegistry;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * Shows a HikariCP pool in a registry. Tried with HikariCP 7.1.
 *
 * <p>Gauges come from the pool itself, unbuffered, when the registry is collected: no lock that borrowers take, but one pass
 * over the connections for each state. Times come through the pool's own hook: waits in nanoseconds; creations and uses
 * in whole milliseconds, as HikariCP measures them, so that a use below 1 ms shows as 0.
 */
public final class HikariPoolMetrics {
    private HikariPoolMetrics() {}

    /**
     * Shows a pool under its {@link HikariDataSource#getPoolName() name}. Before or after its first connection; once per pool.
     *
     * <p>HikariCP takes one listener for times. Where the pool has one already, such as another library's, it keeps it, and
     * only the gauges are shown here.
     *
     * @return takes the pool away again; closing the data source does it too
     * @throws IllegalArgumentException when the pool has no name yet, or something else has one of the metric names
     */
    public static PoolMetrics bindTo(MetricRegistry registry, HikariDataSource dataSource) {
        Objects.requireNonNull(registry, "registry");
        String name = dataSource.getPoolName();
        if (name == null) {
            throw new IllegalArgumentException("Cannot show a HikariCP pool without a name: it tells its series from "
                    + "those of other pools. Call setPoolName(..) on its configuration.");
        }
        boolean listening = dataSource.getMetricsTrackerFactory() == null && dataSource.getMetricRegistry() == null;
        PoolMetrics.Builder builder = PoolMetrics.database(registry, name)
                .used(() -> read(dataSource, HikariPoolMXBean::getActiveConnections))
                .idle(() -> read(dataSource, HikariPoolMXBean::getIdleConnections))
                .waiting(() -> read(dataSource, HikariPoolMXBean::getThreadsAwaitingConnection))
                .max(() -> dataSource.isClosed() ? Double.NaN : dataSource.getMaximumPoolSize())
                .idleMin(() -> dataSource.isClosed() ? Double.NaN : dataSource.getMinimumIdle())
                .times(listening, listening, listening);
        if (listening) {
            builder.timeouts();
        }
        PoolMetrics metrics = builder.register();
        if (listening) {
            dataSource.setMetricsTrackerFactory((poolName, stats) -> new Tracker(metrics));
        }
        return metrics;
    }

    /** NaN, which is absent, before the pool has started and after it was closed. */
    private static double read(HikariDataSource dataSource, ToIntFunction<HikariPoolMXBean> value) {
        HikariPoolMXBean pool = dataSource.isClosed() ? null : dataSource.getHikariPoolMXBean();
        return pool == null ? Double.NaN : value.applyAsInt(pool);
    }

    /** What the pool tells of itself. Called by borrowers and by the pool's own threads. */
    private record Tracker(PoolMetrics metrics) implements IMetricsTracker {
        @Override
        public void recordConnectionAcquiredNanos(long nanos) {
            metrics.recordWaitNanos(nanos);
        }

        @Override
        public void recordConnectionCreatedMillis(long millis) {
            metrics.recordCreateNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        }

        @Override
        public void recordConnectionUsageMillis(long millis) {
            metrics.recordUseNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        }

        @Override
        public void recordConnectionTimeout() {
            metrics.recordTimeout();
        }

        @Override
        public void close() {
            metrics.close();
        }
    }
}
