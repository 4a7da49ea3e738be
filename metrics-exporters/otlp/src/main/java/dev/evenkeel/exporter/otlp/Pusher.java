package dev.evenkeel.exporter.otlp;

import dev.evenkeel.exporter.otlp.Answer.Outcome;
import dev.evenkeel.metrics.NanoClock;
import io.opentelemetry.sdk.resources.Resource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Reads the registry when it is time, sends what was read, and decides what to do when that fails. For one thread. */
final class Pusher {
    /*
     * One request is under way at a time, and it is frozen: whatever becomes of it, the same bytes are sent again until they are
     * accepted, rejected for good or found too large. So a receiver that took a request whose answer was lost sees the very same
     * points, start and end, once more, and can tell. Readings go on meanwhile and wait in the buffer: a reader of deltas that
     * does not read would lose its place.
     *
     * Cumulative requests are not frozen: the next says all that they said.
     */
    private static final Logger LOG = System.getLogger(OtlpExporter.class.getName());
    private static final long LOG_INTERVAL_NANOS = 60_000_000_000L;

    /** Waits, so that tests need not. */
    interface Pause {
        void nanos(long n) throws InterruptedException;
    }

    private final Settings settings;
    private final RegistryReadings readings;
    private final Resource resource;
    private final Encoder encoder;
    private final Transport transport;
    private final NanoClock clock;
    private final Backoff backoff;
    private final OtlpTelemetry telemetry;
    private final BatchBuffer buffer;

    /** The most points of a request, as far as is known: fewer as soon as one was too large. */
    private int maxPoints = Integer.MAX_VALUE;

    private @Nullable Request current;

    /** Parts of a request that was too large. Frozen as it was: it may have been taken before. */
    private final ArrayDeque<Batch> parts = new ArrayDeque<>();

    private long nextReadingNanos;
    private long nextSendNanos;

    /** Until when the receiver asked to be left alone. */
    private long askedUntilNanos;

    private long failingSinceNanos;
    private long loggedAtNanos;
    private boolean finished;

    Pusher(
            Settings settings,
            RegistryReadings readings,
            Resource resource,
            Encoder encoder,
            Transport transport,
            NanoClock clock,
            RandomGenerator random,
            OtlpTelemetry telemetry) {
        this.settings = settings;
        this.readings = readings;
        this.resource = resource;
        this.encoder = encoder;
        this.transport = transport;
        this.clock = clock;
        this.backoff = new Backoff(random);
        this.telemetry = telemetry;
        this.buffer = new BatchBuffer(readings.delta(), settings.maxBufferBytes(), telemetry);
        this.nextReadingNanos = clock.nanos() + settings.intervalNanos();
        this.nextSendNanos = clock.nanos();
        this.askedUntilNanos = nextSendNanos;
        this.loggedAtNanos = clock.nanos() - LOG_INTERVAL_NANOS;
    }

    /**
     * Bounds and periods of an exporter.
     *
     * @param destination for messages
     */
    record Settings(
            String destination, long intervalNanos, long timeoutNanos, long maxBufferBytes, int maxRequestBytes) {}

    /** A request that is sent until it is answered for good. */
    private static final class Request {
        private final Batch batch;
        private final byte[] body;
        private int attempts;

        Request(Batch batch, byte[] body) {
            this.batch = batch;
            this.body = body;
        }

        long bytes() {
            return batch.bytes() + body.length;
        }
    }

    /**
     * Reads if it is time, sends if it may.
     *
     * @param now reads and sends whether it is time or not, unless the receiver asked to be left alone
     * @return how many nanoseconds there is nothing to do
     */
    long step(boolean now) throws InterruptedException {
        long nanos = clock.nanos();
        if (now || nanos - nextReadingNanos >= 0) {
            read();
            long late = nanos - nextReadingNanos;
            nextReadingNanos += settings.intervalNanos() * (late < 0 ? 0 : 1 + late / settings.intervalNanos());
        }
        if (nanos - nextSendNanos >= 0 || (now && nanos - askedUntilNanos >= 0)) {
            while (pending() && send(settings.timeoutNanos())) {
                // The next one.
            }
        }
        report();
        long after = clock.nanos();
        long wait = nextReadingNanos - after;
        return Math.max(0, pending() ? Math.min(wait, nextSendNanos - after) : wait);
    }

