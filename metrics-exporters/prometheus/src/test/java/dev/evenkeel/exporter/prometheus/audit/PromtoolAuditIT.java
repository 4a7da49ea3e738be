package dev.evenkeel.exporter.prometheus.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.prometheus.OutsideTool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever {@code promtool check metrics} objects to, we object to as well. */
class PromtoolAuditIT {
    /** What promtool says, by the part of its sentence that does not change, and the rule that stands for it. */
    private static final Map<String, Rule> RULES = Map.ofEntries(
            Map.entry("no help text", Rule.HELP_MISSING),
            Map.entry("use base unit", Rule.BASE_UNIT),
            Map.entry("should not contain abbreviated units", Rule.UNIT_ABBREVIATION),
            Map.entry("counter metrics should have \"_total\" suffix", Rule.COUNTER_TOTAL),
            Map.entry("non-counter metrics should not have \"_total\" suffix", Rule.TOTAL_ON_OTHERS),
            Map.entry("should not have \"_bucket\" suffix", Rule.RESERVED_SUFFIX),
            Map.entry("should not have \"_count\" suffix", Rule.RESERVED_SUFFIX),
            Map.entry("should not have \"_sum\" suffix", Rule.RESERVED_SUFFIX),
            Map.entry("should not have \"le\" label", Rule.RESERVED_LABEL),
            Map.entry("should not have \"quantile\" label", Rule.RESERVED_LABEL),
            Map.entry("should not include type", Rule.TYPE_IN_NAME),
            Map.entry("should not contain ':'", Rule.NAME_COLON),
            Map.entry("metric names should be written in 'snake_case'", Rule.NAME_CASE),
            Map.entry("label names should be written in 'snake_case'", Rule.LABEL_NAME));

    @TempDir
    private Path folder;

    @Test
    void everyLintOfPromtoolIsAFindingOfOursOnTheSameMetric() throws Exception {
        String page = resource("/audit/promtool-bad.prom");
        Set<String> ours = new HashSet<>();
        Audit.of(page, AuditOptions.readAt(0)).findings().forEach(f -> ours.add(f.family() + " " + f.rule()));

        Answer answer = promtool(page);

        Map<Rule, Integer> seen = new TreeMap<>();
        List<String> missed = new ArrayList<>();
        for (String line : answer.lines) {
            String metric = line.substring(0, line.indexOf(' '));
            List<Rule> rules = RULES.entrySet().stream()
                    .filter(e ->
                            line.contains(e.getKey()) && !(e.getKey().startsWith("counter") && line.contains("non-")))
                    .map(Map.Entry::getValue)
                    .toList();
            assertEquals(1, rules.size(), "promtool says what the test does not know: " + line);
            seen.merge(rules.get(0), 1, Integer::sum);
            if (!ours.contains(metric + " " + rules.get(0))) {
                missed.add(line);
            }
        }
        assertEquals(List.of(), missed);
        assertEquals(new HashSet<>(RULES.values()), seen.keySet(), "the corpus shows every lint that promtool has");
        assertEquals(3, answer.code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# HELP a x\n# HELP a y\n# TYPE a gauge\na 1\n",
                "# HELP a x\n# TYPE a gauge\n# TYPE a gauge\na 1\n",
                "a 1\n# HELP a x\n# TYPE a gauge\n",
                "# HELP a x\n# TYPE a foo\na 1\n",
                "# HELP a x\n# TYPE a gauge\na.b 1\n",
                "# HELP a x\n# TYPE a gauge\na 1",
                "# HELP a x\n# TYPE a histogram\na_bucket{le=\"x\"} 1\na_sum 1\na_count 1\n",
                "# HELP a x\n# TYPE a summary\na{quantile=\"x\"} 1\na_sum 1\na_count 1\n",
                "# HELP a x\n# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n",
                "# HELP a x\n# TYPE a gauge\na{x=\"\\q\"} 1\n",
                "# HELP a x\n# TYPE a gauge\n9a 1\n",
                "# HELP a x\n# TYPE a gauge\na one\n",
                "# HELP a x\n# TYPE a gauge\na 1 soon\n",
                "# HELP a x\n# TYPE a gauge\na{x=1} 1\n",
            })
    void whatPromtoolCannotParseIsAnErrorOfOurs(String page) throws Exception {
        Answer answer = promtool(page);

        assertNotEquals(0, answer.code);
        assertTrue(answer.lines.get(0).contains("parsing error"), answer.lines::toString);
        assertTrue(Audit.of(page, AuditOptions.readAt(0)).count(Severity.ERROR) > 0, page);
    }

    private record Answer(int code, List<String> lines) {}

    private Answer promtool(String page) throws IOException, InterruptedException {
        String promtool = OutsideTool.path("promtool", "prometheus");
        Path in = Files.writeString(folder.resolve("page.prom"), page);
        Path out = folder.resolve("answer.txt");
        Process process = new ProcessBuilder(promtool, "check", "metrics")
                .redirectInput(in.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("promtool did not end within 60 s");
        }
        return new Answer(
                process.exitValue(),
                Files.readAllLines(out).stream().filter(line -> !line.isBlank()).toList());
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = PromtoolAuditIT.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
