package dev.evenkeel.payments;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.exporter.prometheus.PrometheusText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real service with its real parts: one PostgreSQL for the class, one run number per test. */
class PaymentsIT {
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private static TestProcess parts;
    private static TestProcess service;
    private static String jdbcUrl;
    private static String base;
    private static String admin;

    @BeforeAll
    static void start() throws Exception {
        parts = TestProcess.start(PartsMain.class);
        Map<String, String> urls = parts.ready();
        jdbcUrl = urls.get("jdbc-url");
        service = TestProcess.start(
                PaymentsMain.class,
                "--jdbc-url",
                jdbcUrl,
                "--clearing-url",
                urls.get("clearing-url"),
                "--port",
                "0",
                "--admin-port",
                "0");
        Map<String, String> ports = service.ready();
        assertEquals(Long.toString(service.handle().pid()), ports.get("pid"));
        base = "http://127.0.0.1:" + ports.get("port");
        admin = "http://127.0.0.1:" + ports.get("admin-port");
    }

    /** The end of its input ends each of them cleanly, and PostgreSQL with its data goes too. */
    @AfterAll
    static void endOfInputEndsBoth() throws Exception {
        List<ProcessHandle> postgres = postgresOf(jdbcUrl);
        assertFalse(postgres.isEmpty(), "PostgreSQL ran");
        try (TestProcess first = service;
                TestProcess second = parts) {
            first.endInput();
            assertEquals(0, first.exitCode());
            second.endInput();
            assertEquals(0, second.exitCode());
        }
        assertEquals(List.of(), postgres.stream().filter(PaymentsIT::runs).toList());
        assertEquals(List.of(), postgresOf(jdbcUrl));
    }

