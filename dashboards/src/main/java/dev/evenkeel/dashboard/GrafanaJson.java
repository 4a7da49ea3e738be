package dev.evenkeel.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A dashboard in Grafana's JSON model: importable and provisionable, without inputs that an import would have to ask for. */
final class GrafanaJson {

    private static final int SCHEMA_VERSION = 38;

    private GrafanaJson() {}

    /** @param anchor a metric that every scraped process has: the variables take their values from it */
    static String dashboard(String uid, String title, String description, String anchor, List<Panel> panels) {
        List<Object> written = new ArrayList<>();
        for (Panel panel : panels) {
            written.add(panel(panel));
        }
        return Json.write(object(
                "uid",
                uid,
                "title",
                title,
                "description",
                description,
                "tags",
                List.of("evenkeel"),
                "schemaVersion",
                SCHEMA_VERSION,
                "version",
                1,
                "editable",
                false,
                "graphTooltip",
                1,
                "refresh",
                "30s",
                "time",
                object("from", "now-6h", "to", "now"),
                "timezone",
                "browser",
                "templating",
                object(
                        "list",
                        List.of(
                                object(
                                        "name", "datasource",
                                        "label", "Data source",
                                        "type", "datasource",
                                        "query", "prometheus",
                                        "hide", 0,
                                        "refresh", 1),
                                variable("job", "Job", "label_values(" + anchor + ", job)"),
                                variable(
                                        "instance",
                                        "Instance",
                                        "label_values(" + anchor + "{job=~\"$job\"}, instance)"))),
                "annotations",
                object("list", List.of()),
                "panels",
                written));
    }

    private static Map<String, Object> variable(String name, String label, String query) {
        return object(
                "name",
                name,
                "label",
                label,
                "type",
                "query",
                "datasource",
                datasource(),
                "definition",
                query,
                "query",
                object("query", query, "refId", name),
                "refresh",
                2,
                "sort",
                1,
                "multi",
                true,
                "includeAll",
                true,
                "allValue",
                ".+",
                "hide",
                0);
    }

    private static Map<String, Object> panel(Panel panel) {
        List<Object> targets = new ArrayList<>();
        List<Object> overrides = new ArrayList<>();
        for (Panel.Target target : panel.targets()) {
            targets.add(object(
                    "refId", target.refId(),
                    "datasource", datasource(),
                    "expr", target.expr(),
                    "legendFormat", target.legend(),
                    "editorMode", "code",
                    "range", true));
            if (target.line()) {
                overrides.add(object(
                        "matcher", object("id", "byFrameRefID", "options", target.refId()),
                        "properties",
                                List.of(
                                        property("color", object("mode", "fixed", "fixedColor", "red")),
                                        property("custom.lineStyle", object("fill", "dash", "dash", List.of(8, 6))),
                                        property("custom.fillOpacity", 0))));
            }
        }
        List<Object> steps = new ArrayList<>();
        Map<String, Object> base = object("color", "green");
        base.put("value", Json.NULL);
        steps.add(base);
        Double threshold = panel.threshold();
        if (threshold != null) {
            steps.add(object("color", "red", "value", threshold));
        }
        return object(
                "id", panel.id(),
                "type", "timeseries",
                "title", panel.title(),
                "description", panel.description(),
                "datasource", datasource(),
                "gridPos", object("x", panel.x(), "y", panel.y(), "w", panel.width(), "h", panel.height()),
                "fieldConfig",
                        object(
                                "defaults",
                                object(
                                        "unit", panel.unit(),
                                        "min", 0,
                                        "custom",
                                                object(
                                                        "drawStyle",
                                                        "line",
                                                        "lineWidth",
                                                        1,
                                                        "fillOpacity",
                                                        8,
                                                        "showPoints",
                                                        "never",
                                                        "thresholdsStyle",
                                                        object("mode", threshold == null ? "off" : "line")),
                                        "thresholds", object("mode", "absolute", "steps", steps)),
                                "overrides",
                                overrides),
                "options",
                        object(
                                "legend", object("displayMode", "list", "placement", "bottom", "showLegend", true),
                                "tooltip", object("mode", "multi", "sort", "desc")),
                "targets", targets);
    }

    private static Map<String, Object> property(String id, Object value) {
        return object("id", id, "value", value);
    }

    private static Map<String, Object> datasource() {
        return object("type", "prometheus", "uid", "${datasource}");
    }

    private static Map<String, Object> object(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
