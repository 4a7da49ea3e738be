package dev.evenkeel.cli.drift;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.evenkeel.soak.UnfitException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads range queries of a Prometheus, or of a store that answers as one does, series by series: an answer is never
 * whole in memory.
 */
final class PrometheusRange {
    /** Most readings of one series that a Prometheus answers with. */
    static final int MOST_POINTS = 11_000;

    private static final int MOST_WORDS = 400;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();

    private final String base;
    private final @Nullable String authorization;
    private final Duration timeout;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    /** Takes what it is given: may block the reader, which is how a slow consumer slows the store. */
    interface SeriesConsumer {
        void accept(Map<String, String> labels, double[] seconds, double[] values)
                throws UnfitException, InterruptedException;
    }

    /**
     * @param url of the store, with the path in front of {@code /api/v1} if it has one; a user and password in it are sent
     *     as basic authentication
     * @param token sent as a bearer token, or null
     * @param timeout for one whole answer
     * @throws UnfitException if the URL is none
     */
    PrometheusRange(String url, @Nullable String token, Duration timeout) throws UnfitException {
        URI given;
        try {
            given = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new UnfitException(notAStore(url), e);
        }
        if (given.getHost() == null || !String.valueOf(given.getScheme()).matches("(?i)https?")) {
            throw new UnfitException(notAStore(url));
        }
        String user = given.getUserInfo();
        authorization = token != null
                ? "Bearer " + token
                : user != null
                        ? "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8))
                        : null;
        String path = given.getPath() == null ? "" : given.getPath().replaceFirst("/+$", "");
        base = given.getScheme() + "://" + given.getHost() + (given.getPort() < 0 ? "" : ":" + given.getPort()) + path;
        this.timeout = timeout;
    }

    private static String notAStore(String url) {
        return "\"" + url + "\" is no URL of a store. Give one as http://prometheus:9090.";
    }

    /** The store, without a password. */
    String where() {
        return base;
    }

    /**
     * Hands over one series after the other, on the calling thread.
     *
     * @param start seconds since 1970, and so {@code end}
     * @throws UnfitException if the store does not answer, or answers with an error; says which
     */
    void read(String query, long start, long end, long step, SeriesConsumer to)
            throws UnfitException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/api/v1/query_range"))
                .timeout(timeout)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofString("query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)
                        + "&start=" + start + "&end=" + end + "&step=" + step));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        HttpResponse<InputStream> answer;
        try {
            answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UnfitException(
                    "The store at " + base + " does not answer (" + said(e) + "). Is the URL right, and is it running?"
                            + " Its answer may take " + timeout.toSeconds() + " s (--timeout).",
                    e);
        }
        InputStream body = answer.body();
        // The client's own time limit ends with the headers; this one closes a body that never ends.
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                () -> close(body), CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS));
        boolean gzip =
                answer.headers().firstValue("Content-Encoding").orElse("").equalsIgnoreCase("gzip");
        try (body;
                JsonParser json = JSON.createParser(gzip ? new GZIPInputStream(body, 1 << 16) : body)) {
            parse(json, answer.statusCode(), to);
        } catch (IOException e) {
            String late = watchdog.isDone() ? " within " + timeout.toSeconds() + " s (--timeout)" : "";
            throw new UnfitException(
                    "The store at " + base + " answered with status " + answer.statusCode()
                            + " and something that cannot be read" + late + " (" + said(e)
                            + "). Is this the URL of a Prometheus? The query goes to /api/v1/query_range under it.",
                    e);
        } finally {
            watchdog.cancel(false);
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // the reader is told by its own read
        }
    }

    private void parse(JsonParser json, int status, SeriesConsumer to)
            throws IOException, UnfitException, InterruptedException {
        expect(json, json.nextToken(), JsonToken.START_OBJECT);
        String error = null;
        boolean data = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals("error")) {
                error = json.getText();
            } else if (field.equals("data") && json.currentToken() == JsonToken.START_OBJECT) {
                data = true;
                data(json, to);
            } else {
                json.skipChildren();
            }
        }
        if (error != null) {
            String words = error.length() > MOST_WORDS ? error.substring(0, MOST_WORDS) + " ..." : error;
            throw new UnfitException("The store at " + base + " refuses the query (status " + status + "): " + words
                    + ". Mend --query; or, where it is too much at once, ask for less with a longer --step, or allow"
                    + " more in the store (Prometheus: --query.max-samples).");
        }
        if (!data) {
            throw new IOException("the answer holds no data");
        }
    }

    private static void data(JsonParser json, SeriesConsumer to)
            throws IOException, UnfitException, InterruptedException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals("result") && json.currentToken() == JsonToken.START_ARRAY) {
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    series(json, to);
                }
            } else {
                json.skipChildren();
            }
        }
    }

    private static void series(JsonParser json, SeriesConsumer to)
            throws IOException, UnfitException, InterruptedException {
        Map<String, String> labels = new TreeMap<>();
        double[] seconds = new double[256];
        double[] values = new double[256];
        int n = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals("metric")) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String label = json.currentName();
                    json.nextToken();
                    labels.put(label, json.getText());
                }
            } else if (field.equals("values")) {
                while (json.nextToken() == JsonToken.START_ARRAY) {
                    if (n == seconds.length) {
                        seconds = Arrays.copyOf(seconds, 2 * n);
                        values = Arrays.copyOf(values, 2 * n);
                    }
                    json.nextToken();
                    seconds[n] = json.getDoubleValue();
                    json.nextToken();
                    values[n++] = number(json.getText());
                    expect(json, json.nextToken(), JsonToken.END_ARRAY);
                }
            } else {
                json.skipChildren(); // native histograms have no single value
            }
        }
        to.accept(labels, Arrays.copyOf(seconds, n), Arrays.copyOf(values, n));
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static void expect(JsonParser json, @Nullable JsonToken found, JsonToken wanted) throws IOException {
        if (found != wanted) {
            throw new IOException("expected " + wanted + " and found " + found + " at "
                    + json.currentLocation().offsetDescription());
        }
    }

    private static String said(IOException e) {
        String message = e.getMessage();
        String words =
                message == null ? e.getClass().getSimpleName() : e.getClass().getSimpleName() + ": " + message;
        return words.length() > MOST_WORDS ? words.substring(0, MOST_WORDS) + " ..." : words;
    }
}
