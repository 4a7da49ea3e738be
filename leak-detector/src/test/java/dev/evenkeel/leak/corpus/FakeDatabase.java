package dev.evenkeel.leak.corpus;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.logging.Logger;

/** A pool of connections that keep their open statements, as drivers do. */
final class FakeDatabase {
    private final List<Link> all = new ArrayList<>();
    private final Deque<Link> idle = new ArrayDeque<>();

    Link borrow() {
        Link link = idle.poll();
        if (link == null) {
            link = new Link();
            all.add(link);
        }
        return link;
    }

    void giveBack(Link link) {
        idle.push(link);
    }

    /** A connection. */
    static final class Link {
        private final List<OpenStatement> open = new ArrayList<>(1);

        OpenStatement query(String sql) {
            OpenStatement statement = new OpenStatement(this, sql);
            open.add(statement);
            return statement;
        }
    }

    /** A statement. */
    static final class OpenStatement {
        private final Link link;
        private final String sql;

        OpenStatement(Link link, String sql) {
            this.link = link;
            this.sql = sql;
        }

        void close() {
            link.open.remove(this);
        }

        @Override
        public String toString() {
            return sql;
        }
    }

    /** A driver that connects nowhere. */
    static final class FakeDriver implements Driver {
        @Override
        public Connection connect(String url, Properties info) throws SQLException {
            throw new SQLException("no database here");
        }

        @Override
        public boolean acceptsURL(String url) {
            return false;
        }

        @Override
        public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
            return new DriverPropertyInfo[0];
        }

        @Override
        public int getMajorVersion() {
            return 1;
        }

        @Override
        public int getMinorVersion() {
            return 0;
        }

        @Override
        public boolean jdbcCompliant() {
            return false;
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getLogger("fake");
        }
    }
}
