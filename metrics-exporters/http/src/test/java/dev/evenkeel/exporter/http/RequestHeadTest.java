package dev.evenkeel.exporter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read as a request, and what is refused because another might read it otherwise. */
class RequestHeadTest {
    @Test
    void requestIsTakenApart() throws Exception {
        RequestHead head =
                RequestHead.parse("GET /a%20b/%C3%A4?x=%31&y HTTP/1.1\r\nHOST: here:1\r\nX-Y:  z \r\nx-y: 2");

        assertEquals("GET", head.method());
        assertEquals("/a b/\u00e4", head.path());
        assertEquals("x=%31&y", head.rawQuery());
        assertEquals("here:1", head.header("Host"));
        assertEquals("z", head.header("x-Y"));
        assertNull(head.header("other"));
        assertTrue(head.keepsConnection());
        assertFalse(head.announcesBody());
        assertTrue(RequestHead.parse("GET / HTTP/1.1\r\nTransfer-Encoding: chunked")
                .announcesBody());
        assertTrue(RequestHead.parse("GET / HTTP/1.1\r\nContent-Length: 1").announcesBody());
        assertFalse(RequestHead.parse("GET / HTTP/1.1\r\nContent-Length: 0").announcesBody());
        assertFalse(RequestHead.parse("GET / HTTP/1.0").keepsConnection());
        assertFalse(RequestHead.parse("GET / HTTP/1.1\r\nConnection: Close").keepsConnection());
    }

