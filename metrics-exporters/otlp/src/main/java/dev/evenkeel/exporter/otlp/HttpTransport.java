package dev.evenkeel.exporter.otlp;

import dev.evenkeel.exporter.otlp.Answer.Outcome;
import dev.evenkeel.metrics.WallClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** OTLP over HTTP in protobuf, through the JDK's client: it shows the status and the headers that retries hang on. */
final class HttpTransport implements Transport {
    private static final int MOST_TEXT = 200;

    private final Destination to;
    private final WallClock clock;
    private final ExecutorService executor;

    /** Null once closed: the client's own thread ends when nobody holds the client any more. */
    private volatile @Nullable HttpClient client;

    HttpTransport(Destination to, WallClock clock) {
        this.to = to;
        this.clock = clock;
        this.executor = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "evenkeel-otlp-http");
            thread.setDaemon(true);
            return thread;
        });
        HttpClient.Builder builder = HttpClient.newBuilder()
                .executor(executor)
                .version(HttpClient.Version.HTTP_1_1) // no collector gains by more for one request a minute
                .connectTimeout(to.connectTimeout());
        Destination.Tls tls = to.tls();
        if (tls != null) {
            builder.sslContext(tls.context());
        }
        this.client = builder.build();
    }

    @Override
    public Answer send(byte[] body, long timeoutNanos) throws InterruptedException {
        HttpClient open = client;
        if (open == null) {
            return Answer.of(Outcome.UNSENT, "closed");
        }
        CompletableFuture<HttpResponse<byte[]>> pending;
        try {
            pending = open.sendAsync(request(body), info -> new LimitedBody());
        } catch (RuntimeException e) { // a header that is none, or a supplier of headers that threw
            return Answer.of(Outcome.UNSENT, "the request could not be made: " + e);
        }
        try {
            return answer(pending.get(timeoutNanos, TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            pending.cancel(true);
            return Answer.of(
                    Outcome.UNKNOWN, "no answer within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms");
        } catch (InterruptedException e) {
            pending.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return Answer.of(neverSent(cause) ? Outcome.UNSENT : Outcome.UNKNOWN, cause.toString());
        }
    }

    private HttpRequest request(byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(to.endpoint())
                .header("Content-Type", "application/x-protobuf")
                .header("User-Agent", Destination.USER_AGENT);
        to.headers().get().forEach(request::setHeader);
        byte[] sent = body;
        if (to.gzip()) {
            request.header("Content-Encoding", "gzip");
            sent = gzip(body);
        }
        return request.POST(HttpRequest.BodyPublishers.ofByteArray(sent)).build();
    }

    private static byte[] gzip(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it writes to memory
        }
        return bytes.toByteArray();
    }

    /** Returns whether the failure came before the first byte of the request. */
    static boolean neverSent(Throwable failure) {
        return failure instanceof ConnectException
                || failure instanceof HttpConnectTimeoutException
                || failure instanceof UnknownHostException
                || failure instanceof UnresolvedAddressException
                || failure instanceof SSLHandshakeException;
    }

    private Answer answer(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status / 100 == 2) {
            PartialSuccess partial = PartialSuccess.of(response.body());
            return new Answer(Outcome.ACCEPTED, 0, partial.rejectedPoints(), partial.message());
        }
        String value = response.headers().firstValue("Retry-After").orElse(null);
        return new Answer(
                outcome(status, value != null),
                value == null ? 0 : retryAfterNanos(value, clock.epochMillis()),
                0,
                "status " + status + text(response.body()));
    }

    /*
     * OTLP 1.x, "Failures": 429, 502, 503 and 504 may be retried, all other 4xx and 5xx must not. We keep apart what the
     * protocol does not: an answer about the caller or the address, which says nothing against the data; and a 502, 504 or a
     * 503 without Retry-After, which a proxy also gives when it lost the receiver after it had passed the request on.
     */
    static Outcome outcome(int status, boolean retryAfter) {
        return switch (status) {
            case 408, 429 -> Outcome.BUSY;
            case 503 -> retryAfter ? Outcome.BUSY : Outcome.UNKNOWN;
            case 502, 504 -> Outcome.UNKNOWN;
            case 401, 403, 404, 405, 407 -> Outcome.DENIED;
            case 413 -> Outcome.TOO_LARGE;
            default -> status / 100 == 3 ? Outcome.DENIED : Outcome.REJECTED;
        };
    }

    /** Reads seconds or a date; 0 for what is neither. */
    static long retryAfterNanos(@Nullable String value, long nowEpochMillis) {
        if (value == null) {
            return 0;
        }
        String text = value.strip();
        try {
            return TimeUnit.SECONDS.toNanos(Math.max(0, Long.parseLong(text)));
        } catch (NumberFormatException notSeconds) {
            try {
                long at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant()
                        .toEpochMilli();
                return TimeUnit.MILLISECONDS.toNanos(Math.max(0, at - nowEpochMillis));
            } catch (DateTimeParseException notADate) {
                return 0;
            }
        }
    }

    private static String text(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, MOST_TEXT), StandardCharsets.UTF_8)
                .replaceAll("\\p{Cntrl}+", " ")
                .strip();
        return text.isEmpty() ? "" : ": " + text;
    }

    @Override
    public void close() {
        client = null;
        executor.shutdownNow();
    }
}
