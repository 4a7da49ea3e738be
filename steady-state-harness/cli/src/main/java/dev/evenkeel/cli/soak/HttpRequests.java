package dev.evenkeel.cli.soak;

import dev.evenkeel.soak.load.Connection;
import dev.evenkeel.soak.load.HttpConnection;
import dev.evenkeel.soak.load.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Requests to a service of the user's, sent in turn. Immutable. */
public final class HttpRequests {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    private static final int TIMEOUT_MILLIS = 10_000;

    private final String host;
    private final int port;
    private final List<byte[]> requests;

    private HttpRequests(String host, int port, List<byte[]> requests) {
        this.host = host;
        this.port = port;
        this.requests = List.copyOf(requests);
    }

    /**
     * Parses.
     *
     * @param base {@code http://host:port} with or without a path, which is asked for when {@code lines} is empty
     * @param lines {@code METHOD /path [body]} each; a body is sent as JSON when it begins like it, else as plain text
     * @throws IllegalArgumentException for a URL or line that cannot be sent, in a sentence
     */
    public static HttpRequests of(String base, List<String> lines) {
        URI uri;
        try {
            uri = URI.create(base);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + base + "\" is no URL. Write http://host:port/path.", e);
        }
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("Load can be sent to http://host:port/path, not to \"" + base
                    + "\". Put a proxy that ends TLS before a service that speaks nothing else.");
        }
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        List<String> all = lines.isEmpty() ? List.of("GET " + path + query) : lines;
        List<byte[]> requests = new ArrayList<>();
        for (String line : all) {
            requests.add(request(line.strip(), uri.getHost() + ":" + port));
        }
        return new HttpRequests(uri.getHost(), port, requests);
    }

    private static byte[] request(String line, String host) {
        String[] parts = line.split("\\s+", 3);
        if (parts.length < 2 || !METHODS.contains(parts[0]) || !parts[1].startsWith("/")) {
            throw new IllegalArgumentException("\"" + line + "\" is no request. Write METHOD /path [body], with one of "
                    + String.join(", ", METHODS.stream().sorted().toList()) + ".");
        }
        byte[] body = (parts.length > 2 ? parts[2] : "").getBytes(StandardCharsets.UTF_8);
        boolean json = parts.length > 2 && parts[2].matches("(?s)[\\[{].*");
        String head = parts[0] + " " + parts[1] + " HTTP/1.1\r\nHost: " + host + "\r\n"
                + (body.length == 0
                        ? ""
                        : "Content-Type: " + (json ? "application/json" : "text/plain") + "\r\nContent-Length: "
                                + body.length + "\r\n")
                + "\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[start.length + body.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** Opens a connection that sends them; request n is the same in every run. */
    public Connection connect() throws IOException {
        HttpConnection http = new HttpConnection(host, port, TIMEOUT_MILLIS);
        http.open();
        return new Sender(http, requests);
    }

    private record Sender(HttpConnection http, List<byte[]> requests) implements Connection {
        @Override
        public Outcome send(long sequence) throws IOException {
            int status = http.exchange(requests.get((int) (sequence % requests.size())));
            if (status == 503 || status == 429) {
                return Outcome.SHED;
            }
            return status >= 200 && status < 400 ? Outcome.SUCCESS : Outcome.FAILED;
        }

        @Override
        public void close() {
            http.close();
        }
    }
}
