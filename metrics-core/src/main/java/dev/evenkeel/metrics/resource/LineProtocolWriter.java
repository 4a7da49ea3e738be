package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.WallClock;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes how the JVM does as lines {@code name=value} to any stream, for whoever has a log and no metrics server.
 *
 * <pre>
 * # evenkeel lines, schema 1, every 15 s
 * time=1767225615.000
 * heap.used_after_gc_bytes=8388608
 * heap.used_bytes=20971520
 * heap.free_bytes=46137344
 * heap.uncommitted_bytes=201326592
 * threads=24
 * gc.cycles_delta=2
 * gc.pauses_delta=2
 * gc.pause_mean_seconds=0.0035
 * gc.pause_p99_seconds=0.005
 * lock_wait_delta_seconds=0.12
 * open_file_descriptors=61
 * </pre>
 *
 * <p>The first line says the schema; then comes one block every 15 s, which begins with its time, in seconds since 1970. What
 * ends in {@code _delta} or has it before its unit is since the block before. {@code free} is committed and not used,
 * {@code uncommitted} what the heap may still ask the system for. The mean and the p99 are of the pauses since the block before,
 * in steps of 1 ms; ZGC's pauses are shorter and show as 0. A line whose value is not there is left out: heap after GC
 * before the first collection, pause times without a pause, lock wait unless asked for, descriptors on Windows.
 *
 * <p>Runs on the schedule's thread; a block costs about 10 us and 3 KB, and one write of whole lines followed by a flush.
 * A stream that blocks delays all other samplers. One that fails is counted by {@code evenkeel.line_writer.errors}, and
 * left alone after three failures in a row; the log says so. The stream stays the caller's: it is never closed here.
 */
public final class LineProtocolWriter implements AutoCloseable {
    /** The number in the first line. It changes when a line is renamed, removed or changes its meaning. */
    public static final int SCHEMA = 1;

    /** After how many failed writes in a row the stream is left alone. */
    public static final int MOST_FAILURES = 3;

    private static final Logger LOG = System.getLogger(LineProtocolWriter.class.getName());
    private static final long CLOSE_MILLIS = 1000;

    /** Takes whole lines. */
    private interface Sink {
        void write(String lines) throws IOException;
    }

    private final Sink sink;
    private final WallClock clock;
    private final Duration period;
    private final LineReadings.Source source;
    private final Counter errors;
    private final ReentrantLock lock = new ReentrantLock();
    private SamplerSchedule.@Nullable Task task;

    // Under the lock.
    private final LineReadings readings = new LineReadings();
    private final StringBuilder block = new StringBuilder(512);
    private double lastCycles;
    private double lastLockWait;
    private boolean begun;
    private int failures;

    private volatile boolean stopped;

    private LineProtocolWriter(Builder builder, Sink sink, MetricRegistry registry) {
        this.sink = sink;
        clock = builder.clock;
        period = builder.period;
        errors = registry.counter("evenkeel.line_writer.errors")
                .unit("{error}")
                .help("Blocks of lines that could not be written.")
                .register();
        LineReadings.Source set = builder.source;
        source = set == null ? new JvmLines(builder.lockWait) : set;
        readings.clear();
        source.read(readings); // what was before is in no block
        lastCycles = readings.gcCycles;
        lastLockWait = readings.lockWaitSeconds;
    }

    /** Returns a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** One block. On the schedule's thread. */
    void writeBlock() {
        lock.lock();
        try {
            if (!stopped) {
                write();
            }
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        block.setLength(0);
        if (failures > 0) {
            block.append('\n'); // the failed write may have left a part of a line
        }
        if (!begun) {
            block.append("# evenkeel lines, schema ").append(SCHEMA).append(", every ");
            number(block, period.toMillis() / 1e3);
            block.append(" s\n");
        }
        append();
        try {
            sink.write(block.toString());
            begun = true;
            failures = 0;
        } catch (IOException | RuntimeException e) {
            errors.increment();
            failures++;
            if (failures == MOST_FAILURES) {
                stop();
                LOG.log(
                        Logger.Level.WARNING,
                        "Writing lines failed " + MOST_FAILURES
                                + " times in a row: the stream is left alone from now on, and "
                                + "what it should have got is lost. Start a new writer once the stream works again.",
                        e);
            }
        }
    }

    private void append() {
        readings.clear();
        source.read(readings);
        long millis = clock.epochMillis();
        block.append("time=").append(millis / 1000).append('.');
        long rest = millis % 1000;
        block.append(rest < 100 ? "0" : "")
                .append(rest < 10 ? "0" : "")
                .append(rest)
                .append('\n');
        line("heap.used_after_gc_bytes", readings.usedAfterGcBytes);
        line("heap.used_bytes", readings.usedBytes);
        line("heap.free_bytes", readings.freeBytes);
        line("heap.uncommitted_bytes", readings.uncommittedBytes);
        line("threads", readings.threads);
        line("gc.cycles_delta", readings.gcCycles - lastCycles);
        line("gc.pauses_delta", readings.pauses);
        line("gc.pause_mean_seconds", readings.pauseMeanSeconds);
        line("gc.pause_p99_seconds", readings.pauseP99Seconds);
        line("lock_wait_delta_seconds", readings.lockWaitSeconds - lastLockWait);
        line("open_file_descriptors", readings.openDescriptors);
        lastCycles = known(readings.gcCycles, lastCycles);
        lastLockWait = known(readings.lockWaitSeconds, lastLockWait);
    }

    /** So that a delta covers the time of readings which were not there. */
    private static double known(double value, double before) {
        return Double.isNaN(value) ? before : value;
    }

    private void line(String name, double value) {
        if (!Double.isNaN(value)) {
            block.append(name).append('=');
            number(block, value);
            block.append('\n');
        }
    }

    /** Whole numbers as such; others with up to six decimals, and a point in every country. */
    private static void number(StringBuilder to, double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            to.append((long) value);
            return;
        }
        String text = String.format(Locale.ROOT, "%.6f", value);
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        to.append(text, 0, text.charAt(end - 1) == '.' ? end - 1 : end);
    }

