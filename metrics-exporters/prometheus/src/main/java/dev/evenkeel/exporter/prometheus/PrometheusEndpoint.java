package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.exporter.http.AdminEndpoint;
import dev.evenkeel.exporter.http.AdminRequest;
import dev.evenkeel.exporter.http.AdminResponse;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Serves a registry to Prometheus: as text 0.0.4, OpenMetrics 1.0 or protobuf, whichever the Accept header wants most, packed with
 * gzip where Accept-Encoding allows it. {@code ?name[]=a&name[]=b} answers with the families of these names only.
 *
 * <p>Safe from any thread. Scrapes collect one after the other and send side by side, so a slow client holds up no other.
 * At most four buffers of each kind are kept for the next scrape, each as large as the largest answer. What
 * {@link PrometheusTextWriter} remembers of each series is kept once for each format that was ever asked for. Packing takes
 * about 10 ns a byte of the answer, on the scraper's thread, and answers below 1 kB are sent as they are.
 */
public final class PrometheusEndpoint implements AdminEndpoint {
    /** What a Prometheus server expects for text. */
    public static final String CONTENT_TYPE = TextFormat.PROMETHEUS.contentType();

    /** Below that a packed answer is hardly shorter. */
    private static final int LEAST_TO_PACK = 1024;

    /** As many as collect at a time by default; what slow clients hold beyond that is not kept. */
    private static final int MOST_SPARES = 4;

    private final MetricRegistry registry;
    private final PrometheusTextWriter text = PrometheusTextWriter.of(TextFormat.PROMETHEUS);
    private final ArrayDeque<TextPage> textSpares = new ArrayDeque<>();
    private final PrometheusTextWriter openMetrics;
    private final PrometheusProtobufWriter protobuf = new PrometheusProtobufWriter();
    private final ArrayDeque<ProtoBuffer> protobufSpares = new ArrayDeque<>();
    private final ArrayDeque<Gzip> gzips = new ArrayDeque<>();

    private PrometheusEndpoint(MetricRegistry registry, PrometheusTextWriter openMetrics) {
        this.registry = registry;
        this.openMetrics = openMetrics;
    }

    /** Returns an endpoint for all series of a registry. */
    public static PrometheusEndpoint of(MetricRegistry registry) {
        return new PrometheusEndpoint(
                Objects.requireNonNull(registry, "registry"), PrometheusTextWriter.of(TextFormat.OPEN_METRICS));
    }

    /** Returns an endpoint that in OpenMetrics says when each counter began: see {@link PrometheusTextWriter#openMetricsWithStartTimes}. */
    public static PrometheusEndpoint withStartTimes(MetricRegistry registry) {
        return new PrometheusEndpoint(
                Objects.requireNonNull(registry, "registry"), PrometheusTextWriter.openMetricsWithStartTimes());
    }

    @Override
    public void respond(AdminRequest request, AdminResponse response) throws IOException {
        WireFormat format = WireFormat.wanted(request.header("Accept"));
        List<String> names = request.queries("name[]");
        GrowingBytes answer = collect(format, names.isEmpty() ? Set.of() : Set.copyOf(names));
        response.header("Vary", "Accept, Accept-Encoding");
        if (answer.length() >= LEAST_TO_PACK && MediaRange.qualityOf("gzip", request.header("Accept-Encoding")) > 0) {
            sendPacked(response, format, answer);
            return;
        }
        try {
            response.send(200, format.contentType, answer.bytes(), 0, answer.length());
        } finally {
            giveBack(answer);
        }
    }

    private void sendPacked(AdminResponse response, WireFormat format, GrowingBytes answer) throws IOException {
        Gzip gzip = spareGzip();
        try {
            try {
                gzip.pack(answer.bytes(), answer.length());
            } finally {
                giveBack(answer); // before the client reads: a slow one holds the packed bytes only
            }
            response.header("Content-Encoding", "gzip");
            response.send(200, format.contentType, gzip.bytes(), 0, gzip.length());
        } finally {
            giveBack(gzip);
        }
    }

    private synchronized GrowingBytes collect(WireFormat format, Set<String> names) {
        return switch (format) {
            case TEXT -> collect(text, names);
            case OPEN_METRICS -> collect(openMetrics, names);
            case PROTOBUF -> {
                protobuf.only(names);
                registry.collect(protobuf);
                yield protobuf.exchange(protobufSpares.poll());
            }
        };
    }

    private TextPage collect(PrometheusTextWriter writer, Set<String> names) {
        writer.only(names);
        registry.collect(writer);
        return writer.exchange(textSpares.poll());
    }

    private synchronized void giveBack(GrowingBytes answer) {
        if (answer instanceof TextPage spare) {
            keep(textSpares, spare);
        } else if (answer instanceof ProtoBuffer spare) {
            keep(protobufSpares, spare);
        }
    }

    private synchronized Gzip spareGzip() {
        @Nullable Gzip spare = gzips.poll();
        return spare == null ? new Gzip() : spare;
    }

    private synchronized void giveBack(Gzip gzip) {
        if (!keep(gzips, gzip)) {
            gzip.close();
        }
    }

    private static <T> boolean keep(ArrayDeque<T> spares, T spare) {
        boolean kept = spares.size() < MOST_SPARES;
        if (kept) {
            spares.push(spare);
        }
        return kept;
    }
}
