package dev.evenkeel.soak.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Sends requests on a schedule over a fixed number of connections.
 *
 * <p>Each connection has a sender thread, named {@code evenkeel-load-N}, which takes the next request
 * of the schedule, waits until it is due and sends it. When all connections are busy the next request
 * leaves late, and its latency counts from when it was due. The number of connections never changes,
 * so the target's file descriptors do not follow the load.
 */
public final class LoadGenerator implements Load, AutoCloseable {
    /*
     * Why each sender takes its request before it is due. A sender that is free early has made a
     * promise: if it then sends late, the delay is the generator's own (a busy machine, a garbage
     * collection here) and goes to `lateness`. A sender that takes a request after its time was kept
     * waiting by the target; that delay belongs to the target and shows in the intended latency only.
     * One dispatcher with a queue could not tell the two apart. Taking in turn also uses all
     * connections evenly, so that no server closes one for being idle.
     */

    /** Longest latency told apart, in microseconds: ten minutes. Longer ones count as this. */
    private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(10);

    private static final long END_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Connection.Factory factory;
    private final ArrivalSchedule schedule;
    private final int connectionCount;
    private final Pacer pacer;
    private final List<Connection> connections = new ArrayList<>();
    private final List<Thread> senders = new ArrayList<>();

    private final AtomicLong next = new AtomicLong();
    private final LongAdder completed = new LongAdder();
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder shed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder excluded = new LongAdder();
    private final Recorder intended = new Recorder(1, HIGHEST_MICROS, 3);
    private final Recorder service = new Recorder(1, HIGHEST_MICROS, 3);
    private final Recorder lateness = new Recorder(1, HIGHEST_MICROS, 3);

    private volatile boolean ended;

    /** Pauses of our own making; replaced as a whole, so that a sender sees one state. */
    private volatile Pause pause = Pause.NONE;

    private long originNanos;
    private long dueBefore;
    private long completedBefore;
    private long succeededBefore;
    private long shedBefore;
    private long failedBefore;
    private long excludedBefore;

    /**
     * Prepares a load; nothing is opened yet.
     *
     * @param connectionCount connections, and so requests in flight; at least 1
     */
    public LoadGenerator(Connection.Factory factory, ArrivalSchedule schedule, int connectionCount, Pacer pacer) {
        if (connectionCount < 1) {
            throw new IllegalArgumentException("A load needs at least one connection, not " + connectionCount + ".");
        }
        this.factory = factory;
        this.schedule = schedule;
        this.connectionCount = connectionCount;
        this.pacer = pacer;
    }

    /**
     * Connections that carry a quarter of a second of the rate, from 4 to 256. Each is used several
     * times in the half minute after which servers commonly close an idle one.
     */
    public static int connectionsFor(double perSecond) {
        return (int) Math.max(4, Math.min(256, Math.ceil(perSecond / 4)));
    }

