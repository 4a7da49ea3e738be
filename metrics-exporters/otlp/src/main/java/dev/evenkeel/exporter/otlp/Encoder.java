package dev.evenkeel.exporter.otlp;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Encodes metric data as the body of an OTLP request, in protobuf. Not thread-safe; keeps its buffer. */
final class Encoder implements AutoCloseable {
    /*
     * The SDK's encoder is internal to the SDK; its exporter and the sender that an exporter is given are not. So this is an
     * exporter whose sender keeps the bytes. In its reusable memory mode it encodes without an object for each point.
     */
    private final Kept kept = new Kept();
    private final OtlpHttpMetricExporter exporter = OtlpHttpMetricExporter.builder()
            .setEndpoint("http://localhost/v1/metrics") // nobody connects to it
            .setMeterProvider(MeterProvider.noop())
            .setMemoryMode(MemoryMode.REUSABLE_DATA)
            .setComponentLoader(new OneSender(kept))
            .build();

    /**
     * Returns the encoded request.
     *
     * @throws IllegalStateException when the SDK cannot encode it
     */
    byte[] encode(Collection<MetricData> metrics) {
        kept.clear();
        exporter.export(metrics); // runs the sender before it returns
        if (kept.failure != null || !kept.written) {
            throw new IllegalStateException(
                    "Cannot encode " + metrics.size() + " metrics: the SDK's exporter wrote no request.", kept.failure);
        }
        return kept.bytes.toByteArray();
    }

    @Override
    public void close() {
        exporter.close();
    }

    private record OneSender(Kept kept) implements ComponentLoader {
        @Override
        @SuppressWarnings("unchecked") // of the class asked for
        public <T> Iterable<T> load(Class<T> service) {
            HttpSenderProvider provider = config -> kept;
            return service == HttpSenderProvider.class ? List.of((T) provider) : List.of();
        }
    }

    private static final class Kept implements HttpSender {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 12);
        private boolean written;
        private @Nullable Throwable failure;

        void clear() {
            bytes.reset();
            written = false;
            failure = null;
        }

        @Override
        public void send(MessageWriter writer, Consumer<HttpResponse> onResponse, Consumer<Throwable> onError) {
            try {
                writer.writeMessage(bytes);
                written = true;
                onResponse.accept(Accepted.INSTANCE);
            } catch (IOException e) {
                failure = new UncheckedIOException(e);
                onError.accept(e);
            }
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    private enum Accepted implements HttpResponse {
        INSTANCE;

        @Override
        public int getStatusCode() {
            return 200;
        }

        @Override
        public String getStatusMessage() {
            return "";
        }

        @Override
        public byte[] getResponseBody() {
            return new byte[0];
        }
    }
}
