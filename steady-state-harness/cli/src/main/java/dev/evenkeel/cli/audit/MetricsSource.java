package dev.evenkeel.cli.audit;

import dev.evenkeel.soak.UnfitException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a page from a URL, a file or standard input, within a size and, of a URL, a time. A body that is gzip is unpacked,
 * whatever the headers say.
 */
final class MetricsSource {
    private static final String ACCEPT =
            "text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.9,*/*;q=0.1";

    private final Duration timeout;
    private final long maxBytes;
    private final InputStream standardInput;

    /**
     * @param timeout from the first byte sent to the last byte read
     * @param maxBytes most bytes of a page, packed and unpacked
     */
    MetricsSource(Duration timeout, long maxBytes, InputStream standardInput) {
        this.timeout = timeout;
        this.maxBytes = maxBytes;
        this.standardInput = standardInput;
    }

    /**
     * Returns the page.
     *
     * @throws UnfitException if it cannot be had; says why
     */
    String read(String where) throws UnfitException, InterruptedException {
        if (where.equals("-")) {
            return text(bounded(standardInput, "standard input"), "standard input");
        }
        if (where.toLowerCase(Locale.ROOT).matches("https?://.*")) {
            return fetch(where);
        }
        try (InputStream file = Files.newInputStream(Path.of(where))) {
            return text(bounded(file, where), where);
        } catch (NoSuchFileException e) {
            throw new UnfitException(
                    "There is no file " + where + ". Give a file, a URL that begins with http://, - for standard input,"
                            + " or --self.",
                    e);
        } catch (IOException e) {
            throw unreadable(where, e);
        }
    }

    /** The place as it may be shown: without a password. */
    static String shown(String where) {
        return where.replaceFirst("(?i)^(https?://)[^/@]*@", "$1***@");
    }

    private String fetch(String url) throws UnfitException, InterruptedException {
        String shown = shown(url);
        HttpRequest request = request(url, shown);
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, info -> new BoundedBody(maxBytes));
        HttpResponse<byte[]> response;
        try {
            response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new UnfitException(
                    shown + " did not answer in full within " + timeout.toMillis() / 1000.0
                            + " s. Is the process stuck? Allow more with --timeout.",
                    e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            for (Throwable t = cause; t != null; t = t.getCause()) {
                if (t instanceof TooLarge) {
                    throw tooLarge(shown);
                }
            }
            throw new UnfitException(
                    shown + " cannot be reached (" + words(cause) + "). Is the process up, and the port right?", cause);
        }
        if (response.statusCode() != 200) {
            throw new UnfitException(shown + " answered with status " + response.statusCode() + ", not 200."
                    + hint(response.statusCode()));
        }
        return text(response.body(), shown);
    }

    private HttpRequest request(String url, String shown) throws UnfitException {
        try {
            URI given = new URI(url);
            @Nullable String user = given.getUserInfo();
            URI uri = user == null
                    ? given
                    : new URI(url.substring(0, url.indexOf("//") + 2) + url.substring(url.indexOf('@') + 1));
            HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                    .timeout(timeout)
                    .header("Accept", ACCEPT)
                    .header("Accept-Encoding", "gzip");
            if (user != null) {
                request.header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
            }
            return request.build();
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new UnfitException(shown + " is no URL. Write it as http://host:port/metrics.");
        }
    }

    private static String hint(int status) {
        return switch (status) {
            case 401, 403 -> " Put the user and password into the URL: http://user:password@host/metrics.";
            case 404 -> " Most processes serve their metrics at /metrics.";
            default -> "";
        };
    }

    private static String words(Throwable cause) {
        String message = cause.getMessage();
        String type = cause.getClass().getSimpleName();
        return message == null || message.isEmpty() ? type : type + ": " + message;
    }

    private String text(byte[] body, String shown) throws UnfitException {
        byte[] page = body;
        if (body.length > 2 && body[0] == 0x1f && body[1] == (byte) 0x8b) {
            try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(body))) {
                page = bounded(unpacked, shown);
            } catch (IOException e) {
                throw unreadable(shown + " as gzip", e);
            }
        }
        return new String(page, StandardCharsets.UTF_8);
    }

    private byte[] bounded(InputStream in, String shown) throws UnfitException {
        try {
            byte[] bytes = in.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE - 8));
            if (bytes.length > maxBytes) {
                throw tooLarge(shown);
            }
            return bytes;
        } catch (IOException e) {
            throw unreadable(shown, e);
        }
    }

    private UnfitException tooLarge(String shown) {
        return new UnfitException(shown + " is larger than --max-bytes (" + maxBytes
                + "). A page of that size is slow to scrape: look for the family with most series, or allow more.");
    }

    private static UnfitException unreadable(String what, IOException e) {
        return new UnfitException("Cannot read " + what + " (" + words(e) + ").", e);
    }

    private static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Collects a body up to a size, and gives the connection up beyond it. */
    private static final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
        private final HttpResponse.BodySubscriber<byte[]> bytes = HttpResponse.BodySubscribers.ofByteArray();
        private final long maxBytes;
        private long received;
        private Flow.@Nullable Subscription subscription;

        BoundedBody(long maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return bytes.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            bytes.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                received += buffer.remaining();
            }
            if (received > maxBytes) {
                Flow.Subscription open = subscription;
                if (open != null) {
                    open.cancel();
                }
                bytes.onError(new TooLarge());
            } else {
                bytes.onNext(buffers);
            }
        }

        @Override
        public void onError(Throwable throwable) {
            bytes.onError(throwable);
        }

        @Override
        public void onComplete() {
            bytes.onComplete();
        }
    }
}
