package dev.evenkeel.payments;

import dev.evenkeel.payments.control.StartFailure;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A small shell process that stops PostgreSQL and removes its data once we are gone, however we go.
 *
 * <p>It waits for the end of a pipe that only this JVM holds open. A kill -9, an out-of-memory kill or a power cut of the
 * parent closes the pipe; no shutdown hook would have run. It is started before PostgreSQL, in a session of its own where
 * {@code setsid} exists, so that Ctrl-C and the terminal's hang-up pass it by.
 */
final class Reaper implements AutoCloseable {
    /*
     * The script looks for a postmaster.pid for three seconds, because we may die while PostgreSQL is still starting. It
     * checks that the process is a postgres before it signals (a pid may have been given to another), and asks three times:
     * QUIT is PostgreSQL's "immediate shutdown", KILL is for the case that it does not listen. Backends notice the death
     * of their postmaster by themselves.
     */
    private static final String SCRIPT =
            """
            trap '' HUP INT TERM
            PATH="${PATH:+$PATH:}/usr/bin:/bin"
            cat >/dev/null
            tries=0
            while [ ! -s "$1/postmaster.pid" ] && [ $tries -lt 30 ] && [ -d "$1/base" ]; do
              sleep 0.1; tries=$((tries + 1))
            done
            if read -r pid <"$1/postmaster.pid"; then
              mine() {
                kill -0 "$pid" || return 1
                [ ! -r "/proc/$pid/cmdline" ] || grep -q postgres "/proc/$pid/cmdline"
              }
              mine && kill -QUIT "$pid"
              tries=0
              while mine && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
              mine && kill -KILL "$pid"
            fi
            rm -rf "$1" || { sleep 1; rm -rf "$1"; }
            """;

    private final Process process;

    private Reaper(Process process) {
        this.process = process;
    }

    /**
     * Starts to watch over a data directory.
     *
     * @throws StartFailure if there is no shell
     */
    static Reaper over(Path dataDirectory) throws StartFailure {
        List<String> command = new ArrayList<>();
        Path setsid = onPath("setsid");
        if (setsid != null) {
            command.add(setsid.toString());
        }
        command.addAll(List.of("/bin/sh", "-c", SCRIPT, "evenkeel-reaper", dataDirectory.toString()));
        try {
            return new Reaper(new ProcessBuilder(command)
                    .directory(new File("/"))
                    // Not ours: a pipe of ours held open by the reaper would keep our parent from seeing our end.
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.UNFIT,
                    "Cannot start /bin/sh, without which a PostgreSQL of ours might outlive us: " + e.getMessage()
                            + ". Give --jdbc-url to use a database of your own.",
                    e);
        }
    }

    /** Finds a program on the path of the environment, or null. */
    static @Nullable Path onPath(String program) {
        String path = System.getenv("PATH");
        if (path != null) {
            for (String directory : path.split(File.pathSeparator)) {
                Path candidate = Path.of(directory.isEmpty() ? "." : directory, program);
                if (Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
                    return candidate;
                }
            }
        }
        return null;
    }

    /** Lets it do its work now, and waits up to 10 s for it: the one way of stopping, so that it is tried each time. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It was killed; the data directory stays behind, which PostgreSQL's library removes at a later start.
        }
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // It goes on without us.
        }
    }
}
