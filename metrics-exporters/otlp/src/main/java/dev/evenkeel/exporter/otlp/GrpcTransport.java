package dev.evenkeel.exporter.otlp;

import dev.evenkeel.exporter.otlp.Answer.Outcome;
import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * OTLP over gRPC, through the sender of the OpenTelemetry SDK that is on the class path, without the sender's own retries. It does not
 * show the trailers, so how long a busy receiver wants to be left alone is not known here.
 */
final class GrpcTransport implements Transport {
    private static final String METHOD = "opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    private static final int CLOSE_SECONDS = 1;

    private final GrpcSender sender;

    GrpcTransport(Destination to) {
        GrpcSenderProvider provider = ServiceLoader.load(GrpcSenderProvider.class, GrpcTransport.class.getClassLoader())
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException(
                                "Cannot push to " + to.label()
                                        + ": there is no gRPC sender on the class path, and the JDK has none. Add the dependency"
                                        + " io.opentelemetry:opentelemetry-exporter-sender-okhttp, or push over HTTP with endpoint(..)."));
        this.sender = provider.createSender(new Config(to));
    }

    @Override
    public Answer send(byte[] body, long timeoutNanos) throws InterruptedException {
        CompletableFuture<Answer> pending = new CompletableFuture<>();
        Message message = new Message(body);
        try {
            // The failure alone does not tell: a request may be sent whole over a connection that is then lost, and
            // what fails in the
            // end is the new connection that OkHttp tries.
            sender.send(
                    message,
                    response -> pending.complete(answer(response)),
                    failure -> pending.complete(
                            Answer.of(message.written.get() ? Outcome.UNKNOWN : Outcome.UNSENT, failure.toString())));
        } catch (RuntimeException e) { // a header that is none, or a supplier of headers that threw
            return Answer.of(Outcome.UNSENT, "the request could not be made: " + e);
        }
        try {
            return pending.get(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (
                TimeoutException
                        e) { // the sender ends the call itself at its own timeout, which is at most this much later
            return Answer.of(
                    Outcome.UNKNOWN, "no answer within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms");
        } catch (ExecutionException e) {
            throw new IllegalStateException("only answers are completed with", e);
        }
    }

    private static Answer answer(GrpcResponse response) {
        GrpcStatusCode status = response.getStatusCode();
        if (status == GrpcStatusCode.OK) {
            PartialSuccess partial = PartialSuccess.of(response.getResponseMessage());
            return new Answer(Outcome.ACCEPTED, 0, partial.rejectedPoints(), partial.message());
        }
        String text = "status " + status + " " + response.getStatusDescription();
        return Answer.of(outcome(status, text), text);
    }

    /*
     * OTLP 1.x, "Failures": CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE and DATA_LOSS may be retried, and
     * RESOURCE_EXHAUSTED where the receiver says when; all others must not. We keep apart what the protocol does not: an answer about
     * the caller, and a message that is too large, which gRPC servers answer with RESOURCE_EXHAUSTED as well. UNAVAILABLE is what a
     * proxy answers too when it lost the receiver after it had passed the request on. UNKNOWN is what a sender makes of an
     * answer that is none of gRPC's.
     */
    private static Outcome outcome(GrpcStatusCode status, String text) {
        return switch (status) {
            case RESOURCE_EXHAUSTED -> text.contains("larger than max") || text.contains("exceeds maximum size")
                    ? Outcome.TOO_LARGE
                    : Outcome.BUSY;
            case UNAVAILABLE, CANCELLED, DEADLINE_EXCEEDED, ABORTED, DATA_LOSS, UNKNOWN -> Outcome.UNKNOWN;
            case OUT_OF_RANGE -> Outcome.BUSY;
            case UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED, NOT_FOUND -> Outcome.DENIED;
            default -> Outcome.REJECTED;
        };
    }

    @Override
    public void close() {
        sender.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * A message that can be written once: OkHttp sends a request again by itself when its connection is lost, even if it was sent
     * whole, and nobody would know that it was taken twice. It does not after this exception.
     */
    private static final class Message implements MessageWriter {
        private final byte[] body;
        private final AtomicBoolean written = new AtomicBoolean();

        Message(byte[] body) {
            this.body = body;
        }

        @Override
        public void writeMessage(OutputStream output) throws IOException {
            if (written.getAndSet(true)) {
                throw new ProtocolException("the connection was lost after the request was sent");
            }
            output.write(body);
        }

        @Override
        public int getContentLength() {
            return body.length;
        }
    }

    private enum Gzip implements Compressor {
        INSTANCE;

        @Override
        public String getEncoding() {
            return "gzip";
        }

        @Override
        public OutputStream compress(OutputStream output) throws IOException {
            return new GZIPOutputStream(output);
        }
    }

    /** A destination as senders want it told. */
    private record Config(Destination to) implements GrpcSenderConfig {
        @Override
        public URI getEndpoint() {
            return to.endpoint();
        }

        @Override
        public String getFullMethodName() {
            return METHOD;
        }

        @Override
        public @Nullable Compressor getCompressor() {
            return to.gzip() ? Gzip.INSTANCE : null;
        }

        @Override
        public Duration getTimeout() {
            return to.timeout();
        }

        @Override
        public Duration getConnectTimeout() {
            return to.connectTimeout();
        }

        @Override
        public Supplier<Map<String, List<String>>> getHeadersSupplier() {
            return () -> {
                Map<String, List<String>> all = new HashMap<>();
                all.put("User-Agent", List.of(Destination.USER_AGENT));
                to.headers().get().forEach((name, value) -> all.put(name, List.of(value)));
                return all;
            };
        }

        @Override
        public @Nullable RetryPolicy getRetryPolicy() {
            return null;
        }

        @Override
        public @Nullable SSLContext getSslContext() {
            Destination.Tls tls = to.tls();
            return tls == null ? null : tls.context();
        }

        @Override
        public @Nullable X509TrustManager getTrustManager() {
            Destination.Tls tls = to.tls();
            return tls == null ? null : tls.trust();
        }

        @Override
        public @Nullable ExecutorService getExecutorService() {
            return null;
        }
    }
}
