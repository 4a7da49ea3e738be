package dev.evenkeel.metrics.hdr;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricReader;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes what histograms gained, interval by interval, to files that {@code org.HdrHistogram.HistogramLogReader} and the tools
 * around it read: a full distribution of every ten seconds of last night, for some hundred bytes each.
 *
 * <pre>{@code
 * IntervalLog log = IntervalLog.builder(registry, Path.of("latency"))
 *         .histograms("http.server.request.duration")
 *         .start(Duration.ofSeconds(10));
 * }</pre>
 *
 * <p>Each line is one series with a tag, {@code name;label=value}, where what is no printable ASCII and any of {@code % , ; =} is
 * written as in URLs. Values are raw: nanoseconds for timers. Bucket counts are exact, and all intervals together are what
 * the histogram gained while the log was open; the sum of the values is not in the format. Series that gained nothing have no line.
 *
 * <p>Files are called {@code name.00000001.hlog} and so on, one number after another across restarts. A file ends at {@link
 * Builder#maxFileBytes} or {@link Builder#maxFileAge}; the oldest are deleted before all together would pass {@link
 * Builder#maxTotalBytes}. Each interval reaches the operating system before {@link #write} returns, so a process that is killed
 * loses the interval that runs, and at worst leaves the last line torn; a machine that loses power may lose more. An interval that
 * cannot be written, because the disk is full, is kept in memory and written with the next; past {@link Builder#maxFileBytes} what
 * waits is given up and counted.
 *
 * <p>Metrics, by label {@code log}: {@code evenkeel.interval_log.written} bytes, {@code .rotations}, {@code .deleted} files, {@code
 * .errors} of writes and deletions, {@code .lost} lines.
 *
 * <p>Thread-safe. Costs one delta collect an interval, and what a {@link MetricReader} remembers of the registry's memory. Close the
 * log before the registry. One process at a time may use a name in a directory.
 */
public final class IntervalLog implements AutoCloseable {
    private static final Logger LOG = System.getLogger(IntervalLog.class.getName());
    private static final long CLOSE_MILLIS = 1000;

    private final String name;
    private final MetricReader reader;
    private final IntervalEncoder encoder;
    private final LogFolder folder;
    private final NanoClock clock;
    private final long maxFileBytes;
    private final long maxTotalBytes;
    private final long everyNanos;
    private final Counter written;
    private final Counter rotations;
    private final Counter deleted;
    private final Counter errors;
    private final Counter lost;
    private final ReentrantLock lock = new ReentrantLock();
    private final CountDownLatch closing = new CountDownLatch(1);
    private @Nullable Thread thread;
    private boolean failing;
    private boolean closed;

    private IntervalLog(Builder builder, LogFolder folder, long everyNanos) {
        this.name = builder.name;
        this.folder = folder;
        this.clock = builder.clock;
        this.maxFileBytes = builder.maxFileBytes;
        this.maxTotalBytes = builder.maxTotalBytes;
        this.everyNanos = everyNanos;
        this.written = builder.counter("written", "By", "Bytes written to the interval log.");
        this.rotations = builder.counter("rotations", "{rotation}", "Times the interval log went on to a new file.");
        this.deleted = builder.counter("deleted", "{file}", "Old files of the interval log deleted to keep its bound.");
        this.errors = builder.counter("errors", "{error}", "Writes and deletions of the interval log that failed.");
        this.lost = builder.counter("lost", "{interval}", "Intervals of series that the interval log had to give up.");
        this.reader = builder.registry.deltaReader();
        this.encoder = new IntervalEncoder(builder.names, reader.sinceEpochMillis());
    }

    /** Begins a description; every setting has a default. The directory is made when the log is opened. */
    public static Builder builder(MetricRegistry registry, Path directory) {
        return new Builder(registry, directory);
    }

    /** Returns the tag of a series: how its lines are found again. */
    public static String tag(String name, Labels labels) {
        return IntervalEncoder.tag(Objects.requireNonNull(name, "name"), Objects.requireNonNull(labels, "labels"));
    }

    /**
     * Ends an interval and writes it. Called by the log's own thread, or by a scheduler that the service has; more than 15 minutes
     * between two calls lose what came meanwhile, as for every {@link MetricReader}. Blocks for as long as the disk takes.
     *
     * @return whether all that was gathered is on its way to the disk
     * @throws IllegalStateException when the log or the registry is closed
     */
    public boolean write() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("Cannot write an interval of log \"" + name
                        + "\": it is closed, and the last interval was written then. Open another.");
            }
            reader.collect(encoder);
            return append();
        } finally {
            lock.unlock();
        }
    }

    private boolean append() {
        int length = encoder.length();
        if (length == 0) {
            return true;
        }
        byte[] header = encoder.header();
        if (header.length + (long) length > maxTotalBytes) {
            lost.add(encoder.lines()); // one interval of so many series that no number of files may hold it
            encoder.clear();
            return false;
        }
        try {
            LogFolder.Outcome outcome = folder.append(header, encoder.bytes(), length, clock.nanos());
            encoder.clear();
            written.add(outcome.bytes());
            rotations.add(outcome.rotations());
            deleted.add(outcome.deleted());
            errors.add(outcome.undeletable());
            if (failing) {
                failing = false;
                LOG.log(Level.INFO, "Interval log \"" + name + "\" is written again; what waited is in it.");
            }
            return true;
        } catch (IOException e) {
            errors.increment();
            if (!failing) {
                failing = true;
                LOG.log(
                        Level.WARNING,
                        "Cannot write to interval log \"" + name + "\": " + e + ". Intervals wait in memory, up to "
                                + maxFileBytes
                                + " bytes, then they are given up. Free space or rights, or lower maxTotalBytes(..). "
                                + "Logged once until it works again.");
            }
            if (length > maxFileBytes) {
                lost.add(encoder.lines());
                encoder.clear();
            }
            return false;
        }
    }

    private void run() {
        long next = clock.nanos() + everyNanos;
        try {
            while (!closing.await(Math.max(0, next - clock.nanos()), TimeUnit.NANOSECONDS)) {
                try {
                    write();
                } catch (IllegalStateException e) {
                    return; // the registry is closed: there is nothing more to read
                }
                next = Math.max(next + everyNanos, clock.nanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants the thread to end
        }
    }

    /**
     * Ends the thread, if there is one, writes the last interval and closes the file. Waits for a write that runs, at most a second
     * for the thread itself. Idempotent.
     */
    @Override
    public void close() {
        closing.countDown();
        awaitEnd(CLOSE_MILLIS);
        lock.lock();
        try {
            if (closed) {
                return;
            }
            try {
                if (!write()) {
                    lost.add(encoder.lines());
                }
            } catch (IllegalStateException e) {
                LOG.log(
                        Level.WARNING,
                        "The last interval of log \"" + name
                                + "\" is lost: the registry was closed before the log. Close the log " + "first.");
            }
            closed = true;
            reader.close();
            folder.close();
        } catch (IOException e) {
            errors.increment();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the thread to end by itself. Returns whether it did. */
    boolean awaitEnd(long millis) {
        Thread running = thread;
        if (running == null) {
            return true;
        }
        try {
            running.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !running.isAlive();
    }

    /** What to write, and how much of it to keep. Not thread-safe. */
    public static final class Builder {
        private static final Duration SHORTEST = Duration.ofMillis(10);

        /** A third of a reader's lease: two late intervals lose nothing. */
        private static final Duration LONGEST = Duration.ofMinutes(5);

        private static final long LEAST_FILE_BYTES = 4096;

        private final MetricRegistry registry;
        private final Path directory;
        private String name = "latency";
        private Set<String> names = Set.of();
        private long maxFileBytes = 16L << 20;
        private long maxTotalBytes = 256L << 20;
        private Duration maxFileAge = Duration.ofHours(1);
        private NanoClock clock = NanoClock.system();
        private LogFile.Opener opener = LogFile::create;

        private Builder(MetricRegistry registry, Path directory) {
            this.registry = Objects.requireNonNull(registry, "registry");
            this.directory = Objects.requireNonNull(directory, "directory");
        }

        /** Sets what the files, and the log in its metrics, are called: letters, digits, {@code _} and {@code -}; {@code latency} unless set. */
        public Builder name(String log) {
            if (!log.matches("[A-Za-z0-9_-]{1,64}")) {
                throw new IllegalArgumentException("Cannot call an interval log \"" + log
                        + "\": its files begin with the name, and others of the directory must not be taken for them. Use 1 to 64"
                        + " letters, digits, _ and -.");
            }
            this.name = log;
            return this;
        }

        /** Chooses histograms and timers by name, with all their series; all of the registry unless set. They may be registered later. */
        public Builder histograms(String... chosen) {
            if (chosen.length == 0) {
                throw new IllegalArgumentException(
                        "Cannot log no histograms: a log without any would stay empty. Name at least"
                                + " one, or leave histograms(..) out for all.");
            }
            this.names = Set.copyOf(Arrays.asList(chosen));
            return this;
        }

        /**
         * Sets the size that ends a file, 4 KiB at least, 16 MiB unless set. One interval is never parted: a larger one has a file for
         * itself. Also bounds the intervals that wait in memory while the disk is full.
         */
        public Builder maxFileBytes(long bytes) {
            if (bytes < LEAST_FILE_BYTES) {
                throw new IllegalArgumentException("Cannot end a file of the interval log at " + bytes
                        + " bytes: each begins with a header, and would hold hardly more. Allow " + LEAST_FILE_BYTES
                        + " or more; pass bytes, not megabytes.");
            }
            this.maxFileBytes = bytes;
            return this;
        }

        /** Sets the age that ends a file, a second at least, an hour unless set. Looked at when an interval is written. */
        public Builder maxFileAge(Duration age) {
            if (age.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("Cannot end a file of the interval log after " + age
                        + ": it would hold an interval or two. Allow a second or more; an hour is usual.");
            }
            this.maxFileAge = age;
            return this;
        }

        /**
         * Sets the most bytes of all files of the log, those of earlier processes included, 256 MiB unless set. At least twice {@link
         * #maxFileBytes}; checked when the log is opened.
         */
        public Builder maxTotalBytes(long bytes) {
            this.maxTotalBytes = bytes;
            return this;
        }

        Builder clock(NanoClock elapsed) {
            this.clock = elapsed;
            return this;
        }

        Builder opener(LogFile.Opener files) {
            this.opener = files;
            return this;
        }

        private Counter counter(String what, String unit, String help) {
            return registry.counter("evenkeel.interval_log." + what)
                    .unit(unit)
                    .help(help)
                    .labels("log")
                    .register()
                    .bind(name);
        }

        /**
         * Opens the log without a thread: who calls {@link IntervalLog#write} ends the intervals.
         *
         * @throws IllegalArgumentException when the bounds contradict each other
         * @throws IllegalStateException when the registry is closed or its memory is spent
         * @throws IOException when the directory cannot be made or listed
         */
        public IntervalLog open() throws IOException {
            return open(0);
        }

        private IntervalLog open(long everyNanos) throws IOException {
            if (maxTotalBytes < 2 * maxFileBytes) {
                throw new IllegalArgumentException("Cannot keep files of " + maxFileBytes + " bytes in " + maxTotalBytes
                        + " bytes: the oldest is deleted to make room for the newest, so two must fit. Raise maxTotalBytes(..), or"
                        + " lower maxFileBytes(..).");
            }
            LogFolder folder =
                    new LogFolder(directory, name, maxFileBytes, maxTotalBytes, maxFileAge.toNanos(), opener);
            return new IntervalLog(this, folder, everyNanos);
        }

        /**
         * Opens the log and starts a daemon thread named {@code evenkeel-interval-log} that ends an interval every so often.
         *
         * @param every 10 ms to 5 minutes
         * @throws IllegalArgumentException when it is outside that range, or the bounds contradict each other
         * @throws IllegalStateException when the registry is closed or its memory is spent
         * @throws IOException when the directory cannot be made or listed
         */
        public IntervalLog start(Duration every) throws IOException {
            if (every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("Cannot write intervals of " + every
                        + ": below 10 ms the log measures itself, and above 5 minutes a late one could lose its counts. 10 s is"
                        + " usual.");
            }
            IntervalLog log = open(every.toNanos());
            Thread fresh = new Thread(log::run, "evenkeel-interval-log");
            fresh.setDaemon(true);
            log.thread = fresh;
            fresh.start();
            return log;
        }
    }
}