    /** Returns whether something that was read has not been accepted. */
    boolean pending() {
        return current != null || !parts.isEmpty() || !buffer.isEmpty();
    }

    private void read() {
        try {
            buffer.add(readings.take());
        } catch (
                IllegalStateException
                        e) { // the registry is closed, or its memory is spent and the reader had lost its place
            complain("Cannot read metrics to push them to " + settings.destination() + ": " + e.getMessage()
                    + " If it was closed on purpose, close the exporter before it.");
        }
    }

    /** Sends one request; returns whether the next may follow at once. */
    private boolean send(long timeoutNanos) throws InterruptedException {
        Request request = next();
        if (request == null) {
            return true;
        }
        if (request.attempts++ > 0 || request.batch.perhapsTaken()) {
            telemetry.repeated(request.batch.perhapsTaken());
        }
        long start = clock.nanos();
        Answer answer;
        try {
            answer = transport.send(request.body, timeoutNanos);
        } catch (InterruptedException e) {
            request.batch.markPerhapsTaken();
            telemetry.answered(
                    Answer.of(Outcome.UNKNOWN, "interrupted"), request.batch.points(), clock.nanos() - start);
            throw e;
        }
        telemetry.answered(answer, request.batch.points(), clock.nanos() - start);
        return switch (answer.outcome()) {
            case ACCEPTED -> accepted(request, answer);
            case TOO_LARGE -> split(request, answer);
            case REJECTED -> rejected(request, answer);
            case UNSENT, BUSY, UNKNOWN, DENIED -> failed(request, answer);
        };
    }

    private @Nullable Request next() {
        Request request = current;
        if (request != null && (readings.delta() || buffer.isEmpty())) {
            return request;
        }
        current = null;
        if (request != null) {
            buffer.addFirst(request.batch);
            buffer.mergeAll();
        }
        while (true) {
            boolean part = !parts.isEmpty();
            Batch batch = part ? parts.pollFirst() : buffer.poll();
            if (batch == null) {
                return null;
            }
            Batch rest = batch.splitAfter(maxPoints);
            if (!rest.isEmpty()) {
                putBack(rest, part);
            }
            byte[] body;
            try {
                body = encoder.encode(batch.toMetricData(resource));
            } catch (RuntimeException e) { // a batch that cannot be encoded would stand in the way of all others
                giveUp(batch, e.toString());
                continue;
            }
            int points = batch.points();
            if (body.length <= settings.maxRequestBytes() || points == 1) {
                request = new Request(batch, body);
                current = request;
                return request;
            }
            long fit = (long) points * settings.maxRequestBytes() / body.length;
            maxPoints = (int) Math.max(1, Math.min(points - 1, fit));
            putBack(batch, part);
        }
    }

    private void putBack(Batch batch, boolean part) {
        if (part) {
            parts.addFirst(batch);
        } else {
            buffer.addFirst(batch);
        }
    }

    private boolean accepted(Request request, Answer answer) {
        current = null;
        if (backoff.failures() > 0) {
            LOG.log(
                    Level.INFO,
                    "Metrics reach {0} again, after {1} failures in {2} s.",
                    settings.destination(),
                    backoff.failures(),
                    (clock.nanos() - failingSinceNanos) / 1_000_000_000L);
        }
        backoff.succeeded();
        if (answer.rejectedPoints() > 0) {
            complain(settings.destination() + " took a request without " + answer.rejectedPoints() + " of its "
                    + request.batch.points() + " points, and says: \"" + answer.text()
                    + "\". They are counted by evenkeel.otlp.points{outcome=\"rejected\"}.");
        }
        return true;
    }

