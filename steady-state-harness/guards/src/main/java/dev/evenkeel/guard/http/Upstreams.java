package dev.evenkeel.guard.http;

import dev.evenkeel.guard.http.UpstreamBusyException.Reason;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Observed;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** The upstreams that a client knows, no more than so many. Safe from any thread. */
final class Upstreams {
    private final String client;
    private final int permits;
    private final int queue;
    private final int max;
    private final long idleNanos;
    private final NanoClock clock;
    private final UpstreamMeters meters;
    private final Observed countGauge;
    private final Observed maxGauge;
    private final DoubleSupplier count = this::sweepAndCount;
    private final DoubleSupplier limit = this::max;
    private final Map<Key, Known> known = new ConcurrentHashMap<>();

    /** Held to add and remove; calls to known upstreams do not take it. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile boolean closed;

    /** An upstream with what its calls record. */
    record Known(Upstream upstream, UpstreamMeters.Handles meters) {}

    private record Key(String scheme, String host, int port) {
        static Key of(URI uri) {
            String scheme = uri.getScheme();
            String host = uri.getHost();
            if (scheme == null || host == null) {
                throw new IllegalArgumentException("Cannot send a request to \"" + uri + "\": it names no scheme or no "
                        + "host, and calls are bounded by scheme, host and port. Write http://host or https://host.");
            }
            String lowScheme = scheme.toLowerCase(Locale.ROOT);
            int port = uri.getPort() >= 0 ? uri.getPort() : lowScheme.equals("https") ? 443 : 80;
            return new Key(lowScheme, host.toLowerCase(Locale.ROOT), port);
        }

        @Override
        public String toString() {
            return scheme + "://" + host + ":" + port;
        }
    }

    Upstreams(
            MetricRegistry registry, String client, int permits, int queue, int max, long idleNanos, NanoClock clock) {
        this.client = client;
        this.permits = permits;
        this.queue = queue;
        this.max = max;
        this.idleNanos = idleNanos;
        this.clock = clock;
        meters = new UpstreamMeters(registry, client);
        countGauge = registry.observedGauge("http.client.upstreams")
                .unit("{upstream}")
                .help("Upstreams that the client knows; idle ones are forgotten.")
                .labels("client")
                .register()
                .add(count, client);
        maxGauge = registry.observedGauge("http.client.upstreams.max")
                .unit("{upstream}")
                .help("Most upstreams that the client may know at once.")
                .labels("client")
                .register()
                .add(limit, client);
    }

    /** The upstream of a request; known from now on. */
    Known of(URI uri) throws IOException {
        Key key = Key.of(uri);
        refuseWhenClosed(key);
        Known found = known.get(key);
        return found == null ? add(key) : found;
    }

    /** The upstream of a request, if it is known. */
    @Nullable
    Upstream find(URI uri) {
        Known found = known.get(Key.of(uri));
        return found == null ? null : found.upstream();
    }

    private void refuseWhenClosed(Key key) throws IOException {
        if (closed) {
            throw new IOException("Client \"" + client + "\" did not send a call to " + key
                    + ": it is closed, and nothing would bound the call. Close it after its last call.");
        }
    }

    private Known add(Key key) throws IOException {
        lock.lock();
        try {
            refuseWhenClosed(key);
            Known found = known.get(key);
            if (found != null) {
                return found;
            }
            long now = clock.nanos();
            if (known.size() >= max) {
                sweep(now);
            }
            if (known.size() >= max && !removeLongestIdle(now)) {
                meters.tooManyUpstreams();
                throw new UpstreamBusyException(
                        Reason.TOO_MANY_UPSTREAMS,
                        "Client \"" + client + "\" did not send a call to " + key + ": it knows " + max
                                + " upstreams already, and all have calls. Raise maxUpstreams(..), or see who sends to ever "
                                + "new hosts.");
            }
            Upstream upstream = new Upstream(key.toString(), permits, queue, now);
            Known fresh = new Known(upstream, meters.show(upstream));
            known.put(key, fresh);
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    private void sweep(long now) {
        known.forEach((key, one) -> {
            if (one.upstream().retire(now, idleNanos)) {
                remove(key, one);
            }
        });
    }

    private boolean removeLongestIdle(long now) {
        while (true) {
            Key longest = null;
            long longestNanos = Long.MIN_VALUE;
            for (Map.Entry<Key, Known> entry : known.entrySet()) {
                Upstream upstream = entry.getValue().upstream();
                long idle = now - upstream.lastUsedNanos();
                if (upstream.inFlight() == 0 && upstream.waiting() == 0 && idle > longestNanos) {
                    longest = entry.getKey();
                    longestNanos = idle;
                }
            }
            if (longest == null) {
                return false;
            }
            Known one = known.get(longest);
            if (one != null && one.upstream().retire(now, Long.MIN_VALUE)) {
                remove(longest, one);
                return true;
            } // it was called meanwhile: look again
        }
    }

    private void remove(Key key, Known one) {
        known.remove(key, one);
        meters.hide(one.upstream(), one.meters());
    }

    /** Runs at each collect: there is no thread of our own that could forget what is idle. */
    private double sweepAndCount() {
        if (closed) {
            return Double.NaN;
        }
        if (lock.tryLock()) { // a collect waits for nobody; the next one sweeps as well
            try {
                sweep(clock.nanos());
            } finally {
                lock.unlock();
            }
        }
        return known.size();
    }

    int max() {
        return max;
    }

    int size() {
        return known.size();
    }

    void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            countGauge.remove(count, client);
            maxGauge.remove(limit, client);
            known.forEach(this::remove);
            meters.close();
        } finally {
            lock.unlock();
        }
    }
}
