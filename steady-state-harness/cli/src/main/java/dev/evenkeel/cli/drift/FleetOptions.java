package dev.evenkeel.cli.drift;

import dev.evenkeel.cli.soak.DurationConverter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code evenkeel drift --prometheus} takes beside the options that it shares with a file. */
final class FleetOptions {
    @Option(
            names = "--prometheus",
            paramLabel = "URL",
            description = "Judge series that a Prometheus or a compatible store holds.")
    @Nullable
    String prometheus;

    @Option(names = "--query", paramLabel = "PROMQL", description = "What to judge: a gauge, one series a replica.")
    @Nullable
    String query;

    @Option(
            names = "--range",
            defaultValue = "24h",
            converter = DurationConverter.class,
            description = "How far back to look (default: ${DEFAULT-VALUE}).")
    Duration range = Duration.ofDays(1);

    @Option(
            names = "--step",
            converter = DurationConverter.class,
            description = "Time between two readings (default: a 1440th of the range, at least 15s).")
    @Nullable
    Duration step;

    @Option(
            names = "--end",
            paramLabel = "SECONDS",
            description = "End of the range in seconds since 1970 (default: now).")
    @Nullable
    Long end;

    @Option(
            names = "--restarts",
            paramLabel = "PROMQL",
            defaultValue = "process_start_time_seconds",
            description = "Gauge whose change is a restart (default: ${DEFAULT-VALUE}); none to look for no restarts.")
    String restarts = "process_start_time_seconds";

    @Option(
            names = "--by",
            paramLabel = "LABEL",
            split = ",",
            defaultValue = "job,instance,namespace,pod",
            description = "Labels that tell processes apart, to find a series' restarts (default: ${DEFAULT-VALUE}).")
    List<String> by = new ArrayList<>();

    @Option(
            names = "--undecided",
            paramLabel = "PERCENT",
            defaultValue = "10",
            description =
                    "The fleet passes with at most this share of its series undecided (default: ${DEFAULT-VALUE}).")
    double undecidedPercent = 10;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "20",
            description = "Series to list, worst first (default: ${DEFAULT-VALUE}).")
    int top = 20;

    @Option(
            names = "--timeout",
            defaultValue = "2m",
            converter = DurationConverter.class,
            description = "Longest wait for one answer of the store (default: ${DEFAULT-VALUE}).")
    Duration timeout = Duration.ofMinutes(2);

    @Option(
            names = "--bearer-token-file",
            paramLabel = "FILE",
            description = "File with the token that the store asks for.")
    @Nullable
    Path bearerTokenFile;
}
