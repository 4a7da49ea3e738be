package dev.evenkeel.exporter.jmx;

import dev.evenkeel.exporter.jmx.JmxReading.Family;
import dev.evenkeel.exporter.jmx.JmxReading.Value;
import dev.evenkeel.metrics.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;

/**
 * All series of a family as one table: a row each, found by the name of its attribute, with a column for each label and then its value, or the
 * items of its histogram. A label that a series does not have is null. A label that is called like another column gets {@code _2}.
 */
final class SeriesTable {
    private static final String SERIES = "series";
    private static final String VALUE = "value";
    private static final TabularType EMPTY = type(columns(List.of(), Map.of(VALUE, SimpleType.DOUBLE)));

    private SeriesTable() {}

    /** Returns the type of a family's table as of a reading. */
    static TabularType typeOf(Family family) {
        return family.values().isEmpty() ? EMPTY : type(columns(labelNames(family), valueColumns(family)));
    }

    /** Returns the table; makes a row for each series. */
    static TabularData of(Family family) {
        TabularType type = typeOf(family);
        List<String> labelNames = labelNames(family);
        String[] columns = columns(labelNames, valueColumns(family)).keySet().toArray(String[]::new);
        TabularData table = new TabularDataSupport(type);
        boolean whole = type.getRowType().getType(VALUE) == SimpleType.LONG;
        family.values().forEach((attribute, value) -> table.put(row(type, columns, labelNames, attribute, value, whole)));
        return table;
    }

    @SuppressWarnings("NullAway") // an item of an open type may be null
    private static CompositeData row(
            TabularType type, String[] columns, List<String> labelNames, String attribute, Value value, boolean whole) {
        Object[] items = new Object[columns.length];
        items[0] = attribute;
        Labels labels = value.labels();
        for (int i = 0; i < labels.size(); i++) {
            items[1 + labelNames.indexOf(labels.name(i))] = labels.value(i);
        }
        int at = 1 + labelNames.size();
        if (value.shown() instanceof CompositeData histogram) {
            for (String item : JmxReading.ITEMS) {
                items[at++] = histogram.get(item);
            }
        } else {
            Number number = (Number) value.shown();
            items[at] = whole ? number : (Object) number.doubleValue();
        }
        try {
            return new CompositeDataSupport(type.getRowType(), columns, items);
        } catch (OpenDataException e) {
            throw new IllegalStateException("A row does not fit the table of its own family.", e);
        }
    }

    private static List<String> labelNames(Family family) {
        Set<String> names = new LinkedHashSet<>(family.descriptor().labelNames());
        for (Value value : family.values().values()) {
            for (int i = 0; i < value.labels().size(); i++) {
                names.add(value.labels().name(i));
            }
        }
        return new ArrayList<>(names);
    }

    private static Map<String, OpenType<?>> valueColumns(Family family) {
        boolean whole = true;
        for (Value value : family.values().values()) {
            if (value.shown() instanceof CompositeData) {
                Map<String, OpenType<?>> items = new LinkedHashMap<>();
                for (String item : JmxReading.ITEMS) {
                    items.put(item, JmxReading.HISTOGRAM.getType(item));
                }
                return items;
            }
            whole &= value.shown() instanceof Long;
        }
        return Map.of(VALUE, whole ? SimpleType.LONG : SimpleType.DOUBLE);
    }

    private static Map<String, OpenType<?>> columns(List<String> labelNames, Map<String, OpenType<?>> values) {
        Map<String, OpenType<?>> columns = new LinkedHashMap<>();
        columns.put(SERIES, SimpleType.STRING);
        for (String label : labelNames) {
            String column = label;
            for (int n = 2; columns.containsKey(column) || values.containsKey(column) || taken(labelNames, label, column); n++) {
                column = label + "_" + n;
            }
            columns.put(column, SimpleType.STRING);
        }
        columns.putAll(values);
        return columns;
    }

    /** Whether another label has the name that this one was given instead of its own. */
    private static boolean taken(List<String> labelNames, String label, String column) {
        return !column.equals(label) && labelNames.contains(column);
    }

    private static TabularType type(Map<String, OpenType<?>> columns) {
        String[] names = columns.keySet().toArray(String[]::new);
        try {
            CompositeType row = new CompositeType(
                    "dev.evenkeel.Row",
                    "One series",
                    names,
                    names,
                    columns.values().toArray(OpenType<?>[]::new));
            return new TabularType("dev.evenkeel.Series", "All series of a metric", row, new String[] {SERIES});
        } catch (OpenDataException e) {
            throw new IllegalStateException("The columns " + columns.keySet() + " do not make a table.", e);
        }
    }
}
