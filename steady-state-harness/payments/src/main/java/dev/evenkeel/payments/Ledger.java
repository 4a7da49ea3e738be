package dev.evenkeel.payments;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import dev.evenkeel.metrics.pool.HikariPoolMetrics;
import dev.evenkeel.payments.control.StartFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

/**
 * The books in PostgreSQL: one row per payment, two entries per payment that add up to zero, written in one transaction.
 *
 * <p>Safe from any thread. All connections are opened in the constructor and kept; every statement ends within
 * {@value #STATEMENT_MILLIS} ms or fails.
 */
final class Ledger implements AutoCloseable {
    /** What became of a payment. */
    enum Booking {
        BOOKED,
        /** The same payment was booked before. */
        REPLAYED,
        /** Another payment was booked under that id. */
        CONFLICT
    }

    static final String SCHEMA = "evenkeel_payments";

    // A transaction takes 1 to 5 ms; what takes a hundred times as long will not come in time for its caller.
    private static final int STATEMENT_MILLIS = 2_000;
    // There is one connection per worker, so nobody waits for one except while a broken one is replaced.
    private static final int BORROW_MILLIS = 1_000;
    // Longer than the statement limit, so that the server's own answer comes first.
    private static final int SOCKET_SECONDS = 5;
    // Below the two hours after which firewalls and kernels forget idle connections.
    private static final int KEEPALIVE_MILLIS = 120_000;
    private static final int PURGE_ROWS = 5_000;

    private static final String[] STATEMENTS = {
        "CREATE SCHEMA IF NOT EXISTS " + SCHEMA,
        "CREATE TABLE IF NOT EXISTS " + SCHEMA + ".payment ("
                + "id text PRIMARY KEY, card text NOT NULL, merchant text NOT NULL, amount bigint NOT NULL CHECK (amount > 0), "
                + "currency char(3) NOT NULL, booked_at timestamptz NOT NULL DEFAULT now())",
        "CREATE INDEX IF NOT EXISTS payment_booked_at ON " + SCHEMA + ".payment (booked_at)",
        "CREATE TABLE IF NOT EXISTS " + SCHEMA + ".ledger_entry ("
                + "payment_id text NOT NULL REFERENCES " + SCHEMA
                + ".payment ON DELETE CASCADE, account text NOT NULL, "
                + "amount bigint NOT NULL, PRIMARY KEY (payment_id, account))",
    };
    private static final String INSERT_PAYMENT = "INSERT INTO " + SCHEMA
            + ".payment (id, card, merchant, amount, currency) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING";
    private static final String INSERT_ENTRIES =
            "INSERT INTO " + SCHEMA + ".ledger_entry (payment_id, account, amount) VALUES (?, ?, ?), (?, ?, ?)";
    private static final String SELECT_PAYMENT =
            "SELECT card, merchant, amount, currency FROM " + SCHEMA + ".payment WHERE id = ?";
    private static final String PURGE = "DELETE FROM " + SCHEMA + ".payment WHERE id IN (SELECT id FROM " + SCHEMA
            + ".payment WHERE booked_at < now() - make_interval(mins => ?) ORDER BY booked_at LIMIT " + PURGE_ROWS
            + ")";

    private final HikariDataSource pool;
    private final Timer bookSeconds;
    private final Timer purgeSeconds;
    private final Counter purged;

