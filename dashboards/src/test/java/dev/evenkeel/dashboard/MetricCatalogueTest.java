package dev.evenkeel.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.prometheus.PrometheusNames;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import dev.evenkeel.metrics.resource.ResourceSamplers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricCatalogueTest {

    @Test
    void wireNamesAreWhatTheExporterDerives() {
        for (CatalogueEntry entry : MetricCatalogue.entries()) {
            MetricDescriptor descriptor =
                    new MetricDescriptor(entry.name(), entry.unit(), entry.help(), entry.kind(), entry.labels(), 1);

            assertEquals(PrometheusNames.metricName(descriptor), entry.wireName());
        }
    }

    @Test
    void resourceMetricsAreRegisteredAsTheCatalogueSays() throws Exception {
        Map<String, MetricDescriptor> registered = new HashMap<>();
        System.gc(); // the heap after a collection needs one
        try (MetricRegistry registry = MetricRegistry.create();
                AutoCloseable samplers = ResourceSamplers.bindTo(registry)) {
            for (Point point : registry.snapshot().points()) {
                registered.put(point.descriptor().name(), point.descriptor());
            }
        }

        int checked = 0;
        for (CatalogueEntry entry : MetricCatalogue.entries()) {
            if (entry.name().startsWith("jvm.") || entry.name().startsWith("process.")) {
                MetricDescriptor descriptor = registered.get(entry.name());
                assertTrue(descriptor != null, entry.name() + " is not registered; there are " + registered.keySet());
                assertEquals(entry.unit(), descriptor.unit(), entry.name());
                assertEquals(entry.kind(), descriptor.kind(), entry.name());
                assertEquals(entry.help(), descriptor.help(), entry.name());
                checked++;
            }
        }
        assertEquals(7, checked);
    }

    @Test
    void alertsUseNoMetricOutsideTheCatalogueAndEveryEntryIsUsed() {
        Set<String> names = new HashSet<>();
        MetricCatalogue.entries().forEach(e -> names.add(e.wireName()));
        Set<String> used = new HashSet<>();
        Set<String> words = Set.of("rate", "increase", "unless", "offset", "or", "and", "on", "m");
        for (AlertRule rule : AlertRules.all()) {
            Matcher word = Pattern.compile("[a-z][a-z_]*").matcher(rule.expr());
            while (word.find()) {
                if (!words.contains(word.group())) {
                    assertTrue(names.contains(word.group()), word.group() + " in " + rule.name());
                    used.add(word.group());
                }
            }
        }
        for (Dashboards.Query query : Dashboards.queries()) {
            names.stream().filter(n -> query.expr().contains(n + "{")).forEach(used::add);
        }

        assertEquals(names, used, "a catalogue entry that nothing uses");
    }

    @Test
    void namesAreUnique() {
        List<String> wireNames =
                MetricCatalogue.entries().stream().map(CatalogueEntry::wireName).toList();

        assertEquals(wireNames.size(), Set.copyOf(wireNames).size());
    }
}