    /**
     * Opens all connections, one after the other.
     *
     * @throws IOException when the target refuses one; those opened before are closed
     */
    public void open() throws IOException {
        try {
            while (connections.size() < connectionCount) {
                connections.add(factory.open());
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Starts the senders; {@link #open()} first. */
    @Override
    public void begin(long originNanos) {
        if (connections.size() < connectionCount) {
            throw new IllegalStateException("The load's connections are not open. Call open() first.");
        }
        originAt(originNanos);
        for (int i = 0; i < connectionCount; i++) {
            Connection connection = connections.get(i);
            Thread sender = new Thread(() -> sendAll(connection), "evenkeel-load-" + (i + 1));
            sender.setDaemon(true);
            senders.add(sender);
            sender.start();
        }
    }

    /** Fixes when request 0 is due. */
    void originAt(long originNanos) {
        this.originNanos = originNanos;
    }

    private void sendAll(Connection connection) {
        try {
            while (!ended) {
                sendNext(connection);
            }
        } catch (InterruptedException e) {
            // end() wakes senders that wait for a request to become due.
            Thread.currentThread().interrupt();
        }
    }

    /** Takes the next request, waits for its time and sends it. One turn of a sender's loop. */
    void sendNext(Connection connection) throws InterruptedException {
        long sequence = next.getAndIncrement();
        long due = originNanos + schedule.offsetNanos(sequence);
        boolean free = pacer.nanos() - due <= 0;
        pacer.sleepUntil(due);
        if (ended) {
            return;
        }
        long sent = pacer.nanos();
        if (free) {
            lateness.recordValue(micros(sent - due));
        }
        Outcome outcome;
        try {
            outcome = connection.send(sequence);
        } catch (IOException | RuntimeException e) {
            outcome = Outcome.FAILED; // a sender that died of one odd answer would thin out the load
        }
        long done = pacer.nanos();
        switch (outcome) {
            case SUCCESS -> succeeded.increment();
            case SHED -> shed.increment();
            case FAILED -> failed.increment();
        }
        if (pause.covers(due, done)) {
            excluded.increment();
        } else {
            intended.recordValue(micros(done - due));
            service.recordValue(micros(done - sent));
        }
        completed.increment();
    }

    private static long micros(long nanos) {
        return Math.min(HIGHEST_MICROS, Math.max(0, nanos / 1000));
    }

    @Override
    public void pauseBegins() {
        pause = pause.begin(pacer.nanos());
    }

    @Override
    public void pauseEnds() {
        pause = pause.end(pacer.nanos());
    }

    @Override
    public LoadInterval interval() {
        // Completions are read before outcomes and written after them, so no completion lacks its outcome.
        long completedNow = completed.sum();
        long succeededNow = succeeded.sum();
        long shedNow = shed.sum();
        long failedNow = failed.sum();
        long excludedNow = excluded.sum();
        long dueNow = schedule.dueBefore(pacer.nanos() - originNanos);
        Histogram intendedNow = intended.getIntervalHistogram();
        Histogram serviceNow = service.getIntervalHistogram();
        Histogram latenessNow = lateness.getIntervalHistogram();
        LoadInterval interval = new LoadInterval(
                dueNow - dueBefore,
                completedNow - completedBefore,
                succeededNow - succeededBefore,
                shedNow - shedBefore,
                failedNow - failedBefore,
                excludedNow - excludedBefore,
                intendedNow,
                serviceNow,
                latenessNow);
        dueBefore = dueNow;
        completedBefore = completedNow;
        succeededBefore = succeededNow;
        shedBefore = shedNow;
        failedBefore = failedNow;
        excludedBefore = excludedNow;
        return interval;
    }

    /** Takes about a microsecond for each connection. */
    @Override
    public long cpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        if (!threads.isThreadCpuTimeSupported() || !threads.isThreadCpuTimeEnabled()) {
            return 0;
        }
        long sum = 0;
        for (Thread sender : senders) {
            sum += Math.max(0, threads.getThreadCpuTime(sender.getId()));
        }
        return sum;
    }

    /** Sends no more, waits up to 5 s for answers under way, closes all connections; idempotent. */
    @Override
    public void end() {
        ended = true;
        for (Thread sender : senders) {
            sender.interrupt();
        }
        long deadline = System.nanoTime() + END_WAIT_NANOS;
        boolean interrupted = false;
        for (Thread sender : senders) {
            long left = deadline - System.nanoTime();
            try {
                sender.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            } catch (InterruptedException e) {
                interrupted = true;
                break;
            }
        }
        close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes all connections; a request under way on one of them fails. */
    @Override
    public void close() {
        ended = true;
        connections.forEach(Connection::close);
    }

    /**
     * The newest pause.
     *
     * @param active whether it is still going on
     * @param everEnded whether {@code untilNanos} means anything yet
     * @param fromNanos when it began
     * @param untilNanos when the one before {@code active}, or the newest, may be assumed forgotten
     */
    private record Pause(boolean active, boolean everEnded, long fromNanos, long untilNanos) {
        static final Pause NONE = new Pause(false, false, 0, 0);

        Pause begin(long now) {
            return new Pause(true, everEnded, now, untilNanos);
        }

        /** The queue that built up is given as long to drain as it had to build up. */
        Pause end(long now) {
            return new Pause(false, true, fromNanos, now + (now - fromNanos));
        }

        boolean covers(long due, long done) {
            if (active && done - fromNanos >= 0) {
                return true;
            }
            return everEnded && due - untilNanos <= 0 && done - fromNanos >= 0;
        }
    }
}
