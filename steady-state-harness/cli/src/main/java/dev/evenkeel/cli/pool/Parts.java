package dev.evenkeel.cli.pool;

import dev.evenkeel.cli.soak.ChildProcess;
import dev.evenkeel.soak.UnfitException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The database and the two upstreams, in processes of their own: their threads and pauses are not ours. */
final class Parts implements AutoCloseable {
    private static final List<String> FLAGS = List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final long READY_SECONDS = 120; // the first start of PostgreSQL unpacks 15 MB

    private final @Nullable ChildProcess database;
    private final ChildProcess upstreams;
    private final String jdbcUrl;
    private final String fastUrl;
    private final String slowUrl;

    private Parts(
            @Nullable ChildProcess database, ChildProcess upstreams, String jdbcUrl, String fastUrl, String slowUrl) {
        this.database = database;
        this.upstreams = upstreams;
        this.jdbcUrl = jdbcUrl;
        this.fastUrl = fastUrl;
        this.slowUrl = slowUrl;
    }

    /**
     * Starts them, both at once, and waits until they are ready.
     *
     * @param jdbcUrl a database that runs already, or null for one of our own
     * @param log where they print to
     * @throws UnfitException when one of them cannot run here
     */
    static Parts start(@Nullable String jdbcUrl, Path log) throws UnfitException, InterruptedException {
        ChildProcess database = jdbcUrl == null
                ? ChildProcess.start(
                        "The database process",
                        FLAGS,
                        "dev.evenkeel.payments.PartsMain",
                        List.of("--without", "clearing"),
                        log)
                : null;
        ChildProcess upstreams = null;
        boolean ready = false;
        try {
            upstreams = ChildProcess.start("The upstreams", FLAGS, UpstreamsMain.class.getName(), List.of(), log);
            Map<String, String> urls = upstreams.awaitReady(READY_SECONDS);
            String url = database == null
                    ? String.valueOf(jdbcUrl)
                    : database.awaitReady(READY_SECONDS).getOrDefault("jdbc-url", "");
            Parts parts = new Parts(
                    database, upstreams, url, urls.getOrDefault("fast-url", ""), urls.getOrDefault("slow-url", ""));
            ready = true;
            return parts;
        } finally {
            if (!ready) {
                close(upstreams);
                close(database);
            }
        }
    }

    String jdbcUrl() {
        return jdbcUrl;
    }

    String fastUrl() {
        return fastUrl;
    }

    String slowUrl() {
        return slowUrl;
    }

    @Override
    public void close() {
        close(upstreams);
        close(database);
    }

    private static void close(@Nullable ChildProcess child) {
        if (child != null) {
            child.close();
        }
    }
}
