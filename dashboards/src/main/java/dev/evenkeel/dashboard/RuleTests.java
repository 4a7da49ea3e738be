package dev.evenkeel.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The unit tests of the alert rules, in promtool's format: when each fires, and when it must not. */
final class RuleTests {

    private static final String A = "{job=\"payments\", instance=\"a:9464\"}";
    private static final String B = "{job=\"payments\", instance=\"b:9464\"}";
    private static final String POOL = "{job=\"payments\", instance=\"a:9464\", pool=\"workers\"}";
    private static final String OTHER_POOL = "{job=\"payments\", instance=\"a:9464\", pool=\"http\"}";

    private RuleTests() {}

    /** One test: series, and at which minute which alert is expected. */
    private record Case(String name, Map<String, String> series, List<Expectation> expectations) {}

    /** @param firing instance, pool (or "") and the value as the summary prints it; empty when nothing fires */
    private record Expectation(int minute, String alert, List<Firing> firing) {}

    private record Firing(String instance, String pool, String value) {}

    static String yaml(List<AlertRule> rules, String ruleFile, String runbookBase) {
        StringBuilder out = new StringBuilder(RulesYaml.HEADER);
        out.append("rule_files:\n  - ").append(ruleFile).append("\nevaluation_interval: 1m\ntests:\n");
        for (Case one : cases()) {
            out.append("  - name: ").append(Json.quote(one.name())).append('\n');
            out.append("    interval: 1m\n    input_series:\n");
            one.series().forEach((series, values) -> out.append("      - series: ")
                    .append(Json.quote(series))
                    .append("\n        values: ")
                    .append(Json.quote(values))
                    .append('\n'));
            out.append("    alert_rule_test:\n");
            for (Expectation expectation : one.expectations()) {
                AlertRule rule = rules.stream()
                        .filter(r -> r.name().equals(expectation.alert()))
                        .findFirst()
                        .orElseThrow();
                out.append("      - eval_time: ").append(expectation.minute()).append("m\n");
                out.append("        alertname: ").append(rule.name()).append('\n');
                out.append("        exp_alerts:");
                if (expectation.firing().isEmpty()) {
                    out.append(" []\n");
                    continue;
                }
                out.append('\n');
                for (Firing firing : expectation.firing()) {
                    out.append("          - exp_labels:\n");
                    label(out, "severity", rule.severity());
                    label(out, "job", "payments");
                    label(out, "instance", firing.instance());
                    if (!firing.pool().isEmpty()) {
                        label(out, "pool", firing.pool());
                    }
                    out.append("            exp_annotations:\n");
                    label(
                            out,
                            "summary",
                            rule.summary()
                                    .replace("{{ $labels.instance }}", firing.instance())
                                    .replace("{{ $labels.pool }}", firing.pool())
                                    .replace("{{ $value | humanizePercentage }}", firing.value()));
                    label(out, "threshold_reason", rule.reason());
                    label(out, "runbook_url", runbookBase + rule.runbook());
                }
            }
        }
        return out.toString();
    }

    private static void label(StringBuilder out, String name, String value) {
        out.append("              ")
                .append(name)
                .append(": ")
                .append(Json.quote(value))
                .append('\n');
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        heap(cases);
        descriptors(cases);
        gc(cases);
        pool(cases);
        return cases;
    }

    private static void heap(List<Case> cases) {
        String alert = "EvenkeelHeapNearLimit";
        String used = MetricCatalogue.HEAP_AFTER_GC.wireName();
        String limit = MetricCatalogue.HEAP_LIMIT.wireName();
        cases.add(new Case(
                "heap: fires after ten minutes above the threshold, for that instance alone",
                series(used + A, "90x20", limit + A, "100x20", used + B, "60x20", limit + B, "100x20"),
                List.of(silent(9, alert), fires(10, alert, "a:9464", "", "90%"))));
        cases.add(new Case(
                "heap: silent at the threshold itself",
                series(used + A, "85x20", limit + A, "100x20"),
                List.of(silent(20, alert))));
        cases.add(new Case(
                "heap: a peak that is collected within the ten minutes is no alert",
                series(used + A, "90x8 50x1 90x9", limit + A, "100x20"),
                List.of(silent(12, alert), silent(18, alert))));
        cases.add(new Case("heap: silent without a limit", series(used + A, "90x20"), List.of(silent(20, alert))));
        cases.add(new Case(
                "heap: ends when the process is gone",
                series(used + A, "90x12 stale", limit + A, "100x12 stale"),
                List.of(fires(12, alert, "a:9464", "", "90%"), silent(14, alert))));
    }

