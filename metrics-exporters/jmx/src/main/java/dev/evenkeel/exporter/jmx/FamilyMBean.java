package dev.evenkeel.exporter.jmx;

import dev.evenkeel.exporter.jmx.JmxReading.Family;
import dev.evenkeel.metrics.MetricDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.Descriptor;
import javax.management.DynamicMBean;
import javax.management.ImmutableDescriptor;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.ReflectionException;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.OpenMBeanAttributeInfoSupport;
import org.jspecify.annotations.Nullable;

/** One family as an MBean. Every call reads from one reading, so that what it returns belongs together. */
final class FamilyMBean implements DynamicMBean {
    private final String name;
    private final Function<String, @Nullable Family> families;

    /** @param families the family of a name as of now; null when it is gone */
    FamilyMBean(String name, Function<String, @Nullable Family> families) {
        this.name = name;
        this.families = families;
    }

    @Override
    public Object getAttribute(String attribute) throws AttributeNotFoundException {
        Family family = families.apply(name);
        Object value = family == null ? null : family.attribute(attribute);
        if (value == null) {
            throw new AttributeNotFoundException("Metric \"" + name + "\" has no series " + attribute
                    + (family == null
                            ? ": its registry is closed."
                            : ". It has: " + family.values().keySet()));
        }
        return value;
    }

    /** Leaves out what there is not, as the interface asks. */
    @Override
    public AttributeList getAttributes(String[] attributes) {
        AttributeList list = new AttributeList(attributes.length);
        Family family = families.apply(name);
        if (family != null) {
            for (String attribute : attributes) {
                Object value = family.attribute(attribute);
                if (value != null) {
                    list.add(new Attribute(attribute, value));
                }
            }
        }
        return list;
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        Family family = families.apply(name);
        if (family == null) {
            return info("Metric of a closed registry", new MBeanAttributeInfo[0], "");
        }
        MetricDescriptor descriptor = family.descriptor();
        List<MBeanAttributeInfo> attributes = new ArrayList<>();
        family.values().forEach((name, value) -> addInfo(attributes, name, value.shown(), descriptor.unit()));
        attributes.add(new OpenMBeanAttributeInfoSupport(
                JmxReading.TABLE, "All series", SeriesTable.typeOf(family), true, false, false));
        return info(
                descriptor.help().isEmpty() ? descriptor.name() : descriptor.help(),
                attributes.toArray(MBeanAttributeInfo[]::new),
                descriptor.unit());
    }

    private static MBeanInfo info(String help, MBeanAttributeInfo[] attributes, String unit) {
        // Series appear later: a client must not keep this.
        Descriptor changing = new ImmutableDescriptor("immutableInfo=false", "units=" + unit);
        return new MBeanInfo(FamilyMBean.class.getName(), help, attributes, null, null, null, changing);
    }

    private static void addInfo(List<MBeanAttributeInfo> to, String attribute, Object value, String unit) {
        if (!(value instanceof CompositeData)) {
            to.add(numberInfo(attribute, value instanceof Long ? "long" : "double", unit));
            return;
        }
        to.add(new OpenMBeanAttributeInfoSupport(
                attribute, withUnit(attribute, unit), JmxReading.HISTOGRAM, true, false, false));
        for (String item : JmxReading.ITEMS) {
            boolean count = item.equals("count");
            to.add(numberInfo(attribute + "." + item, count ? "long" : "double", count ? "" : unit));
        }
    }

    private static MBeanAttributeInfo numberInfo(String attribute, String type, String unit) {
        return new MBeanAttributeInfo(
                attribute,
                type,
                withUnit(attribute, unit),
                true,
                false,
                false,
                new ImmutableDescriptor("units=" + unit));
    }

    private static String withUnit(String attribute, String unit) {
        return unit.isEmpty() ? attribute : attribute + " (" + unit + ")";
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException("Metric \"" + name + "\" is read only: only the service itself records.");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }

    @Override
    public Object invoke(String action, Object[] parameters, String[] signature) throws ReflectionException {
        throw new ReflectionException(
                new NoSuchMethodException(action), "Metric \"" + name + "\" has no operations: it can only be read.");
    }
}
