package dev.evenkeel.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real promtool on the generated files. Skipped where it is not installed, unless EVENKEEL_REQUIRE_TOOLS is true. */
class PromtoolIT {

    @TempDir
    Path dir;

    private final Map<String, String> files = Dashboards.files("");

    @BeforeEach
    void promtoolIsThere() {
        boolean found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(d -> Files.isExecutable(Path.of(d, "promtool")));
        if (!found) {
            String why = "promtool is not on the PATH: rules are not checked. Install the package prometheus.";
            if ("true".equals(System.getenv("EVENKEEL_REQUIRE_TOOLS"))) {
                fail(why);
            }
            System.out.println("Skipped: " + why);
            assumeTrue(false, why);
        }
    }

    @Test
    void rulesAreValid() throws Exception {
        write(files.get("rules/evenkeel-alerts.yml"));

        Result result = promtool("check", "rules", "evenkeel-alerts.yml");

        assertEquals(0, result.code(), result.output());
        assertTrue(result.output().contains("4 rules found"), result.output());
    }

    @Test
    void everyAlertFiresAndStaysSilentAsItsTestsSay() throws Exception {
        write(files.get("rules/evenkeel-alerts.yml"));

        Result result = promtool("test", "rules", "evenkeel-alerts.test.yml");

        assertEquals(0, result.code(), result.output());
    }

    /** A test that no change can make fail tests nothing: each of these changes must be noticed. */
    @Test
    void changedRulesAreNoticed() throws Exception {
        String rules = files.get("rules/evenkeel-alerts.yml");
        Map<String, String> mutants = new LinkedHashMap<>();
        for (String[] change : new String[][] {
            {"> 0.85", "> 0.91"},
            {"> 0.85", "> 0.84"},
            {"> 0.85", ">= 0.85"},
            {"> 0.85", "< 0.85"},
            {"limit > 0.8\n        for: 5m", "limit > 0.9\n        for: 5m"},
            {"limit > 0.8\n        for: 5m", "limit > 0.79\n        for: 5m"},
            {"limit > 0.8\n        for: 5m", "limit > 0.8\n        for: 6m"},
            {"limit > 0.8\n        for: 5m", "limit > 0.8\n        for: 4m"},
            {"> 0.2\n", "> 0.3\n"},
            {"> 0.2\n", "> 0.19\n"},
            {"          and rate(process_cpu_time_seconds_total[5m]) > 0.05\n", ""},
            {"rate(jvm_gc_cpu_time_seconds_total[5m])", "rate(process_cpu_time_seconds_total[5m])"},
            {"for: 10m", "for: 9m"},
            {"for: 10m", "for: 11m"},
            {"for: 2m", "for: 1m"},
            {"for: 2m", "for: 3m"},
            {"> 0.01", "> 0.06"},
            {"> 0.01", "> 0.009"},
            {"(pool_shed_total unless pool_shed_total offset 5m) or ", ""},
            {"or pool_queue_depth / pool_queue_limit > 0.8", ""},
            {"pool_queue_limit > 0.8", "pool_queue_limit > 0.95"},
            {"severity: critical", "severity: warning"},
            {"increase(pool_shed_total[5m])", "pool_shed_total"},
        }) {
            assertTrue(rules.contains(change[0]), "nothing to change: " + change[0]);
            mutants.put(change[0] + " -> " + change[1], rules.replace(change[0], change[1]));
        }
        List<String> survived = new ArrayList<>();
        for (Map.Entry<String, String> mutant : mutants.entrySet()) {
            write(mutant.getValue());
            if (promtool("test", "rules", "evenkeel-alerts.test.yml").code() == 0) {
                survived.add(mutant.getKey());
            }
        }
        System.out.println("Alert mutants noticed: " + (mutants.size() - survived.size()) + " of " + mutants.size());

        assertEquals(List.of(), survived);
    }

    /** Grafana's variables replaced, every panel's query becomes a recording rule: the real parser reads it. */
    @Test
    void everyDashboardQueryParses() throws Exception {
        StringBuilder rules = new StringBuilder("groups:\n  - name: queries\n    rules:\n");
        for (Dashboards.Query query : Dashboards.queries()) {
            rules.append("      - record: panel:query:").append(query.refId().toLowerCase(java.util.Locale.ROOT));
            rules.append("\n        expr: ")
                    .append(Json.quote(query.expr()
                            .replace("$__rate_interval", "1m")
                            .replace("$job", ".+")
                            .replace("$instance", ".+")))
                    .append("\n        labels: {panel: ")
                    .append(Json.quote(query.panel()))
                    .append("}\n");
        }
        write(rules.toString());

        Result result = promtool("check", "rules", "evenkeel-alerts.yml");

        assertEquals(0, result.code(), result.output());
    }

    private void write(String rules) throws IOException {
        Files.writeString(dir.resolve("evenkeel-alerts.yml"), rules);
        Files.writeString(dir.resolve("evenkeel-alerts.test.yml"), files.get("rules/evenkeel-alerts.test.yml"));
    }

    private record Result(int code, String output) {}

    private Result promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Path output = dir.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("promtool did not end within 60 s");
        }
        return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
