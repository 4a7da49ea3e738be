package dev.evenkeel.metrics.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;

/** What a request costs in memory, beside a server and a client that do nothing. */
class HttpAllocationTest {
    private static final int CALLS = 20_000;

    private final MetricRegistry registry = MetricRegistry.create();

    private interface Call {
        void run() throws Exception;
    }

    private static long bytesOf(Call call) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 8; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long empty = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            long after = threads.getCurrentThreadAllocatedBytes();
            least = Math.min(least, after - empty - (empty - before));
        }
        return least;
    }

    @Test
    void aRequestThatIsAnsweredAllocatesNothing() throws Exception {
        HttpServerMetrics metrics =
                HttpServerMetrics.builder(registry).route(exchange -> "/pay").build();
        Exchange exchange = new Exchange();
        Filter.Chain chain = new Filter.Chain(List.of(), e -> {}) {
            @Override
            public void doFilter(HttpExchange e) {
                ((Exchange) e).status = 201;
            }
        };

        assertEquals(0, bytesOf(() -> metrics.doFilter(exchange, chain)));
        assertEquals(8 * CALLS, metrics.requests());
    }

    @Test
    void aRequestThatIsSentAllocatesNothing() throws Exception {
        MeteredHttpClient client =
                MeteredHttpClient.builder(new Client(), registry).build();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://upstream:8080/x")).build();
        HttpResponse.BodyHandler<Void> handler = BodyHandlers.discarding();

        assertEquals(0, bytesOf(() -> client.send(request, handler)));
        assertEquals(
                8 * CALLS,
                registry.snapshot().value("http.client.request.duration", "GET", "upstream", "8080", "200", ""));
    }

    @Test
    void countingInARequestAllocatesNothing() throws Exception {
        RequestStats stats = RequestStats.of(registry, "db.calls");
        RequestStats.Stat calls = stats.stat("db.calls");
        try (RequestScope scope = stats.open("/pay")) {
            assertEquals(0, bytesOf(calls::increment));
            assertEquals(8 * CALLS, scope.count(0));
        }
    }

    private static final class Response implements HttpResponse<Object> {
        @Override
        public int statusCode() {
            return 200;
        }

        @Override
        public HttpRequest request() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<HttpResponse<Object>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object body() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            throw new UnsupportedOperationException();
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }

    /** Answers at once. */
    private static final class Client extends HttpClient {
        private final Response response = new Response();

        @Override
        @SuppressWarnings("unchecked") // there is no body
        public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
            return (HttpResponse<T>) response;
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request, HttpResponse.BodyHandler<T> handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request,
                HttpResponse.BodyHandler<T> handler,
                HttpResponse.PushPromiseHandler<T> pushPromises) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<CookieHandler> cookieHandler() {
            return Optional.empty();
        }

        @Override
        public Optional<Duration> connectTimeout() {
            return Optional.empty();
        }

        @Override
        public Redirect followRedirects() {
            return Redirect.NEVER;
        }

        @Override
        public Optional<ProxySelector> proxy() {
            return Optional.empty();
        }

        @Override
        public SSLContext sslContext() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SSLParameters sslParameters() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Authenticator> authenticator() {
            return Optional.empty();
        }

        @Override
        public Version version() {
            return Version.HTTP_1_1;
        }

        @Override
        public Optional<Executor> executor() {
            return Optional.empty();
        }
    }

    /** Knows its method and its status. */
    private static final class Exchange extends HttpExchange {
        int status = -1;

        @Override
        public String getRequestMethod() {
            return "POST";
        }

        @Override
        public int getResponseCode() {
            return status;
        }

        @Override
        public Headers getRequestHeaders() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Headers getResponseHeaders() {
            throw new UnsupportedOperationException();
        }

        @Override
        public URI getRequestURI() {
            throw new UnsupportedOperationException();
        }

        @Override
        public HttpContext getHttpContext() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}

        @Override
        public InputStream getRequestBody() {
            throw new UnsupportedOperationException();
        }

        @Override
        public OutputStream getResponseBody() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sendResponseHeaders(int code, long length) throws IOException {
            throw new IOException("not in this test");
        }

        @Override
        public InetSocketAddress getRemoteAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public InetSocketAddress getLocalAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String getProtocol() {
            return "HTTP/1.1";
        }

        @Override
        public Object getAttribute(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setAttribute(String name, Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setStreams(InputStream in, OutputStream out) {
            throw new UnsupportedOperationException();
        }

        @Override
        public HttpPrincipal getPrincipal() {
            throw new UnsupportedOperationException();
        }
    }
}
