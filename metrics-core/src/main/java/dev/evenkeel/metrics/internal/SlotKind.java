package dev.evenkeel.metrics.internal;

/**
 * Internal. What the cells of a slot hold, and so how they are written and put together. A cell that nobody has written holds 0,
 * which leaves every total as it is.
 */
public enum SlotKind {
    /** A sum of longs. */
    SUM {
        @Override
        void own(long[] cells, int index, long operand) {
            Cells.addOwned(cells, index, operand);
        }

        @Override
        boolean tryShare(long[] cells, int index, long operand) {
            return Cells.tryAddShared(cells, index, operand);
        }

        @Override
        void share(long[] cells, int index, long operand) {
            Cells.addShared(cells, index, operand);
        }

        @Override
        long join(long a, long b) {
            return a + b;
        }
    },

    /**
     * A sum of longs that is summed before all others and written with release: who reads it sees, in what is read later,
     * everything that led to it. The right half of a pair such as {@code started >= finished}.
     */
    EFFECT {
        @Override
        void own(long[] cells, int index, long operand) {
            Cells.addOwnedReleased(cells, index, operand);
        }

        @Override
        boolean tryShare(long[] cells, int index, long operand) {
            return Cells.tryAddShared(cells, index, operand);
        }

        @Override
        void share(long[] cells, int index, long operand) {
            Cells.addShared(cells, index, operand);
        }

        @Override
        long join(long a, long b) {
            return a + b;
        }
    },

    /** A sum of doubles, as raw bits. */
    DOUBLE {
        @Override
        void own(long[] cells, int index, long operand) {
            Cells.addOwnedDouble(cells, index, Double.longBitsToDouble(operand));
        }

        @Override
        boolean tryShare(long[] cells, int index, long operand) {
            return Cells.tryJoinShared(cells, index, operand, this);
        }

        @Override
        void share(long[] cells, int index, long operand) {
            while (!tryShare(cells, index, operand)) {
                Thread.onSpinWait();
            }
        }

        @Override
        long join(long a, long b) {
            return Double.doubleToRawLongBits(Double.longBitsToDouble(a) + Double.longBitsToDouble(b));
        }
    },

    /** The highest of longs, each with its sign bit turned over, so that the least of them is 0 and order is unsigned. */
    MAX {
        @Override
        void own(long[] cells, int index, long operand) {
            Cells.raiseOwned(cells, index, operand);
        }

        @Override
        boolean tryShare(long[] cells, int index, long operand) {
            return Cells.tryJoinShared(cells, index, operand, this);
        }

        @Override
        void share(long[] cells, int index, long operand) {
            while (!tryShare(cells, index, operand)) {
                Thread.onSpinWait();
            }
        }

        @Override
        long join(long a, long b) {
            return Long.compareUnsigned(a, b) >= 0 ? a : b;
        }
    };

    /** Puts an operand into a cell that only the calling thread writes. Wait-free. */
    abstract void own(long[] cells, int index, long operand);

    /** Puts an operand into a cell with many writers, once; returns false, and changes nothing, when another was faster. */
    abstract boolean tryShare(long[] cells, int index, long operand);

    /** Puts an operand into a cell with many writers. Lock-free. */
    abstract void share(long[] cells, int index, long operand);

    /** Returns what two cells hold together. */
    abstract long join(long a, long b);
}
