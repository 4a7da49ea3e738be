package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Internal. One group of counters within the slabs, whose additions are seen all or none: its number, which is the place of
 * its cells in every slab, and its cells with many writers.
 */
public final class GroupCells {
    /*
     * Cells of a group: a version, two copies of the sums, and the sums that a collector last read. The version says which
     * copy is whole; a writer fills the other one and then moves the version on. So a writer that is stopped between its
     * first store and its last leaves a whole copy that nobody touches: it stops no reader. A reader looks at the version,
     * copies what it names, and looks again. Only a writer that has moved on meanwhile can have spoilt the copy.
     *
     * The usual latch makes the version odd while it writes. Here that store can be left out: before the n-th addition
     * touches a copy, the version n - 1, which names the other copy, has been stored, and that is what a reader must see.
     *
     * The version counts in twos. Its lowest bit is for cells with many writers: who sets it, by CAS, may write; the
     * bit goes with the new version (decision 0007). A virtual thread may be unmounted, or any thread stopped, while it holds the bit, even
     * for ever (StackOverflowError). So writers never wait for it: they try other stripes, TRIES times in all, and
     * then spill. The spill is an array that never changes, replaced by CAS: lock-free, always whole, bounded, but it
     * costs an allocation each time. Readers do not look at the bit.
     *
     * Access ledger, C for the copy that the version does not name
     *   field         written by                          read by                        pair
     *   VERSION       owner: plain + release              collector: acquire             R1 (a whole copy with its version)
     *   C[i]          owner: fence, then opaque           collector: opaque, then fence  R2 (a spoilt copy is known as one)
     *   VERSION bit   writer of a stripe: CAS             writer of a stripe: opaque     R3 (one writer, who sees the last one's)
     *   spilled       anybody: CAS                        anybody: acquire               R4 (an array with what is in it)
     *   stripes[i]    anybody: CAS, once                  anybody: acquire               S1 (cells are seen zeroed)
     *   LAST, folded  collector, under the lock: plain    the same                       -
     *
     * R1: release, not opaque: who reads version n must see all that n counts. Not volatile: no reader needs the store to
     * come before the writer's later loads, and the full fence costs what an atomic instruction costs.
     * R2: the store of version n - 1 and the stores of addition n go to different cells, and release orders only what
     * comes before it; so releaseFence stands between them. The collector's acquireFence stands between the
     * loads of the copy and the second load of the version. If one of those loads saw addition n + 2, the second look
     * sees n + 1 or more. Opaque, not plain, for the copies: they race, and a plain long may be torn or loaded twice. A full
     * fence is not needed: a reader that comes too early sees the version before, and its whole copy.
     * R3: the CAS is a volatile read, so it sees the copies of the holder before, whose version it read, and R2 holds
     * across writers: that version was stored before the CAS that read it, and the fence comes after the CAS.
     */
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private static final VarHandle STRIPE = MethodHandles.arrayElementVarHandle(long[][].class);

    private static final VarHandle SPILLED;

