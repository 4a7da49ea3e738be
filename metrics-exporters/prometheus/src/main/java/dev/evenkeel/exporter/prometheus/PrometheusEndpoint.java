package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.exporter.http.AdminEndpoint;
import dev.evenkeel.exporter.http.AdminRequest;
import dev.evenkeel.exporter.http.AdminResponse;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;

/**
 * Serves a registry in the Prometheus text format 0.0.4.
 *
 * <p>Safe from any thread. Scrapes collect one after the other and send side by side, so a slow client holds up no other.
 * Buffers are kept for the next scrape: as many as ever sent at the same time, each as large as the largest answer.
 */
public final class PrometheusEndpoint implements AdminEndpoint {
    /** What a Prometheus server expects for this format. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final MetricRegistry registry;
    private final PrometheusTextWriter writer = new PrometheusTextWriter();
    private final ArrayDeque<TextBuffer> spares = new ArrayDeque<>();

    private PrometheusEndpoint(MetricRegistry registry) {
        this.registry = registry;
    }

    /** Returns an endpoint for all series of a registry. */
    public static PrometheusEndpoint of(MetricRegistry registry) {
        return new PrometheusEndpoint(Objects.requireNonNull(registry, "registry"));
    }

    @Override
    public void respond(AdminRequest request, AdminResponse response) throws IOException {
        TextBuffer text = collect();
        try {
            response.send(200, CONTENT_TYPE, text.bytes(), 0, text.length());
        } finally {
            giveBack(text);
        }
    }

    private synchronized TextBuffer collect() {
        registry.collect(writer);
        TextBuffer spare = spares.poll();
        return writer.exchange(spare != null ? spare : new TextBuffer());
    }

    private synchronized void giveBack(TextBuffer text) {
        spares.push(text);
    }
}
