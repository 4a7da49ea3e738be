package dev.evenkeel.cli.audit;

import dev.evenkeel.cli.OutputFiles;
import dev.evenkeel.cli.soak.Console;
import dev.evenkeel.cli.soak.DurationConverter;
import dev.evenkeel.exporter.prometheus.audit.Audit;
import dev.evenkeel.exporter.prometheus.audit.AuditOptions;
import dev.evenkeel.exporter.prometheus.audit.AuditReport;
import dev.evenkeel.exporter.prometheus.audit.NotMetricsException;
import dev.evenkeel.exporter.prometheus.audit.Severity;
import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Audits a page of metrics: names, units, help, histograms, labels, values. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        header = "Find what is wrong with the metrics of any process, and how to mend it.",
        description = {
            "Reads one page of Prometheus text or OpenMetrics and says of each finding what was seen, why it matters and what"
                    + " to do. A finding that is an error or a warning makes the exit code 3."
        },
        footer = {
            "",
            "Examples:",
            "  evenkeel audit http://localhost:9464/metrics",
            "  curl -s http://app:8080/metrics | evenkeel audit -",
            "  evenkeel audit metrics.txt --min-severity error --json findings.json",
            "  evenkeel audit metrics.txt --allow 'name-case=node_.* # the names of the node exporter'",
            "  evenkeel audit --self",
            "",
            "docs/audit.md lists the rules.",
            "Exit codes: 0 no error and no warning, 1 internal error, 2 usage, 3 findings, 5 no page to judge."
        })
public final class AuditCommand implements Callable<Integer> {
    /** A Prometheus server's page of 100,000 series takes some 15 MB; a page past this one is not scraped in time. */
    static final int DEFAULT_MAX_BYTES = 64 << 20;

    private static final int DEFAULT_WIDTH = 100;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "URL|FILE|-",
            description = "A URL that serves metrics, a file, or - for standard input.")
    private @Nullable String where;

    @Option(names = "--self", description = "Audit what this toolkit exports itself.")
    private boolean self;

    @Option(
            names = "--min-severity",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "Show ${COMPLETION-CANDIDATES} and above (default: info). What is not shown does not count.")
    private Severity least = Severity.INFO;

    @Option(
            names = "--allow",
            paramLabel = "RULE[=REGEX][#REASON]",
            description =
                    "Live with the findings of a rule, where the family or family{label} matches; may be given again."
                            + " The report shows the reason.")
    private List<String> allow = new ArrayList<>();

    @Option(
            names = "--series-limit",
            paramLabel = "N",
            defaultValue = "" + AuditOptions.DEFAULT_SERIES_LIMIT,
            description = "Most label sets of one family (default: ${DEFAULT-VALUE}, where OpenTelemetry overflows).")
    private int seriesLimit;

    @Option(
            names = "--timeout",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "Time for the whole answer of a URL (default: ${DEFAULT-VALUE}, as Prometheus has it).")
    private Duration timeout = Duration.ofSeconds(10);

    @Option(
            names = "--max-bytes",
            paramLabel = "N",
            defaultValue = "" + DEFAULT_MAX_BYTES,
            description = "Largest page, unpacked (default: ${DEFAULT-VALUE}).")
    private int maxBytes;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the findings as JSON to this file.")
    private @Nullable Path json;

    @Option(names = "--out", paramLabel = "DIR", description = "Also write audit.txt and audit.json to this directory.")
    private @Nullable Path out;

    @Option(names = "--quiet", description = "Only the last line.")
    private boolean quiet;

    @Override
    public Integer call() throws UnfitException, InterruptedException {
        List<Allowance> allowances = checked();
        MetricsSource source = new MetricsSource(timeout, maxBytes, System.in);
        String shown = self ? "evenkeel's own metrics" : MetricsSource.shown(String.valueOf(where));
        AuditReport report;
        try {
            String page = page(source);
            report = Audit.of(
                    page, AuditOptions.readAt(System.currentTimeMillis()).withSeriesLimit(seriesLimit));
        } catch (NotMetricsException e) {
            throw new UnfitException(shown + ": " + e.getMessage(), e);
        }
        AuditResult result = AuditResult.of(shown, report, allowances, least);
        write(result);
        print(result);
        return result.exitCode();
    }

    private String page(MetricsSource source) throws UnfitException, InterruptedException {
        if (self) {
            try (OwnMetrics own = new OwnMetrics()) {
                return own.page(source);
            }
        }
        return source.read(String.valueOf(where));
    }

    private List<Allowance> checked() {
        if (self == (where != null)) {
            throw usage(
                    self
                            ? "--self audits this toolkit, and " + MetricsSource.shown(String.valueOf(where))
                                    + " something else. Give one of them."
                            : "What is to be audited? Give a URL, a file, - for standard input, or --self.");
        }
        if (seriesLimit < 1) {
            throw usage("--series-limit takes a whole number from 1 up, not " + seriesLimit + ".");
        }
        if (maxBytes < 1) {
            throw usage("--max-bytes takes a whole number from 1 up, not " + maxBytes + ".");
        }
        if (timeout.toMillis() < 1) {
            throw usage("--timeout takes a time above 0, as 500ms or 10s.");
        }
        List<Allowance> allowances = new ArrayList<>();
        for (String given : allow) {
            try {
                allowances.add(Allowance.parse(given));
            } catch (IllegalArgumentException e) {
                throw usage(String.valueOf(e.getMessage()));
            }
        }
        return allowances;
    }

    private void write(AuditResult result) throws UnfitException {
        if (json != null) {
            OutputFiles.write(json, "--json", AuditJson.of(result));
        }
        if (out != null) {
            try {
                Files.createDirectories(out);
            } catch (IOException e) {
                throw OutputFiles.unwritable(out, "--out", e);
            }
            OutputFiles.write(out.resolve("audit.json"), "--out", AuditJson.of(result));
            OutputFiles.write(out.resolve("audit.txt"), "--out", new AuditText(DEFAULT_WIDTH, false).of(result));
        }
    }

    private void print(AuditResult result) {
        PrintWriter to = spec.commandLine().getOut();
        if (quiet) {
            to.println(AuditText.summary(result));
        } else {
            Map<String, String> environment = System.getenv();
            boolean colour = Console.isTerminal(environment)
                    && environment.getOrDefault("NO_COLOR", "").isEmpty();
            to.print(new AuditText(width(environment.get("COLUMNS")), colour).of(result));
        }
        to.flush();
    }

    /** The width that the shell tells, if it does. */
    static int width(@Nullable String columns) {
        return columns != null && columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : DEFAULT_WIDTH;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
