package dev.evenkeel.cli.lab;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** The counters under test, each as plain as its idea. */
final class LabCounters {
    private LabCounters() {}

    /** Reads, adds one and writes; two threads that do so at once keep one of the two updates. */
    static final class Unsynchronised implements LabCounter {
        private static final VarHandle VALUE;

        static {
            try {
                VALUE = MethodHandles.lookup().findVarHandle(Unsynchronised.class, "value", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        @SuppressWarnings("UnusedVariable") // written through its handle
        private long value;

        @Override
        public int increment() {
            // Opaque, not plain: the machine instructions are those of value++, but the compiler may not turn a loop of
            // them into one addition, which would measure the compiler and lose almost everything.
            VALUE.setOpaque(this, (long) VALUE.getOpaque(this) + 1);
            return 1;
        }

        @Override
        public long value() {
            return (long) VALUE.getOpaque(this);
        }
    }

    /** One thread at a time. */
    static final class Mutex implements LabCounter {
        private long value;

        @Override
        public synchronized int increment() {
            value++;
            return 1;
        }

        @Override
        public synchronized long value() {
            return value;
        }
    }

    /** Compares and sets until nobody came between; says how often it tried. */
    static final class CasLoop implements LabCounter {
        private final AtomicLong value = new AtomicLong();

        @Override
        public int increment() {
            int attempts = 1;
            long seen = value.get();
            while (!value.compareAndSet(seen, seen + 1)) {
                attempts++;
                seen = value.get();
            }
            return attempts;
        }

        @Override
        public long value() {
            return value.get();
        }
    }

    /** One locked addition, which cannot fail. */
    static final class Atomic implements LabCounter {
        private final AtomicLong value = new AtomicLong();

        @Override
        public int increment() {
            value.getAndIncrement();
            return 1;
        }

        @Override
        public long value() {
            return value.get();
        }
    }

    /** A locked addition to one of several cells, chosen by the thread's id. */
    static final class Striped implements LabCounter {
        /** Longs from one padded stripe to the next: two cache lines of 64 bytes, since processors fetch them in pairs. */
        static final int PADDED_STRIDE = 16;

        private final AtomicLongArray cells;
        private final int stride;
        private final int mask;

        private Striped(int stripes, int stride) {
            if (stripes < 1 || Integer.bitCount(stripes) != 1) {
                throw new IllegalArgumentException("Cannot make " + stripes
                        + " stripes: a thread finds its own by a mask. Choose a power of two.");
            }
            this.stride = stride;
            this.mask = stripes - 1;
            // Air at both ends keeps the array's length, and whatever lies behind it, off the lines of the stripes.
            this.cells = new AtomicLongArray(stripes * stride + 2 * PADDED_STRIDE);
        }

        /** Neighbouring stripes share cache lines. */
        static Striped unpadded(int stripes) {
            return new Striped(stripes, 1);
        }

        /** Every stripe has two cache lines of its own. */
        static Striped padded(int stripes) {
            return new Striped(stripes, PADDED_STRIDE);
        }

        /** Where a stripe's cell is. */
        int index(int stripe) {
            return PADDED_STRIDE + stripe * stride;
        }

        /** The stripe of a thread: ids come in sequence, and multiplying by the golden ratio spreads any sequence. */
        int stripe(long threadId) {
            return (int) ((threadId * 0x9E3779B97F4A7C15L) >>> 40) & mask;
        }

        @Override
        public int increment() {
            cells.getAndAdd(index(stripe(Thread.currentThread().getId())), 1);
            return 1;
        }

        @Override
        public long value() {
            long sum = 0;
            for (int stripe = 0; stripe <= mask; stripe++) {
                sum += cells.get(index(stripe));
            }
            return sum;
        }
    }

    /** The JDK's own; its retries inside cannot be seen. */
    static final class SharedAdder implements LabCounter {
        private final LongAdder adder = new LongAdder();

        @Override
        public int increment() {
            adder.increment();
            return 1;
        }

        @Override
        public long value() {
            return adder.sum();
        }
    }

    /** Ours, bound: a cell per platform thread. */
    static final class Evenkeel implements LabCounter {
        private final Counter counter =
                MetricRegistry.create().counter("lab.increments").register();

        @Override
        public int increment() {
            counter.increment();
            return 1;
        }

        @Override
        public long value() {
            return counter.sum();
        }
    }
}
