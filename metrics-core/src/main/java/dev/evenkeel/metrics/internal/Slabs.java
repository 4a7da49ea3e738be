package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Internal. All cells of one registry: finds the calling thread's cells and records into them.
 *
 * <p>{@link #tryAdd} and {@link Histograms#record} are wait-free on a platform thread that has its slab and its cell, and allocate nothing
 * there; the first touch of a cell allocates. {@link SlabReader} sums.
 */
public final class Slabs {
    /*
     * Finding the cells decides the cost of a record: ThreadLocal.get alone costs as much as the addition. So there is a
     * table of arrays, indexed by the thread's number, and each array names its owner by that number. The number cannot be
     * forged and is never used twice, so an array that names the caller is the caller's. Virtual threads own none: they miss by
     * themselves, the fast path need not ask, and the slow path asks first, because a ThreadLocal of a virtual
     * thread would cost a map for each.
     *
     * The table has a fixed length, so that each instrument can hold it in a final field: one load less on every record
     * (1.4 against 1.6 ns). What finds no place in it is found through the ThreadLocal (decision 0006). The ThreadLocal holds
     * JDK types only (a weak reference to the slab; the roster holds it strongly), so a thread that outlives the registry
     * keeps no class of ours alive.
     *
     * When a thread's flat array grows, no place may still hold the old one: it names its owner too, and what was added to it
     * would be lost. A place is therefore changed under a lock only, and the owner changes its own places before it adds.
     *
     * Access ledger
     *   field            written by                        read by           pair
     *   cellPlaces[i]    lock holder: release              anybody: opaque   T1  (only its owner believes an array, and the
     *                                                                             owner put it there; others read its number)
     *   slabPlaces[i]    lock holder: release              anybody: plain    -   (believed when it names the reader as owner,
     *                                                                             which the reader itself wrote)
     *   closed           closer: volatile                  anybody: volatile -
     */
    private static final VarHandle CELL_PLACE = MethodHandles.arrayElementVarHandle(long[][].class);

    private static final VarHandle SLAB_PLACE = MethodHandles.arrayElementVarHandle(Slab[].class);

    /**
     * Places of the table: four for each of 1000 live recorders, 16 KiB. Threads past that find their slab through a
     * ThreadLocal, which costs them about 3 ns more, and are counted as displacements.
     */
    static final int PLACES = 4096;

    /** Places at the end of the table for the first pages of the stripes; see {@link Stripes}. */
    static final int SHARED_PLACES = 64;

    /** What the tables cost. */
    static final long TABLE_BYTES = 2 * (16 + 4 * PLACES) + 4 * SHARED_PLACES;

    /** Fills empty places, so that no null test is needed: no thread has the number 0. */
    private static final long[] NO_CELLS = new long[1];

    private static final Slab NOBODY = new Slab();

    private final long[][] cellPlaces = new long[PLACES + SHARED_PLACES][];
    private final Slab[] slabPlaces = new Slab[PLACES];
    private volatile boolean closed;

    /** Set once a thread has had to remember in its ThreadLocal where its slab is, or that it got none. */
    private volatile boolean elsewhere;

    private final MemoryBudget budget;
    private final SelfCounts counts;
    private final Stripes stripes;
    private final Roster roster;
    private final ThreadLocal<@Nullable Object[]> mine = new ThreadLocal<>();
    private final SlabReader reader;
    private final Slots slots = new Slots();
    private final ReentrantLock growth = new ReentrantLock();
    private final Histograms histograms;
    private volatile GroupCells[] groups = {};
    private volatile int groupCount;

    public Slabs(MemoryBudget budget, SelfCounts counts) {
        this(budget, counts, StripePolicy.mix());
    }

    public Slabs(MemoryBudget budget, SelfCounts counts, StripePolicy policy) {
        Arrays.fill(cellPlaces, NO_CELLS);
        Arrays.fill(slabPlaces, NOBODY);
        budget.charge(TABLE_BYTES + Stripes.FIRST_PAGE_BYTES);
        this.budget = budget;
        this.counts = counts;
        this.stripes = new Stripes(budget, counts, policy, cellPlaces);
        this.roster = new Roster(budget);
        this.histograms = new Histograms(this, slabPlaces, stripes, budget, counts);
        this.reader = new SlabReader(this, slots, stripes, roster, budget, counts);
    }

    /** Returns the table that the try-methods take. It is the same for as long as the slabs live. */
    public long[][] places() {
        return cellPlaces;
    }

    /**
     * Adds to a slot of the calling thread's flat array.
     *
     * @return false, and nothing is added, when the thread has no array at its place or the slot is not in it, or another virtual
     *     thread was faster: call {@link #slow}
     */
    public static boolean tryAdd(long[][] places, int slot, long delta) {
        Thread current = Thread.currentThread();
        long id = ThreadIds.of(current);
        long[] cells = at(places, id);
        if (slot >= 0 && slot < cells.length && cells[Slab.OWNER] == id) {
            Cells.addOwned(cells, slot, delta);
            return true;
        }
        return ThreadIds.isVirtual(current) && tryAddShared(places, id, slot, delta);
    }

    private static boolean tryAddShared(long[][] places, long id, int slot, long delta) {
        long[] shared = sharedAt(places, id);
        return slot < shared.length - Cells.PAD && Cells.tryAddShared(shared, slot, delta);
    }

    /** Like {@link #tryAdd}, and what the thread did before is seen by whoever sees the sum. */
    public static boolean tryAddReleased(long[][] places, int slot, long delta) {
        long id = ThreadIds.of(Thread.currentThread());
        long[] cells = at(places, id);
        if (slot >= 0 && slot < cells.length && cells[Slab.OWNER] == id) {
            Cells.addOwnedReleased(cells, slot, delta);
            return true;
        }
        return false;
    }

    /** Like {@link #tryAdd}, for a slot of kind {@link SlotKind#DOUBLE}. */
    public static boolean tryAddDouble(long[][] places, int slot, double delta) {
        long id = ThreadIds.of(Thread.currentThread());
        long[] cells = at(places, id);
        if (slot >= 0 && slot < cells.length && cells[Slab.OWNER] == id) {
            Cells.addOwnedDouble(cells, slot, delta);
            return true;
        }
        return false;
    }

    /** Like {@link #tryAdd}, for a slot of kind {@link SlotKind#MAX}. */
    public static boolean tryRaise(long[][] places, int slot, long operand) {
        long id = ThreadIds.of(Thread.currentThread());
        long[] cells = at(places, id);
        if (slot >= 0 && slot < cells.length && cells[Slab.OWNER] == id) {
            Cells.raiseOwned(cells, slot, operand);
            return true;
        }
        return false;
    }

    private static long[] at(long[][] places, long id) {
        return (long[]) CELL_PLACE.getOpaque(places, (int) id & (PLACES - 1)); // T1
    }

    private static long[] sharedAt(long[][] places, long id) {
        return (long[]) CELL_PLACE.getAcquire(places, PLACES + StripePolicy.mixed(id, SHARED_PLACES)); // S1
    }

    /** Puts an operand into a slot of the calling thread, wherever its cells are; makes them if need be. */
    public void slow(SlotKind kind, int slot, long operand) {
        if (closed) {
            counts.late.increment();
            return;
        }
        Thread current = Thread.currentThread();
        if (ThreadIds.isVirtual(current)) {
            long[] shared = sharedAt(cellPlaces, ThreadIds.of(current));
            if (slot >= shared.length - Cells.PAD) {
                stripes.put(kind, current, slot, operand);
            } else if (kind == SlotKind.SUM || !kind.tryShare(shared, slot, operand)) { // a sum was tried before
                stripes.contended();
                kind.share(shared, slot, operand);
            }
            return;
        }
        Slab slab = find(current);
        if (slab != null) {
            long[] before = slab.cells;
            long[] cells = slab.arrayOf(slot, budget);
            if (slab.cells != before) {
                place(slab, ThreadIds.of(current));
            }
            if (cells != null) {
                kind.own(cells, Slots.indexOf(slot), operand);
                return;
            }
            if (closed) {
                counts.late.increment();
                return;
            }
            counts.sharedStripes.increment();
        }
        stripes.put(kind, current, slot, operand);
    }

    /** Adds to a slot of kind {@link SlotKind#SUM}. */
    public void add(int slot, long delta) {
        if (!tryAdd(cellPlaces, slot, delta)) {
            slow(SlotKind.SUM, slot, delta);
        }
    }

    /** Puts an operand into the cells that all threads share: for collectors, which own none. */
    public void fold(SlotKind kind, int slot, long operand) {
        if (closed) {
            counts.late.increment();
            return;
        }
        stripes.fold(kind, slot, operand);
    }

    /** Returns the calling thread's cells of a group where the table knows them, else {@link GroupCells#NONE} or none. */
    public long[] ownGroup(GroupCells group) {
        Thread current = Thread.currentThread();
        Slab slab = slabPlaces[(int) ThreadIds.of(current) & (slabPlaces.length - 1)];
        if (slab.owner == current) {
            long[][] all = slab.groups;
            int id = group.id;
            if (id >= 0 && id < all.length) {
                return all[id];
            }
        }
        return GroupCells.NONE;
    }

    /**
     * Returns cells of a group for one addition, wherever they are: the calling thread's, which are made if need be, or a
     * stripe that is then taken.
     *
     * @return {@link GroupCells#NONE}, and it is counted, when all stripes are taken: the caller has to spill; or
     *     {@link GroupCells#CLOSED}, and it is counted, when the addition came late
     */
    public long[] takeGroup(GroupCells group) {
        if (closed) {
            counts.late.increment();
            return GroupCells.CLOSED;
        }
        Thread current = Thread.currentThread();
        Slab slab = find(current);
        if (slab != null) {
            long[] own = slab.groupOf(group, budget);
            if (own != null) {
                return own;
            }
            if (closed) {
                counts.late.increment();
                return GroupCells.CLOSED;
            }
            counts.sharedStripes.increment();
        }
        long[] taken = group.take(current, stripes, budget);
        if (taken == null) {
            counts.spilledGroups.increment();
            return GroupCells.NONE;
        }
        return taken;
    }

    /** Returns the calling thread's slab, or null when it records into stripes. */
    @Nullable
    Slab find(Thread current) {
        if (ThreadIds.isVirtual(current)) {
            return null;
        }
        long id = ThreadIds.of(current);
        Slab atPlace = ownedAt(slabPlaces, firstPlace(id), current);
        if (atPlace == null) {
            atPlace = ownedAt(slabPlaces, secondPlace(id), current);
        }
        if (atPlace != null) {
            return atPlace;
        }
        // The first get leaves an entry in the thread's map for as long as it lives: not before somebody has set one.
        @Nullable Object[] held = elsewhere ? mine.get() : null;
        if (held != null) {
            Slab slab = held[0] instanceof WeakReference<?> reference ? (Slab) reference.get() : null;
            if (slab != null && slab.owner == current) {
                // A look first: no record without a place takes a lock.
                if (id != ThreadIds.UNKNOWN
                        && (isFree(slabPlaces[firstPlace(id)]) || isFree(slabPlaces[secondPlace(id)]))) {
                    place(slab, id);
                }
                return slab;
            }
        }
        // Refused before: ask again only after somebody gave bytes back, and where nobody has to be waited for.
        Object refusedAt = held == null ? null : held[1];
        boolean again = refusedAt != null;
        if (refusedAt != null && (refusedAt.equals(budget.releases()) || !roster.tryLock())) {
            countRefusal();
            return null;
        }
        Long releases = budget.releases();
        Slab slab;
        try {
            slab = roster.acquire(current);
        } finally {
            if (again) {
                roster.unlock();
            }
        }
        if (slab == null) {
            mine.set(new @Nullable Object[] {null, releases});
            elsewhere = true;
            countRefusal();
            return null;
        }
        if (!place(slab, id)) {
            if (id != ThreadIds.UNKNOWN) {
                counts.displacements.increment();
            }
            mine.set(new @Nullable Object[] {new WeakReference<>(slab), null});
            elsewhere = true;
        }
        return slab;
    }

    /**
     * Returns the slab at a place when it is the calling thread's. The place is read once: read again after the test it may
     * hold the slab of a thread that displaced us, and two writers of one slab lose records.
     */
    static @Nullable Slab ownedAt(Slab[] places, int place, Thread current) {
        Slab slab = places[place];
        return slab.owner == current ? slab : null;
    }

    private void countRefusal() {
        if (!closed) {
            counts.sharedStripes.increment();
        }
    }

    private static int firstPlace(long id) {
        return (int) id & (PLACES - 1);
    }

    private static int secondPlace(long id) {
        return (int) (id * 0x9E3779B97F4A7C15L >>> 32) & (PLACES - 1);
    }

    /**
     * Makes the table know the newest cells of the calling thread's slab, and nobody before it: where it is already, else at its
     * first place, else at its second.
     *
     * @return false where live threads have both: the slab is then found through the ThreadLocal
     */
    private boolean place(Slab slab, long id) {
        growth.lock();
        try {
            if (slab.placedFor != id) {
                clear(slab); // the places of a dead owner whose slab was adopted
                slab.placedFor = id;
            }
            if (closed) {
                return true;
            }
            if (id == ThreadIds.UNKNOWN) {
                return false;
            }
            int first = firstPlace(id);
            int second = secondPlace(id);
            if (slabPlaces[first] == slab || isFree(slabPlaces[first])) {
                set(first, slab);
                return true;
            }
            if (slabPlaces[second] == slab || isFree(slabPlaces[second])) {
                set(second, slab);
                return true;
            }
            return false;
        } finally {
            growth.unlock();
        }
    }

    private void set(int place, Slab slab) {
        CELL_PLACE.setRelease(cellPlaces, place, slab.cells.length == 0 ? NO_CELLS : slab.cells); // T1
        SLAB_PLACE.setRelease(slabPlaces, place, slab);
    }

    private static boolean isFree(Slab slab) {
        Thread owner = slab.owner;
        return owner == null || !owner.isAlive();
    }

    /** Takes a slab that is given up out of the table. Under the collectors' lock; the slab has no owner. */
    void displace(Slab slab) {
        growth.lock();
        try {
            clear(slab);
        } finally {
            growth.unlock();
        }
    }

    private void clear(Slab slab) {
        clear(slab, firstPlace(slab.placedFor));
        clear(slab, secondPlace(slab.placedFor));
    }

    private void clear(Slab slab, int place) {
        if (slabPlaces[place] == slab) {
            CELL_PLACE.setRelease(cellPlaces, place, NO_CELLS); // T1
            SLAB_PLACE.setRelease(slabPlaces, place, NOBODY);
        }
    }

    /** What the cells of one counter cost in stripe 0, where every slot has its place by right. */
    public static final long SLOT_BYTES = Stripes.BYTES_PER_SLOT;

    /** Hands out a slot of a kind, which may hold what {@link #startOf} says. Its bytes are the caller's to reserve. */
    public int newSlot(SlotKind kind) {
        growth.lock();
        try {
            return slots.take(kind);
        } finally {
            growth.unlock();
        }
    }

    /** Returns what a slot held when it was handed out. */
    public long startOf(int slot) {
        growth.lock();
        try {
            return slots.startOf(slot);
        } finally {
            growth.unlock();
        }
    }

    /**
     * Takes a slot back.
     *
     * @param held what it holds for ever, because nobody can record to it any more: its last instrument is unreachable
     */
    public void freeSlot(SlotKind kind, int slot, long held) {
        growth.lock();
        try {
            slots.give(kind, slot, held);
        } finally {
            growth.unlock();
        }
    }

    /** Makes a new group of some members. Its bytes are the caller's to reserve. */
    public GroupCells newGroup(int members) {
        growth.lock();
        try {
            int[] places = new int[members];
            for (int i = 0; i < members; i++) {
                places[i] = slots.take(SlotKind.SUM);
            }
            int id = groupCount;
            GroupCells group = new GroupCells(id, places);
            GroupCells[] all = Arrays.copyOf(groups, id + 1);
            all[id] = group;
            groups = all;
            groupCount = id + 1;
            return group;
        } finally {
            growth.unlock();
        }
    }

    /** Returns how many groups there are; {@link #group} knows each of them. */
    public int groupCount() {
        return groupCount;
    }

    public GroupCells group(int id) {
        return groups[id]; // the array holds at least as many as a count that was read before
    }

    /** The histograms that have their windows here. */
    public Histograms histograms() {
        return histograms;
    }

    /** Reads what was recorded here. */
    public SlabReader reader() {
        return reader;
    }

    public int ownedSlabs() {
        return roster.ownedCount();
    }

    public int spareSlabs() {
        return roster.spareCount();
    }

    public int stripeCount() {
        return stripes.count();
    }

    public boolean closed() {
        return closed;
    }

    /** Gives up all cells. From now on records are counted as late and kept nowhere. Idempotent. */
    public void close() {
        reader.lock();
        try {
            closed = true;
            roster.close();
            stripes.close();
            growth.lock();
            try {
                for (int i = 0; i < SHARED_PLACES; i++) {
                    CELL_PLACE.setRelease(cellPlaces, PLACES + i, NO_CELLS);
                }
                for (int i = 0; i < PLACES; i++) {
                    CELL_PLACE.setRelease(cellPlaces, i, NO_CELLS); // T1
                    SLAB_PLACE.setRelease(slabPlaces, i, NOBODY);
                }
                histograms.clear();
                groupCount = 0;
                groups = new GroupCells[0];
            } finally {
                growth.unlock();
            }
        } finally {
            reader.unlock();
        }
    }
}