    @Test
    void absoluteTargetIsTheHost() throws Exception {
        RequestHead head = RequestHead.parse("GET http://evil.example/x?y HTTP/1.1\r\nHost: localhost");

        assertEquals("evil.example", head.header("host"));
        assertEquals("/x", head.path());
        assertEquals("/", RequestHead.parse("GET http://h HTTP/1.1").path());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "GET",
                "GET /",
                "GET  / HTTP/1.1",
                "GET / / HTTP/1.1",
                " GET / HTTP/1.1",
                "GE T / HTTP/1.1",
                "G(T / HTTP/1.1",
                "GET x HTTP/1.1",
                "GET / SPDY/1.1",
                "GET /%4 HTTP/1.1",
                "GET /%zz HTTP/1.1",
                "GET /%00 HTTP/1.1",
                "GET /%ff HTTP/1.1",
                "GET /a\\b HTTP/1.1",
                "GET /a%5Cb HTTP/1.1",
                "GET /%0d%0aX:%20y HTTP/1.1",
                "GET /.. HTTP/1.1",
                "GET /../etc/passwd HTTP/1.1",
                "GET /live/../status HTTP/1.1",
                "GET /live/%2e%2e/%2e%2e/etc/passwd HTTP/1.1",
                "GET /live/..%2f..%2fetc%2fpasswd HTTP/1.1",
                "GET /./status HTTP/1.1",
                "GET / HTTP/1.1\r\nHost localhost",
                "GET / HTTP/1.1\r\n: x",
                "GET / HTTP/1.1\r\nHost : localhost",
                "GET / HTTP/1.1\r\nHost: a\r\n folded",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b",
                "GET / HTTP/1.1\nHost: a",
                "GET / HTTP/1.1\r\nX: a\nHost: b",
                "GET / HTTP/1.1\r\nX: a\rHost: b",
                "GET / HTTP/1.1\r\nX: \u0000"
            })
    void whatCouldBeReadInTwoWaysIsRefused(String text) {
        BadRequestException e = assertThrows(BadRequestException.class, () -> RequestHead.parse(text));

        assertEquals(400, e.status());
    }

    @ParameterizedTest
    @CsvSource({"HTTP/2.0,505", "HTTP/0.9,505", "HTTP/1.x,505", "HTTP/1.11,505"})
    void otherVersionsAreRefused(String version, int status) {
        assertEquals(
                status,
                assertThrows(BadRequestException.class, () -> RequestHead.parse("GET / " + version))
                        .status());
    }

    @Test
    void tooManyHeadersAreRefused() throws Exception {
        RequestHead most = RequestHead.parse("GET / HTTP/1.1" + "\r\na: b".repeat(100));

        assertEquals("b", most.header("A"));
        assertEquals(
                431,
                assertThrows(
                                BadRequestException.class,
                                () -> RequestHead.parse("GET / HTTP/1.1" + "\r\na: b".repeat(101)))
                        .status());
    }

    @Test
    void pipelinedRequestsAreReadOneByOneHoweverTheyArrive() throws Exception {
        String text = "\r\nGET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\nA: b\r\n\r\n\r\nHEAD /3 HTTP/1.1\r\n\r\n";
        for (int piece = 1; piece <= text.length(); piece++) {
            HeadReader reader = new HeadReader(pieces(text, piece), 1024);
            List<String> seen = new ArrayList<>();
            int[] begun = {0};

            for (RequestHead head = reader.next(() -> begun[0]++); head != null; head = reader.next(() -> begun[0]++)) {
                seen.add(head.method() + head.path());
            }

            assertEquals(List.of("GET/1", "GET/2", "HEAD/3"), seen, "in pieces of " + piece);
            assertEquals(3, begun[0]);
        }
    }

    @Test
    void manyRequestsPassThroughASmallBuffer() throws Exception {
        String one = "GET /" + "x".repeat(300) + " HTTP/1.1\r\nA: " + "b".repeat(200) + "\r\n\r\n";
        HeadReader reader = new HeadReader(pieces(one.repeat(100), 333), 1024);

        for (int i = 0; i < 100; i++) {
            assertEquals(301, assertNotNullHead(reader).path().length());
        }
        assertNull(reader.next(() -> {}));
    }

    @Test
    void headOfTheLimitIsReadAndOneByteMoreIsNot() throws Exception {
        String start = "GET / HTTP/1.1\r\nA: ";
        String fits = start + "b".repeat(1024 - start.length() - 4) + "\r\n\r\n";
        String over = start + "b".repeat(1024 - start.length() - 3) + "\r\n\r\n";

        assertNotNullHead(new HeadReader(pieces(fits, 100), 1024));
        assertEquals(431, refusal(over, 1024).status());
        assertEquals(414, refusal("GET /" + "x".repeat(600), 1024).status());
        assertEquals(
                414, refusal("GET /" + "x".repeat(600) + " HTTP/1.1\r\n", 1024).status());
    }

    @Test
    void garbageIsRefusedAtItsFirstByte() {
        assertEquals(400, refusal("\u0016\u0003\u0001", 1024).status()); // a TLS client
        assertEquals(400, refusal("\u0000", 1024).status());
        assertEquals(400, refusal("\n", 1024).status());
        assertEquals(400, refusal("{\"a\":1}", 1024).status());
    }

    /** Nothing but a refusal, an end or a request comes out, whatever goes in. */
    @Test
    void mutatedRequestsAreReadOrRefused() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        byte[] good = "GET /live/a%20b?x=y HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] marks = "\r\n %/.:\\?\u0000\u00ff".getBytes(StandardCharsets.ISO_8859_1);
        int read = 0;
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = good.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] =
                        random.nextBoolean() ? marks[random.nextInt(marks.length)] : (byte) random.nextInt(256);
            }
            try {
                RequestHead head = new HeadReader(new ByteArrayInputStream(bytes), 1024).next(() -> {});
                if (head != null) {
                    read++;
                    assertFalse(head.path().contains("/../"), () -> head.path() + " seed " + seed);
                    assertTrue(head.path().startsWith("/"), () -> head.path() + " seed " + seed);
                }
            } catch (BadRequestException e) {
                refused++;
                assertTrue(e.status() == 400 || e.status() == 505, e + " seed " + seed);
            }
        }
        assertTrue(read > 1000 && refused > 1000, read + " read, " + refused + " refused, seed " + seed);
    }

    private static BadRequestException refusal(String text, int bytes) {
        return assertThrows(BadRequestException.class, () -> new HeadReader(pieces(text, 7), bytes).next(() -> {}));
    }

    private static RequestHead assertNotNullHead(HeadReader reader) throws IOException, BadRequestException {
        RequestHead head = reader.next(() -> {});
        assertNotNull(head);
        return head;
    }

    /** A client whose bytes come so many at a time. */
    private static InputStream pieces(String text, int size) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(size, length));
            }
        };
    }
}
