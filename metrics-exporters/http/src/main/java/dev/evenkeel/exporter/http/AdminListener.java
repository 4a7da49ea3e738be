package dev.evenkeel.exporter.http;

import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.WallClock;
import dev.evenkeel.metrics.resource.SamplerSchedule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A small HTTP listener beside the service's own, for metrics, status and readiness.
 *
 * <pre>{@code
 * AdminListener admin = AdminListener.builder()
 *         .registry(registry)
 *         .ready(pool::hasRoom)
 *         .handle("/metrics", PrometheusEndpoint.of(registry))
 *         .build();
 * }</pre>
 *
 * <p>It serves, beside what is registered:
 *
 * <ul>
 *   <li>{@code /healthz}: 200 while the process answers at all, or 503 when {@link Builder#healthy} says no;
 *   <li>{@code /readyz}: 200, or 503 when {@link Builder#ready} says no;
 *   <li>{@code /status}: who this process is, and the last coherent snapshot with its age, as JSON;
 *   <li>{@code /debug/vars}: all metrics as JSON, when a registry is given.
 * </ul>
 *
 * <p><b>What it refuses.</b> It listens on loopback unless {@link Builder#bind} says otherwise. GET and HEAD only (405), without
 * a body (413). On loopback, only requests whose Host header is a loopback name or the bound address (421): this keeps web
 * pages from reading it through a name of their own; {@link Builder#hosts} names others. It sends no CORS headers. With {@link
 * Builder#password} it answers nothing without (401), with {@link Builder#tls} nothing in clear.
 *
 * <p><b>Bounds.</b> Those of {@link AdminLimits}, of this listener alone. What is turned away or cut off is counted: {@code
 * evenkeel.admin.rejected}, {@code .refused}, {@code .cut_off} and {@code .connections.waited}, when a registry is given. No client,
 * however slow, holds up a thread that records, and none holds up another client for longer than {@link AdminLimits#room}
 * while {@link AdminLimits#unsentBytes} are not reached.
 *
 * <p>Starts the threads {@code evenkeel-admin-accept} and {@code evenkeel-admin-watch}, and one called {@code evenkeel-admin-N} for each
 * open connection; all are daemons. See {@code docs/decisions/0013}.
 */
public final class AdminListener implements AutoCloseable {
    /** Where a listener stands unless told otherwise. */
    public static final int DEFAULT_PORT = 9464;

    private final AdminServer server;
    private final AdminTelemetry telemetry;
    private final StatusPage status;

    private AdminListener(Builder builder) {
        InetAddress address = resolve(builder.host);
        builder.check(address);
        telemetry = new AdminTelemetry(builder.registry);
        Map<String, AdminEndpoint> endpoints = new TreeMap<>(builder.own);
        status = builder.status(endpoints);
        builder.addBuiltIns(endpoints, status);
        Pages pages =
                new Pages(new HostCheck(builder.host, address, builder.hosts), builder.password, endpoints, telemetry);
        ServerSocket socket = listen(builder.host, address, builder.port);
        server = new AdminServer(
                socket, builder.limits, builder.nanoClock, builder.wallClock, telemetry, builder.tls, pages);
        try {
            status.start();
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static InetAddress resolve(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "Cannot listen on \"" + host + "\": no address is known for that name. Give bind(..) an address of"
                            + " this machine, such as 127.0.0.1, or 0.0.0.0 for all of them.",
                    e);
        }
    }

    private static ServerSocket listen(String host, InetAddress address, int port) {
        String shown = (host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
        try {
            return new ServerSocket(port, AdminServer.BACKLOG, address);
        } catch (BindException e) {
            String text = String.valueOf(e.getMessage());
            boolean notOurs = text.contains("assign requested address");
            boolean forbidden = text.contains("ermission denied");
            String cause = notOurs
                    ? "that address does not belong to this machine. Choose one of its own with bind(..)."
                    : forbidden
                            ? "this user may not use a port below 1024. Choose a higher one with port(..) or 0 for any"
                                    + " free one."
                            : "another process listens there already. Choose another with port(..) or 0 for any free"
                                    + " one.";
            throw new UncheckedIOException("Cannot listen on " + shown + ": " + cause, e);
        } catch (SocketException e) {
            throw new UncheckedIOException(
                    "Cannot listen on " + shown + ": " + e.getMessage()
                            + ". Choose another address with bind(..) or another port with port(..).",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot listen on " + shown + ": " + e.getMessage()
                            + ". If descriptors ran out, raise the limit (ulimit -n) and try again.",
                    e);
        }
    }

    /** Begins a description of a listener. */
    public static Builder builder() {
        return new Builder();
    }

    /** The port it listens on; the one the system chose when 0 was asked for. */
    public int port() {
        return server.port();
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.address();
    }

    /** Requests that were told to come again: all places to run were taken, or too many bytes were waiting for slow clients. */
    public long rejected() {
        return telemetry.rejectedCount();
    }

    /**
     * Stops listening and breaks off what still runs; waits at most a second for that. An endpoint that ignores interruption may take
     * longer; its thread is a daemon. Calls after the first do nothing.
     */
    @Override
    public void close() {
        status.close();
        server.close();
    }

    /** What to listen on, what to serve, and to whom. Not thread-safe. */
    public static final class Builder {
        private static final BooleanSupplier ALWAYS = () -> true;
        private static final Set<String> BUILT_IN = Set.of("/healthz", "/readyz", "/status", "/debug/vars");

        private String host = "127.0.0.1";
        private int port = DEFAULT_PORT;
        private BooleanSupplier healthy = ALWAYS;
        private BooleanSupplier ready = ALWAYS;
        private @Nullable MetricRegistry registry;
        private @Nullable SamplerSchedule schedule;
        private Duration snapshotEvery = Duration.ofSeconds(10);
        private String service = "";
        private String version = "";
        private AdminLimits limits = AdminLimits.DEFAULTS;
        private @Nullable AdminTls tls;
        private @Nullable BasicPassword password;
        private boolean passwordInClear;
        private NanoClock nanoClock = NanoClock.system();
        private WallClock wallClock = WallClock.system();
        private final Set<String> hosts = new TreeSet<>();
        private final Map<String, AdminEndpoint> own = new TreeMap<>();

        private Builder() {}

        /** The address to listen on; 127.0.0.1 unless set. */
        public Builder bind(String address) {
            host = Objects.requireNonNull(address, "address");
            if (host.isBlank()) {
                throw new IllegalArgumentException(
                        "Cannot bind to an empty address: it would silently mean loopback or all"
                                + " addresses, depending on the platform. Say 127.0.0.1 or 0.0.0.0.");
            }
            return this;
        }

        /** The port, or 0 for any free one; {@value AdminListener#DEFAULT_PORT} unless set. */
        public Builder port(int number) {
            if (number < 0 || number > 65535) {
                throw new IllegalArgumentException("Cannot listen on port " + number
                        + ": a port is a number from 1 to 65535. Choose one of those, or 0 for any free one.");
            }
            port = number;
            return this;
        }

        /** Serves all metrics of a registry under {@code /debug/vars}, and counts there what is refused and cut off. */
        public Builder registry(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
            return this;
        }

        /**
         * Puts a snapshot of the registry into {@code /status}, taken on a schedule, once when the listener is built and then once a
         * period. The page says how old it is, and whether that is more than two periods. Needs {@link #registry}. Each takes a
         * collect, and about 100 bytes a series until the next.
         *
         * @param every 1 ms to 24 hours
         */
        public Builder snapshots(SamplerSchedule schedule, Duration every) {
            this.schedule = Objects.requireNonNull(schedule, "schedule");
            this.snapshotEvery = Objects.requireNonNull(every, "every");
            return this;
        }

        /** Says in {@code /status} what runs here. */
        public Builder service(String name, String version) {
            this.service = Objects.requireNonNull(name, "name");
            this.version = Objects.requireNonNull(version, "version");
            return this;
        }

        /** Sets the bounds; {@link AdminLimits#DEFAULTS} unless set. */
        public Builder limits(AdminLimits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /** Speaks TLS only. */
        public Builder tls(AdminTls tls) {
            this.tls = Objects.requireNonNull(tls, "tls");
            return this;
        }

        /**
         * Answers, probes included, only requests that bring this name and password (basic authentication).
         *
         * @param password not kept; wipe it after the call
         * @throws IllegalArgumentException if one is empty, or the name has a colon
         */
        public Builder password(String user, char[] password) {
            this.password = BasicPassword.of(user, password);
            return this;
        }

        /**
         * As {@link #password(String, char[])}, with the first line of a file, which is read once, now.
         *
         * @throws java.io.UncheckedIOException if it cannot be read
         */
        public Builder password(String user, Path file) {
            this.password = BasicPassword.fromFile(user, file);
            return this;
        }

        /**
         * Takes a password without TLS on an address that others can reach. Whoever sees the network sees the password: for listeners
         * behind a proxy or a mesh that brings TLS.
         */
        public Builder allowPasswordInClear() {
            passwordInClear = true;
            return this;
        }

        /**
         * Answers to these names in the Host header, beside the bound address; on loopback beside loopback's own. On another address
         * any name is taken unless some are given here. Ports do not matter.
         */
        public Builder hosts(String... names) {
            for (String name : names) {
                if (name.isBlank()) {
                    throw new IllegalArgumentException(
                            "Cannot answer to an empty host name: no client sends one. Leave it out.");
                }
                hosts.add(name);
            }
            return this;
        }

        /** What {@code /healthz} says. An exception counts as no. */
        public Builder healthy(BooleanSupplier healthy) {
            this.healthy = Objects.requireNonNull(healthy, "healthy");
            return this;
        }

        /** What {@code /readyz} says. An exception counts as no. */
        public Builder ready(BooleanSupplier ready) {
            this.ready = Objects.requireNonNull(ready, "ready");
            return this;
        }

        /**
         * Serves an endpoint under a path; under all paths below it when it ends with a slash.
         *
         * @throws IllegalArgumentException if the path does not begin with a slash, or is taken
         */
        public Builder handle(String path, AdminEndpoint endpoint) {
            Objects.requireNonNull(endpoint, "endpoint");
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("Cannot serve \"" + path
                        + "\": the path of a request always begins with a slash. Write \"/" + path + "\".");
            }
            boolean builtIn = BUILT_IN.contains(path);
            if (builtIn || own.putIfAbsent(path, endpoint) != null) {
                throw new IllegalArgumentException("Cannot serve \"" + path + "\" twice: "
                        + (builtIn ? "the listener serves it by itself" : "an endpoint is registered for it")
                        + ". Choose another path.");
            }
            return this;
        }

        /**
         * Starts listening.
         *
         * @throws java.io.UncheckedIOException if the address cannot be used, with the reason and a way out
         * @throws IllegalArgumentException if the address is a name that nobody knows
         * @throws IllegalStateException if what was asked for does not go together
         */
        public AdminListener build() {
            return new AdminListener(this);
        }

        Builder clocks(NanoClock elapsed, WallClock date) {
            nanoClock = elapsed;
            wallClock = date;
            return this;
        }

        private void check(InetAddress address) {
            if (password != null && tls == null && !passwordInClear && !address.isLoopbackAddress()) {
                throw new IllegalStateException("Cannot ask for a password on " + host
                        + " without TLS: it would cross the network readable by all. Give the listener a certificate with"
                        + " tls(..), or bind it to 127.0.0.1; if something in front of it brings TLS, say"
                        + " allowPasswordInClear().");
            }
            if (schedule != null && registry == null) {
                throw new IllegalStateException("Cannot take snapshots: it was not said of which registry. Name it with"
                        + " registry(..), or leave snapshots(..) out.");
            }
        }

        private StatusPage status(Map<String, AdminEndpoint> endpoints) {
            Snapshots snapshots = registry == null || schedule == null
                    ? null
                    : new Snapshots(registry, schedule, snapshotEvery, nanoClock);
            return new StatusPage(service, version, healthy, ready, endpoints.keySet(), snapshots);
        }

        private void addBuiltIns(Map<String, AdminEndpoint> endpoints, StatusPage status) {
            BooleanSupplier isHealthy = healthy;
            BooleanSupplier isReady = ready;
            endpoints.put("/healthz", (request, response) -> yesOrNo(response, isHealthy, "ok", "unhealthy"));
            endpoints.put("/readyz", (request, response) -> yesOrNo(response, isReady, "ready", "not ready"));
            endpoints.put("/status", status);
            MetricRegistry reg = registry;
            if (reg != null) {
                endpoints.put("/debug/vars", (request, response) -> {
                    DebugVars vars = new DebugVars();
                    reg.collect(vars);
                    response.json(vars.toString());
                });
            }
        }

        private static void yesOrNo(AdminResponse response, BooleanSupplier question, String yes, String no)
                throws IOException {
            boolean answer = StatusPage.ask(question);
            response.text(answer ? 200 : 503, (answer ? yes : no) + "\n");
        }
    }
}
