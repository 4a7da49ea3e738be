package dev.evenkeel.metrics.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Internal. All cells of one registry: finds the calling thread's slab and records into it.
 *
 * <p>{@link #add} and {@link #record} are wait-free on a platform thread that has its slab and its cell, and allocate nothing
 * there; the first touch of a cell allocates. {@link SlabReader} sums.
 */
public final class Slabs {
    /*
     * Finding the slab decides the cost of a record: ThreadLocal.get alone costs as much as the addition. So there is a
     * table, indexed by the thread's number, of slabs that know their owner. The owner test makes collisions, recycled
     * numbers and an overridden getId() harmless: they miss and take the slow path. Entries are written without order
     * or lock, for a lost insert is only another miss. Virtual threads own no slab, so they miss the first place by
     * themselves and the fast path need not ask; the slow path asks before anything else, because a ThreadLocal of a
     * virtual thread would cost a map for each.
     *
     * The ThreadLocal holds JDK types only (a weak reference to the slab; the roster holds it strongly), so a thread
     * that outlives the registry keeps no class of ours alive.
     *
     * Access ledger
     *   field      written by                 read by           pair
     *   table      inserter: release          anybody: acquire  T1  (places are filled before the table is seen)
     *   table[i]   inserter: plain, racing    anybody: plain    -   (a slab is only believed when it names the reader as
     *                                                                its owner, and then the reader itself wrote that)
     */
    private static final VarHandle TABLE;

    static {
        try {
            TABLE = MethodHandles.lookup().findVarHandle(Slabs.class, "table", Slab[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Fills the empty places of the table, so that no null test is needed: nobody owns it. */
    private static final Slab NOBODY = new Slab();

    private static final int FIRST_TABLE = 64;

    /** Displacements that make the table double, up to 64 places for each owner. */
    private static final int PATIENCE = 256;

    private Slab[] table = emptyTable(FIRST_TABLE);
    private volatile boolean closed;

    private final MemoryBudget budget;
    private final SelfCounts counts;
    private final Stripes stripes;
    private final Roster roster;
    private final ThreadLocal<@Nullable Object[]> mine = new ThreadLocal<>();
    private final SlabReader reader;
    private final ReentrantLock growth = new ReentrantLock();
    private volatile HistogramCells[] histograms = {};
    private volatile int histogramCount;
    private volatile int slotLimit = Cells.PAD;
    private long displacementsAtGrowth;

    public Slabs(MemoryBudget budget, SelfCounts counts) {
        this.budget = budget;
        this.counts = counts;
        this.stripes = new Stripes(budget, counts);
        this.roster = new Roster(budget);
        this.reader = new SlabReader(this, stripes, roster, budget);
    }

    /** Adds to a slot of the calling thread's slab. */
    public void add(int slot, long delta) {
        Thread current = Thread.currentThread();
        Slab[] places = (Slab[]) TABLE.getAcquire(this); // T1
        Slab slab = places[(int) ThreadIds.of(current) & (places.length - 1)];
        if (slab.owner == current) {
            long[] cells = slab.cells;
            if (slot >= 0 && slot < cells.length) {
                Cells.addOwned(cells, slot, delta);
                return;
            }
        }
        addSlow(current, slot, delta);
    }

    /** @param value 0 to {@link BucketLayout#MAX_VALUE} */
    public void record(HistogramCells histogram, long value) {
        Thread current = Thread.currentThread();
        Slab[] places = (Slab[]) TABLE.getAcquire(this); // T1
        Slab slab = places[(int) ThreadIds.of(current) & (places.length - 1)];
        if (slab.owner == current) {
            long[][] windows = slab.windows;
            int id = histogram.id;
            if (id >= 0 && id < windows.length) {
                long[] window = windows[id];
                int shift = histogram.leadingZerosBase - Long.numberOfLeadingZeros(value | histogram.lowMask);
                int i = (shift << histogram.magnitude) + (int) (value >>> shift) - (int) window[Slab.ORIGIN];
                if (i >= Slab.FIRST && i < window.length - Cells.PAD) {
                    Cells.addOwned(window, i, 1);
                    Cells.addOwned(window, Slab.SUM, value);
                    return;
                }
            }
        }
        recordSlow(current, histogram, value);
    }

    private void addSlow(Thread current, int slot, long delta) {
        if (closed) {
            counts.late.increment();
            return;
        }
        Slab slab = find(current);
        if (slab != null) {
            if (slab.growCells(slot, budget)) {
                long[] cells = slab.cells;
                if (slot < cells.length) {
                    Cells.addOwned(cells, slot, delta);
                    return;
                }
            }
            if (closed) {
                counts.late.increment();
                return;
            }
            counts.sharedStripes.increment();
        }
        stripes.add(current, slot, delta);
    }

    private void recordSlow(Thread current, HistogramCells histogram, long value) {
        if (closed) {
            counts.late.increment();
            return;
        }
        Slab slab = find(current);
        if (slab != null) {
            int bucket = histogram.layout.indexOf(value);
            if (slab.growWindow(histogram.id, histogram.layout, bucket, budget)) {
                long[] window = slab.windowAcquire(histogram.id);
                int i = bucket - (int) window[Slab.ORIGIN];
                if (i >= Slab.FIRST && i < window.length - Cells.PAD) {
                    Cells.addOwned(window, i, 1);
                    Cells.addOwned(window, Slab.SUM, value);
                    return;
                }
            }
            if (!closed) {
                counts.sharedStripes.increment();
            }
        }
        recordShared(histogram, value);
    }

    /** Records into cells with many writers, without giving the calling thread a slab. */
    public void recordShared(HistogramCells histogram, long value) {
        if (closed) {
            counts.late.increment();
            return;
        }
        histogram.addShared(Thread.currentThread(), value, stripes, budget, counts);
    }

    /** Returns the calling thread's slab, or null when it records into stripes. */
    private @Nullable Slab find(Thread current) {
        if (ThreadIds.isVirtual(current)) {
            return null;
        }
        long id = ThreadIds.of(current);
        Slab[] places = (Slab[]) TABLE.getAcquire(this); // T1
        Slab atPlace = ownedAt(places, (int) id & (places.length - 1), current);
        if (atPlace == null) {
            atPlace = ownedAt(places, secondPlace(id, places.length), current);
        }
        if (atPlace != null) {
            return atPlace;
        }
        @Nullable Object[] held = mine.get();
        if (held != null) {
            Slab slab = held[0] instanceof WeakReference<?> reference ? (Slab) reference.get() : null;
            if (slab != null && slab.owner == current) {
                insert(slab, id);
                return slab;
            }
            // Refused before: ask again only after somebody gave bytes back.
            if (held[1] instanceof Long refusedAt && refusedAt == budget.releases()) {
                countRefusal();
                return null;
            }
        }
        Long releases = budget.releases();
        Slab slab = roster.acquire(current);
        if (slab == null) {
            mine.set(new @Nullable Object[] {null, releases});
            countRefusal();
            return null;
        }
        mine.set(new @Nullable Object[] {new WeakReference<>(slab), null});
        insert(slab, id);
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

    private static int secondPlace(long id, int length) {
        return (int) (id * 0x9E3779B97F4A7C15L >>> 32) & (length - 1);
    }

    /** Puts a slab of the calling thread into the table: into a free place, else over the other of its second. */
    private void insert(Slab slab, long id) {
        Slab[] places = tableFor(roster.ownedCount());
        int first = (int) id & (places.length - 1);
        int second = secondPlace(id, places.length);
        if (isFree(places[first])) {
            places[first] = slab;
        } else {
            if (!isFree(places[second])) {
                counts.displacements.increment();
            }
            places[second] = slab;
        }
    }

    private static boolean isFree(Slab slab) {
        Thread owner = slab.owner;
        return owner == null || !owner.isAlive();
    }

    /** Returns a table with at least 4 places for each owner, more where owners keep displacing each other. */
    private Slab[] tableFor(int owners) {
        Slab[] places = (Slab[]) TABLE.getAcquire(this); // T1
        boolean crowded = places.length < 4L * owners;
        if (!crowded
                && (places.length >= 64L * owners || counts.displacements.sum() - displacementsAtGrowth < PATIENCE)) {
            return places;
        }
        growth.lock();
        try {
            if (places != table || closed) {
                return table;
            }
            int length = places.length * 2;
            while (length < 4L * owners) {
                length *= 2;
            }
            Slab[] grown = emptyTable(length);
            for (Slab slab : places) {
                Thread owner = slab.owner;
                if (owner != null && owner.isAlive()) {
                    long id = ThreadIds.of(owner);
                    int first = (int) id & (length - 1);
                    grown[isFree(grown[first]) ? first : secondPlace(id, length)] = slab;
                }
            }
            displacementsAtGrowth = counts.displacements.sum();
            TABLE.setRelease(this, grown); // T1
            return grown;
        } finally {
            growth.unlock();
        }
    }

    private static Slab[] emptyTable(int length) {
        Slab[] places = new Slab[length];
        Arrays.fill(places, NOBODY);
        return places;
    }

    /** What the cells of one counter cost in stripe 0, where every slot has its place by right. */
    public static final long SLOT_BYTES = Stripes.BYTES_PER_SLOT;

    /** Hands out a new slot. Its bytes are the caller's to reserve. */
    public int newSlot() {
        growth.lock();
        try {
            int slot = Cells.nextSlot(slotLimit);
            slotLimit = slot + 1;
            return slot;
        } finally {
            growth.unlock();
        }
    }

    /** Makes a new histogram, of one digit where the budget no longer holds one full window of the digits asked for. */
    public HistogramCells newHistogram(int digits) {
        BucketLayout layout = BucketLayout.ofDigits(digits);
        if (digits > 1 && budget.remaining() < layout.fullBytes()) {
            layout = BucketLayout.ofDigits(1);
            counts.oneDigitHistograms.increment();
        }
        growth.lock();
        try {
            int id = histogramCount;
            HistogramCells[] all = histograms;
            HistogramCells histogram = new HistogramCells(id, layout);
            if (id == all.length) {
                all = Arrays.copyOf(all, Math.max(16, 2 * id));
                all[id] = histogram;
                histograms = all;
            } else {
                all[id] = histogram; // published by the volatile count below
            }
            histogramCount = id + 1;
            return histogram;
        } finally {
            growth.unlock();
        }
    }

    /** Reads what was recorded here. */
    public SlabReader reader() {
        return reader;
    }

    /** Returns one more than the highest slot handed out. */
    int slotLimit() {
        return slotLimit;
    }

    /** Returns how many histograms there are; {@link #histogram} knows each of them. */
    int histogramCount() {
        return histogramCount;
    }

    HistogramCells histogram(int id) {
        return histograms[id]; // the array holds at least as many as a count that was read before
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
        reader.exclusively(() -> {
            closed = true;
            roster.close();
            stripes.close();
            growth.lock();
            try {
                TABLE.setRelease(this, emptyTable(1)); // T1
                histogramCount = 0;
                histograms = new HistogramCells[0];
            } finally {
                growth.unlock();
            }
        });
    }
}