    /**
     * Opens all connections and makes the schema where it is missing.
     *
     * @throws StartFailure if the database cannot be reached or does not let us make tables
     */
    Ledger(String jdbcUrl, int connections, MetricRegistry registry) throws StartFailure {
        HikariConfig config = new HikariConfig();
        config.setPoolName("ledger");
        config.setJdbcUrl(jdbcUrl);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(
                connections); // Fixed size: a pool that breathes hides leaks and opens sockets under load.
        config.setConnectionTimeout(BORROW_MILLIS);
        config.setValidationTimeout(BORROW_MILLIS);
        config.setInitializationFailTimeout(10_000);
        config.setKeepaliveTime(KEEPALIVE_MILLIS);
        config.setMaxLifetime(
                0); // Nothing between us and the database cuts connections by age; keepalive finds dead ones.
        config.setAutoCommit(false);
        config.addDataSourceProperty("ApplicationName", "evenkeel-payments");
        config.addDataSourceProperty("connectTimeout", "3");
        config.addDataSourceProperty("socketTimeout", Integer.toString(SOCKET_SECONDS));
        config.addDataSourceProperty("options", "-c statement_timeout=" + STATEMENT_MILLIS);
        // Plan each statement once per connection from its first use, so that the warm-up is over sooner.
        config.addDataSourceProperty("prepareThreshold", "1");
        try {
            pool = new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw new StartFailure(
                    StartFailure.UNFIT,
                    "Cannot reach the database at " + withoutSecrets(jdbcUrl) + ": " + root(e)
                            + ". Start it, correct --jdbc-url, or leave --jdbc-url out to run an embedded PostgreSQL.",
                    e);
        }
        try {
            createSchema();
        } catch (SQLException e) {
            pool.close();
            throw new StartFailure(
                    StartFailure.UNFIT,
                    "Cannot make schema " + SCHEMA + " in the database at " + withoutSecrets(jdbcUrl) + ": "
                            + e.getMessage() + ". Give --jdbc-url a user who may create schemas.",
                    e);
        }
        var operation = registry.timer("db.client.operation.duration")
                .help("Time of one database transaction, borrowing a connection included.")
                .labels("operation")
                .register();
        bookSeconds = operation.bind("book");
        purgeSeconds = operation.bind("purge");
        purged = registry.counter("payments.purged")
                .unit("{payment}")
                .help("Payments deleted because their retention was over.")
                .register();
        HikariPoolMetrics.bindTo(registry, pool);
    }

    /** A JDBC URL as it may stand in a message: what follows the question mark may hold a password. */
    static String withoutSecrets(String jdbcUrl) {
        return jdbcUrl.replaceAll("\\?.*", "").replaceAll("//[^/@]*@", "//");
    }

    private void createSchema() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : STATEMENTS) {
                statement.execute(sql);
            }
            connection.commit();
        }
    }

    /** Writes a payment and its two entries, all or nothing. */
    Booking book(Payment payment) throws SQLException {
        long startNanos = System.nanoTime();
        try (Connection connection = pool.getConnection()) { // Closing rolls back what is not committed.
            Booking booking = insert(connection, payment) ? Booking.BOOKED : earlier(connection, payment);
            connection.commit();
            return booking;
        } finally {
            bookSeconds.recordSince(startNanos);
        }
    }

    private static boolean insert(Connection connection, Payment payment) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT_PAYMENT)) {
            insert.setString(1, payment.id());
            insert.setString(2, payment.card());
            insert.setString(3, payment.merchant());
            insert.setLong(4, payment.amountMinor());
            insert.setString(5, payment.currency());
            if (insert.executeUpdate() == 0) {
                return false;
            }
        }
        try (PreparedStatement insert = connection.prepareStatement(INSERT_ENTRIES)) {
            insert.setString(1, payment.id());
            insert.setString(2, "card:" + payment.card());
            insert.setLong(3, -payment.amountMinor());
            insert.setString(4, payment.id());
            insert.setString(5, "merchant:" + payment.merchant());
            insert.setLong(6, payment.amountMinor());
            insert.executeUpdate();
        }
        return true;
    }

    private static Booking earlier(Connection connection, Payment payment) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT_PAYMENT)) {
            select.setString(1, payment.id());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) { // Purged since the insert looked: rare, and the caller may simply ask again.
                    throw new SQLException("Payment " + payment.id() + " went while it was looked at.");
                }
                Payment before =
                        new Payment(payment.id(), row.getString(1), row.getString(2), row.getLong(3), row.getString(4));
                return before.equals(payment) ? Booking.REPLAYED : Booking.CONFLICT;
            }
        }
    }

    /**
     * Deletes payments booked more than so many minutes ago, at most {@value #PURGE_ROWS} of them: called each second, it
     * keeps up with five thousand payments a second. Without it the tables would grow, and slowly the latencies with them.
     */
    void purge(int retainMinutes) throws SQLException {
        long startNanos = System.nanoTime();
        try (Connection connection = pool.getConnection();
                PreparedStatement delete = connection.prepareStatement(PURGE)) {
            delete.setInt(1, retainMinutes);
            int rows = delete.executeUpdate();
            connection.commit();
            purged.add(rows);
        } finally {
            purgeSeconds.recordSince(startNanos);
        }
    }

    /** Whether a connection is open and free, or soon will be. */
    boolean ready() {
        return pool.isRunning() && pool.getHikariPoolMXBean().getTotalConnections() > 0;
    }

    @Override
    public void close() {
        pool.close();
    }

    private static String root(Throwable t) {
        Throwable root = t;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = Objects.requireNonNullElse(root.getMessage(), root.toString());
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }
}
