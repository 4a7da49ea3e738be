package dev.evenkeel.exporter.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.MetricRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With certificates that keytool made and the JDK's own client. */
class AdminTlsIT {
    @TempDir
    static Path folder;

    private static TestTls server;
    private static TestTls client;

    private final MetricRegistry registry = MetricRegistry.create();
    private AdminListener admin;

    @BeforeAll
    static void makeCertificates() throws Exception {
        server = TestTls.make(folder, "server", "EC");
        client = TestTls.make(folder, "client", "RSA");
    }

    @AfterEach
    void close() {
        if (admin != null) {
            admin.close();
        }
        registry.close();
    }

    @Test
    void storeAndPemFilesServeTheSamePages() throws Exception {
        byte[] large = new byte[3_000_000];
        new SplittableRandom(1).nextBytes(large);
        for (AdminTls tls : new AdminTls[] {
            AdminTls.pkcs12(server.store(), TestTls.PASSWORD), AdminTls.pem(server.certificatePem(), server.keyPem())
        }) {
            try (AdminListener listener = AdminListener.builder()
                    .port(0)
                    .tls(tls)
                    .handle("/large", (request, response) -> response.send(200, "x/y", large, 0, large.length))
                    .build()) {
                HttpClient http = http(server.trustingClient(null));

                HttpResponse<byte[]> first = get(http, listener, "/large");
                HttpResponse<byte[]> second = get(http, listener, "/healthz");

                assertArrayEquals(large, first.body());
                assertEquals("ok\n", new String(second.body()));
                assertTrue(second.sslSession().orElseThrow().getProtocol().startsWith("TLSv1."));
            }
        }
    }

    @Test
    void clientThatDoesNotTrustUsGetsNothing() throws Exception {
        admin = listener(AdminTls.pkcs12(server.store(), TestTls.PASSWORD));
        HttpClient stranger = http(client.trustingClient(null));

        assertThrows(SSLException.class, () -> get(stranger, admin, "/healthz"));

        assertTrue(RawHttp.comesTrue(() -> refused("tls") == 1));
        assertEquals(
                200, get(http(server.trustingClient(null)), admin, "/healthz").statusCode());
    }

    @Test
    void clientWithoutTheRightCertificateGetsNothing() throws Exception {
        admin = listener(
                AdminTls.pem(server.certificatePem(), server.keyPem()).requireClients(client.certificatePem()));

        assertThrows(IOException.class, () -> get(http(server.trustingClient(null)), admin, "/healthz"));
        assertThrows(IOException.class, () -> get(http(server.trustingClient(server)), admin, "/healthz"));

        assertEquals(
                200, get(http(server.trustingClient(client)), admin, "/healthz").statusCode());
        assertTrue(RawHttp.comesTrue(() -> refused("tls") >= 2));
    }

    @Test
    void nothingIsSaidInClear() throws Exception {
        admin = listener(AdminTls.pkcs12(server.store(), TestTls.PASSWORD));

        String answer = RawHttp.ask(admin.port(), "GET /healthz HTTP/1.1", "Host: localhost");

        assertFalse(answer.contains("HTTP/1.1"), answer);
        assertTrue(RawHttp.comesTrue(() -> refused("tls") == 1));
    }

    /** A handshake counts as the beginning of a request: it may not take longer. */
    @Test
    void clientThatNeverShakesHandsIsCutOff() throws Exception {
        admin = AdminListener.builder()
                .port(0)
                .registry(registry)
                .tls(AdminTls.pkcs12(server.store(), TestTls.PASSWORD))
                .limits(AdminLimits.DEFAULTS.withHeadTime(Duration.ofMillis(200)))
                .build();

        try (Socket silent = RawHttp.connect(admin.port());
                Socket halfway = RawHttp.connect(admin.port())) {
            halfway.getOutputStream().write(new byte[] {22, 3, 1});
            assertEquals("", RawHttp.readAll(silent));
            assertEquals("", RawHttp.readAll(halfway));
        }
        assertTrue(RawHttp.comesTrue(() -> registry.snapshot().value("evenkeel.admin.cut_off", "slow_request") == 2));
        assertEquals(0, refused("tls"));
    }

    @Test
    void filesThatAreNoneSayWhatToDo() throws Exception {
        Path nonsense = Files.writeString(folder.resolve("nonsense"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\nx");
        Path missing = folder.resolve("missing");

        assertTrue(message(() -> AdminTls.pkcs12(server.store(), "wrong".toCharArray()))
                .contains("has another password"));
        assertTrue(message(() -> AdminTls.pkcs12(nonsense, TestTls.PASSWORD)).contains("it is no PKCS #12 store"));
        assertTrue(message(() -> AdminTls.pem(nonsense, server.keyPem())).startsWith("Cannot find a certificate in "));
        assertEquals(
                "Cannot find a key in " + nonsense
                        + ": it is locked with a password, which would have to lie beside it."
                        + " Convert it with: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW",
                message(() -> AdminTls.pem(server.certificatePem(), nonsense)));
        assertThrows(UncheckedIOException.class, () -> AdminTls.pkcs12(missing, TestTls.PASSWORD));
        assertThrows(UncheckedIOException.class, () -> AdminTls.pem(missing, missing));
        AdminTls given = AdminTls.of(server.trustingClient(null), false);
        assertThrows(IllegalStateException.class, () -> given.requireClients(server.certificatePem()));
    }

    private static String message(org.junit.jupiter.api.function.Executable made) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, made).getMessage());
    }

    private AdminListener listener(AdminTls tls) {
        return AdminListener.builder().port(0).registry(registry).tls(tls).build();
    }

    private double refused(String reason) {
        return registry.snapshot().value("evenkeel.admin.refused", reason);
    }

    private static HttpClient http(SSLContext context) {
        return HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    private static HttpResponse<byte[]> get(HttpClient http, AdminListener listener, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + listener.port() + path))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }
}
