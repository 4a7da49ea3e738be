package dev.evenkeel.exporter.jmx;

import dev.evenkeel.exporter.jmx.JmxReading.Family;
import dev.evenkeel.metrics.MetricDescriptor;
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
        Object value = family == null ? null : family.values().get(attribute);
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
                Object value = family.values().get(attribute);
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
        MBeanAttributeInfo[] attributes = family.values().entrySet().stream()
                .map(entry -> attributeInfo(entry.getKey(), entry.getValue(), descriptor.unit()))
                .toArray(MBeanAttributeInfo[]::new);
        return info(descriptor.help().isEmpty() ? descriptor.name() : descriptor.help(), attributes, descriptor.unit());
    }

    private static MBeanInfo info(String help, MBeanAttributeInfo[] attributes, String unit) {
        // Series appear later: a client must not keep this.
        Descriptor changing = new ImmutableDescriptor("immutableInfo=false", "units=" + unit);
        return new MBeanInfo(FamilyMBean.class.getName(), help, attributes, null, null, null, changing);
    }

    private static MBeanAttributeInfo attributeInfo(String attribute, Object value, String unit) {
        String description = unit.isEmpty() ? attribute : attribute + " (" + unit + ")";
        if (value instanceof CompositeData) {
            return new OpenMBeanAttributeInfoSupport(attribute, description, JmxReading.HISTOGRAM, true, false, false);
        }
        String type = value instanceof Long ? "long" : "double";
        return new MBeanAttributeInfo(
                attribute, type, description, true, false, false, new ImmutableDescriptor("units=" + unit));
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
