package dev.evenkeel.guard.http;

import dev.evenkeel.guard.http.UpstreamBusyException.Reason;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Observed;
import dev.evenkeel.metrics.Timer;

/** The metrics of one client, by upstream. Safe from any thread. */
final class UpstreamMeters {
    private static final String CLIENT = "client";
    private static final String UPSTREAM = "upstream";
    /** The label value of calls to upstreams that there was no room for. */
    private static final String OTHER = "other";

    private final String client;
    private final Observed inFlight;
    private final Observed waiting;
    private final Observed max;
    private final Labelled<Timer> waitTime;
    private final Labelled<Counter> waited;
    private final Labelled<Counter> rejected;

    /** What calls to one upstream record; nothing any more once it is hidden, or an evicted series would come back. */
    static final class Handles {
        private final Timer waitTime;
        private final Counter waited;
        private final Counter full;
        private final Counter timedOut;
        private volatile boolean hidden;

        private Handles(Timer waitTime, Counter waited, Counter full, Counter timedOut) {
            this.waitTime = waitTime;
            this.waited = waited;
            this.full = full;
            this.timedOut = timedOut;
        }

        /** A call has to wait. */
        void waits() {
            count(waited);
        }

        /** A wait is over, with a place or without. */
        void waited(long nanos) {
            if (!hidden) {
                waitTime.record(nanos);
            }
        }

        void timedOut() {
            count(timedOut);
        }

        void full() {
            count(full);
        }

        private void count(Counter counter) {
            if (!hidden) {
                counter.increment();
            }
        }
    }

    UpstreamMeters(MetricRegistry registry, String client) {
        this.client = client;
        inFlight =
                gauge(registry, "in_flight", "Calls sent whose answer, body included, has not been read to its end.");
        waiting = gauge(registry, "waiting", "Calls that wait for a place now.");
        max = gauge(registry, "max", "Most calls that may be in flight at once.");
        waitTime = registry.timer("http.client.upstream.wait_time")
                .help("Time that calls waited for a place, those that got none in time included.")
                .labels(CLIENT, UPSTREAM)
                .register();
        waited = registry.counter("http.client.upstream.waited")
                .unit("{request}")
                .help("Calls that found no place free and had to wait.")
                .labels(CLIENT, UPSTREAM)
                .register();
        rejected = registry.counter("http.client.upstream.rejected")
                .unit("{request}")
                .help("Calls that were not sent because their upstream is busy.")
                .labels(CLIENT, UPSTREAM, "reason")
                .register();
    }

    private static Observed gauge(MetricRegistry registry, String tail, String help) {
        return registry.observedGauge("http.client.upstream." + tail)
                .unit("{request}")
                .help(help)
                .labels(CLIENT, UPSTREAM)
                .register();
    }

    Handles show(Upstream upstream) {
        inFlight.add(upstream.inFlightGauge, client, upstream.name);
        waiting.add(upstream.waitingGauge, client, upstream.name);
        max.add(upstream.permitsGauge, client, upstream.name);
        return new Handles(
                waitTime.bind(client, upstream.name),
                waited.bind(client, upstream.name),
                rejected.bind(client, upstream.name, Reason.QUEUE_FULL.word()),
                rejected.bind(client, upstream.name, Reason.WAIT_TIMEOUT.word()));
    }

    void hide(Upstream upstream, Handles handles) {
        handles.hidden = true;
        inFlight.remove(upstream.inFlightGauge, client, upstream.name);
        waiting.remove(upstream.waitingGauge, client, upstream.name);
        max.remove(upstream.permitsGauge, client, upstream.name);
        waitTime.evict(client, upstream.name);
        waited.evict(client, upstream.name);
        rejected.evict(client, upstream.name, Reason.QUEUE_FULL.word());
        rejected.evict(client, upstream.name, Reason.WAIT_TIMEOUT.word());
    }

    void tooManyUpstreams() {
        rejected.bind(client, OTHER, Reason.TOO_MANY_UPSTREAMS.word()).increment();
    }

    void close() {
        rejected.evict(client, OTHER, Reason.TOO_MANY_UPSTREAMS.word());
    }
}