    static {
        try {
            SPILLED = MethodHandles.lookup().findVarHandle(GroupCells.class, "spilled", long[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Most members of a group. */
    public static final int MOST = 8;

    /** Place of the version; before it lies the pad. */
    static final int VERSION = Cells.PAGE_PAD;

    /** Place of the first copy; the second follows it, then the sums that a collector last read. */
    static final int FIRST = VERSION + 1;

    private static final long TAKEN = 1;

    private static final long NEXT = 2;

    private static final int STRIPE_LIMIT = 16;

    /** How often a writer tries to take a stripe: each of the most there may be, once. */
    static final int TRIES = STRIPE_LIMIT;

    /** Lengths of the cells of the smallest groups: one test tells that they are there and that the arity is right. */
    public static final int LENGTH_OF_2 = lengthOf(2);

    public static final int LENGTH_OF_3 = lengthOf(3);
    public static final int LENGTH_OF_4 = lengthOf(4);

    /** Stands for cells that a thread does not have. */
    public static final long[] NONE = {};

    /** Stands for the cells of a closed registry. */
    public static final long[] CLOSED = {};

    final int id;
    final int members;
    private final int[] slots;
    private final long[][] stripes = new long[STRIPE_LIMIT][];

    /** What slabs held that were given up. Under the collectors' lock. */
    private final long[] folded;

    private long[] spilled;

    /** @param slots where a collect puts the sums; nothing is recorded there */
    GroupCells(int id, int[] slots) {
        this.id = id;
        this.slots = slots;
        this.members = slots.length;
        this.folded = new long[members];
        this.spilled = new long[members];
    }

    /** Returns the length of the cells of a group of so many members. */
    public static int lengthOf(int members) {
        return FIRST + 3 * members + Cells.PAGE_PAD;
    }

    /** Returns what a group costs before a thread has recorded to it, the first stripe included. */
    public static long baseBytes(int members) {
        return 48
                + 3 * (Cells.ARRAY_HEADER_BYTES + 8L * members) // slots, folded, spilled
                + Cells.ARRAY_HEADER_BYTES
                + 4L * STRIPE_LIMIT
                + Cells.bytesOf(lengthOf(members))
                + Slabs.SLOT_BYTES * members;
    }

    public int members() {
        return members;
    }

    /** Returns the slot of a collect where the sum of a member is. */
    public int slot(int member) {
        return slots[member];
    }

    /** Returns one more than the highest slot. */
    public int slotLimit() {
        int limit = 0;
        for (int slot : slots) {
            limit = Math.max(limit, slot + 1);
        }
        return limit;
    }

    int length() {
        return lengthOf(members);
    }

    /** Adds to cells of a group of two that are the calling thread's, or that it has taken. Wait-free. */
    public static void put(long[] cells, long a, long b) {
        long version = cells[VERSION] & ~TAKEN; // plain: only we write it now
        int from = wholeCopy(version, 2);
        int to = otherCopy(version, 2);
        VarHandle.releaseFence(); // R2
        LONGS.setOpaque(cells, to, cells[from] + a);
        LONGS.setOpaque(cells, to + 1, cells[from + 1] + b);
        LONGS.setRelease(cells, VERSION, version + NEXT); // R1
    }

    /** The same for a group of three. */
    public static void put(long[] cells, long a, long b, long c) {
        long version = cells[VERSION] & ~TAKEN;
        int from = wholeCopy(version, 3);
        int to = otherCopy(version, 3);
        VarHandle.releaseFence(); // R2
        LONGS.setOpaque(cells, to, cells[from] + a);
        LONGS.setOpaque(cells, to + 1, cells[from + 1] + b);
        LONGS.setOpaque(cells, to + 2, cells[from + 2] + c);
        LONGS.setRelease(cells, VERSION, version + NEXT); // R1
    }

    /** The same for a group of four. */
    public static void put(long[] cells, long a, long b, long c, long d) {
        long version = cells[VERSION] & ~TAKEN;
        int from = wholeCopy(version, 4);
        int to = otherCopy(version, 4);
        VarHandle.releaseFence(); // R2
        LONGS.setOpaque(cells, to, cells[from] + a);
        LONGS.setOpaque(cells, to + 1, cells[from + 1] + b);
        LONGS.setOpaque(cells, to + 2, cells[from + 2] + c);
        LONGS.setOpaque(cells, to + 3, cells[from + 3] + d);
        LONGS.setRelease(cells, VERSION, version + NEXT); // R1
    }

    /** The same for a group of any number. */
    public static void putAll(long[] cells, long[] amounts) {
        write(cells, amounts);
        publish(cells);
    }

    /** The first half of {@link #putAll}: fills the copy that nobody reads. A writer may be stopped after it. */
    static void write(long[] cells, long[] amounts) {
        long version = cells[VERSION] & ~TAKEN;
        int from = wholeCopy(version, amounts.length);
        int to = otherCopy(version, amounts.length);
        VarHandle.releaseFence(); // R2
        for (int i = 0; i < amounts.length; i++) {
            LONGS.setOpaque(cells, to + i, cells[from + i] + amounts[i]);
        }
    }

    /** The second half of {@link #putAll}: names that copy. */
    static void publish(long[] cells) {
        LONGS.setRelease(cells, VERSION, (cells[VERSION] & ~TAKEN) + NEXT); // R1
    }

    private static int wholeCopy(long version, int members) {
        return FIRST + ((int) (version >> 1) & 1) * members;
    }

    private static int otherCopy(long version, int members) {
        return FIRST + (~(int) (version >> 1) & 1) * members;
    }

    /** Returns the version of cells, which names a whole copy. Any thread. */
    static long versionAcquire(long[] cells) {
        return (long) LONGS.getAcquire(cells, VERSION); // R1
    }

    /** Copies the sums that a version names; they are whole when {@link #isStill} says so afterwards. Any thread. */
    static void copy(long[] cells, long version, int members, long[] into) {
        int from = wholeCopy(version, members);
        for (int i = 0; i < members; i++) {
            into[i] = Cells.readOpaque(cells, from + i); // R2
        }
    }

    /** Returns whether what was copied of a version is whole. */
    static boolean isStill(long[] cells, long version) {
        VarHandle.acquireFence(); // R2
        return ((version ^ Cells.readOpaque(cells, VERSION)) & ~TAKEN) == 0;
    }

    /** Returns the place of the sums that a collector last read. */
    static int last(int members) {
        return FIRST + 2 * members;
    }

    /**
     * Takes a stripe, which is then to be given back by one of the put-methods.
     *
     * @return null when all that were tried are held by others: {@link #spill}
     */
    long @Nullable [] take(Thread thread, Stripes all, MemoryBudget budget) {
        int count = Math.min(all.count(), STRIPE_LIMIT);
        int home = count == 1 ? 0 : all.indexOf(thread, count);
        for (int i = 0; i < TRIES; i++) {
            long[] cells = stripe((home + i) & (count - 1), budget);
            if (tryTake(cells)) {
                return cells;
            }
            if (count == 1) {
                if (i == 0) {
                    all.contended();
                }
                Thread.onSpinWait();
            }
        }
        return null;
    }

    /** Takes cells, once: returns false when another writer holds them or was faster. */
    static boolean tryTake(long[] cells) {
        long version = Cells.readOpaque(cells, VERSION);
        return (version & TAKEN) == 0 && LONGS.compareAndSet(cells, VERSION, version, version | TAKEN); // R3
    }

    /** Adds without a stripe: lock-free, allocates. */
    public void spill(long... amounts) {
        long[] seen = (long[]) SPILLED.getAcquire(this); // R4
        while (true) {
            long[] sums = seen.clone();
            for (int i = 0; i < sums.length; i++) {
                sums[i] += amounts[i];
            }
            long[] found = (long[]) SPILLED.compareAndExchange(this, seen, sums); // R4
            if (found == seen) {
                return;
            }
            seen = found;
        }
    }

    /** Returns what was spilled; the array never changes. */
    long[] spilledAcquire() {
        return (long[]) SPILLED.getAcquire(this); // R4
    }

    /** Returns a stripe, or null when nobody has recorded there. */
    long @Nullable [] stripeAcquire(int stripe) {
        return (long[]) STRIPE.getAcquire(stripes, stripe); // S1
    }

    int stripeLimit() {
        return STRIPE_LIMIT;
    }

    /** Returns what was folded. Under the collectors' lock. */
    long[] folded() {
        return folded;
    }

    private long[] stripe(int stripe, MemoryBudget budget) {
        long[] cells = stripeAcquire(stripe);
        if (cells != null) {
            return cells;
        }
        long bytes = Cells.bytesOf(length());
        if (stripe != 0 && !budget.tryReserve(bytes)) {
            return stripe(0, budget); // paid for by the group
        }
        long[] fresh = new long[length()];
        long[] found = (long[]) STRIPE.compareAndExchange(stripes, stripe, (long[]) null, fresh); // S1
        if (found == null) {
            return fresh;
        }
        if (stripe != 0) {
            budget.release(bytes);
        }
        return found;
    }
}
