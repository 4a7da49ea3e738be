package dev.evenkeel.exporter.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/** HTTP byte by byte: what a client library would hide is what is checked. */
final class RawHttp {
    static final int DEADLINE_MILLIS = 20_000;

    private RawHttp() {}

    static String ask(int port, String requestLine, String... headers) throws IOException {
        String head = String.join("\r\n", headers);
        try (Socket socket = send(
                port, requestLine + "\r\n" + head + (head.isEmpty() ? "" : "\r\n") + "Connection: close\r\n\r\n")) {
            return readAll(socket);
        }
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
        socket.setSoTimeout(DEADLINE_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    static Socket send(int port, String text) throws IOException {
        Socket socket = connect(port);
        write(socket, text);
        return socket;
    }

    static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** What came until the end; the empty string where that was a reset and nothing else. */
    static String readAll(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] into = new byte[8192];
        try {
            InputStream in = socket.getInputStream();
            for (int n = in.read(into); n >= 0; n = in.read(into)) {
                text.append(new String(into, 0, n, StandardCharsets.UTF_8));
            }
        } catch (SocketException e) {
            return text.toString(); // reset: cut off
        }
        return text.toString();
    }

    static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    static int status(String answer) {
        return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
    }

    /** Polls; the machine may be busy. */
    static boolean comesTrue(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + DEADLINE_MILLIS * 1_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(5);
        }
        return true;
    }
}