    private boolean split(Request request, Answer answer) {
        if (request.batch.points() == 1) {
            return rejected(request, answer);
        }
        current = null;
        maxPoints = (request.batch.points() + 1) / 2;
        parts.addFirst(request.batch);
        return true;
    }

    private boolean rejected(Request request, Answer answer) {
        current = null;
        giveUp(request.batch, answer.text());
        return true;
    }

    private void giveUp(Batch batch, String why) {
        telemetry.lost(batch.points(), batch.measurements());
        complain(settings.destination() + " will never take a request of " + batch.points() + " points: " + why + ". "
                + (readings.delta()
                        ? "What they counted is given up, and counted by evenkeel.otlp.lost."
                        : "Nothing is lost: the next push tells what they told.")
                + " Look for what the receiver cannot read, such as exponential histograms or deltas.");
    }

    private boolean failed(Request request, Answer answer) {
        if (answer.outcome() == Outcome.UNKNOWN) {
            request.batch.markPerhapsTaken();
        }
        long now = clock.nanos();
        if (backoff.failures() == 0) {
            failingSinceNanos = now;
            LOG.log(
                    Level.WARNING,
                    "Cannot push metrics to {0}: {1}. Nothing is lost so far: they wait in memory and are sent when it takes"
                            + " them. Check the address, and that the receiver runs and lets us in. Logged once until then.",
                    settings.destination(),
                    answer.text());
        }
        long delay = backoff.failed(answer.retryAfterNanos());
        nextSendNanos = now + delay;
        if (answer.retryAfterNanos() > 0) {
            askedUntilNanos = nextSendNanos;
        }
        if (answer.outcome() == Outcome.DENIED && nextReadingNanos - nextSendNanos > 0) {
            nextSendNanos = nextReadingNanos; // asking again soon would change nothing
        }
        return false;
    }

    /**
     * Reads once more and sends all that waits until the deadline: at least one try if there is time, whatever wait was agreed. What is not
     * accepted by then is counted as lost. The first call does it, later ones nothing.
     */
    void finish(long deadlineNanos, Pause pause) throws InterruptedException {
        if (finished) {
            return;
        }
        finished = true;
        read();
        buffer.mergeAll();
        try {
            for (long left = deadlineNanos - clock.nanos();
                    pending() && left > 0;
                    left = deadlineNanos - clock.nanos()) {
                if (!send(Math.min(settings.timeoutNanos(), left))) {
                    long wait = nextSendNanos - clock.nanos();
                    if (wait >= deadlineNanos - clock.nanos()) {
                        break;
                    }
                    pause.nanos(Math.max(0, wait));
                }
            }
        } finally {
            loseRest();
            report();
        }
    }

    private void loseRest() {
        int points = 0;
        double measurements = 0;
        Request request = current;
        if (request != null) {
            points += request.batch.points();
            measurements += request.batch.measurements();
        }
        current = null;
        parts.forEach(buffer::addFirst);
        parts.clear();
        for (Batch batch = buffer.poll(); batch != null; batch = buffer.poll()) {
            points += batch.points();
            measurements += batch.measurements();
        }
        if (points > 0) {
            telemetry.lost(points, measurements);
            LOG.log(
                    Level.WARNING,
                    "Closed before {0} took the last {1} points. What they counted since the last push is lost. If the receiver is"
                            + " slow rather than away, raise closeTimeout(..).",
                    settings.destination(),
                    points);
        }
    }

    private void complain(String message) {
        long now = clock.nanos();
        if (now - loggedAtNanos >= LOG_INTERVAL_NANOS) {
            loggedAtNanos = now;
            LOG.log(Level.WARNING, "{0} Logged at most once a minute.", message);
        }
    }

    private void report() {
        Request request = current;
        Batch oldest = request != null ? request.batch : parts.isEmpty() ? buffer.peek() : parts.peekFirst();
        long bytes = buffer.bytes() + (request == null ? 0 : request.bytes());
        for (Batch part : parts) {
            bytes += part.bytes();
        }
        telemetry.waiting(bytes, oldest != null, oldest == null ? 0 : oldest.readAtNanos());
    }
}
