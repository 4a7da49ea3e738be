package dev.evenkeel.metrics.report;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricReader;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.resource.SamplerSchedule;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Logs at an even pace what came since the line before: one line, for people.
 *
 * <pre>{@code
 * PeriodicReport report = PeriodicReport.builder(registry)
 *         .show("requests", "http.server.request.duration")
 *         .show("errors", "http.server.request.duration", "http.response.status_code=5*")
 *         .show("connections", "db.client.connection.count")
 *         .start(schedule, Duration.ofSeconds(10));
 * }</pre>
 *
 * <p>That logs {@code requests in the last 10 s: 1234 (123/s), p99 12 ms; errors: 3 (0.3/s); connections: 7}. Counters are shown as what
 * came and how much of it a second, histograms as how many values came and their quantiles, gauges as they are. The time is the true one
 * since the line before or, after silence, since the last time it was looked: a schedule that is late shows as a longer interval.
 *
 * <p>It reads through a {@link MetricReader} of its own: other readers see everything all the same, and nothing is reported twice or
 * lost. No line is logged for an interval in which nothing came and no gauge moved, unless {@link Builder#evenWhenIdle}. A line is at
 * most {@link Builder#maxChars} long; what finds no room is counted on the line and by {@code evenkeel.report.left_out}.
 *
 * <p>Thread-safe. Starts no thread. A tick costs one collect. Histograms that are added up are read to 1 %, and take some 40 kB for each
 * entry.
 */
public final class PeriodicReport implements AutoCloseable {
    static final int MOST_ENTRIES = 32;
    static final int DEFAULT_CHARS = 1000;

    private static final Logger LOG = System.getLogger(PeriodicReport.class.getName());

    private final MetricReader reader;
    private final NanoClock clock;
    private final Logger log;
    private final List<ReportEntry> entries;
    private final double[] quantiles;
    private final int maxChars;
    private final boolean evenWhenIdle;
    private final Counter leftOut;
    private final Visitor visitor = new Visitor();
    private final StringBuilder line = new StringBuilder();
    private long sinceNanos;
    private boolean closed;
    private SamplerSchedule.@Nullable Task task;

    private PeriodicReport(Builder builder) {
        clock = builder.clock;
        log = builder.log;
        entries = List.copyOf(builder.entries);
        quantiles = builder.quantiles.clone();
        maxChars = builder.maxChars;
        evenWhenIdle = builder.evenWhenIdle;
        leftOut = builder.registry
                .counter("evenkeel.report.left_out")
                .unit("{entry}")
                .help("Entries of a periodic report that found no room on their line.")
                .register();
        reader = builder.registry.deltaReader();
        sinceNanos = clock.nanos();
    }

    /** Begins a description of a report. */
    public static Builder builder(MetricRegistry registry) {
        return new Builder(registry);
    }

    /** Reads what came and logs it, if there is something to say. */
    synchronized void tick() {
        if (closed) {
            return; // the schedule does not wait for a run that is under way
        }
        String text = next();
        if (text != null) {
            log.log(Level.INFO, text);
        }
    }

    /** Returns the line of the interval that ends now; null where it is not to be logged. */
    private @Nullable String next() {
        for (ReportEntry entry : entries) {
            entry.begin();
        }
        reader.collect(visitor);
        long now = clock.nanos();
        double seconds = (now - sinceNanos) / 1e9;
        sinceNanos = now;
        boolean news = evenWhenIdle;
        for (ReportEntry entry : entries) {
            news |= entry.isNews();
        }
        if (!news || !log.isLoggable(Level.INFO)) {
            return null;
        }
        return write(seconds);
    }

    private String write(double seconds) {
        line.setLength(0);
        boolean timeSaid = false;
        int missing = 0;
        for (ReportEntry entry : entries) {
            int before = line.length();
            line.append(before == 0 ? "" : "; ").append(entry.title());
            boolean sayTime = !timeSaid && !entry.isGauge();
            if (sayTime) {
                line.append(" in the last ");
                ReportText.amount(line, seconds >= 10 ? Math.rint(seconds) : seconds, "s");
            }
            line.append(": ");
            entry.writeTo(line, seconds, quantiles);
            if (line.length() > maxChars) {
                line.setLength(before);
                missing++;
            } else {
                timeSaid |= sayTime;
            }
        }
        if (missing > 0) {
            leftOut.add(missing);
            line.append(line.length() == 0 ? "" : "; ").append(missing).append(" more");
        }
        return line.toString();
    }

    /** Takes the report off its schedule and forgets what was seen. Logs nothing more. Waits for a line that is being written. Idempotent. */
    @Override
    public void close() {
        SamplerSchedule.Task running = task;
        if (running != null) {
            running.close();
        }
        synchronized (this) {
            closed = true;
            reader.close();
        }
    }

    /** Adds up what the entries choose. */
    private final class Visitor implements CollectVisitor {
        private final List<ReportEntry> chosen = new ArrayList<>();

        @Override
        public void family(MetricDescriptor family) {
            chosen.clear();
            for (ReportEntry entry : entries) {
                if (entry.takes(family, PeriodicReport::warn)) {
                    chosen.add(entry);
                }
            }
        }

        @Override
        public void longCounter(Series series, long value) {
            add(series, value);
        }

        @Override
        public void doubleCounter(Series series, double value) {
            add(series, value);
        }

        @Override
        public void gauge(Series series, double value) {
            add(series, value);
        }

        private void add(Series series, double value) {
            for (int i = 0; i < chosen.size(); i++) {
                if (chosen.get(i).takes(series)) {
                    chosen.get(i).add(value);
                }
            }
        }

        @Override
        public void histogram(Series series, HistogramReading reading) {
            for (int i = 0; i < chosen.size(); i++) {
                if (chosen.get(i).takes(series)) {
                    chosen.get(i).add(reading);
                }
            }
        }
    }

    private static void warn(ReportEntry entry, MetricDescriptor family) {
        LOG.log(
                Level.WARNING,
                "Report entry \"" + entry.title() + "\" leaves out \"" + family.name() + "\" (" + family.kind()
                        + ", unit \""
                        + family.unit()
                        + "\"): it is of another kind or unit than what was chosen first, and the two cannot be added up."
                        + " Show them under two titles. Logged once for each entry.");
    }

    /** What to show, and how. Not thread-safe. */
    public static final class Builder {
        private final MetricRegistry registry;
        private final List<ReportEntry> entries = new ArrayList<>();
        private NanoClock clock = NanoClock.system();
        private Logger log = LOG;
        private double[] quantiles = {0.99};
        private int maxChars = DEFAULT_CHARS;
        private boolean evenWhenIdle;

        private Builder(MetricRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /**
         * Adds an entry: all series that match, added up. The first family that matches decides kind and unit; one of another is left out
         * with a warning.
         *
         * @param title what people call it; at most 100 characters
         * @param names the name of a metric; {@code *} stands for any characters
         * @param labels each {@code label=value}, where {@code *} in the value stands for any characters; a series must match all
         * @throws IllegalArgumentException if one of them is malformed, or there are 32 entries already
         */
        public Builder show(String title, String names, String... labels) {
            boolean bad = title.isBlank() || title.length() > 100;
            for (int i = 0; i < title.length(); i++) {
                bad |= Character.isISOControl(title.charAt(i));
            }
            if (bad) {
                throw new IllegalArgumentException(
                        "Cannot report under the title \"" + title
                                + "\": a title is 1 to 100 characters on one line, so that the report is one. Pass one or two words.");
            }
            if (names.isBlank()) {
                throw new IllegalArgumentException("Cannot report \"" + title
                        + "\": no metric has an empty name. Pass a name, with * for any characters.");
            }
            if (entries.size() >= MOST_ENTRIES) {
                throw new IllegalArgumentException("Cannot report \"" + title + "\": there are " + MOST_ENTRIES
                        + " entries, and nobody reads more on a line. Start a second report.");
            }
            List<ReportEntry.Where> wheres = new ArrayList<>();
            for (String label : labels) {
                int equals = label.indexOf('=');
                if (equals <= 0) {
                    throw new IllegalArgumentException("Cannot choose series by \"" + label
                            + "\": it is not label=value. Example: http.response.status_code=5*");
                }
                wheres.add(new ReportEntry.Where(
                        label.substring(0, equals), new WildcardPattern(label.substring(equals + 1))));
            }
            entries.add(new ReportEntry(title, new WildcardPattern(names), List.copyOf(wheres)));
            return this;
        }

        /** Sets which quantiles of histograms are shown; 0.99 unless set. */
        public Builder quantiles(double... quantiles) {
            for (double quantile : quantiles) {
                if (!(quantile >= 0 && quantile <= 1)) {
                    throw new IllegalArgumentException(
                            "Cannot show quantile " + quantile + ": a quantile is 0.0 to 1.0, such as 0.99 for p99.");
                }
            }
            this.quantiles = quantiles.clone();
            return this;
        }

        /** Logs a line also when nothing came: for who watches for silence. */
        public Builder evenWhenIdle() {
            evenWhenIdle = true;
            return this;
        }

        /** Sets the length of a line; 1000 unless set, which log collectors do not cut. At least 80. The count of what is missing comes on top. */
        public Builder maxChars(int most) {
            if (most < 80) {
                throw new IllegalArgumentException("Cannot report in " + most
                        + " characters: one entry needs about 80. Pass 80 or more, or show less.");
            }
            maxChars = most;
            return this;
        }

        /** Sets where lines are logged, at level INFO; a logger of this class's name unless set. */
        public Builder logger(Logger logger) {
            this.log = Objects.requireNonNull(logger, "logger");
            return this;
        }

        /** Sets what measures the intervals. */
        public Builder nanoClock(NanoClock clock) {
            this.clock = Objects.requireNonNull(clock, "nanoClock");
            return this;
        }

        /**
         * Starts to report. The first line comes after a random part of the period, and says so.
         *
         * @param every 1 ms to 24 hours; beyond {@link MetricReader#LEASE_NANOS} each line would miss what came
         * @throws IllegalStateException if nothing is to be shown, or the schedule or the registry is closed
         */
        public PeriodicReport start(SamplerSchedule schedule, Duration every) {
            Objects.requireNonNull(schedule, "schedule");
            if (every.toNanos() >= MetricReader.LEASE_NANOS) {
                throw new IllegalArgumentException("Cannot report every " + every
                        + ": a reader that is silent for 15 minutes loses what it remembers. Report more often.");
            }
            PeriodicReport report = unscheduled();
            try {
                report.task = schedule.every(every, "report", report::tick);
            } catch (RuntimeException e) {
                report.close();
                throw e;
            }
            return report;
        }

        PeriodicReport unscheduled() {
            if (entries.isEmpty()) {
                throw new IllegalStateException(
                        "Cannot report nothing: choose what is shown with show(title, metric) before start(..).");
            }
            return new PeriodicReport(this);
        }
    }
}
