package dev.evenkeel.cli.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.micrometer.EvenkeelMeterRegistry;
import dev.evenkeel.exporter.otlp.OtlpExporter;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.PauseDetector;
import dev.evenkeel.metrics.hdr.IntervalLog;
import dev.evenkeel.metrics.name.WireNames;
import dev.evenkeel.metrics.report.PeriodicReport;
import dev.evenkeel.metrics.resource.FdBudget;
import dev.evenkeel.metrics.resource.IdleSignal;
import dev.evenkeel.metrics.resource.LineProtocolWriter;
import dev.evenkeel.metrics.resource.ProcessSamplers;
import dev.evenkeel.metrics.resource.SamplerSchedule;
import dev.evenkeel.metrics.resource.VirtualThreadEvents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/names.md lists every metric of the toolkit with its name on each wire, and is made of what they are registered with. Written
 * anew where the system property {@code evenkeel.golden.write} is true: rows of metrics that this machine has not stay as they are, others are
 * replaced.
 */
class NamesDocumentTest {
    @TempDir
    private Path folder;

    private static final Path DOCUMENT = Path.of("../../docs/names.md");
    private static final String HEAD = "| name | kind | unit | labels | Prometheus text | OpenMetrics family |"
            + " JMX `name=` | Micrometer | help |\n|---|---|---|---|---|---|---|---|---|\n";

    /** What is there only where the kernel, the JDK or the collector has it. Each row of another metric must be registered here. */
    private static final List<String> BY_MACHINE = List.of("cgroup.", "jvm.", "process.", "system.");

    @Test
    void everyMetricIsListedAsItIsRegistered() throws Exception {
        Map<String, String> registered = new TreeMap<>();
        try (OwnMetrics own = new OwnMetrics()) {
            own.page(new MetricsSource(Duration.ofSeconds(10), 1 << 20, InputStream.nullInputStream()));
            for (MetricDescriptor descriptor : own.registry().descriptors()) {
                registered.put(descriptor.name(), row(descriptor));
            }
        }
        optionalParts().forEach(descriptor -> registered.put(descriptor.name(), row(descriptor)));
        if (Boolean.getBoolean("evenkeel.golden.write")) {
            write(registered);
        }

        Map<String, String> listed = rows(Files.readString(DOCUMENT));

        for (Map.Entry<String, String> row : registered.entrySet()) {
            assertEquals(
                    row.getValue(),
                    listed.get(row.getKey()),
                    "docs/names.md is stale: run NamesDocumentTest with -Devenkeel.golden.write=true");
        }
        for (String name : listed.keySet()) {
            assertTrue(
                    registered.containsKey(name) || BY_MACHINE.stream().anyMatch(name::startsWith),
                    name + " is listed, and nothing registers it");
        }
        assertTrue(registered.size() > 100, registered.size() + " metrics");
    }

    /** What services ask for one by one. */
    private List<MetricDescriptor> optionalParts() throws Exception {
        try (MetricRegistry registry = MetricRegistry.create();
                SamplerSchedule schedule = SamplerSchedule.start(registry);
                ProcessSamplers process = ProcessSamplers.bindTo(registry, schedule);
                PauseDetector pauses = PauseDetector.start(registry);
                LineProtocolWriter lines = LineProtocolWriter.builder().start(new StringBuilder(), registry, schedule);
                IdleSignal idle = IdleSignal.builder().start(registry, schedule);
                FdBudget budget = FdBudget.builder().onExceed(breach -> {}).watch(registry, schedule);
                IntervalLog log = IntervalLog.builder(registry, folder).open();
                PeriodicReport report = PeriodicReport.builder(registry)
                        .show("dropped", "evenkeel.dropped")
                        .start(schedule, Duration.ofMinutes(1));
                OtlpExporter otlp = OtlpExporter.builder(registry)
                        .endpoint("http://127.0.0.1:9/v1/metrics")
                        .interval(Duration.ofMinutes(1))
                        .closeTimeout(Duration.ofMillis(10))
                        .build()) {
            EvenkeelMeterRegistry.of(registry).close();
            if (Runtime.version().feature() >= 21) {
                VirtualThreadEvents.bindTo(registry).close();
            }
            return registry.descriptors();
        }
    }

    private static String row(MetricDescriptor descriptor) {
        WireNames names = WireNames.of(descriptor);
        List<String> cells = List.of(
                "`" + descriptor.name() + "`",
                kind(descriptor.kind()),
                code(descriptor.unit()),
                code(String.join(", ", descriptor.labelNames())),
                code(String.join(" ", names.prometheusSamples())),
                code(names.openMetrics()),
                code(names.jmx()),
                code(String.join(" ", names.micrometer())),
                descriptor.help().replace("|", "\\|").replace("\n", " "));
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String kind(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text.replace("|", "\\|") + "`";
    }

    private static Map<String, String> rows(String document) {
        return document.lines()
                .filter(line -> line.startsWith("| `"))
                .collect(Collectors.toMap(
                        line -> line.substring(3, line.indexOf('`', 3)), line -> line, (a, b) -> a, TreeMap::new));
    }

    private static void write(Map<String, String> registered) throws IOException {
        String before = Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "";
        Map<String, String> all = new TreeMap<>(registered);
        rows(before).forEach((name, row) -> {
            if (BY_MACHINE.stream().anyMatch(name::startsWith)) {
                all.putIfAbsent(name, row);
            }
        });
        StringBuilder text = new StringBuilder(
                """
                # Names on each wire

                A metric is declared once, by a dotted name, a kind, a UCUM unit, its labels and a sentence of help. What it is called on each wire is derived from that
                in one place, `dev.evenkeel.metrics.name.WireNames`; the rules are in its Javadoc. OTLP and `/debug/vars` use the dotted name itself, and labels in braces
                in the latter. Prometheus protobuf uses the names of the text. What each wire carries, and what it cannot: [wires.md](wires.md).

                This page is generated by `NamesDocumentTest`, which fails when it is stale. Names that begin with `own` stand for the name that a service gives.
                Some metrics of the JVM, the process and the control group are there only where the machine has them.

                """);
        text.append(HEAD);
        all.values().forEach(row -> text.append(row).append('\n'));
        Files.writeString(DOCUMENT, text);
    }
}
