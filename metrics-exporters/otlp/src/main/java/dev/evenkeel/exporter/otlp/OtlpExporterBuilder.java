package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.Experimental;
import dev.evenkeel.metrics.MetricReader;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.WallClock;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.resources.Resource;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Sets where an {@link OtlpExporter} pushes, what and how often. Not thread-safe. */
@Experimental
public final class OtlpExporterBuilder {
    private static final String HTTP_PATH = "/v1/metrics";
    private static final Duration LEAST_INTERVAL = Duration.ofMillis(100);

    /** A third less than a reader's lease, so that a late push does not lose its place. */
    private static final Duration MOST_INTERVAL = Duration.ofNanos(MetricReader.LEASE_NANOS * 2 / 3);

    private static final Duration MOST_TIMEOUT = Duration.ofMinutes(2);
    private static final long LEAST_BUFFER = 1 << 16;
    private static final int LEAST_REQUEST = 1 << 10;

    private final MetricRegistry registry;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private URI endpoint = URI.create("http://localhost:4318" + HTTP_PATH);
    private boolean grpc;
    private AggregationTemporality temporality = AggregationTemporality.CUMULATIVE;
    private HistogramEncoding histograms = HistogramEncoding.EXPLICIT;
    private Resource resource = Resource.getDefault();
    private @Nullable Supplier<Map<String, String>> headerSupplier;
    private Destination.@Nullable Tls tls;
    private boolean gzip;
    private Duration interval = Duration.ofSeconds(60);
    private Duration timeout = Duration.ofSeconds(10);
    private Duration closeTimeout = Duration.ofSeconds(10);
    private long maxBufferBytes = 8L << 20;
    private int maxRequestBytes = 4 << 20;

    OtlpExporterBuilder(MetricRegistry registry) {
        this.registry = registry;
    }

    /**
     * Pushes over HTTP in protobuf to this address; {@code http://localhost:4318/v1/metrics} by default. Without a path, {@code /v1/metrics} is added.
     *
     * @throws IllegalArgumentException when it is no {@code http} or {@code https} address, or holds a password
     */
    public OtlpExporterBuilder endpoint(String uri) {
        URI given = address(uri);
        String path = given.getRawPath();
        this.endpoint = path == null || path.isEmpty() || path.equals("/") ? given.resolve(HTTP_PATH) : given;
        this.grpc = false;
        return this;
    }

    /**
     * Pushes over gRPC to this address, such as {@code http://localhost:4317}; with {@code https} over TLS. Needs {@code
     * io.opentelemetry:opentelemetry-exporter-sender-okhttp} on the class path.
     *
     * @throws IllegalArgumentException when it is no {@code http} or {@code https} address, or holds a password
     */
    public OtlpExporterBuilder grpcEndpoint(String uri) {
        this.endpoint = address(uri);
        this.grpc = true;
        return this;
    }

