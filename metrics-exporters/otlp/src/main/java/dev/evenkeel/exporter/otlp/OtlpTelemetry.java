package dev.evenkeel.exporter.otlp;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.DoubleCounter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Observed;
import dev.evenkeel.metrics.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** What an exporter tells of itself, in the registry that it exports. Recorded by the pushing thread, read by any. */
final class OtlpTelemetry implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;

    private final String endpoint;
    private final Map<Answer.Outcome, Counter> requests = new EnumMap<>(Answer.Outcome.class);
    private final Counter acceptedPoints;
    private final Counter rejectedPoints;
    private final Counter lostPoints;
    private final DoubleCounter lostMeasurements;
    private final Counter refusedRepeats;
    private final Counter unknownRepeats;
    private final Counter merges;
    private final Counter overflowed;
    private final Timer duration;
    private final Observed bytes;
    private final Observed limit;
    private final Observed age;
    private final DoubleSupplier readBytes = this::bufferedBytes;
    private final DoubleSupplier readLimit;
    private final DoubleSupplier readAge;

    private volatile long bufferedBytes;
    private volatile boolean behind;
    private volatile long oldestNanos;

    OtlpTelemetry(MetricRegistry registry, String endpoint, long maxBytes, NanoClock clock) {
        this.endpoint = endpoint;
        Labelled<Counter> answers = registry.counter("evenkeel.otlp.requests")
                .unit("{request}")
                .help("Requests with metrics that were sent, by how they ended.")
                .labels("endpoint", "outcome")
                .register();
        for (Answer.Outcome outcome : Answer.Outcome.values()) {
            requests.put(outcome, answers.bind(endpoint, outcome.label()));
        }
        Labelled<Counter> points = registry.counter("evenkeel.otlp.points")
                .unit("{point}")
                .help("Points that were accepted, that the receiver said it had not taken, or that were given up.")
                .labels("endpoint", "outcome")
                .register();
        acceptedPoints = points.bind(endpoint, "accepted");
        rejectedPoints = points.bind(endpoint, "rejected");
        lostPoints = points.bind(endpoint, "lost");
        lostMeasurements = registry.doubleCounter("evenkeel.otlp.lost")
                .unit("{measurement}")
                .help("Values of histograms and amounts of counters in deltas that were given up.")
                .labels("endpoint")
                .register()
                .bind(endpoint);
        Labelled<Counter> repeats = registry.counter("evenkeel.otlp.repeats")
                .unit("{request}")
                .help(
                        "Requests sent again unchanged: refused, or of unknown fate, in which case the receiver may count them twice.")
                .labels("endpoint", "reason")
                .register();
        refusedRepeats = repeats.bind(endpoint, "refused");
        unknownRepeats = repeats.bind(endpoint, "unknown");
        merges = registry.counter("evenkeel.otlp.buffer.merges")
                .unit("{batch}")
                .help("Waiting deltas that were merged with the next because the buffer was full.")
                .labels("endpoint")
                .register()
                .bind(endpoint);
        overflowed = registry.counter("evenkeel.otlp.buffer.overflowed")
                .unit("{point}")
                .help("Points that went into overflow series because even merged deltas filled the buffer.")
                .labels("endpoint")
                .register()
                .bind(endpoint);
        duration = registry.timer("evenkeel.otlp.request.duration")
                .help("From the start of a request to its answer or its failure.")
                .labels("endpoint")
                .register()
                .bind(endpoint);
        bytes = registry.observedGauge("evenkeel.otlp.buffer.usage")
                .unit("By")
                .help("Memory taken by points that wait to be accepted.")
                .labels("endpoint")
                .register()
                .add(readBytes, endpoint);
        readLimit = () -> maxBytes;
        limit = registry.observedGauge("evenkeel.otlp.buffer.limit")
                .unit("By")
                .help("From how much on waiting deltas are merged.")
                .labels("endpoint")
                .register()
                .add(readLimit, endpoint);
        readAge = () -> behind ? (clock.nanos() - oldestNanos) / NANOS_PER_SECOND : 0;
        age = registry.observedGauge("evenkeel.otlp.unsent.age")
                .unit("s")
                .help("How long ago the oldest point was read that waits to be accepted; 0 when none does.")
                .labels("endpoint")
                .register()
                .add(readAge, endpoint);
    }

    void answered(Answer answer, int points, long nanos) {
        Counter counter = requests.get(answer.outcome());
        if (counter != null) {
            counter.increment();
        }
        duration.record(nanos);
        if (answer.outcome() == Answer.Outcome.ACCEPTED) {
            long rejected = Math.min(answer.rejectedPoints(), points);
            acceptedPoints.add(points - rejected);
            rejectedPoints.add(rejected);
        }
    }

    void repeated(boolean unknown) {
        (unknown ? unknownRepeats : refusedRepeats).increment();
    }

    void lost(int points, double measurements) {
        lostPoints.add(points);
        lostMeasurements.add(measurements);
    }

    void merged() {
        merges.increment();
    }

    void didNotFit(long toOverflow, long leftOut) {
        overflowed.add(toOverflow);
        lostPoints.add(leftOut);
    }

    void waiting(long sum, boolean any, long oldestReadNanos) {
        bufferedBytes = sum;
        oldestNanos = oldestReadNanos;
        behind = any;
    }

    private double bufferedBytes() {
        return bufferedBytes;
    }

    @Override
    public void close() {
        bytes.remove(readBytes, endpoint);
        limit.remove(readLimit, endpoint);
        age.remove(readAge, endpoint);
    }
}
