package dev.evenkeel.metrics;

/**
 * Records in batches, for one thread or one loop that has resolved its instrument: {@link Counter#localRecorder} and
 * {@link Histogram#localRecorder} make one.
 *
 * <p>A record is kept here and reaches the instrument with its batch: every so many records, at {@link #flush} and at
 * {@link #close}. Counts are exact after either; until then readers miss the {@link #pending} ones. <em>NOT</em> thread-safe;
 * allocates nothing once made. What is pending is lost when its thread dies, or the recorder is forgotten, without a
 * flush: at most one record less than a batch. Use it in try-with-resources.
 */
public abstract sealed class LocalRecorder implements AutoCloseable {
    private int flushEvery;
    private int pending;

    private LocalRecorder(int flushEvery) {
        this.flushEvery = flushEvery;
    }

    /**
     * Records an amount of a counter, or a value of a histogram, with the instrument's own rule for what is out of range. After
     * {@link #close} it is passed on at once.
     */
    public final void record(long value) {
        if (keep(value, pending) && ++pending >= flushEvery) {
            flush();
        }
    }

    /** Passes on what is pending. */
    public final void flush() {
        int n = pending;
        if (n > 0) {
            pending = 0;
            if (series().family.core.slabs().closed()) {
                series().family.core.counts().late.add(n);
                forget();
            } else {
                pass(n);
            }
        }
    }

    /** Returns how many records readers do not see yet. */
    public final int pending() {
        return pending;
    }

    /** Flushes. What is recorded later is passed on at once. Idempotent; waits for nothing. */
    @Override
    public final void close() {
        flush();
        flushEvery = 1;
    }

    abstract Series series();

    /** Keeps a record as the {@code at}-th of its batch; returns false when it is dropped. */
    abstract boolean keep(long value, int at);

    /** Passes a batch on. */
    abstract void pass(int records);

    /** Gives up a batch. */
    abstract void forget();

    /** Adds amounts up. */
    static final class OfCounter extends LocalRecorder {
        private final Counter counter;
        private long sum;

        OfCounter(Counter counter, int flushEvery) {
            super(flushEvery);
            this.counter = counter;
        }

        @Override
        Series series() {
            return counter;
        }

        @Override
        boolean keep(long n, int at) {
            if (n < 0) {
                counter.dropNegative();
                return false;
            }
            if (sum + n < 0) {
                flush(); // the sum of the batch would wrap
            }
            sum += n;
            return true;
        }

        @Override
        void pass(int records) {
            long batch = sum;
            sum = 0;
            counter.addBatch(batch, records);
        }

        @Override
        void forget() {
            sum = 0;
        }
    }

    /** Keeps values. */
    static final class OfHistogram extends LocalRecorder {
        private final Histogram histogram;
        private final long[] values;

        OfHistogram(Histogram histogram, int flushEvery) {
            super(flushEvery);
            this.histogram = histogram;
            this.values = new long[flushEvery];
        }

        @Override
        Series series() {
            return histogram;
        }

        @Override
        boolean keep(long value, int at) {
            values[at] = histogram.inRange(value);
            return true;
        }

        @Override
        void pass(int records) {
            histogram.recordBatch(values, records);
        }

        @Override
        void forget() {
            // The values are overwritten by the next batch.
        }
    }
}
