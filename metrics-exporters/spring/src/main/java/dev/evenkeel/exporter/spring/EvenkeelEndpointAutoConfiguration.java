package dev.evenkeel.exporter.spring;

import dev.evenkeel.exporter.prometheus.PrometheusTextWriter;
import dev.evenkeel.metrics.MetricRegistry;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Serves the core's text at {@code /actuator/evenkeel}, where {@code evenkeel-exporter-prometheus} and Actuator are on the class path
 * and the endpoint is exposed.
 */
@AutoConfiguration(after = EvenkeelAutoConfiguration.class)
@ConditionalOnClass({PrometheusTextWriter.class, WebEndpoint.class})
@ConditionalOnBean(MetricRegistry.class)
public class EvenkeelEndpointAutoConfiguration {
    /** The endpoint. */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint(endpoint = EvenkeelEndpoint.class)
    public EvenkeelEndpoint evenkeelEndpoint(MetricRegistry registry) {
        return new EvenkeelEndpoint(registry);
    }
}
