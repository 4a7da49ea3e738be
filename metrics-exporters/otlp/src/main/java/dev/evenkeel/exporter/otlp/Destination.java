package dev.evenkeel.exporter.otlp;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Where requests go, and how.
 *
 * @param headers asked for each request, by the thread that pushes
 * @param tls null for the JVM's own
 */
record Destination(
        URI endpoint,
        boolean grpc,
        Supplier<Map<String, String>> headers,
        boolean gzip,
        Duration timeout,
        Duration connectTimeout,
        @Nullable Tls tls) {
    static final String USER_AGENT = "evenkeel-otlp";

    record Tls(SSLContext context, X509TrustManager trust) {}

    /** Returns it as people write it, without what may be secret. */
    String label() {
        return (grpc ? "grpc " : "") + endpoint.getScheme() + "://" + endpoint.getAuthority()
                + (endpoint.getPath() == null ? "" : endpoint.getPath());
    }
}
