package dev.evenkeel.exporter.spring;

import dev.evenkeel.exporter.micrometer.EvenkeelMeterRegistry;
import dev.evenkeel.metrics.ExemplarSource;
import dev.evenkeel.metrics.MetricRegistry;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Gives a Spring Boot service a core and a meter registry over it. Each bean backs off where the service has its own: a {@link
 * MetricRegistry}, an {@link EvenkeelMeterRegistry}. A bean of type {@link ExemplarSource}, where there is one, gives the core its
 * exemplars. Other meter registries may stand beside it: Spring Boot then records to all.
 *
 * <p>For Spring Boot 3 and 4: the neighbours in the order of configurations are named by text, as they moved between the two.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration"
        },
        beforeName = {
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.metrics.export.simple.SimpleMetricsExportAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(Clock.class)
@ConditionalOnExpression(
        "${management.evenkeel.metrics.export.enabled:${management.defaults.metrics.export.enabled:true}}")
@EnableConfigurationProperties(EvenkeelProperties.class)
public class EvenkeelAutoConfiguration {
    /** The core, closed with the application. */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    public MetricRegistry evenkeelMetricRegistry(
            EvenkeelProperties properties, ObjectProvider<ExemplarSource> exemplars) {
        MetricRegistry.Builder builder = MetricRegistry.builder()
                .maxBytes(properties.maxBytes().toBytes())
                .cardinalityLimit(properties.cardinalityLimit());
        exemplars.ifAvailable(builder::exemplars);
        return builder.build();
    }

    /** The meter registry over the core. */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    public EvenkeelMeterRegistry evenkeelMeterRegistry(
            MetricRegistry evenkeelMetricRegistry, Clock micrometerClock, EvenkeelProperties properties) {
        return EvenkeelMeterRegistry.builder(evenkeelMetricRegistry)
                .clock(micrometerClock)
                .expiry(properties.expiry())
                .maximum(properties.maximum())
                .build();
    }
}
