package dev.evenkeel.cli.soak;

import dev.evenkeel.soak.Target;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say what is soaked, and the service they stand for. */
final class TargetOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--plant",
            defaultValue = "none",
            paramLabel = "KIND",
            description = "Leak on purpose: ${COMPLETION-CANDIDATES} (default: none).")
    private Plant plant = Plant.NONE;

    @Option(
            names = "--plant-per-hour",
            paramLabel = "R",
            description =
                    "How much of it per hour: bytes of heap or buffers, or a count (default: 24 MiB; 300, of loaders 1200).")
    private @Nullable Double plantPerHour;

    @Option(names = "--jdbc-url", paramLabel = "URL", description = "A PostgreSQL in place of the embedded one.")
    private @Nullable String jdbcUrl;

    @Option(names = "--port", defaultValue = "0", description = "Port of the service (default: any free one).")
    private int port;

    @Option(
            names = "--command",
            paramLabel = "LINE",
            description = "Soak this program instead of the reference service; it is started and ended by the run.")
    private @Nullable String command;

    @Option(names = "--pid", description = "Watch this process of this machine instead.")
    private @Nullable Long pid;

    @Option(
            names = "--metrics",
            paramLabel = "URL",
            description =
                    "Read a metrics page in the Prometheus format, of the service named by the others or of one elsewhere.")
    private @Nullable URI metrics;

    @Option(names = "--jmx", paramLabel = "HOST:PORT", description = "Read a JVM over remote JMX.")
    private @Nullable String jmx;

    @Option(
            names = "--otlp-listen",
            arity = "0..1",
            fallbackValue = "4318",
            paramLabel = "PORT",
            description = "Read what the service pushes over OTLP, HTTP with protobuf, to this port of 127.0.0.1"
                    + " (without a number: ${FALLBACK-VALUE}).")
    private @Nullable Integer otlpListen;

    @Option(
            names = "--url",
            description =
                    "Send the load there: GET to http://host:port/path, or the requests of the plan. Without it a service"
                            + " of yours is only watched.")
    private @Nullable String url;

    /** Whether a service of the user's is meant. */
    boolean ownService(PlanFile file) {
        return command != null
                || pid != null
                || metrics != null
                || jmx != null
                || otlpListen != null
                || !file.target.isEmpty();
    }

    /**
     * Checks that what was asked for goes together.
     *
     * @throws ParameterException when it does not, in a sentence
     */
    void check(PlanFile file) {
        if (port < 0 || port > 65_535) {
            throw usage("--port takes 0 (any) to 65535, not " + port + ".");
        }
        if (otlpListen != null && (otlpListen < 1 || otlpListen > 65_535)) {
            throw usage("--otlp-listen takes a port from 1 to 65535, not " + otlpListen
                    + ": the service has to be told where to push.");
        }
        if (plantPerHour != null && !(plantPerHour > 0 && plantPerHour < 1e12)) {
            throw usage("--plant-per-hour takes a number above 0.");
        }
        if (plantPerHour != null && plant == Plant.NONE) {
            throw usage(
                    "--plant-per-hour says how much is to leak, but not what. Add --plant, for example --plant fd.");
        }
        if (ownService(file) && (plant != Plant.NONE || jdbcUrl != null || given("--port"))) {
            throw usage(
                    "--plant, --jdbc-url and --port belong to the reference service. Leave them out, or leave out the"
                            + " service of your own.");
        }
        if (!ownService(file) && (url != null || file.url.isPresent() || !file.requests.isEmpty())) {
            throw usage("A URL for load, but no service to watch. Add --command, --pid, --metrics,"
                    + " --jmx or --otlp-listen.");
        }
        if (ownService(file)) {
            requests(file);
        }
    }

    private Optional<HttpRequests> requests(PlanFile file) {
        String to = url != null ? url : file.url.orElse(null);
        if (to == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(HttpRequests.of(to, file.requests));
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    /**
     * The service to soak.
     *
     * @param log where what it prints goes
     */
    Target target(PlanFile file, Path log) {
        if (!ownService(file)) {
            return new PaymentsTarget(
                    new PaymentsTarget.Settings(port, Optional.ofNullable(jdbcUrl), plant, plantRate(), log));
        }
        try {
            String page = metrics != null ? metrics.toString() : file.target.get("metrics");
            String process = pid != null ? pid.toString() : file.target.get("pid");
            return new ServiceTarget(new ServiceTarget.Settings(
                    Optional.ofNullable(command != null ? command : file.target.get("command")),
                    Optional.ofNullable(process).map(Long::valueOf),
                    Optional.ofNullable(page).map(TargetOptions::page),
                    Optional.ofNullable(jmx != null ? jmx : file.target.get("jmx")),
                    Optional.ofNullable(port(file)),
                    requests(file),
                    log));
        } catch (NumberFormatException e) {
            throw usage("\"" + file.target.get("pid") + "\" is no process id. Write a whole number.");
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Integer port(PlanFile file) {
        String planned = file.target.get("otlp_listen");
        if (otlpListen != null || planned == null) {
            return otlpListen;
        }
        if (!planned.matches("\\d{1,5}") || Integer.parseInt(planned) < 1 || Integer.parseInt(planned) > 65_535) {
            throw new IllegalArgumentException(
                    "\"" + planned
                            + "\" is no port to receive OTLP at. Write a number from 1 to 65535, for example otlp_listen: 4318.");
        }
        return Integer.valueOf(planned);
    }

    private static URI page(String page) {
        URI uri = URI.create(page);
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "A metrics page is read from http://host:port/path, not from \"" + page + "\".");
        }
        return uri;
    }

    /** Whether requests are sent: always to the reference service, to one of the user's where it is said whereto. */
    boolean sendsLoad(PlanFile file) {
        return !ownService(file) || url != null || file.url.isPresent();
    }

    private double plantRate() {
        return plantPerHour == null ? plant.defaultPerHour() : plantPerHour;
    }

    private boolean given(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
