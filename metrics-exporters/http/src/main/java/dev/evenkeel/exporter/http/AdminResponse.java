package dev.evenkeel.exporter.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request: headers first, then one call that sends it. Not thread-safe.
 *
 * <p>An answer is whole before its first byte is sent. So an endpoint holds none of its own locks while a slow client reads, and
 * what fails before is a clean 500.
 */
public final class AdminResponse {
    private static final byte[] NO_BODY = {};

    /** Nothing of an answer may be run or framed by a browser, unless an endpoint with a page of its own says what may. */
    private static final String POLICY = "default-src 'none'; frame-ancestors 'none'";

    private final Connection connection;
    private final @Nullable RequestHead request;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private boolean sent;
    private boolean keepsConnection;
    private boolean running;

    /** @param request null when there was none that could be read */
    AdminResponse(Connection connection, @Nullable RequestHead request) {
        this.connection = connection;
        this.request = request;
        this.keepsConnection = request != null && request.keepsConnection();
    }

    /**
     * Sets a header. Call it before the answer is sent.
     *
     * @throws IllegalArgumentException if the value has a line end or another control character in it
     */
    public AdminResponse header(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 127) {
                throw new IllegalArgumentException("Cannot send header " + name
                        + ": its value has a control character at " + i
                        + ", and a line end there would begin another header. Encode the value.");
            }
        }
        headers.put(name, value);
        return this;
    }

    /**
     * Sends a whole body from a buffer that the caller may reuse after the call. Blocks while the client reads; a client below
     * {@link AdminLimits#readerBytesPerSecond} is cut off. Where {@link AdminLimits#unsentBytes} are waiting for slower clients
     * already, a 503 is sent instead.
     *
     * @throws IOException if the client went away or was cut off
     */
    public void send(int status, String contentType, byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (sent) {
            throw new IllegalStateException("Cannot answer " + (request == null ? "" : request.path())
                    + " twice: the first answer is on its way. Return from the endpoint after sending.");
        }
        sent = true;
        boolean bodiless = request != null && request.isHead();
        int held = bodiless ? 0 : length;
        Room room = connection.server().room();
        if (running && !room.hold(held)) {
            headers.remove("Content-Encoding");
            comeAgain();
            return;
        }
        boolean holding = running;
        try {
            leave();
            header("Content-Type", contentType);
            transmit(status, buffer, offset, length, bodiless);
        } finally {
            if (holding) {
                room.release(held);
            }
        }
    }

    /** Tells a client for whom there is no room now when to come again. */
    void comeAgain() throws IOException {
        sent = true;
        leave();
        long seconds = Math.max(1, connection.server().limits().room().toSeconds());
        byte[] text = "Too many requests at a time. Come again.\n".getBytes(StandardCharsets.US_ASCII);
        header("Retry-After", Long.toString(seconds)).header("Content-Type", "text/plain; charset=utf-8");
        transmit(503, text, 0, text.length, request != null && request.isHead());
    }

    private void transmit(int status, byte[] buffer, int offset, int length, boolean bodiless) throws IOException {
        keepsConnection &= !connection.server().isPressed();
        header("Content-Length", Integer.toString(length));
        headers.putIfAbsent("Cache-Control", "no-store");
        headers.putIfAbsent("Content-Security-Policy", POLICY);
        header(
                "Date",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        Instant.ofEpochMilli(connection.server().wallClock().epochMillis())
                                .atOffset(ZoneOffset.UTC)));
        header("Referrer-Policy", "no-referrer");
        header("X-Content-Type-Options", "nosniff");
        header("X-Frame-Options", "DENY");
        if (!keepsConnection) {
            header("Connection", "close");
        } else if (request != null && !request.isHttp11()) {
            header("Connection", "keep-alive");
        }
        StringBuilder head = new StringBuilder(512);
        head.append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(reason(status))
                .append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("\r\n");
        byte[] headBytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        if (bodiless) {
            connection.send(headBytes, NO_BODY, 0, 0);
        } else {
            connection.send(headBytes, buffer, offset, length);
        }
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 421 -> "Misdirected Request";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            default -> status < 400 ? "Done" : "Failed";
        };
    }

    /** Sends text as UTF-8. */
    public void send(int status, String contentType, CharSequence text) throws IOException {
        byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
        send(status, contentType, body, 0, body.length);
    }

    /** Sends plain text. */
    public void text(int status, String text) throws IOException {
        send(status, "text/plain; charset=utf-8", text);
    }

    /** Sends a JSON document with status 200. */
    public void json(CharSequence document) throws IOException {
        send(200, "application/json", document);
    }

    /** Waits for a place to run, which {@link #leave} gives back: when the answer is sent, or when the endpoint ends. */
    boolean enter() {
        running = connection.server().room().enter();
        return running;
    }

    void leave() {
        if (running) {
            running = false;
            connection.server().room().leave();
        }
    }

    void closeAfter() {
        keepsConnection = false;
    }

    boolean keepsConnection() {
        return keepsConnection;
    }

    boolean isSent() {
        return sent;
    }
}
