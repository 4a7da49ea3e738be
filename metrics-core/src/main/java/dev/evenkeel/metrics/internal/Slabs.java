package dev.evenkeel.metrics.internal;

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
     * What finds no place in the table is found through a ThreadLocal, which holds JDK types only (a weak reference to the slab;
     * the roster holds it strongly), so a thread that outlives the registry keeps no class of ours alive.
     *
     * Access ledger
     *   field            written by                        read by           pair
     *   closed           closer: volatile                  anybody: volatile -
     */
    private final SlabTable table = new SlabTable();
    private final long[][] cellPlaces = table.cellPlaces;
    private final Slab[] slabPlaces = table.slabPlaces;
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
        budget.charge(SlabTable.BYTES + Stripes.FIRST_PAGE_BYTES);
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
        long[] cells = SlabTable.at(places, id);
        if (slot >= 0 && slot < cells.length && cells[Slab.OWNER] == id) {
            Cells.addOwned(cells, slot, delta);
            return true;
        }
        return ThreadIds.isVirtual(current) && tryAddShared(places, id, slot, delta);
    }

    private static boolean tryAddShared(long[][] places, long id, int slot, long delta) {
        long[] shared = SlabTable.sharedAt(places, id);
        return slot < shared.length - Cells.PAD && Cells.tryAddShared(shared, slot, delta);
    }

    /** Like {@link #tryAdd}, and what the thread did before is seen by whoever sees the sum. */
    public static boolean tryAddReleased(long[][] places, int slot, long delta) {
        long id = ThreadIds.of(Thread.currentThread());
        long[] cells = SlabTable.at(places, id);
        if (slot >= 0 && slot < cells.length && cells[Slab.OWNER] == id) {
            Cells.addOwnedReleased(cells, slot, delta);
            return true;
        }
        return false;
    }

    /** Like {@link #tryAdd}, for a slot of kind {@link SlotKind#DOUBLE}. */
    public static boolean tryAddDouble(long[][] places, int slot, double delta) {
        long id = ThreadIds.of(Thread.currentThread());
        long[] cells = SlabTable.at(places, id);
        if (slot >= 0 && slot < cells.length && cells[Slab.OWNER] == id) {
            Cells.addOwnedDouble(cells, slot, delta);
            return true;
        }
        return false;
    }

    /** Like {@link #tryAdd}, for a slot of kind {@link SlotKind#MAX}. */
    public static boolean tryRaise(long[][] places, int slot, long operand) {
        long id = ThreadIds.of(Thread.currentThread());
        long[] cells = SlabTable.at(places, id);
        if (slot >= 0 && slot < cells.length && cells[Slab.OWNER] == id) {
            Cells.raiseOwned(cells, slot, operand);
            return true;
        }
        return false;
    }

    /** Puts an operand into a slot of the calling thread, wherever its cells are; makes them if need be. */
    public void slow(SlotKind kind, int slot, long operand) {
        if (closed) {
            counts.late.increment();
            return;
        }
        Thread current = Thread.currentThread();
        if (ThreadIds.isVirtual(current)) {
            long[] shared = SlabTable.sharedAt(cellPlaces, ThreadIds.of(current));
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
                table.place(slab, ThreadIds.of(current));
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
        Slab atPlace = table.find(current, id);
        if (atPlace != null) {
            return atPlace;
        }
        // The first get leaves an entry in the thread's map for as long as it lives: not before somebody has set one.
        @Nullable Object[] held = elsewhere ? mine.get() : null;
        if (held != null) {
            Slab slab = held[0] instanceof WeakReference<?> reference ? (Slab) reference.get() : null;
            if (slab != null && slab.owner == current) {
                // A look first: no record without a place takes a lock.
                if (id != ThreadIds.UNKNOWN && table.mayHaveRoom(id)) {
                    table.place(slab, id);
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
        if (!table.place(slab, id)) {
            if (id != ThreadIds.UNKNOWN) {
                counts.displacements.increment();
            }
            mine.set(new @Nullable Object[] {new WeakReference<>(slab), null});
            elsewhere = true;
        }
        return slab;
    }

    private void countRefusal() {
        if (!closed) {
            counts.sharedStripes.increment();
        }
    }

    /** Takes a slab that is given up out of the table. Under the collectors' lock; the slab has no owner. */
    void displace(Slab slab) {
        table.displace(slab);
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
            table.close();
            growth.lock();
            try {
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
