package dev.evenkeel.cli.sweep;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A service that knows nothing of us: an operation for each request to {@code /}, as many a second by itself as it is told, and all
 * of them counted at {@code /metrics}. A program for {@code gc-sweep} to start.
 */
public final class TinyService {
    /** In the page's histogram each operation takes between one and two milliseconds, whatever it took. */
    static final double P99_MILLIS = 1.99;

    private static final int OPERATION_BYTES = 100_000;
    private static final long TICK_MILLIS = 5;
    private static final AtomicLong OPERATIONS = new AtomicLong();

    private static volatile Object sink;
    private static byte[][] live = {};

    private TinyService() {}

    /** Takes the port, the live megabytes, and operations a second of its own. */
    public static void main(String[] args) throws Exception {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        live = new byte[16 * Integer.parseInt(args[1])][];
        for (int i = 0; i < live.length; i++) {
            live[i] = new byte[64 << 10];
        }
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 50);
        server.setExecutor(Executors.newFixedThreadPool(10)); // more than connect: no connection waits for another
        server.createContext("/", exchange -> {
            boolean page = exchange.getRequestURI().getPath().equals("/metrics");
            if (!page) {
                operate();
            }
            byte[] body = (page ? page() : "ok\n").getBytes(StandardCharsets.UTF_8);
            try (exchange) {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        double perSecond = Double.parseDouble(args[2]);
        long begun = System.nanoTime();
        for (long done = 0; ; TimeUnit.MILLISECONDS.sleep(TICK_MILLIS)) {
            // By the clock, so that the rate is the same whatever else the machine does.
            for (long due = (long) ((System.nanoTime() - begun) / 1e9 * perSecond); done < due; done++) {
                operate();
            }
        }
    }

    private static void operate() {
        sink = new byte[OPERATION_BYTES];
        OPERATIONS.incrementAndGet();
    }

    private static String page() {
        long n = OPERATIONS.get();
        return String.format(
                Locale.ROOT,
                """
                # TYPE tiny_seconds histogram
                tiny_seconds_bucket{le="0.001"} 0
                tiny_seconds_bucket{le="0.002"} %d
                tiny_seconds_bucket{le="+Inf"} %d
                tiny_seconds_sum %f
                tiny_seconds_count %d
                """,
                n,
                n,
                n * 0.0015,
                n);
    }
}
