package dev.evenkeel.cli.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.cli.CommandLineRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command against real endpoints in this process. */
class MetricsSourceTest {
    private static final String CLEAN = "# HELP q Jobs that wait.\n# TYPE q gauge\nq 1\n";

    private final CountDownLatch testIsOver = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private volatile String accepted = "";

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/metrics", exchange -> {
            accepted = exchange.getRequestHeaders().getFirst("Accept") + " "
                    + exchange.getRequestHeaders().getFirst("Accept-Encoding");
            send(exchange, 200, CLEAN.getBytes(StandardCharsets.UTF_8));
        });
        server.createContext("/gzip", exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            send(exchange, 200, gzip(CLEAN));
        });
        server.createContext("/bomb", exchange -> send(exchange, 200, gzip(CLEAN.repeat(10_000))));
        server.createContext(
                "/large", exchange -> send(exchange, 200, CLEAN.repeat(10_000).getBytes(StandardCharsets.UTF_8)));
        server.createContext(
                "/html", exchange -> send(exchange, 200, "<html>hello</html>".getBytes(StandardCharsets.UTF_8)));
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().set("Location", "/metrics");
            send(exchange, 302, new byte[0]);
        });
        server.createContext("/secret", exchange -> {
            String expected = "Basic " + Base64.getEncoder().encodeToString("ada:pw".getBytes(StandardCharsets.UTF_8));
            boolean known = expected.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            send(exchange, known ? 200 : 401, CLEAN.getBytes(StandardCharsets.UTF_8));
        });
        server.createContext("/stuck", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            body.write(CLEAN.getBytes(StandardCharsets.UTF_8));
            body.flush(); // and never the end
            try {
                testIsOver.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        testIsOver.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void aPageIsFetchedPlainPackedAndBehindARedirect() {
        for (String path : new String[] {"/metrics", "/gzip", "/moved"}) {
            CommandLineRun run = audit(path);

            assertEquals(0, run.code(), run::err);
            assertTrue(
                    run.out().startsWith(url(path) + ": 1 family, 1 time series, Prometheus text 0.0.4\n"), run::out);
        }
        assertTrue(accepted.contains("text/plain;version=0.0.4") && accepted.endsWith(" gzip"), accepted);
    }

    @Test
    void findingsOfAnEndpointAreExitCodeThree() {
        server.createContext("/bad", exchange -> send(exchange, 200, "q 1\n".getBytes(StandardCharsets.UTF_8)));

        CommandLineRun run = audit("/bad");

        assertEquals(3, run.code(), run::out);
        assertTrue(run.out().contains("warning help-missing (1)"), run::out);
    }

    @Test
    void aPasswordIsSentAndNotShown() {
        String withUser = url("/secret").replace("http://", "http://ada:pw@");

        CommandLineRun refused = CommandLineRun.of("audit", url("/secret"));
        CommandLineRun run = CommandLineRun.of("audit", withUser);

        assertEquals(5, refused.code());
        assertTrue(refused.err().contains("answered with status 401, not 200. Put the user"), refused::err);
        assertEquals(0, run.code(), run::err);
        assertFalse((run.out() + run.err()).contains("pw"), run::out);
        assertTrue(run.out().startsWith("http://***@"), run::out);
    }

    @Test
    void whatCannotBeHadIsExitCodeFiveAndOneSentence() throws IOException {
        int closed;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = free.getLocalPort();
        }
        fails(
                CommandLineRun.of("audit", "http://127.0.0.1:" + closed + "/metrics"),
                "cannot be reached (ConnectException");
        fails(audit("/nothing"), "answered with status 404, not 200. Most processes serve their metrics at /metrics.");
        fails(audit("/html"), "This is no Prometheus text: it begins with \"<\"");
        fails(CommandLineRun.of("audit", "http://[nowhere"), "http://[nowhere is no URL.");
        fails(
                CommandLineRun.of("audit", url("/large"), "--max-bytes", "100000"),
                "is larger than --max-bytes (100000).");
        fails(
                CommandLineRun.of("audit", url("/bomb"), "--max-bytes", "100000"),
                "is larger than --max-bytes (100000).");
        fails(
                CommandLineRun.of("audit", url("/stuck"), "--timeout", "300ms"),
                "did not answer in full within 0.3 s. Is the process stuck? Allow more with --timeout.");
    }

    private static void fails(CommandLineRun run, String part) {
        assertEquals(5, run.code(), run::err);
        assertTrue(run.err().contains(part), run::err);
        assertEquals(1, run.err().lines().count(), run::err);
        assertEquals("", run.out());
    }

    private CommandLineRun audit(String path) {
        return CommandLineRun.of("audit", url(path));
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }
}
