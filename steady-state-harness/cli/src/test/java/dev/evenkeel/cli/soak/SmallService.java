package dev.evenkeel.cli.soak;

import com.sun.net.httpserver.HttpServer;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

/** A service that knows nothing of the harness: answers {@code /} and {@code /metrics}, and may leak descriptors. */
final class SmallService {
    private static final List<FileInputStream> LEAKED = new ArrayList<>();

    private SmallService() {}

    /** Port, and descriptors leaked per second. */
    public static void main(String[] args) throws IOException, InterruptedException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 50);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/", exchange -> {
            String answer = exchange.getRequestURI().getPath().equals("/metrics")
                    ? "jvm_threads_current "
                            + ManagementFactory.getThreadMXBean().getThreadCount()
                            + "\nprocess_open_fds " + (60 + LEAKED.size())
                            + "\nprocess_start_time_seconds "
                            + ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0 + "\n"
                    : "ok\n";
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            try (exchange) {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        double perSecond = Double.parseDouble(args[1]);
        while (true) {
            Thread.sleep(perSecond > 0 ? Math.round(1000 / perSecond) : 1000);
            if (perSecond > 0) {
                synchronized (LEAKED) {
                    LEAKED.add(new FileInputStream("/proc/self/status"));
                }
            }
        }
    }
}
