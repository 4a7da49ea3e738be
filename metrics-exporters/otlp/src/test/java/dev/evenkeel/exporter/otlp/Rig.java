package dev.evenkeel.exporter.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.evenkeel.metrics.MetricRegistry;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** A pusher on a manual clock, whose receiver answers as it is told and decodes what it takes. */
final class Rig implements Transport {
    static final long SECOND = 1_000_000_000L;
    static final String ENDPOINT = "test";
    static final long TIMEOUT = 10 * SECOND;

    final ManualClock clock = new ManualClock();
    final MetricRegistry registry =
            MetricRegistry.builder().wallClock(clock).nanoClock(clock).build();
    final Ledger ledger = new Ledger(true);
    final List<byte[]> sent = new ArrayList<>();
    final List<Long> sentAt = new ArrayList<>();
    final Pusher pusher;
    final RegistryReadings readings;

    /** Answers each request; what it accepts is taken. */
    Function<ExportMetricsServiceRequest, Answer> receiver = request -> Answer.of(Answer.Outcome.ACCEPTED, "");

    Rig(AggregationTemporality temporality, HistogramEncoding encoding, long maxBytes, int maxRequest, long seed) {
        readings = new RegistryReadings(registry, temporality, encoding, clock);
        pusher = new Pusher(
                new Pusher.Settings(ENDPOINT, 60 * SECOND, TIMEOUT, maxBytes, maxRequest),
                readings,
                Resource.empty(),
                new Encoder(),
                this,
                clock,
                new SplittableRandom(seed),
                new OtlpTelemetry(registry, ENDPOINT, maxBytes, clock));
    }

    private Boolean takenAtInterrupt;

    static Rig delta() {
        return new Rig(AggregationTemporality.DELTA, HistogramEncoding.EXPLICIT, 8L << 20, 1 << 20, 1);
    }

    static Rig cumulative() {
        return new Rig(AggregationTemporality.CUMULATIVE, HistogramEncoding.EXPLICIT, 8L << 20, 1 << 20, 1);
    }

    @Override
    public Answer send(byte[] body, long timeoutNanos) throws InterruptedException {
        sent.add(body);
        sentAt.add(clock.nanos());
        ExportMetricsServiceRequest request = decode(body);
        if (takenAtInterrupt != null) {
            if (takenAtInterrupt) {
                ledger.take(request);
            }
            throw new InterruptedException("as told");
        }
        Answer answer = receiver.apply(request);
        if (answer.outcome() == Answer.Outcome.ACCEPTED) {
            ledger.take(request);
        }
        return answer;
    }

    static ExportMetricsServiceRequest decode(byte[] body) {
        try {
            return ExportMetricsServiceRequest.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    void answer(Answer.Outcome outcome) {
        receiver = request -> Answer.of(outcome, "as told");
    }

    /** Interrupts the next request, which is taken or not; null for not at all. */
    void interruptNext(Boolean taken) {
        takenAtInterrupt = taken;
    }

    /** Lets time pass, as the thread of the exporter would. */
    void pass(long nanos) throws InterruptedException {
        long until = clock.nanos() + nanos;
        while (true) {
            long wait = pusher.step(false);
            if (clock.nanos() + wait > until) {
                clock.advance(until - clock.nanos());
                return;
            }
            clock.advance(Math.max(1, wait));
        }
    }

    void finish(long withinNanos) throws InterruptedException {
        pusher.finish(clock.nanos() + withinNanos, clock::advance);
    }

    double own(String name, String... labels) {
        String[] all = new String[labels.length + 1];
        all[0] = ENDPOINT;
        System.arraycopy(labels, 0, all, 1, labels.length);
        return registry.snapshot().value(name, all);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
