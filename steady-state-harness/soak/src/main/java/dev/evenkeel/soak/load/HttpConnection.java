package dev.evenkeel.soak.load;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive HTTP/1.1 connection that sends prepared bytes and reads whole answers.
 *
 * <p>One thread at a time; {@link #close()} from any. Opens itself again on the next exchange after an
 * error or when the server asked to close. Never sends a request twice: whoever measures wants to know.
 */
public final class HttpConnection implements AutoCloseable {
    /*
     * Why not java.net.http.HttpClient: it decides by itself how many connections it keeps and which one
     * it uses, so the number of sockets in the target would follow the load and look like a leak; and its
     * selector thread would sit between a request's time and its departure.
     */

    private static final int MAX_LINE_BYTES = 16 * 1024;

    private final String host;
    private final int port;
    private final int timeoutMillis;
    private volatile @Nullable Socket socket;
    private @Nullable InputStream in;
    private volatile boolean closed;
    private byte[] body = new byte[1024];
    private int bodyLength;
    private byte[] line = new byte[128];

    /**
     * Prepares a connection; {@link #open()} or the first exchange makes it.
     *
     * @param timeoutMillis longest wait for the handshake, and for each read of an answer
     */
    public HttpConnection(String host, int port, int timeoutMillis) {
        this.host = host;
        this.port = port;
        this.timeoutMillis = timeoutMillis;
    }

    /**
     * Connects unless connected.
     *
     * @throws IOException when the server does not accept in time, or this is closed
     */
    public void open() throws IOException {
        connected();
    }

    private Socket connected() throws IOException {
        Socket open = socket;
        if (open != null) {
            return open;
        }
        if (closed) {
            throw new IOException("This connection to " + host + ":" + port + " is closed.");
        }
        Socket fresh = new Socket();
        try {
            fresh.setTcpNoDelay(true);
            fresh.setSoTimeout(timeoutMillis);
            fresh.connect(new InetSocketAddress(host, port), timeoutMillis);
            in = new BufferedInputStream(fresh.getInputStream(), 8192);
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
        socket = fresh;
        if (closed) { // close() may have come while we connected, and found nothing to close
            drop();
            throw new IOException("This connection to " + host + ":" + port + " is closed.");
        }
        return fresh;
    }

    /**
     * Sends a whole request and reads a whole answer, whose body {@link #bodyText()} then gives.
     *
     * @param request request line, headers with {@code Host} and {@code Content-Length}, and body
     * @return the status code
     * @throws IOException when no whole answer came
     */
    public int exchange(byte[] request) throws IOException {
        Socket open = connected();
        try {
            open.getOutputStream().write(request);
            return readAnswer();
        } catch (IOException | RuntimeException e) {
            drop();
            throw e;
        }
    }

    /** The body of the last answer, read as UTF-8. */
    public String bodyText() {
        return new String(body, 0, bodyLength, StandardCharsets.UTF_8);
    }

    private int readAnswer() throws IOException {
        InputStream from = in;
        if (from == null) {
            throw new EOFException("The connection is not open.");
        }
        int status;
        do {
            status = status(readLine(from));
            readRest(from, status);
        } while (status >= 100 && status < 200);
        return status;
    }

    private void readRest(InputStream from, int status) throws IOException {
        int length = -1;
        boolean chunked = false;
        boolean keep = true;
        for (String header = readLine(from); !header.isEmpty(); header = readLine(from)) {
            int colon = header.indexOf(':');
            if (colon < 0) {
                throw new ProtocolException("The answer has a header line without a colon: " + header);
            }
            String value = header.substring(colon + 1).trim();
            switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = length(value);
                case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                case "connection" -> keep = !value.equalsIgnoreCase("close");
                default -> {}
            }
        }
        bodyLength = 0;
        if (status < 200 || status == 204 || status == 304) {
            return;
        }
        if (chunked) {
            readChunks(from);
        } else if (length >= 0) {
            readBody(from, length);
        } else {
            readToEnd(from);
            keep = false;
        }
        if (!keep) {
            drop();
        }
    }

    private static int length(String value) throws IOException {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new ProtocolException("The answer has a Content-Length that is no number: " + value);
        }
    }

    private static int status(String statusLine) throws IOException {
        if (!statusLine.startsWith("HTTP/1.") || statusLine.length() < 12) {
            throw new ProtocolException("The answer does not begin like HTTP/1.1: " + statusLine);
        }
        try {
            return Integer.parseInt(statusLine.substring(9, 12));
        } catch (NumberFormatException e) {
            throw new ProtocolException("The answer has no status code: " + statusLine);
        }
    }

    private String readLine(InputStream from) throws IOException {
        int n = 0;
        for (int b = from.read(); b != '\n'; b = from.read()) {
            if (b < 0) {
                throw new EOFException("The server closed the connection before its answer was whole.");
            }
            if (n == MAX_LINE_BYTES) {
                throw new ProtocolException("The answer has a line longer than " + MAX_LINE_BYTES + " bytes.");
            }
            if (n == line.length) {
                line = Arrays.copyOf(line, 2 * n);
            }
            line[n++] = (byte) b;
        }
        if (n > 0 && line[n - 1] == '\r') {
            n--;
        }
        return new String(line, 0, n, StandardCharsets.ISO_8859_1);
    }

    private void readChunks(InputStream from) throws IOException {
        while (true) {
            String size = readLine(from);
            int extension = size.indexOf(';');
            int n;
            try {
                n = Integer.parseInt((extension < 0 ? size : size.substring(0, extension)).trim(), 16);
            } catch (NumberFormatException e) {
                throw new ProtocolException("The answer has a chunk of no size: " + size);
            }
            if (n == 0) {
                while (!readLine(from).isEmpty()) {
                    // trailers say nothing we use
                }
                return;
            }
            readBody(from, n);
            readLine(from);
        }
    }

    private void readBody(InputStream from, int length) throws IOException {
        ensure(bodyLength + length);
        int got = from.readNBytes(body, bodyLength, length);
        bodyLength += got;
        if (got < length) {
            throw new EOFException("The server closed the connection before its answer was whole.");
        }
    }

    private void readToEnd(InputStream from) throws IOException {
        while (true) {
            ensure(bodyLength + 1024);
            int got = from.read(body, bodyLength, body.length - bodyLength);
            if (got < 0) {
                return;
            }
            bodyLength += got;
        }
    }

    private void ensure(int length) {
        if (length > body.length) {
            body = Arrays.copyOf(body, Math.max(length, 2 * body.length));
        }
    }

    private void drop() {
        Socket open = socket;
        socket = null;
        in = null;
        closeQuietly(open);
    }

    private static void closeQuietly(@Nullable Socket open) {
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // nothing is left to lose on it
            }
        }
    }

    /** Closes the connection for good; an exchange under way fails. Idempotent. */
    @Override
    public void close() {
        closed = true;
        closeQuietly(socket);
    }
}
