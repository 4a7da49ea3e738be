package dev.evenkeel.soak.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpConnectionIT {
    private final Set<InetSocketAddress> peers = ConcurrentHashMap.newKeySet();
    private AutoCloseable server = () -> {};

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private static byte[] request(String path, String body) {
        return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The JDK's own server, which echoes with a length or, for "/chunked", in chunks. */
    private int echo() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", exchange -> {
            peers.add(exchange.getRemoteAddress());
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/empty")) {
                exchange.sendResponseHeaders(204, -1);
            } else {
                exchange.sendResponseHeaders(201, path.equals("/chunked") ? 0 : body.length);
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        http.start();
        server = () -> http.stop(0);
        return http.getAddress().getPort();
    }

    /** A server that answers each connection's first request with these bytes and closes it. */
    private int answers(String answer) throws IOException {
        ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    try (Socket peer = socket.accept()) {
                        InputStream in = peer.getInputStream();
                        in.read(new byte[1024]);
                        peer.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    }
                }
            } catch (IOException e) {
                // closed by the test
            }
        });
        thread.setDaemon(true);
        thread.start();
        server = socket;
        return socket.getLocalPort();
    }

    @Test
    void answersOfAllShapesComeOverOneConnection() throws Exception {
        String large = "x".repeat(100_000);
        try (HttpConnection http = new HttpConnection("localhost", echo(), 5000)) {
            assertEquals(201, http.exchange(request("/", "hello")));
            assertEquals("hello", http.bodyText());
            assertEquals(201, http.exchange(request("/chunked", large)));
            assertEquals(large, http.bodyText());
            assertEquals(204, http.exchange(request("/empty", "")));
            assertEquals("", http.bodyText());
            assertEquals(201, http.exchange(request("/", "again")));
            assertEquals("again", http.bodyText());
        }

        assertEquals(1, peers.size());
    }

    @Test
    void aServerThatAsksToCloseIsMetAgainOnANewConnection() throws Exception {
        int port = answers("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        try (HttpConnection http = new HttpConnection("localhost", port, 5000)) {
            assertEquals(200, http.exchange(request("/", "a")));
            assertEquals(200, http.exchange(request("/", "b")));
            assertEquals("ok", http.bodyText());
        }
    }

    @Test
    void anAnswerWithoutALengthEndsWithTheConnection() throws Exception {
        try (HttpConnection http = new HttpConnection("localhost", answers("HTTP/1.1 200 OK\r\n\r\nall of it"), 5000)) {
            assertEquals(200, http.exchange(request("/", "")));
            assertEquals("all of it", http.bodyText());
        }
    }

    @Test
    void aTornAnswerIsAnErrorAndTheNextExchangeStartsAfresh() throws Exception {
        int port = answers("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort");
        try (HttpConnection http = new HttpConnection("localhost", port, 5000)) {
            assertThrows(EOFException.class, () -> http.exchange(request("/", "")));
            assertThrows(EOFException.class, () -> http.exchange(request("/", "")), "not a broken pipe");
        }
    }

    @Test
    void whatIsNotHttpIsAnError() throws Exception {
        try (HttpConnection http = new HttpConnection("localhost", answers("SSH-2.0-OpenSSH\r\n\r\n"), 5000)) {
            assertThrows(ProtocolException.class, () -> http.exchange(request("/", "")));
        }
    }

    @Test
    void aSilentServerTimesOut() throws Exception {
        ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        server = silent;
        try (HttpConnection http = new HttpConnection("localhost", silent.getLocalPort(), 50)) {
            assertThrows(SocketTimeoutException.class, () -> http.exchange(request("/", "")));
        }
    }

    @Test
    void aClosedConnectionStaysClosed() throws Exception {
        HttpConnection http = new HttpConnection("localhost", echo(), 5000);
        http.open();

        http.close();
        http.close();

        assertThrows(IOException.class, () -> http.exchange(request("/", "")));
    }
}
