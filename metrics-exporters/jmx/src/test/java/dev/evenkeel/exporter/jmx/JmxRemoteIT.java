package dev.evenkeel.exporter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.evenkeel.metrics.MetricRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.management.Attribute;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Test;

/** A client on a real connection: what it reads must be of types that a client without our classes knows. */
class JmxRemoteIT {
    @Test
    void aRemoteClientListsAndReadsTheMetrics() throws Exception {
        System.setProperty("java.rmi.server.hostname", "127.0.0.1");
        MBeanServer server = MBeanServerFactory.newMBeanServer();
        JMXConnectorServer connector =
                JMXConnectorServerFactory.newJMXConnectorServer(new JMXServiceURL("rmi", "127.0.0.1", 0), null, server);
        connector.start();
        try (MetricRegistry registry = MetricRegistry.create();
                JMXConnector client = JMXConnectorFactory.connect(connector.getAddress())) {
            registry.counter("shop.orders")
                    .labels("route")
                    .register()
                    .bind("/pay\"?*,=\n")
                    .add(41);
            registry.timer("shop.checkout.duration").register().record(250_000_000);
            MBeanServerConnection remote = client.getMBeanServerConnection();
            try (JmxExporter exporter = JmxExporter.builder(registry)
                    .server(server)
                    .instance("shop:1")
                    .register()) {
                Set<ObjectName> found =
                        remote.queryNames(new ObjectName("dev.evenkeel:type=Metric,name=shop.*,*"), null);
                assertEquals(2, found.size());

                ObjectName orders = only(remote, "shop.orders");
                assertEquals(ObjectName.quote("shop:1"), orders.getKeyProperty("instance"));
                String attribute =
                        remote.getMBeanInfo(orders).getAttributes()[0].getName();
                assertEquals("route=" + ObjectName.quote("/pay\"?*,=\n"), attribute);
                assertEquals(41L, remote.getAttribute(orders, attribute));

                CompositeData checkout =
                        (CompositeData) remote.getAttribute(only(remote, "shop.checkout.duration"), "value");
                assertEquals(1L, checkout.get("count"));
                assertEquals(0.25, (double) checkout.get("sum"), 1e-12);
                assertEquals(0.25, (double) checkout.get("p99"), 0.0025);

                Set<ObjectName> all = remote.queryNames(new ObjectName("dev.evenkeel:*"), null);
                assertEquals(exporter.names().size(), all.size());
                for (ObjectName bean : all) { // all of it, in one call each, as open types or numbers
                    String[] names = Arrays.stream(remote.getMBeanInfo(bean).getAttributes())
                            .map(MBeanAttributeInfo::getName)
                            .toArray(String[]::new);
                    assertEquals(
                            List.of(names),
                            remote.getAttributes(bean, names).asList().stream()
                                    .map(Attribute::getName)
                                    .toList());
                }
                TabularData table = (TabularData) remote.getAttribute(orders, "table");
                assertEquals(41L, table.get(new Object[] {attribute}).get("value"));
                assertEquals(0.25, remote.getAttribute(only(remote, "shop.checkout.duration"), "value.sum"));
            }
            assertEquals(Set.of(), remote.queryNames(new ObjectName("dev.evenkeel:*"), null));
        } finally {
            connector.stop();
        }
    }

    private static ObjectName only(MBeanServerConnection remote, String family) throws Exception {
        return remote.queryNames(new ObjectName("dev.evenkeel:type=Metric,name=" + family + ",*"), null)
                .iterator()
                .next();
    }
}
