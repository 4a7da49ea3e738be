package dev.evenkeel.exporter.http;

import dev.evenkeel.exporter.http.AdminTelemetry.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads heads of requests from one connection into a buffer of fixed size. What a client sends ahead of its answer stays there.
 * Not thread-safe.
 */
final class HeadReader {
    private final InputStream in;
    private final byte[] buffer;
    private int from;
    private int to;

    HeadReader(InputStream in, int mostBytes) {
        this.in = in;
        this.buffer = new byte[mostBytes];
    }

    /** Whether a part of the next request is here already. */
    boolean hasMore() {
        return to > from;
    }

    /**
     * Waits for the next head.
     *
     * @param firstByte run once, when the first byte of a request has come
     * @return null when the client has closed
     */
    @Nullable
    RequestHead next(Runnable firstByte) throws IOException, BadRequestException {
        boolean begun = false;
        int scanned = from;
        while (true) {
            if (to > from) {
                if (!begun) {
                    begun = true;
                    firstByte.run();
                }
                while (to - from >= 2 && buffer[from] == '\r' && buffer[from + 1] == '\n') {
                    from += 2; // RFC 9112, 2.2: an empty line before a request is passed over
                }
                scanned = Math.max(scanned, from);
                int end = endOfHead(scanned);
                if (end >= 0) {
                    String text = new String(buffer, from, end - from, StandardCharsets.ISO_8859_1);
                    from = end + 4;
                    return RequestHead.parse(text);
                }
                checkStart();
                scanned = Math.max(from, to - 3);
            }
            scanned -= compact();
            int read = in.read(buffer, to, buffer.length - to);
            if (read < 0) {
                return null;
            }
            to += read;
        }
    }

    private int endOfHead(int start) {
        for (int i = start; i + 3 < to; i++) {
            if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r' && buffer[i + 3] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Refuses early what can never become a head of this size. */
    private void checkStart() throws BadRequestException {
        if (to == from) {
            return;
        }
        byte first = buffer[from];
        boolean letter = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
        boolean lineEnd = first == '\r' && to - from == 1;
        if (!letter && !lineEnd) {
            throw new BadRequestException(400, Refusal.MALFORMED, "That is no HTTP request.");
        }
        int length = to - from;
        boolean hasLine = false;
        for (int i = from; i + 1 < to && i - from <= buffer.length / 2; i++) {
            hasLine |= buffer[i] == '\r' && buffer[i + 1] == '\n';
        }
        if (!hasLine && length > buffer.length / 2) {
            throw new BadRequestException(
                    414, Refusal.TOO_LARGE, "A request line has at most " + buffer.length / 2 + " bytes here.");
        }
        if (length >= buffer.length) {
            throw new BadRequestException(
                    431,
                    Refusal.TOO_LARGE,
                    "A request line and its headers have at most " + buffer.length + " bytes here.");
        }
    }

    /** Moves what is there to the front when the rest of the buffer is short. Returns by how much. */
    private int compact() {
        if (from == to) {
            int by = from;
            from = 0;
            to = 0;
            return by;
        }
        if (to < buffer.length) {
            return 0;
        }
        int by = from;
        System.arraycopy(buffer, from, buffer, 0, to - from);
        from = 0;
        to -= by;
        return by;
    }
}