    /** The processes whose command line names the port of that database: the postmaster. */
    static List<ProcessHandle> postgresOf(String url) {
        String port = url.replaceAll(".*:(\\d+)/.*", "$1");
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    String line = commandLine(process);
                    return line.contains("/bin/postgres ") && line.contains(" -p " + port + " ");
                })
                .collect(Collectors.toList());
    }

    private static String commandLine(ProcessHandle process) {
        return process.info().commandLine().orElse("");
    }

    /** Alive and more than an entry that its parent has not collected yet. */
    static boolean runs(ProcessHandle process) {
        return process.isAlive() && commandLine(process).contains("postgres");
    }

    private static HttpRequest post(byte[] body, String signature) {
        return HttpRequest.newBuilder(URI.create(base + PaymentRequests.PATH))
                .timeout(Duration.ofSeconds(30))
                .header(PaymentRequests.SIGNATURE_HEADER, signature)
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    private static HttpRequest post(PaymentRequests.Request request) {
        return post(request.body(), request.signature());
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    private static HttpResponse<String> sendSigned(String json) throws Exception {
        byte[] body = json.getBytes(UTF_8);
        return send(post(body, Signature.fromEnvironment().sign(body)));
    }

    private static double metric(String name, String... labels) throws Exception {
        HttpResponse<String> scrape =
                send(HttpRequest.newBuilder(URI.create(admin + "/metrics")).build());
        assertEquals(200, scrape.statusCode());
        return PrometheusText.parse(scrape.body()).stream()
                .filter(sample -> sample.name().equals(name))
                .filter(sample -> {
                    for (int i = 0; i < labels.length; i += 2) {
                        if (!labels[i + 1].equals(sample.labels().get(labels[i]))) {
                            return false;
                        }
                    }
                    return true;
                })
                .mapToDouble(PrometheusText.Sample::value)
                .sum();
    }

    private static long query(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Each payment is two entries that add up to nothing, and what the card lost is what was asked for. */
    private static void assertBooked(String prefix, long payments, long amount) throws SQLException {
        String like = " LIKE '" + prefix.replace("_", "\\_") + "%'";
        assertEquals(payments, query("SELECT count(*) FROM evenkeel_payments.payment WHERE id" + like));
        assertEquals(
                2 * payments, query("SELECT count(*) FROM evenkeel_payments.ledger_entry WHERE payment_id" + like));
        assertEquals(
                0,
                query("SELECT count(*) FROM (SELECT payment_id FROM evenkeel_payments.ledger_entry "
                        + "GROUP BY payment_id HAVING sum(amount) <> 0) unbalanced"));
        assertEquals(
                -amount,
                query("SELECT coalesce(sum(amount), 0) FROM evenkeel_payments.ledger_entry WHERE account LIKE 'card:%' "
                        + "AND payment_id" + like));
    }

    @Test
    void paymentsAreBookedOnceAndBalanced() throws Exception {
        PaymentRequests requests = PaymentRequests.of(0xA1);
        double accepted = metric("payments_accepted_total");
        double created = metric("http_server_request_duration_seconds_count", "route", "/payments", "status", "201");
        double replayed = metric("payments_replayed_total");
        long amount = 0;
        for (int i = 0; i < 50; i++) {
            amount += PaymentJson.parse(requests.request(i).body()).amountMinor();
            assertEquals(201, send(post(requests.request(i))).statusCode());
        }

        HttpResponse<String> again = send(post(requests.request(7)));

        assertEquals(200, again.statusCode());
        assertBooked("p-a1-", 50, amount);
        assertEquals(accepted + 50, metric("payments_accepted_total"));
        assertEquals(replayed + 1, metric("payments_replayed_total"));
        assertEquals(
                created + 50,
                metric("http_server_request_duration_seconds_count", "route", "/payments", "status", "201"));
        assertEquals(9, metric("db_client_connections"));
    }

    @Test
    void whatIsNoPaymentIsRefusedForItsReason() throws Exception {
        String rest = "\"card\":\"it-card\",\"merchant\":\"m\",\"currency\":\"EUR\"";
        double signatures = metric("payments_rejected_total", "reason", "signature");
        PaymentRequests.Request request = PaymentRequests.of(0xB2).request(1);

        assertEquals(401, send(post(request.body(), "00".repeat(32))).statusCode());
        assertEquals(400, sendSigned("{}").statusCode());
        assertEquals(400, sendSigned("").statusCode());
        assertEquals(413, sendSigned(" ".repeat(5_000)).statusCode());
        assertEquals(
                402,
                sendSigned("{\"id\":\"p-b2-2\",\"amount\":500001," + rest + "}").statusCode());
        assertEquals(
                201,
                sendSigned("{\"id\":\"p-b2-3\",\"amount\":500," + rest + "}").statusCode());
        HttpResponse<String> conflict = sendSigned("{\"id\":\"p-b2-3\",\"amount\":501," + rest + "}");
        assertEquals(409, conflict.statusCode());
        assertEquals("{\"status\":409,\"message\":\"another payment has that id\"}\n", conflict.body());
        assertEquals(
                405,
                send(HttpRequest.newBuilder(URI.create(base + "/payments")).build())
                        .statusCode());
        assertEquals(
                404,
                send(HttpRequest.newBuilder(URI.create(base + "/paymentsx")).build())
                        .statusCode());

        assertBooked("p-b2-", 1, 500);
        assertEquals(signatures + 1, metric("payments_rejected_total", "reason", "signature"));
    }

    /** 200 at once against an upstream that takes 300 ms: most are sent away at once, none is half booked, none lost. */
    @Test
    void burstAgainstSlowUpstreamIsShed() throws Exception {
        PaymentRequests requests = PaymentRequests.of(0xC3);
        double submitted = metric("pool_submitted_total", "pool", "payments");
        double poolShed = metric("pool_shed_total", "pool", "payments");
        double completed = metric("pool_completed_total", "pool", "payments");
        double unavailable = metric("http_server_request_duration_seconds_count", "status", "503");
        parts.say("slow 300");
        assertEquals("@ok", parts.hear());
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(CLIENT.sendAsync(post(requests.request(i)), BodyHandlers.ofString()));
        }

        int booked = 0;
        int shed = 0;
        long amount = 0;
        for (int i = 0; i < answers.size(); i++) {
            HttpResponse<String> answer = answers.get(i).get();
            if (answer.statusCode() == 201) {
                booked++;
                amount += PaymentJson.parse(requests.request(i).body()).amountMinor();
            } else {
                assertEquals(503, answer.statusCode());
                assertEquals("1", answer.headers().firstValue("Retry-After").orElse("none"));
                shed++;
            }
        }
        parts.say("normal");
        assertEquals("@ok", parts.hear());

        assertEquals(200, booked + shed);
        assertTrue(booked >= ClearingClient.PERMITS, "booked " + booked);
        assertTrue(shed >= 100, "shed " + shed);
        assertBooked("p-c3-", booked, amount);
        assertEquals(unavailable + shed, metric("http_server_request_duration_seconds_count", "status", "503"));
        assertEquals(submitted + 200, metric("pool_submitted_total", "pool", "payments"));
        double atEnd = completed + poolShed + 200;
        TestProcess.await("the last workers to end their jobs", () -> {
            try {
                return metric("pool_completed_total", "pool", "payments")
                                + metric("pool_shed_total", "pool", "payments")
                        == atEnd;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertTrue(metric("pool_shed_total", "pool", "payments") > poolShed);
        assertEquals(8, metric("pool_workers", "pool", "payments"));
        // And it recovers: the same request, sent again as the answer told, is booked.
        assertTrue(send(post(requests.request(199))).statusCode() <= 201);
    }

    /** An outage that outlasts the timeout costs connections; they come back without being asked for. */
    @Test
    void timeoutsLeaveNeitherPermitsNorWorkersBehind() throws Exception {
        parts.say("slow 2500");
        assertEquals("@ok", parts.hear());
        PaymentRequests requests = PaymentRequests.of(0xD4);
        HttpResponse<String> answer = send(post(requests.request(1)));
        parts.say("normal");
        assertEquals("@ok", parts.hear());

        assertEquals(503, answer.statusCode());
        assertTrue(metric("payments_shed_total", "reason", "clearing_timeout") >= 1);
        assertEquals(201, send(post(requests.request(1))).statusCode());
        TestProcess.await("all permits to be back", () -> {
            try {
                return metric("limit_in_use", "limit", "clearing") == 0;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertBooked("p-d4-", 1, PaymentJson.parse(requests.request(1).body()).amountMinor());
    }

    @Test
    void controlPipeTellsLiveSetAndEvidence() throws Exception {
        service.say("live-set");
        String[] liveSet = service.hear().split("\t");
        assertEquals("@live-set", liveSet[0]);
        assertEquals(5, liveSet.length);
        assertTrue(Long.parseLong(liveSet[1]) > 1_000_000, liveSet[1]);
        assertTrue(Long.parseLong(liveSet[3]) >= Long.parseLong(liveSet[2]));

        service.say("evidence");
        assertEquals("@evidence-begin", service.hear());
        List<String> lines = new ArrayList<>();
        for (String line = service.hear(); !line.equals("@evidence-end"); line = service.hear()) {
            lines.add(line);
        }
        assertEquals(
                1000, lines.stream().filter(line -> line.startsWith("@class\t")).count());
        for (String start : List.of("@thread\tpayments-*\t8\t", "@thread\thttp-*\t4\t", "@fd\tsocket:[*]\t")) {
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(start)), () -> start + " in none of " + lines);
        }
    }

    @Test
    void adminListenerSaysReady() throws IOException, InterruptedException {
        for (String path : List.of("/healthz", "/readyz", "/status")) {
            HttpResponse<String> answer =
                    CLIENT.send(HttpRequest.newBuilder(URI.create(admin + path)).build(), BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), path);
        }
    }
}