    private void stop() {
        stopped = true;
        source.close();
        SamplerSchedule.Task scheduled = task;
        if (scheduled != null) {
            scheduled.close();
        }
    }

    /**
     * Writes a last block, so that the deltas add up, and stops. Waits at most a second for a block that is being written; if
     * the stream still blocks then, there is no last one. Ends with a whole line unless the stream fails. Idempotent.
     */
    @Override
    public void close() {
        boolean locked = false;
        try {
            locked = lock.tryLock(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!locked) {
            stopped = true;
            SamplerSchedule.Task scheduled = task;
            if (scheduled != null) {
                scheduled.close();
            }
            source.close();
            return;
        }
        try {
            if (!stopped) {
                write();
            }
            if (!stopped) {
                stop();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sets what is written. Not thread-safe; a setter refuses a bad value at once. */
    public static final class Builder {
        private static final Duration SHORTEST = Duration.ofMillis(100);
        private static final Duration LONGEST = Duration.ofHours(24);

        private Duration period = Duration.ofSeconds(15);
        private WallClock clock = WallClock.system();
        private boolean lockWait;
        private LineReadings.@Nullable Source source;

        private Builder() {}

        /**
         * Sets how often a block is written; every 15 s without this call.
         *
         * @param period 0.1 s to 24 hours
         */
        public Builder every(Duration period) {
            if (period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("Cannot write lines every " + period
                        + ": a period is 0.1 s to 24 hours. Pass a period in that range, such as PT15S.");
            }
            this.period = period;
            return this;
        }

        /**
         * Writes how long threads waited for monitors as well, all of them together. Switches the JVM's contention monitoring on
         * until the writer is closed, unless it is on already. The JVM then reads the clock twice, about 25 ns each, whenever a
         * thread waits for a monitor, in {@code Object.wait}, parked or asleep; where nobody waits it costs nothing. Each block
         * looks at each thread as well: 0.3 us and 200 B each, without a safepoint. Locks of {@code java.util.concurrent} are not
         * in it: the JVM counts them as waiting, like an idle worker.
         */
        public Builder lockWait() {
            this.lockWait = true;
            return this;
        }

        /** Sets where the time of a block comes from. */
        public Builder wallClock(WallClock clock) {
            this.clock = Objects.requireNonNull(clock, "wallClock");
            return this;
        }

        /** For tests. */
        Builder source(LineReadings.Source source) {
            this.source = source;
            return this;
        }

        /**
         * Starts to write to a stream, in UTF-8. The first block comes within the period.
         *
         * @throws IllegalStateException when the registry or the schedule is closed
         */
        public LineProtocolWriter start(OutputStream stream, MetricRegistry registry, SamplerSchedule schedule) {
            Objects.requireNonNull(stream, "stream");
            return start(
                    lines -> {
                        stream.write(lines.getBytes(UTF_8));
                        stream.flush();
                        refuse(stream instanceof PrintStream print && print.checkError());
                    },
                    registry,
                    schedule);
        }

        /**
         * Starts to write to a writer or any other receiver of characters; one that can be flushed is flushed after each block.
         *
         * @throws IllegalStateException when the registry or the schedule is closed
         */
        public LineProtocolWriter start(Appendable to, MetricRegistry registry, SamplerSchedule schedule) {
            Objects.requireNonNull(to, "to");
            return start(
                    lines -> {
                        to.append(lines);
                        if (to instanceof Flushable flushable) {
                            flushable.flush();
                        }
                        refuse(to instanceof PrintStream print && print.checkError()
                                || to instanceof PrintWriter writer && writer.checkError());
                    },
                    registry,
                    schedule);
        }

        /** Streams that print keep their exceptions to themselves. */
        private static void refuse(boolean failed) throws IOException {
            if (failed) {
                throw new IOException("the stream has failed; it does not say why");
            }
        }

        private LineProtocolWriter start(Sink sink, MetricRegistry registry, SamplerSchedule schedule) {
            LineProtocolWriter writer = new LineProtocolWriter(this, sink, registry);
            try {
                writer.task = schedule.every(period, "line_writer", writer::writeBlock);
            } catch (RuntimeException e) {
                writer.source.close();
                throw e;
            }
            return writer;
        }
    }
}
