package dev.evenkeel.exporter.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.micrometer.EvenkeelMeterRegistry;
import dev.evenkeel.metrics.MetricRegistry;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class EvenkeelAutoConfigurationTest {
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({EvenkeelAutoConfiguration.class, EvenkeelEndpointAutoConfiguration.class})
    static class Plain {
        @Bean
        Clock micrometerClock() {
            return Clock.SYSTEM;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnCore {
        @Bean
        MetricRegistry mine() {
            return MetricRegistry.builder().cardinalityLimit(7).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnBoth {
        static final MetricRegistry CORE = MetricRegistry.create();

        @Bean
        MetricRegistry mine() {
            return CORE;
        }

        @Bean
        EvenkeelMeterRegistry meters() {
            return EvenkeelMeterRegistry.builder(CORE).maximum(false).build();
        }
    }

    private static ConfigurableApplicationContext run(Class<?> more, String... properties) {
        List<String> all = new ArrayList<>(List.of("spring.main.banner-mode=off", "logging.level.root=warn"));
        all.addAll(List.of(properties));
        return new SpringApplicationBuilder(Plain.class, more)
                .web(WebApplicationType.NONE)
                .properties(all.toArray(new String[0]))
                .run();
    }

    @Test
    void propertiesReachTheCore() {
        try (ConfigurableApplicationContext context = run(
                Plain.class,
                "management.evenkeel.metrics.export.max-bytes=1MB",
                "management.evenkeel.metrics.export.cardinality-limit=3",
                "management.evenkeel.metrics.export.expiry=30s",
                "management.evenkeel.metrics.export.maximum=false")) {
            MetricRegistry core = context.getBean(MetricRegistry.class);
            EvenkeelProperties properties = context.getBean(EvenkeelProperties.class);
            assertEquals(3, core.cardinalityLimit());
            assertEquals(1 << 20, properties.maxBytes().toBytes());
            assertEquals(Duration.ofSeconds(30), properties.expiry());
            assertSame(core, context.getBean(EvenkeelMeterRegistry.class).core());
            context.getBean(MeterRegistry.class).timer("call").record(Duration.ofSeconds(1));
            assertTrue(core.snapshot().find("call").isPresent());
            assertFalse(core.snapshot().find("call.max").isPresent());
        }
    }

    @Test
    void beansOfTheServiceComeFirst() {
        try (ConfigurableApplicationContext context = run(OwnCore.class)) {
            assertEquals(7, context.getBean(MetricRegistry.class).cardinalityLimit());
            assertSame(
                    context.getBean(MetricRegistry.class),
                    context.getBean(EvenkeelMeterRegistry.class).core());
        }
        try (ConfigurableApplicationContext context = run(OwnBoth.class)) {
            assertEquals(1, context.getBeansOfType(MeterRegistry.class).size());
            assertSame(OwnBoth.CORE, context.getBean(MetricRegistry.class));
        }
    }

    @Test
    void itCanBeSwitchedOff() {
        for (String off : List.of(
                "management.evenkeel.metrics.export.enabled=false",
                "management.defaults.metrics.export.enabled=false")) {
            try (ConfigurableApplicationContext context = run(Plain.class, off)) {
                assertEquals(Map.of(), context.getBeansOfType(MetricRegistry.class), off);
                assertEquals(Map.of(), context.getBeansOfType(MeterRegistry.class), off);
            }
        }
        try (ConfigurableApplicationContext context = run(
                Plain.class,
                "management.defaults.metrics.export.enabled=false",
                "management.evenkeel.metrics.export.enabled=true")) {
            assertEquals(1, context.getBeansOfType(MeterRegistry.class).size());
        }
    }

    @Test
    void whatTheCoreRefusesEndsTheStartWithItsReason() {
        Throwable thrown = assertThrows(
                RuntimeException.class,
                () -> run(Plain.class, "logging.level.root=off", "management.evenkeel.metrics.export.max-bytes=1KB"));
        while (thrown.getCause() != null) {
            thrown = thrown.getCause();
        }
        assertTrue(("" + thrown.getMessage()).contains("Cannot bound a registry to 1024 bytes"), thrown.getMessage());
    }

    @Test
    void everyPropertyIsDescribedForEditors() throws Exception {
        TreeSet<String> declared = new TreeSet<>();
        for (RecordComponent component : EvenkeelProperties.class.getRecordComponents()) {
            declared.add("management.evenkeel.metrics.export."
                    + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT));
        }
        TreeSet<String> described = new TreeSet<>();
        try (InputStream metadata =
                EvenkeelProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            Matcher name = Pattern.compile("\"name\": \"(management[^\"]+)\",\\s+\"type\": \"(?!dev\\.)")
                    .matcher(new String(metadata.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            while (name.find()) {
                described.add(name.group(1));
            }
        }
        assertEquals(declared, described);
    }
}
