package dev.evenkeel.exporter.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import dev.evenkeel.metrics.Snapshot;
import dev.evenkeel.metrics.Timer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.OpenMBeanAttributeInfo;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JmxExporterTest {
    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final MetricRegistry registry = MetricRegistry.create();
    private final AtomicLong nanos = new AtomicLong();

    @AfterEach
    void close() {
        registry.close();
    }

    private JmxExporter.Builder builder() {
        return JmxExporter.builder(registry).server(server).instance("t").clock(nanos::get);
    }

    private JmxExporter exporter() {
        return builder().freshness(Duration.ZERO).register();
    }

    private static ObjectName name(String family) throws Exception {
        return new ObjectName("dev.evenkeel:type=Metric,name=" + family + ",instance=t");
    }

    private Set<ObjectName> ours() throws Exception {
        return server.queryNames(new ObjectName("dev.evenkeel:*"), null);
    }

    @Test
    void aCounterIsALongThatIsExact() throws Exception {
        registry.counter("shop.orders")
                .help("Orders.")
                .unit("{order}")
                .register()
                .add(Long.MAX_VALUE - 1);

        try (JmxExporter exporter = exporter()) {
            assertEquals(Long.MAX_VALUE - 1, server.getAttribute(name("shop.orders"), "value"));
            MBeanAttributeInfo info = server.getMBeanInfo(name("shop.orders")).getAttributes()[0];
            assertEquals("long", info.getType());
            assertEquals("{order}", info.getDescriptor().getFieldValue("units"));
            assertEquals("Orders.", server.getMBeanInfo(name("shop.orders")).getDescription());
            assertEquals(
                    "false",
                    server.getMBeanInfo(name("shop.orders")).getDescriptor().getFieldValue("immutableInfo"));
        }
    }

    @Test
    void aTimerIsACompositeInSeconds() throws Exception {
        Timer timer = registry.timer("shop.checkout.duration").register();
        for (int i = 1; i <= 100; i++) {
            timer.record(i * 10_000_000L);
        }

        try (JmxExporter exporter = exporter()) {
            CompositeData data = (CompositeData) server.getAttribute(name("shop.checkout.duration"), "value");
            assertEquals(100L, data.get("count"));
            assertEquals(50.5, (double) data.get("sum"), 1e-9);
            assertEquals(0.5, (double) data.get("p50"), 0.005);
            assertEquals(0.99, (double) data.get("p99"), 0.0099);
            assertEquals(1.0, (double) data.get("max"), 0.01);
            assertEquals(0.01, (double) data.get("min"), 0.0001);
        }
    }

    @Test
    void everySeriesHasAnAttributeWhateverItsLabelsHold() throws Exception {
        Labelled<Counter> labelled = registry.counter("nasty").labels("a", "b").register();
        List<String> values = List.of(
                "",
                " ",
                ",",
                "=",
                ":",
                "\"",
                "*",
                "?",
                "\\",
                "\n",
                "\r",
                "x,b=\"y",
                "x\",b=\"y",
                "é",
                "\ud83d\ude00",
                "null");
        int i = 0;
        for (String value : values) {
            labelled.bind(value, "y").add(++i);
        }
        labelled.bind("x", "y\",b=\"y").add(++i);

        try (JmxExporter exporter = exporter()) {
            String[] attributes = Arrays.stream(
                            server.getMBeanInfo(name("nasty")).getAttributes())
                    .map(MBeanAttributeInfo::getName)
                    .toArray(String[]::new);
            AttributeList read = server.getAttributes(name("nasty"), attributes);

            assertEquals(values.size() + 1 + 1, new TreeSet<>(List.of(attributes)).size());
            Set<Object> sums = read.asList().stream().map(Attribute::getValue).collect(Collectors.toSet());
            for (long expected = 1; expected <= i; expected++) {
                assertTrue(sums.contains(expected), "series " + expected + " in " + read);
            }
            assertEquals(10L, server.getAttribute(name("nasty"), "a=" + ObjectName.quote("\n") + ",b=\"y\""));
        }
    }

    @Test
    void theTableHasARowForEachSeriesWithItsLabelsAndValue() throws Exception {
        Labelled<Counter> labelled =
                registry.counter("c").labels("route", "value", "series", "value_2").register();
        labelled.bind("/pay", "1", "x", "y").add(41);
        labelled.bind("\"\n", "", "", "z").add(Long.MAX_VALUE);
        try (JmxExporter exporter = exporter()) {
            TabularData table = (TabularData) server.getAttribute(name("c"), "table");

            assertEquals(2, table.size());
            assertEquals(
                    Set.of("series", "route", "value_3", "series_2", "value_2", "value"),
                    table.getTabularType().getRowType().keySet());
            CompositeData row = table.get(new Object[] {"route=\"/pay\",value=\"1\",series=\"x\",value_2=\"y\""});
            assertEquals("/pay", row.get("route"));
            assertEquals("1", row.get("value_3"));
            assertEquals("x", row.get("series_2"));
            assertEquals("y", row.get("value_2"));
            assertEquals(41L, row.get("value"));
            MBeanAttributeInfo info = Arrays.stream(
                            server.getMBeanInfo(name("c")).getAttributes())
                    .filter(attribute -> attribute.getName().equals("table"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(table.getTabularType(), ((OpenMBeanAttributeInfo) info).getOpenType());
        }
    }

    @Test
    void theOverflowSeriesIsARowWithoutTheDeclaredLabels() throws Exception {
        Labelled<Counter> labelled =
                registry.counter("c").labels("user").cardinalityLimit(1).register();
        labelled.bind("a").add(1);
        labelled.bind("b").add(2);
        try (JmxExporter exporter = exporter()) {
            TabularData table = (TabularData) server.getAttribute(name("c"), "table");

            CompositeData row = table.get(new Object[] {"otel_metric_overflow=\"true\""});
            assertNull(row.get("user"));
            assertEquals("true", row.get("otel_metric_overflow"));
            assertEquals(2L, row.get("value"));
        }
    }

    @Test
    void eachItemOfAHistogramIsAnAttributeAndAColumn() throws Exception {
        registry.timer("t").labels("x").register().bind("a.count").record(250_000_000);
        registry.timer("u").register();
        try (JmxExporter exporter = exporter()) {
            String series = "x=\"a.count\"";
            String[] names = {series, series + ".count", series + ".sum", series + ".p99", "table", series + ".nothing"};

            List<Attribute> read = server.getAttributes(name("t"), names).asList();

            assertEquals(5, read.size());
            CompositeData data = (CompositeData) read.get(0).getValue();
            assertEquals(1L, read.get(1).getValue());
            assertEquals(0.25, read.get(2).getValue());
            assertEquals(data.get("p99"), read.get(3).getValue());
            CompositeData row = ((TabularData) read.get(4).getValue()).get(new Object[] {series});
            for (String item : data.getCompositeType().keySet()) {
                assertEquals(data.get(item), row.get(item), item);
            }
            assertEquals("a.count", row.get("x"));
            assertEquals(0L, server.getAttribute(name("u"), "value.count"));
            List<String> listed = Arrays.stream(server.getMBeanInfo(name("u")).getAttributes())
                    .map(MBeanAttributeInfo::getName)
                    .toList();
            assertEquals(
                    List.of(
                            "value",
                            "value.count",
                            "value.sum",
                            "value.min",
                            "value.p50",
                            "value.p90",
                            "value.p99",
                            "value.p999",
                            "value.max",
                            "table"),
                    listed);
        }
    }

    @Test
    void anInstanceOfAnyNameIsQuoted() throws Exception {
        registry.counter("c").register();
        try (JmxExporter exporter = builder().instance("a,b=c:\"d\"*?\\\n").register()) {
            ObjectName name = exporter.names().get(0);

            assertEquals("a,b=c:\"d\"*?\\\n", ObjectName.unquote(name.getKeyProperty("instance")));
            assertTrue(server.isRegistered(name));
        }
    }

    @Test
    void whatOneCallReadsIsOfOneCollect() throws Exception {
        AtomicInteger collects = new AtomicInteger();
        registry.observedGauge("o")
                .labels("x")
                .register()
                .add(collects::incrementAndGet, "1")
                .add(collects::get, "2")
                .add(collects::get, "3");
        try (JmxExporter exporter = exporter()) {
            int before = collects.get();

            AttributeList read = server.getAttributes(name("o"), new String[] {"x=\"1\"", "x=\"2\"", "x=\"3\""});

            assertEquals(before + 1, collects.get());
            assertEquals(
                    List.of(before + 1.0, before + 1.0, before + 1.0),
                    read.asList().stream().map(Attribute::getValue).toList());
        }
    }

    @Test
    void aFreshReadingServesAllMBeansAndAStaleOneNone() throws Exception {
        AtomicInteger collects = new AtomicInteger();
        registry.observedGauge("o").register().add(collects::incrementAndGet);
        Counter counter = registry.counter("c").register();
        try (JmxExporter exporter = builder().freshness(Duration.ofSeconds(1)).register()) {
            counter.increment();
            nanos.addAndGet(999_999_999);
            assertEquals(0L, server.getAttribute(name("c"), "value"));
            assertEquals(1.0, server.getAttribute(name("o"), "value"));

            nanos.addAndGet(1);

            assertEquals(1L, server.getAttribute(name("c"), "value"));
            assertEquals(2.0, server.getAttribute(name("o"), "value"));
        }
    }

    @Test
    void aFamilyThatAppearsLaterGetsItsMBeanAtTheNextRead() throws Exception {
        registry.counter("early").register();
        try (JmxExporter exporter = exporter()) {
            registry.counter("late").register().add(3);

            server.getAttribute(name("early"), "value");

            assertEquals(3L, server.getAttribute(name("late"), "value"));
            registry.counter("later").register().add(4);
            exporter.refresh();
            assertEquals(4L, server.getAttribute(name("later"), "value"));
        }
    }

    @Test
    void aSeriesThatAppearsLaterIsListedAtOnce() throws Exception {
        Labelled<Counter> labelled = registry.counter("c").labels("x").register();
        labelled.bind("1").increment();
        try (JmxExporter exporter = exporter()) {
            assertEquals(1 + 1, server.getMBeanInfo(name("c")).getAttributes().length);

            labelled.bind("2").increment();

            assertEquals(2 + 1, server.getMBeanInfo(name("c")).getAttributes().length);
        }
    }

    @Test
    void everyValueEqualsThatOfTheSnapshot() throws Exception {
        registry.counter("c").register().add(5);
        registry.gauge("g").register().set(-1.25);
        registry.observedCounter("oc").register().add(() -> 7.5);
        registry.histogram("h").unit("By").register().record(512);

        try (JmxExporter exporter = exporter()) {
            Snapshot snapshot = registry.snapshot();
            for (Point point : snapshot.points()) {
                if (point.descriptor().name().startsWith("evenkeel.")) {
                    continue; // what the registry knows of itself moves on
                }
                Object value = server.getAttribute(name(point.descriptor().name()), "value");
                double number = value instanceof CompositeData data
                        ? ((Long) data.get("count")).doubleValue()
                        : ((Number) value).doubleValue();
                assertEquals(point.value(), number, point.toString());
            }
        }
    }

    @Test
    void anUnknownSeriesIsAnsweredWithThoseThereAre() {
        registry.counter("c").register();
        try (JmxExporter exporter = exporter()) {
            AttributeNotFoundException error =
                    assertThrows(AttributeNotFoundException.class, () -> server.getAttribute(name("c"), "nothing"));

            assertEquals("Metric \"c\" has no series nothing. It has: [value]", error.getMessage());
        }
    }

    @Test
    void nothingCanBeSetOrInvoked() {
        registry.counter("c").register();
        try (JmxExporter exporter = exporter()) {
            assertThrows(
                    AttributeNotFoundException.class, () -> server.setAttribute(name("c"), new Attribute("value", 1L)));
            assertThrows(
                    javax.management.ReflectionException.class,
                    () -> server.invoke(name("c"), "reset", new Object[0], new String[0]));
        }
    }

    @Test
    void closeLeavesNothingAndMayComeTwice() throws Exception {
        registry.counter("c").register();
        registry.gauge("g").labels("x").register().bind("\"*?").set(1);
        JmxExporter exporter = exporter();
        assertTrue(ours().size() >= 2);

        exporter.close();
        exporter.close();
        exporter.refresh();

        assertEquals(Set.of(), ours());
        assertEquals(List.of(), exporter.names());
    }

    @Test
    void twoRegistriesOfOneJvmDoNotCollide() throws Exception {
        MBeanServer platform = ManagementFactory.getPlatformMBeanServer();
        registry.counter("c").register().add(1);
        try (MetricRegistry other = MetricRegistry.create();
                JmxExporter first = JmxExporter.register(registry)) {
            other.counter("c").register().add(2);
            try (JmxExporter second = JmxExporter.register(other)) {
                assertNotEquals(first.instance(), second.instance());
                assertEquals(
                        2,
                        platform.queryNames(new ObjectName("dev.evenkeel:type=Metric,name=c,*"), null)
                                .size());
            }
        }
        assertEquals(Set.of(), platform.queryNames(new ObjectName("dev.evenkeel:*"), null));
    }

    @Test
    void anInstanceThatIsTakenIsRefusedAndTheOtherOneStays() throws Exception {
        registry.counter("c").register().add(1);
        try (JmxExporter first = exporter();
                MetricRegistry other = MetricRegistry.create()) {
            Set<ObjectName> before = ours();
            other.counter("a.first").register();
            other.counter("c").register();

            IllegalStateException error = assertThrows(IllegalStateException.class, () -> JmxExporter.builder(other)
                    .server(server)
                    .instance("t")
                    .register());

            assertEquals(
                    "Cannot register dev.evenkeel:type=Metric,name=c,instance=t: an MBean of that name exists, so another"
                            + " exporter uses the instance \"t\". Close that one, or choose another name with instance(..).",
                    error.getMessage());
            assertEquals(before, ours());
            assertEquals(1L, server.getAttribute(name("c"), "value"));
        }
    }

    @Test
    void aRefreshAndACloseAtTheSameTimeLeaveNothing() throws Exception {
        for (int round = 0; round < 200; round++) {
            try (MetricRegistry own = MetricRegistry.create()) {
                JmxExporter exporter =
                        JmxExporter.builder(own).server(server).instance("t").register();
                Thread refresher = new Thread(() -> {
                    for (int i = 0; i < 5; i++) {
                        own.counter("c" + i).register();
                        exporter.refresh();
                    }
                });
                refresher.start();
                exporter.close();
                refresher.join();

                assertEquals(Set.of(), ours(), "round " + round);
            }
        }
    }

    @Test
    void impossibleSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> builder().instance(" "));
        assertThrows(IllegalArgumentException.class, () -> builder().freshness(Duration.ofNanos(-1)));
        assertThrows(IllegalArgumentException.class, () -> builder().freshness(Duration.ofDays(2)));
    }
}
