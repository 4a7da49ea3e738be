package dev.evenkeel.cli.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.pool.HikariPoolMetrics;
import dev.evenkeel.soak.UnfitException;
import dev.evenkeel.soak.load.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;

/** Queries through HikariCP. Reads only: nothing is left behind in a database that is not ours. */
final class DatabaseLoad implements Load {
    static final String POOL = "db";

    /** Adds up some hundred rows: a millisecond of work, as a look-up by a good index takes. */
    private static final String SMALL = "SELECT sum(i) FROM generate_series(1, ?) AS i";

    /** Every twentieth query is slow, as in a service whose cache misses. */
    private static final String LARGE = "SELECT pg_sleep(0.03), ?";

    private static final int LARGE_EVERY = 20;

    private final HikariDataSource pool;
    private final Crowd crowd;

    /** @throws UnfitException when the database cannot be reached */
    DatabaseLoad(String jdbcUrl, Settings settings, MetricRegistry registry) throws UnfitException {
        HikariConfig config = new HikariConfig();
        config.setPoolName(POOL);
        config.setJdbcUrl(jdbcUrl);
        config.setMaximumPoolSize(settings.connections());
        config.setMinimumIdle(settings.connections());
        config.setConnectionTimeout(Settings.BORROW.toMillis());
        config.setValidationTimeout(Settings.VALIDATE.toMillis());
        config.setMaxLifetime(Settings.MAX_LIFETIME.toMillis());
        config.setKeepaliveTime(Settings.KEEPALIVE.toMillis());
        config.setLeakDetectionThreshold(Settings.LEAK.toMillis());
        config.setInitializationFailTimeout(10_000);
        config.setReadOnly(true);
        config.addDataSourceProperty("ApplicationName", "evenkeel-pool-baseline");
        config.addDataSourceProperty("connectTimeout", Integer.toString(Settings.CONNECT_SECONDS));
        config.addDataSourceProperty("socketTimeout", Integer.toString(Settings.SOCKET_SECONDS));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("options", "-c statement_timeout=" + Settings.STATEMENT.toMillis());
        try {
            pool = new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw new UnfitException(
                    "The database at " + jdbcUrl.replaceAll("\\?.*", "").replaceAll("//[^/@]*@", "//")
                            + " cannot be reached (" + e.getMessage()
                            + "). Start it, correct --jdbc-url, or leave that out to run a PostgreSQL of our own.",
                    e);
        }
        HikariPoolMetrics.bindTo(registry, pool);
        crowd = new Crowd("database", "HikariCP", settings.connections());
    }

    /** Whether all connections are open. */
    boolean filled() {
        return pool.getHikariPoolMXBean().getTotalConnections() >= crowd.limit;
    }

    @Override
    public List<Crowd> crowds() {
        return List.of(crowd);
    }

    @Override
    public Outcome send(long sequence) {
        long entered = crowd.enter();
        try (Connection connection = pool.getConnection();
                PreparedStatement query =
                        connection.prepareStatement(sequence % LARGE_EVERY == LARGE_EVERY - 1 ? LARGE : SMALL)) {
            query.setInt(1, 200 + (int) (sequence % 400));
            try (ResultSet rows = query.executeQuery()) {
                if (!rows.next()) {
                    throw new SQLException("a sum without a row");
                }
            }
            crowd.answered();
            return Outcome.SUCCESS;
        } catch (SQLTransientConnectionException e) { // no connection in time
            crowd.refused();
            return Outcome.SHED;
        } catch (SQLException e) {
            crowd.failed();
            return Outcome.FAILED;
        } finally {
            crowd.leave(entered);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
