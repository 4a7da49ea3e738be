package dev.evenkeel.cli.pool;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.payments.control.ControlPipe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Two HTTP servers in a process of their own. Each answers {@code GET /} after a time drawn from a log-normal distribution: what
 * services that do some work of their own look like from outside. Delays hold no thread.
 *
 * <p>Ends at {@code stop}, or with its standard input.
 */
public final class UpstreamsMain {
    /** Medians and spreads: {@code fast} has a mean of 23 ms and a p99 of 64 ms, {@code slow} of 72 ms and 242 ms. */
    enum Kind {
        FAST(20, 0.5),
        SLOW(60, 0.6);

        private final double medianMillis;
        private final double sigma;

        Kind(double medianMillis, double sigma) {
            this.medianMillis = medianMillis;
            this.sigma = sigma;
        }

        /** A delay, at most a second. */
        long delayMicros(SplittableRandom random) {
            // Box-Muller: SplittableRandom has no gaussian on every JDK we run on.
            double normal =
                    Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
            return Math.round(1000 * Math.min(1000, medianMillis * Math.exp(sigma * normal)));
        }
    }

    private static final int THREADS = 2;
    private static final int BACKLOG = 64;
    private static final byte[] ANSWER = "{\"status\":\"ok\",\"detail\":\"0123456789012345678901234567890123456789\"}\n"
            .getBytes(StandardCharsets.UTF_8);

    private UpstreamsMain() {}

    /** Serves until told to stop. */
    public static void main(String[] args) throws IOException {
        // Without it, an answer's last packet may wait 40 ms for a delayed acknowledgement of the one before.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        long seed = args.length > 0 ? Long.parseLong(args[0]) : System.nanoTime();
        ControlPipe pipe = ControlPipe.claimStandardStreams();
        HttpServer fast = serve(Kind.FAST, seed);
        HttpServer slow = serve(Kind.SLOW, seed + 1);
        pipe.say("@ready", "fast-url=" + url(fast), "slow-url=" + url(slow), "seed=" + seed);
        pipe.serve(Map.of());
        System.exit(0);
    }

    private static HttpServer serve(Kind kind, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(THREADS);
        server.setExecutor(executor);
        server.createContext("/", exchange -> {
            long micros;
            synchronized (random) {
                micros = kind.delayMicros(random);
            }
            executor.schedule(() -> answer(exchange), micros, TimeUnit.MICROSECONDS);
        });
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange) {
        try (exchange) {
            exchange.sendResponseHeaders(200, ANSWER.length);
            exchange.getResponseBody().write(ANSWER);
        } catch (IOException e) {
            // the caller hung up
        }
    }

    private static String url(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }
}
