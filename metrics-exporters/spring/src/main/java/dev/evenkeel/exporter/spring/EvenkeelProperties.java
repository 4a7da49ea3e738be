package dev.evenkeel.exporter.spring;

import dev.evenkeel.metrics.MetricRegistry;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a service may set of its core, under {@code management.evenkeel.metrics.export}. Values that the core refuses end the start of
 * the service, with the core's reason.
 *
 * @param enabled whether there is a core at all; unless set {@code management.defaults.metrics.export.enabled} says, else yes
 * @param maxBytes the most memory that the core may take, at least 128KB; see {@link MetricRegistry.Builder#maxBytes}
 * @param cardinalityLimit the most sets of tags of one name; see {@link MetricRegistry.Builder#cardinalityLimit}
 * @param expiry how long a maximum is shown, and what percentiles are of, 1 second to 24 hours
 * @param maximum whether each timer and summary has a gauge {@code <name>.max}
 */
@ConfigurationProperties("management.evenkeel.metrics.export")
public record EvenkeelProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("64MB") DataSize maxBytes,
        @DefaultValue("2000") int cardinalityLimit,
        @DefaultValue("2m") Duration expiry,
        @DefaultValue("true") boolean maximum) {}
