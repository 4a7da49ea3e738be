package dev.evenkeel.exporter.spring;

import dev.evenkeel.exporter.prometheus.PrometheusTextWriter;
import dev.evenkeel.exporter.prometheus.TextFormat;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * The core in Prometheus' text or OpenMetrics, whichever the client asks for. Safe from any thread; scrapes collect one after the
 * other. Allocates the answer: services that are scraped for ten thousand series do better with the listener of {@code
 * evenkeel-exporter-http}.
 */
@WebEndpoint(id = "evenkeel")
public final class EvenkeelEndpoint {
    private final MetricRegistry registry;
    private final PrometheusTextWriter text = PrometheusTextWriter.of(TextFormat.PROMETHEUS);
    private final PrometheusTextWriter openMetrics = PrometheusTextWriter.of(TextFormat.OPEN_METRICS);

    /** What a client may ask for. */
    public enum Format implements Producible<Format> {
        /** Text 0.0.4; also for who does not say. */
        TEXT(TextFormat.PROMETHEUS) {
            @Override
            public boolean isDefault() {
                return true;
            }
        },
        /** OpenMetrics 1.0. */
        OPEN_METRICS(TextFormat.OPEN_METRICS);

        private final MimeType mimeType;

        Format(TextFormat format) {
            this.mimeType = MimeTypeUtils.parseMimeType(format.contentType());
        }

        @Override
        public MimeType getProducedMimeType() {
            return mimeType;
        }
    }

    /** An endpoint for all series of a registry. */
    public EvenkeelEndpoint(MetricRegistry registry) {
        this.registry = Objects.requireNonNull(registry, "registry");
    }

    /** Returns all series as they are now. */
    @ReadOperation(producesFrom = Format.class)
    public synchronized WebEndpointResponse<byte[]> scrape(Format format) {
        PrometheusTextWriter writer = format == Format.OPEN_METRICS ? openMetrics : text;
        registry.collect(writer);
        ByteArrayOutputStream answer = new ByteArrayOutputStream(writer.length());
        try {
            writer.writeTo(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return new WebEndpointResponse<>(answer.toByteArray(), format);
    }
}
