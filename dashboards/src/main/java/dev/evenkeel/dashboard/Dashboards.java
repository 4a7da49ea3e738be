package dev.evenkeel.dashboard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes every generated file of this module. */
public final class Dashboards {

    private static final String RULES = "evenkeel-alerts.yml";

    private Dashboards() {}

    /**
     * Returns the content of each generated file by its path under {@code dashboards/}.
     *
     * @param runbookBase put before the path of each runbook, such as {@code https://git.example.org/evenkeel/blob/main/};
     *     empty for paths from the root of the repository
     */
    public static Map<String, String> files(String runbookBase) {
        if (!runbookBase.isEmpty() && !runbookBase.endsWith("/")) {
            throw new IllegalArgumentException("The runbook base \"" + runbookBase
                    + "\" does not end in a slash, so links would point nowhere. Append one.");
        }
        Map<String, String> files = new LinkedHashMap<>();
        files.put(
                "grafana/saturation.json",
                GrafanaJson.dashboard(
                        SaturationDashboard.UID,
                        SaturationDashboard.TITLE,
                        "What runs out first: heap, threads, queues, collector time, file descriptors.",
                        MetricCatalogue.THREADS.wireName(),
                        SaturationDashboard.panels()));
        files.put("rules/" + RULES, RulesYaml.rules(AlertRules.all(), runbookBase));
        files.put("rules/evenkeel-alerts.test.yml", RuleTests.yaml(AlertRules.all(), RULES, runbookBase));
        return files;
    }

    /** The expression of every target of every dashboard, with Grafana's variables still in it. */
    public static List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (Panel panel : SaturationDashboard.panels()) {
            for (Panel.Target target : panel.targets()) {
                queries.add(new Query(SaturationDashboard.TITLE, panel.title(), target.refId(), target.expr()));
            }
        }
        return queries;
    }

    /** The expression of every alert by its name. */
    public static Map<String, String> alerts() {
        Map<String, String> alerts = new LinkedHashMap<>();
        AlertRules.all().forEach(rule -> alerts.put(rule.name(), rule.expr()));
        return alerts;
    }

    /** One target of a panel. */
    public record Query(String dashboard, String panel, String refId, String expr) {}

    /**
     * Writes the generated files: {@code DIRECTORY [RUNBOOK-BASE]}.
     *
     * @throws IOException if a file cannot be written
     */
    public static void main(String[] args) throws IOException {
        if (args.length < 1 || args.length > 2) {
            System.err.println("Usage: Dashboards DIRECTORY [RUNBOOK-BASE]");
            System.exit(2);
        }
        Path directory = Path.of(args[0]);
        for (Map.Entry<String, String> file :
                files(args.length == 2 ? args[1] : "").entrySet()) {
            Path path = directory.resolve(file.getKey());
            Path parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(path, file.getValue());
            System.out.println(path);
        }
    }
}
