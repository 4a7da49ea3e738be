package dev.evenkeel.payments;

import dev.evenkeel.payments.control.StartFailure;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL of our own, unpacked, initialised and started here, gone with its data when we are. */
final class EmbeddedDatabase implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final Duration START_LIMIT = Duration.ofSeconds(60); // The first start unpacks 15 MB.

    private final EmbeddedPostgres postgres;
    private final Reaper reaper;

    private EmbeddedDatabase(EmbeddedPostgres postgres, Reaper reaper) {
        this.postgres = postgres;
        this.reaper = reaper;
    }

    /**
     * Starts PostgreSQL.
     *
     * @param port where to listen on loopback, or 0 for any free port
     * @throws StartFailure if the port is in use, or this machine or user cannot run PostgreSQL
     */
    static EmbeddedDatabase start(int port) throws StartFailure {
        checkUser();
        checkPort(port);
        Path data;
        try {
            data = Files.createTempDirectory("evenkeel-postgres-");
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.UNFIT,
                    "Cannot make a data directory for PostgreSQL in " + System.getProperty("java.io.tmpdir") + ": "
                            + e.getMessage() + ". Make that directory writable, or give java -Djava.io.tmpdir=DIR.",
                    e);
        }
        Reaper reaper = Reaper.over(data);
        boolean started = false;
        try {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false) // The reaper's work.
                    .setRegisterShutdownHook(false) // Likewise.
                    .setPGStartupWait(START_LIMIT)
                    .setServerConfig("listen_addresses", HOST)
                    .setServerConfig("unix_socket_directories", "") // Would leave files in /tmp.
                    .setServerConfig("max_connections", "32")
                    .setServerConfig("shared_buffers", "32MB")
                    .setServerConfig("max_wal_size", "128MB"); // A long run must not fill the disk with its log.
            if (port != 0) {
                builder.setPort(port);
            }
            EmbeddedPostgres postgres = builder.start();
            started = true;
            return new EmbeddedDatabase(postgres, reaper);
        } catch (IOException | RuntimeException e) {
            throw new StartFailure(
                    StartFailure.UNFIT,
                    "PostgreSQL did not start: " + e.getMessage()
                            + ". See its messages above, or give --jdbc-url to use a database of your own.",
                    e);
        } finally {
            if (!started) {
                reaper.close();
            }
        }
    }

    /** PostgreSQL refuses to run as root; the library then wraps it in {@code unshare -U}, where it is nobody. */
    private static void checkUser() throws StartFailure {
        if (!isRoot()) {
            return;
        }
        Path unshare = Reaper.onPath("unshare");
        if (unshare == null) {
            throw new StartFailure(
                    StartFailure.UNFIT,
                    "PostgreSQL refuses to run as root and `unshare` is not installed: install util-linux, run as "
                            + "another user, or give --jdbc-url.");
        }
        if (!succeeds(unshare.toString(), "-U", "true")) {
            throw new StartFailure(
                    StartFailure.UNFIT,
                    "PostgreSQL refuses to run as root and `unshare -U` is not permitted here: allow user namespaces, "
                            + "run as another user, or give --jdbc-url.");
        }
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid && uid == 0;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false; // No /proc, so not Linux: PostgreSQL itself will say what it thinks of the user.
        }
    }

    private static boolean succeeds(String... command) {
        @Nullable Process process = null;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    /** PostgreSQL itself would need a minute to give up on a port in use, and say so in its log only. */
    private static void checkPort(int port) throws StartFailure {
        if (port == 0) {
            return;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port));
        } catch (IOException e) {
            throw PaymentService.portInUse(HOST, port, "--postgres-port", e);
        }
    }

    String jdbcUrl() {
        return "jdbc:postgresql://" + HOST + ":" + postgres.getPort() + "/postgres?user=postgres";
    }

    /** Stops PostgreSQL at once and removes its data. */
    @Override
    public void close() {
        reaper.close();
    }
}