    private static URI address(String text) {
        URI uri;
        try {
            uri = URI.create(Objects.requireNonNull(text, "uri"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(badAddress(text), e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException(badAddress(text));
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("Cannot push to an address of " + uri.getHost()
                    + " that holds a user and a password: addresses are logged and shown as labels. Pass them with"
                    + " header(\"Authorization\", ..).");
        }
        return uri;
    }

    private static String badAddress(String text) {
        return "Cannot push to \"" + text
                + "\": it is no address of an OTLP receiver. Pass one such as http://collector:4318.";
    }

    /**
     * Sets what counters and histograms count since: their start (the default, which Prometheus and its kin want) or the push before. Up-down
     * counters are told since their start in both. The first delta tells all since the registry was made.
     */
    public OtlpExporterBuilder temporality(AggregationTemporality counted) {
        this.temporality = Objects.requireNonNull(counted, "temporality");
        return this;
    }

    /** Sets how histograms are told; {@link HistogramEncoding#EXPLICIT} by default, which every receiver reads. */
    public OtlpExporterBuilder histograms(HistogramEncoding encoding) {
        this.histograms = Objects.requireNonNull(encoding, "encoding");
        return this;
    }

    /** Sets who the metrics are of; the SDK's default resource unless set, which calls the service unknown. */
    public OtlpExporterBuilder resource(Resource who) {
        this.resource = Objects.requireNonNull(who, "resource");
        return this;
    }

    /** Sets the name of the service in the resource. */
    public OtlpExporterBuilder serviceName(String name) {
        return resourceAttribute("service.name", name);
    }

    /** Sets one attribute of the resource, such as {@code service.instance.id} or {@code deployment.environment.name}. */
    public OtlpExporterBuilder resourceAttribute(String name, String value) {
        this.resource = resource.merge(Resource.create(Attributes.of(
                AttributeKey.stringKey(Objects.requireNonNull(name, "name")), Objects.requireNonNull(value, "value"))));
        return this;
    }

    /** Sets a header of each request. */
    public OtlpExporterBuilder header(String name, String value) {
        headers.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /**
     * Asks for more headers with each request: for tokens that expire. Called by the pushing thread, or one of its sender; it should
     * answer at once. While it throws, nothing is sent.
     */
    public OtlpExporterBuilder headers(Supplier<Map<String, String>> supplier) {
        this.headerSupplier = Objects.requireNonNull(supplier, "supplier");
        return this;
    }

    /** Sets the TLS context and, for gRPC, its trust; the JVM's own unless set. */
    public OtlpExporterBuilder tls(SSLContext context, X509TrustManager trust) {
        this.tls =
                new Destination.Tls(Objects.requireNonNull(context, "context"), Objects.requireNonNull(trust, "trust"));
        return this;
    }

    /** Packs requests: about a tenth of the bytes for some more processor time. Not by default, as most collectors are near. */
    public OtlpExporterBuilder gzip() {
        this.gzip = true;
        return this;
    }

    /**
     * Sets how often to push, 100 ms to 10 minutes; 60 seconds by default, as OpenTelemetry's own readers.
     *
     * @throws IllegalArgumentException when it is outside that range
     */
    public OtlpExporterBuilder interval(Duration between) {
        this.interval = within("interval", between, LEAST_INTERVAL, MOST_INTERVAL);
        return this;
    }

    /**
     * Sets how long to wait for an answer, 10 ms to 2 minutes, of which half for the connection; 10 seconds by default, as OpenTelemetry's own exporters.
     *
     * @throws IllegalArgumentException when it is outside that range
     */
    public OtlpExporterBuilder timeout(Duration perRequest) {
        this.timeout = within("timeout", perRequest, Duration.ofMillis(10), MOST_TIMEOUT);
        return this;
    }

    /**
     * Sets how long {@link OtlpExporter#close} may take, 10 ms to 2 minutes; 10 seconds by default, a third of what orchestrators usually grant.
     *
     * @throws IllegalArgumentException when it is outside that range
     */
    public OtlpExporterBuilder closeTimeout(Duration atMost) {
        this.closeTimeout = within("closeTimeout", atMost, Duration.ofMillis(10), MOST_TIMEOUT);
        return this;
    }

    /**
     * Sets from how many bytes on deltas that wait are merged, at least 64 KiB; 8 MiB by default: some 20 minutes of 1 000 series at the default
     * interval. Past it nothing is lost: intervals get longer; and where even one interval is larger, because series came and went for hours,
     * the newest ones are told as their family's overflow series, counted by {@code evenkeel.otlp.buffer.overflowed}. The request that
     * is being sent and its encoded form come on top.
     *
     * @throws IllegalArgumentException when it is below
     */
    public OtlpExporterBuilder maxBufferBytes(long bytes) {
        if (bytes < LEAST_BUFFER) {
            throw new IllegalArgumentException(
                    "Cannot buffer in " + bytes + " bytes: one reading of some hundred series needs " + LEAST_BUFFER
                            + ". Pass maxBufferBytes(..) a number of bytes, not of kilobytes.");
        }
        this.maxBufferBytes = bytes;
        return this;
    }

    /**
     * Sets the most bytes of one request before it is packed, at least 1 KiB; 4 MiB by default, which is what gRPC servers take unless told
     * otherwise. What is larger is split, also when a receiver says that a smaller request was too large.
     *
     * @throws IllegalArgumentException when it is below
     */
    public OtlpExporterBuilder maxRequestBytes(int bytes) {
        if (bytes < LEAST_REQUEST) {
            throw new IllegalArgumentException("Cannot send requests of " + bytes + " bytes: one point may take "
                    + LEAST_REQUEST + ". Pass maxRequestBytes(..) a number of bytes, not of kilobytes.");
        }
        this.maxRequestBytes = bytes;
        return this;
    }

    private static Duration within(String what, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("Cannot use " + what + "(" + value + "): it must lie between " + least
                    + " and " + most + ". Check its unit.");
        }
        return value;
    }

    /**
     * Starts the exporter, with its thread. The first push follows after one interval.
     *
     * @throws IllegalStateException when there is no gRPC sender for a gRPC endpoint; for deltas, when the registry is closed or
     *     its memory is spent
     */
    public OtlpExporter build() {
        Destination to = new Destination(endpoint, grpc, headerSource(), gzip, timeout, timeout.dividedBy(2), tls);
        Transport transport = grpc ? new GrpcTransport(to) : new HttpTransport(to, WallClock.system());
        NanoClock clock = NanoClock.system();
        RegistryReadings readings;
        try {
            readings = new RegistryReadings(registry, temporality, histograms, clock);
        } catch (RuntimeException e) {
            transport.close();
            throw e;
        }
        OtlpTelemetry telemetry = new OtlpTelemetry(registry, to.label(), maxBufferBytes, clock);
        Encoder encoder = new Encoder();
        Pusher pusher = new Pusher(
                new Pusher.Settings(to.label(), interval.toNanos(), timeout.toNanos(), maxBufferBytes, maxRequestBytes),
                readings,
                resource,
                encoder,
                transport,
                clock,
                new SplittableRandom(),
                telemetry);
        OtlpExporter exporter = new OtlpExporter(
                pusher,
                to.label(),
                interval.toNanos(),
                closeTimeout.toNanos(),
                transport,
                readings,
                encoder,
                telemetry);
        exporter.start();
        return exporter;
    }

    private Supplier<Map<String, String>> headerSource() {
        Map<String, String> fixed = Map.copyOf(headers);
        Supplier<Map<String, String>> more = headerSupplier;
        if (more == null) {
            return () -> fixed;
        }
        return () -> {
            Map<String, String> all = new LinkedHashMap<>(fixed);
            all.putAll(more.get());
            return all;
        };
    }
}
