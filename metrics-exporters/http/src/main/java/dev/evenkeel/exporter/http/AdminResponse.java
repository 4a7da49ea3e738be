package dev.evenkeel.exporter.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The answer to one request: headers first, then one call that sends it. Not thread-safe. */
public final class AdminResponse {
    private final HttpExchange exchange;
    private boolean sent;

    AdminResponse(HttpExchange exchange) {
        this.exchange = exchange;
    }

    /** Sets a header. Call it before the answer is sent. */
    public AdminResponse header(String name, String value) {
        exchange.getResponseHeaders().set(name, value);
        return this;
    }

    /** Sends a whole body from a buffer that the caller may reuse after the call. */
    public void send(int status, String contentType, byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        begin(contentType);
        if (isHead()) {
            header("Content-Length", Integer.toString(length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
        if (length > 0) {
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(buffer, offset, length);
            }
        }
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

    /**
     * Begins an answer of unknown length (chunked) and returns its stream; closing it ends the answer. The request
     * keeps one of the listener's few threads until then. Of a HEAD request the stream discards what is written.
     */
    public OutputStream stream(int status, String contentType) throws IOException {
        begin(contentType);
        if (isHead()) {
            exchange.sendResponseHeaders(status, -1);
            return OutputStream.nullOutputStream();
        }
        exchange.sendResponseHeaders(status, 0);
        return exchange.getResponseBody();
    }

    private void begin(String contentType) {
        if (sent) {
            throw new IllegalStateException("Cannot answer " + exchange.getRequestURI()
                    + " twice: the first answer is on its way. Return from the endpoint after sending.");
        }
        sent = true;
        header("Content-Type", contentType);
        header("Cache-Control", "no-store");
        header("X-Content-Type-Options", "nosniff");
    }

    boolean isSent() {
        return sent;
    }

    private boolean isHead() {
        return exchange.getRequestMethod().equals("HEAD");
    }
}
