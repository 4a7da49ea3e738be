package dev.evenkeel.cli.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.evenkeel.exporter.jmx.JmxExporter;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.name.WireNames;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.management.Attribute;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.TabularData;

/** JMX, read through an MBean server. */
final class JmxWire extends Wire {
    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final JmxExporter exporter;

    JmxWire(MetricRegistry registry) {
        exporter =
                JmxExporter.builder(registry).server(server).instance("wires").register();
    }

    @Override
    Map<Sample, Object> expected(Reference reference) {
        Map<Sample, Object> all = samples();
        for (Reference.Entry entry : reference.entries) {
            String bean = "dev.evenkeel:type=Metric,name=" + entry.names().jmx() + ",instance=wires";
            String attribute = WireNames.jmxAttribute(entry.labels());
            all.put(
                    Sample.of(bean + " help"),
                    entry.family().help().isEmpty()
                            ? entry.family().name()
                            : entry.family().help());
            all.put(Sample.of(bean + " unit"), entry.family().unit());
            Loss.START_TIME.happened();
            if (entry.family().kind() == Kind.UP_DOWN_COUNTER) {
                Loss.UP_DOWN.happened();
            }
            if (entry.value() instanceof Reference.Counted counted) {
                Loss.BUCKETS.happened();
                if (!counted.exemplars().isEmpty()) {
                    Loss.EXEMPLARS.happened();
                }
                put(all, Sample.of(bean + " " + attribute + " count"), valueOf(entry, counted.count()));
                put(all, Sample.of(bean + " " + attribute + " sum"), valueOf(entry, counted.sum()));
                put(all, Sample.of(bean + " " + attribute + " min"), valueOf(entry, counted.min()));
                put(all, Sample.of(bean + " " + attribute + " max"), valueOf(entry, counted.max()));
            } else {
                put(all, Sample.of(bean + " " + attribute), valueOf(entry, entry.value()));
            }
        }
        return all;
    }

    @Override
    Map<Sample, Object> read() throws Exception {
        Map<Sample, Object> all = samples();
        for (ObjectName bean : new TreeSet<>(server.queryNames(new ObjectName("dev.evenkeel:*"), null))) {
            var info = server.getMBeanInfo(bean);
            put(all, Sample.of(bean + " help"), info.getDescription());
            put(all, Sample.of(bean + " unit"), info.getDescriptor().getFieldValue("units"));
            Map<String, Object> attributes = attributes(bean);
            TabularData table = (TabularData) Objects.requireNonNull(attributes.remove("table"));
            for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
                String name = bean + " " + attribute.getKey();
                CompositeData row = table.get(new Object[] {attribute.getKey()});
                if (row == null) { // an item of a histogram, for consoles that draw numbers only
                    int dot = attribute.getKey().lastIndexOf('.');
                    CompositeData whole = (CompositeData) Objects.requireNonNull(
                            attributes.get(attribute.getKey().substring(0, dot)));
                    assertEquals(whole.get(attribute.getKey().substring(dot + 1)), attribute.getValue(), name);
                    continue;
                }
                assertEquals(
                        attribute.getValue(),
                        attribute.getValue() instanceof CompositeData data ? items(row, data) : row.get("value"),
                        name);
                if (attribute.getValue() instanceof CompositeData data) {
                    for (String item : new String[] {"count", "sum", "min", "max"}) {
                        put(all, Sample.of(name + " " + item), data.get(item));
                    }
                } else {
                    put(all, Sample.of(name), attribute.getValue());
                }
            }
        }
        return all;
    }

    /** Returns the items of a histogram from its row in the table. */
    private static CompositeData items(CompositeData row, CompositeData like) throws OpenDataException {
        Map<String, Object> items = new TreeMap<>();
        like.getCompositeType().keySet().forEach(item -> items.put(item, row.get(item)));
        return new CompositeDataSupport(like.getCompositeType(), items);
    }

    private Map<String, Object> attributes(ObjectName bean) throws Exception {
        String[] names = Arrays.stream(server.getMBeanInfo(bean).getAttributes())
                .map(MBeanAttributeInfo::getName)
                .toArray(String[]::new);
        Map<String, Object> all = new TreeMap<>();
        for (Attribute attribute : server.getAttributes(bean, names).asList()) {
            all.put(attribute.getName(), attribute.getValue());
        }
        return all;
    }

    @Override
    String listing() throws Exception {
        StringBuilder text = new StringBuilder();
        for (ObjectName bean : new TreeSet<>(server.queryNames(new ObjectName("dev.evenkeel:*"), null))) {
            if (bean.getKeyProperty("name").startsWith("evenkeel.")) {
                continue;
            }
            text.append(bean).append('\n');
            attributes(bean).forEach((name, value) -> {
                if (value instanceof TabularData || name.matches(".*\\.(count|sum|min|max|p\\d+)")) {
                    return; // the same once more
                }
                text.append("  ").append(name).append(" = ");
                if (value instanceof CompositeData data) {
                    for (String item : new TreeSet<>(data.getCompositeType().keySet())) {
                        text.append("\n    ").append(item).append(" = ").append(data.get(item));
                    }
                } else {
                    text.append(value);
                }
                text.append('\n');
            });
        }
        return text.toString();
    }

    @Override
    public void close() {
        exporter.close();
    }
}
