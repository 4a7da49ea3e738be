package dev.evenkeel.exporter.otlp;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** OTLP over gRPC, by the protocol's own service definition on gRPC's own server. */
final class GrpcReceiver extends MetricsServiceGrpc.MetricsServiceImplBase implements Receiver, ServerInterceptor {
    private final Ledger ledger = new Ledger(false);
    private final AtomicInteger refused = new AtomicInteger();
    private final Server server;
    private volatile Mode mode = Mode.TAKE;
    private volatile long rejectedPoints;
    private volatile String lastAuthorization = "";
    private volatile String lastEncoding = "";

    GrpcReceiver() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(this)
                .intercept(this)
                .build()
                .start();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        lastAuthorization =
                String.valueOf(headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)));
        lastEncoding = String.valueOf(headers.get(Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER)));
        return next.startCall(call, headers);
    }

    @Override
    public void export(ExportMetricsServiceRequest request, StreamObserver<ExportMetricsServiceResponse> answer) {
        switch (mode) {
            case TOO_MANY -> refuse(answer, Status.RESOURCE_EXHAUSTED);
            case UNAVAILABLE -> refuse(answer, Status.UNAVAILABLE);
            case SLOW -> {
                ledger.take(request);
                HttpReceiver.wait150();
                accept(answer);
            }
            case TAKE -> {
                ledger.take(request);
                accept(answer);
            }
        }
    }

    private void accept(StreamObserver<ExportMetricsServiceResponse> answer) {
        ExportMetricsServiceResponse.Builder response = ExportMetricsServiceResponse.newBuilder();
        if (rejectedPoints > 0) {
            response.setPartialSuccess(ExportMetricsPartialSuccess.newBuilder()
                    .setRejectedDataPoints(rejectedPoints)
                    .setErrorMessage("not these"));
        }
        answer.onNext(response.build());
        answer.onCompleted();
    }

    private void refuse(StreamObserver<ExportMetricsServiceResponse> answer, Status status) {
        refused.incrementAndGet();
        answer.onError(status.withDescription("later").asRuntimeException());
    }

    void rejectPoints(long points) {
        rejectedPoints = points;
    }

    String lastAuthorization() {
        return lastAuthorization;
    }

    String lastEncoding() {
        return lastEncoding;
    }

    @Override
    public int port() {
        return server.getPort();
    }

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public void mode(Mode next) {
        mode = next;
    }

    @Override
    public int refused() {
        return refused.get();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
