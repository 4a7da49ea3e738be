package dev.evenkeel.cli.sweep;

import dev.evenkeel.soak.load.ArrivalSchedule;
import dev.evenkeel.soak.load.Connection;
import dev.evenkeel.soak.load.LoadGenerator;
import dev.evenkeel.soak.load.LoadInterval;
import dev.evenkeel.soak.load.Outcome;
import dev.evenkeel.soak.load.Pacer;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Load on a service in three stretches: to warm up; at a fixed rate, for the latency from the moment each request was due; and as
 * much as a few connections can push through, for the throughput. One thread calls it; the senders have their own.
 *
 * @param ratePerSecond of the first two
 * @param saturate how long the third is
 */
record LoadWindow(double ratePerSecond, Duration warmup, Duration measure, Duration saturate) {
    /** Enough to keep two processors busy, few enough that the queue is in the service and not in its sockets. */
    static final int SATURATING_CONNECTIONS = 8;

    /** More than any service answers: whoever is free sends at once. */
    private static final double FLAT_OUT_PER_SECOND = 1_000_000;

    /** The requests of the third stretch have numbers of their own: asked twice, a service may answer from memory. */
    private static final long APART = 1L << 40;

    private static final double MOST_FAILED_SHARE = 0.01;

    /**
     * What came of it.
     *
     * @param ops answered well in the second and third stretch
     * @param fromMillis since 1970, of these two
     * @param failure one sentence when too many requests failed, or it was cut off; empty else
     */
    record Result(
            double p99Millis,
            double opsPerSecond,
            double ops,
            long fromMillis,
            long toMillis,
            double cpuSeconds,
            String failure) {}

    /**
     * Sends.
     *
     * @param goesOn false when the service is gone or a stop was asked for; then the rest is left out
     */
    Result send(Connection.Factory factory, ProcessMeter meter, BooleanSupplier goesOn)
            throws IOException, InterruptedException {
        Pacer pacer = Pacer.system();
        LoadInterval steady;
        long fromMillis;
        double cpuBefore;
        LoadGenerator even = new LoadGenerator(
                factory, ArrivalSchedule.perSecond(ratePerSecond), LoadGenerator.connectionsFor(ratePerSecond), pacer);
        even.open();
        try {
            even.begin(pacer.nanos());
            meter.watch(warmup, goesOn);
            even.interval();
            meter.look();
            cpuBefore = meter.cpuSeconds();
            fromMillis = System.currentTimeMillis();
            meter.watch(measure, goesOn);
            steady = even.interval();
        } finally {
            even.end();
        }
        LoadInterval flatOut;
        double seconds;
        LoadGenerator most = new LoadGenerator(
                () -> new Renumbered(factory.open()),
                ArrivalSchedule.perSecond(FLAT_OUT_PER_SECOND),
                SATURATING_CONNECTIONS,
                pacer);
        most.open();
        try {
            long began = pacer.nanos();
            most.begin(began);
            meter.watch(saturate, goesOn);
            flatOut = most.interval();
            seconds = (pacer.nanos() - began) / 1e9;
        } finally {
            most.end();
        }
        meter.look();
        return new Result(
                steady.intended().getTotalCount() == 0
                        ? Double.NaN
                        : steady.intended().getValueAtPercentile(99) / 1000.0,
                flatOut.succeeded() / seconds,
                steady.succeeded() + flatOut.succeeded(),
                fromMillis,
                System.currentTimeMillis(),
                meter.cpuSeconds() - cpuBefore,
                failure(steady, flatOut));
    }

    private static String failure(LoadInterval steady, LoadInterval flatOut) {
        long completed = steady.completed() + flatOut.completed();
        long failed = steady.failed() + flatOut.failed();
        if (completed == 0) {
            return "No request was answered.";
        }
        return failed > MOST_FAILED_SHARE * completed
                ? failed + " of " + completed + " requests failed, more than 1 in 100."
                : "";
    }

    private record Renumbered(Connection to) implements Connection {
        @Override
        public Outcome send(long sequence) throws IOException {
            return to.send(APART + sequence);
        }

        @Override
        public void close() {
            to.close();
        }
    }
}