    private static void descriptors(List<Case> cases) {
        String alert = "EvenkeelFileDescriptorsNearLimit";
        String open = MetricCatalogue.OPEN_FDS.wireName();
        String limit = MetricCatalogue.FD_LIMIT.wireName();
        cases.add(new Case(
                "descriptors: fires five minutes after a leak passes the threshold",
                series(open + A, "800+20x20", limit + A, "1024x20"),
                List.of(silent(5, alert), fires(6, alert, "a:9464", "", "89.84%"))));
        cases.add(new Case(
                "descriptors: silent just below",
                series(open + A, "819x20", limit + A, "1024x20"),
                List.of(silent(20, alert))));
        cases.add(new Case(
                "descriptors: silent where the platform has no limit",
                series(open + A, "100000x20"),
                List.of(silent(20, alert))));
    }

    private static void gc(List<Case> cases) {
        String alert = "EvenkeelGcCpuHigh";
        String gc = MetricCatalogue.GC_CPU.wireName();
        String cpu = MetricCatalogue.CPU.wireName();
        cases.add(new Case(
                "collector: fires when a quarter of the CPU time is its own",
                series(gc + A, "0+15x20", cpu + A, "0+60x20"),
                List.of(silent(5, alert), fires(6, alert, "a:9464", "", "25%"))));
        cases.add(new Case(
                "collector: silent at a fifth",
                series(gc + A, "0+12x20", cpu + A, "0+60x20"),
                List.of(silent(20, alert))));
        cases.add(new Case(
                "collector: silent in an idle process, whatever the share",
                series(gc + A, "0+1x20", cpu + A, "0+2x20", gc + B, "5x20", cpu + B, "50x20"),
                List.of(silent(20, alert))));
        cases.add(new Case(
                "collector: a restart is no burst",
                series(gc + A, "600+3x10 0+3x10", cpu + A, "6000+60x10 0+60x10"),
                List.of(silent(12, alert), silent(20, alert))));
        cases.add(new Case(
                "collector: silent where its CPU time is not known",
                series(cpu + A, "0+60x20"),
                List.of(silent(20, alert))));
    }

    private static void pool(List<Case> cases) {
        String alert = "EvenkeelPoolSaturated";
        String submitted = MetricCatalogue.SUBMITTED.wireName();
        String shed = MetricCatalogue.SHED.wireName();
        String depth = MetricCatalogue.QUEUE_DEPTH.wireName();
        String limit = MetricCatalogue.QUEUE_LIMIT.wireName();
        cases.add(new Case(
                "pool: fires when one job in twenty is shed, for that pool alone",
                series(
                        submitted + POOL,
                        "0+100x20",
                        shed + POOL,
                        "0x6 0+5x14",
                        submitted + OTHER_POOL,
                        "0+100x20",
                        shed + OTHER_POOL,
                        "0x20"),
                List.of(silent(8, alert), fires(16, alert, "a:9464", "workers", "5%"))));
        cases.add(new Case(
                "pool: silent at one in a hundred",
                series(submitted + POOL, "0+100x20", shed + POOL, "0+1x20"),
                List.of(silent(20, alert))));
        cases.add(new Case(
                "pool: sees the birth of the counter, and forgets it after five minutes",
                series(submitted + POOL, "0+100x20", shed + POOL, "_x9 50x11"),
                List.of(silent(9, alert), fires(12, alert, "a:9464", "workers", "10%"), silent(17, alert))));
        cases.add(new Case(
                "pool: fires when the queue stays four fifths full though nothing was shed",
                series(
                        submitted + POOL,
                        "0+100x20",
                        shed + POOL,
                        "0x20",
                        depth + POOL,
                        "0x5 60x15",
                        limit + POOL,
                        "64x20"),
                List.of(silent(7, alert), fires(8, alert, "a:9464", "workers", "93.75%"))));
        cases.add(new Case(
                "pool: a burst that is worked off within two minutes is no alert",
                series(
                        submitted + POOL,
                        "0+100x20",
                        shed + POOL,
                        "0x20",
                        depth + POOL,
                        "0x5 60x1 0x13",
                        limit + POOL,
                        "64x20"),
                List.of(silent(7, alert), silent(9, alert), silent(20, alert))));
        cases.add(new Case(
                "pool: silent without load",
                series(submitted + POOL, "500x20", shed + POOL, "90x20", depth + POOL, "0x20", limit + POOL, "64x20"),
                List.of(silent(9, alert), silent(20, alert))));
        cases.add(new Case("pool: silent without data", series("up" + A, "1x20"), List.of(silent(20, alert))));
    }

    private static Map<String, String> series(String... namesAndValues) {
        Map<String, String> series = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            series.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return series;
    }

    private static Expectation silent(int minute, String alert) {
        return new Expectation(minute, alert, List.of());
    }

    private static Expectation fires(int minute, String alert, String instance, String pool, String value) {
        return new Expectation(minute, alert, List.of(new Firing(instance, pool, value)));
    }
}
