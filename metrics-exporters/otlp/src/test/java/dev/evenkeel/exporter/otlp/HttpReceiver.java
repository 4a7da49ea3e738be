package dev.evenkeel.exporter.otlp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/** OTLP over HTTP in protobuf, plain or packed. */
final class HttpReceiver implements Receiver {
    private static final int SLOW_MILLIS = 150;

    private final Ledger ledger = new Ledger(false);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger refused = new AtomicInteger();
    private final HttpServer server;
    private volatile Mode mode = Mode.TAKE;
    private volatile String lastAuthorization = "";
    private volatile String lastEncoding = "";

    HttpReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/metrics", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            lastEncoding = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            lastAuthorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            InputStream body = exchange.getRequestBody();
            if (lastEncoding.equals("gzip")) {
                body = new GZIPInputStream(body);
            }
            ExportMetricsServiceRequest request = ExportMetricsServiceRequest.parseFrom(body);
            switch (mode) {
                case TOO_MANY -> refuse(exchange, 429);
                case UNAVAILABLE -> refuse(exchange, 503);
                case SLOW -> {
                    ledger.take(request);
                    wait150();
                    exchange.sendResponseHeaders(200, -1);
                }
                case TAKE -> {
                    ledger.take(request);
                    exchange.sendResponseHeaders(200, -1);
                }
            }
        }
    }

    private void refuse(HttpExchange exchange, int status) throws IOException {
        refused.incrementAndGet();
        exchange.getResponseHeaders().set("Retry-After", "1");
        exchange.sendResponseHeaders(status, -1);
    }

    static void wait150() {
        try {
            Thread.sleep(SLOW_MILLIS); // the fault itself
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String lastAuthorization() {
        return lastAuthorization;
    }

    String lastEncoding() {
        return lastEncoding;
    }

    @Override
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public void mode(Mode next) {
        mode = next;
    }

    @Override
    public int refused() {
        return refused.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
