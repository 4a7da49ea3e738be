package dev.evenkeel.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What Grafana and its users trip over, checked on the JSON itself. */
class DashboardLintTest {

    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\{([^}]*)}");
    private static final Pattern LEGEND_LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

    private final Map<String, Object> dashboard =
            object(JsonReader.read(Dashboards.files("").get("grafana/saturation.json")));

    @Test
    void uidAndHeadAreFitForProvisioning() {
        String uid = (String) dashboard.get("uid");

        assertTrue(uid.matches("[a-z0-9-]{1,40}"), uid);
        assertEquals(false, dashboard.get("editable"));
        assertFalse(dashboard.containsKey("__inputs"));
        assertFalse(dashboard.containsKey("id"), "a numeric id would overwrite another dashboard");
        assertFalse(Dashboards.files("").get("grafana/saturation.json").contains("${DS_"));
    }

    @Test
    void variablesChooseSourceJobAndInstance() {
        List<String> names = list(object(dashboard.get("templating")).get("list")).stream()
                .map(v -> (String) object(v).get("name"))
                .toList();

        assertEquals(List.of("datasource", "job", "instance"), names);
    }

    @Test
    void panelsHaveUniqueIdsAndFitTheGridWithoutOverlap() {
        Set<Double> ids = new HashSet<>();
        Set<List<Integer>> cells = new HashSet<>();
        double bottom = 0;
        for (Object p : panels()) {
            Map<String, Object> grid = object(object(p).get("gridPos"));
            int x = number(grid, "x");
            int y = number(grid, "y");
            int w = number(grid, "w");
            int h = number(grid, "h");

            assertTrue(ids.add((Double) object(p).get("id")), "id " + object(p).get("id") + " twice");
            assertTrue(x >= 0 && w > 0 && x + w <= 24, "outside of 24 columns: " + grid);
            for (int column = x; column < x + w; column++) {
                for (int row = y; row < y + h; row++) {
                    assertTrue(cells.add(List.of(column, row)), "overlap at column " + column + ", row " + row);
                }
            }
            bottom = Math.max(bottom, y + h);
        }
        assertEquals(5, ids.size());
        assertTrue(bottom <= 18, "more than one screen: " + bottom + " rows of 38 px");
        assertEquals(24 * bottom, cells.size(), "holes in the grid");
    }

    @Test
    void everyPanelSaysWhatItShowsInWhichUnitAndWhereTheLineIs() {
        for (Object p : panels()) {
            Map<String, Object> panel = object(p);
            Map<String, Object> defaults =
                    object(object(panel.get("fieldConfig")).get("defaults"));
            String title = (String) panel.get("title");

            assertFalse(title.isBlank());
            assertTrue(((String) panel.get("description")).length() > 40, title);
            assertTrue(Set.of("bytes", "short", "percentunit").contains(defaults.get("unit")), title);
            assertEquals("${datasource}", object(panel.get("datasource")).get("uid"), title);
            assertEquals(0.0, defaults.get("min"), title);
            boolean fixedLine = object(object(defaults.get("custom")).get("thresholdsStyle"))
                    .get("mode")
                    .equals("line");
            boolean seriesLine =
                    !list(object(panel.get("fieldConfig")).get("overrides")).isEmpty();
            assertTrue(fixedLine || seriesLine, title + " has no threshold line");
        }
    }

    @Test
    void targetsFollowTheSelectionAndTheRateInterval() {
        for (Object p : panels()) {
            Set<String> refIds = new HashSet<>();
            for (Object t : list(object(p).get("targets"))) {
                Map<String, Object> target = object(t);
                String expr = (String) target.get("expr");

                assertTrue(refIds.add((String) target.get("refId")), expr);
                assertEquals("${datasource}", object(target.get("datasource")).get("uid"), expr);
                Matcher rates = Pattern.compile("\\b(rate|increase|irate)\\(").matcher(expr);
                while (rates.find()) {
                    assertTrue(
                            expr.substring(rates.start()).matches("(?s)\\w+\\([^\\[]+\\[\\$__rate_interval]\\).*"),
                            expr);
                }
                Matcher selectors = SELECTOR.matcher(expr);
                int found = 0;
                while (selectors.find()) {
                    found++;
                    assertTrue(selectors.group(2).contains("job=~\"$job\""), expr);
                    assertTrue(selectors.group(2).contains("instance=~\"$instance\""), expr);
                }
                assertTrue(found > 0, expr);
            }
        }
    }

    @Test
    void everyMetricAndLegendLabelIsInTheCatalogue() {
        Map<String, CatalogueEntry> catalogue =
                MetricCatalogue.entries().stream().collect(Collectors.toMap(CatalogueEntry::wireName, e -> e));
        for (Object p : panels()) {
            for (Object t : list(object(p).get("targets"))) {
                String expr = (String) object(t).get("expr");
                List<CatalogueEntry> used = new ArrayList<>();
                Matcher selectors = SELECTOR.matcher(expr);
                while (selectors.find()) {
                    CatalogueEntry entry = catalogue.get(selectors.group(1));
                    assertTrue(entry != null, selectors.group(1) + " is not in the catalogue: " + expr);
                    used.add(entry);
                }
                Matcher labels = LEGEND_LABEL.matcher((String) object(t).get("legendFormat"));
                while (labels.find()) {
                    String label = labels.group(1);
                    assertTrue(
                            label.equals("instance")
                                    || used.stream().allMatch(e -> e.labels().contains(label)),
                            "legend label " + label + " of " + expr);
                }
            }
        }
    }

    private List<Object> panels() {
        return list(dashboard.get("panels"));
    }

    private static int number(Map<String, Object> map, String key) {
        return ((Double) map.get(key)).intValue();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return (List<Object>) value;
    }
}
