package dev.evenkeel.payments;

import dev.evenkeel.payments.control.ControlPipe;
import dev.evenkeel.payments.control.Flags;
import dev.evenkeel.payments.control.StartFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the payments service needs around it, as a process of its own: an embedded PostgreSQL and the clearing upstream.
 *
 * <pre>
 * PartsMain [--postgres-port N] [--clearing-port N] [--clearing-delay-millis N] [--without postgres|clearing]
 * </pre>
 *
 * <p>Speaks the control protocol on its standard streams: says {@code @ready} with {@code jdbc-url} and
 * {@code clearing-url}, answers {@code slow MILLIS} and {@code normal} with {@code @ok}, and ends at {@code stop} or when
 * its input ends. PostgreSQL and its data go when this process does, also when it is killed.
 *
 * <p>Exit codes: 0 stopped, 2 wrong command line, 5 the environment cannot run it.
 */
public final class PartsMain {
    private static final List<String> FLAGS =
            List.of("--postgres-port", "--clearing-port", "--clearing-delay-millis", "--without");
    private static final int DEFAULT_DELAY_MILLIS = 2;

    private PartsMain() {}

    /** Runs the parts until told to stop. */
    public static void main(String[] args) {
        ProcessSettings.apply();
        ControlPipe pipe = ControlPipe.claimStandardStreams();
        System.exit(run(args, pipe));
    }

    private static int run(String[] args, ControlPipe pipe) {
        Running running = new Running();
        return ControlledProcess.run("parts", "The parts", pipe, running::close, () -> {
            pipe.say(running.start(Flags.parse(args, FLAGS)).toArray(String[]::new));
            pipe.serve(Map.of(
                    "slow",
                            (words, out) -> {
                                running.clearing().slow(millis(words));
                                out.say("@ok");
                            },
                    "errors",
                            (words, out) -> {
                                running.clearing().fail(percent(words));
                                out.say("@ok");
                            },
                    "normal",
                            (words, out) -> {
                                running.clearing().normal();
                                out.say("@ok");
                            }));
        });
    }

    private static int millis(String[] words) {
        if (words.length != 2 || !words[1].matches("\\d{1,7}")) {
            throw new IllegalArgumentException("write slow MILLIS, with a whole number of milliseconds");
        }
        return Integer.parseInt(words[1]);
    }

    private static int percent(String[] words) {
        if (words.length != 2 || !words[1].matches("\\d{1,2}|100")) {
            throw new IllegalArgumentException("write errors PERCENT, with a whole number from 0 to 100");
        }
        return Integer.parseInt(words[1]);
    }

    private static final class Running {
        private @Nullable EmbeddedDatabase database;
        private @Nullable ClearingUpstream clearing;

        List<String> start(Flags flags) throws StartFailure {
            int postgresPort = (int) flags.number("--postgres-port", 0, 0, 65_535);
            int clearingPort = (int) flags.number("--clearing-port", 0, 0, 65_535);
            int delayMillis = (int) flags.number("--clearing-delay-millis", DEFAULT_DELAY_MILLIS, 0, 60_000);
            String without = flags.choice("--without", "nothing", List.of("nothing", "postgres", "clearing"));
            List<String> ready = new ArrayList<>(List.of("@ready"));
            // The upstream first: it takes a moment only, and a port in use is said before PostgreSQL is unpacked.
            ClearingUpstream upstream =
                    without.equals("clearing") ? null : new ClearingUpstream(clearingPort, delayMillis);
            synchronized (this) {
                clearing = upstream;
            }
            if (!without.equals("postgres")) {
                EmbeddedDatabase started = EmbeddedDatabase.start(postgresPort);
                synchronized (this) {
                    database = started;
                }
                ready.add("jdbc-url=" + started.jdbcUrl());
            }
            if (upstream != null) {
                ready.add("clearing-url=" + upstream.url());
            }
            return ready;
        }

        synchronized ClearingUpstream clearing() {
            if (clearing == null) {
                throw new IllegalStateException("there is no clearing upstream in this process");
            }
            return clearing;
        }

        synchronized void close() {
            if (clearing != null) {
                clearing.close();
                clearing = null;
            }
            if (database != null) {
                database.close();
                database = null;
            }
        }
    }
}
