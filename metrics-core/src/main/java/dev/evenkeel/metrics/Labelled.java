package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.SlabReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds the instrument of a set of label values.
 *
 * <p>Safe from any thread. Finding one that exists takes no lock and allocates nothing; the first look-up of new values takes
 * the family's lock and makes the instrument. Callers that know their values beforehand keep what {@code bind} returned.
 *
 * <p>Once the family has as many series as its cardinality limit, or the registry's memory is spent, new values get the
 * instrument of the overflow series <code>{otel_metric_overflow="true"}</code>, and the first such look-up is logged.
 * {@code evenkeel.dropped{reason="overflowed"}} counts what is recorded there, exactly: each addition to a counter, each
 * value of a histogram, each set of a gauge, whether the caller looked it up anew or kept it. An amount of 5 is
 * one measurement. A look-up alone counts nothing.
 *
 * <p>An unpaired surrogate in a value, which no wire can carry, is kept as U+FFFD; such look-ups take the lock each time.
 *
 * @param <T> the type of the instruments
 */
public final class Labelled<T extends Series> {
    /*
     * Series are immutable in what is compared. Entries of a table are only added; to remove some a new table is made.
     *
     * The last element of a table stands outside it: null while new values may still be added, else the overflow
     * instrument, so that a look-up past the limit costs no more than one that hits.
     *
     * Access ledger
     *   field      written by              read by           pair
     *   table      lock holder: release    anybody: acquire  L1  (a table is seen filled, and closed only when it is complete)
     *   table[i]   lock holder: plain      anybody: plain    -   (what is compared is in final fields)
     *   refused    lock holder: plain      anybody: plain    L1  (read after a table that is closed; once there it stays)
     */
    /** The number of labels where each series has its own. */
    private static final int ANY = -1;

    /** Memory that must be free before values that were refused for want of it are let in again. */
    private static final long REOPEN_BYTES = 4096;

    private static final VarHandle TABLE;

    static {
        try {
            TABLE = MethodHandles.lookup().findVarHandle(Labelled.class, "table", Series[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final InstrumentFamily<T> family;
    private final ReentrantLock lock;
    private final Eviction<T> eviction;
    private final int arity;
    private @Nullable Series[] table = SeriesTable.empty(16);
    private int count;
    private boolean warned;

    /** What is known of label sets without room; null before the first, or where memory had no room for it either. */
    private @Nullable OverflowSets refused;

    Labelled(InstrumentFamily<T> family, ReentrantLock lock) {
        this.family = family;
        this.lock = lock;
        this.eviction = Objects.requireNonNull(family.eviction(), "eviction");
        this.arity = family.anyLabels ? ANY : family.descriptor.labelNames().size();
    }

    /**
     * Returns the instrument of one label value.
     *
     * @throws IllegalArgumentException when the family has another number of labels
     * @throws NullPointerException when the value is null
     */
    public T bind(String v1) {
        Objects.requireNonNull(v1, "v1");
        int hash = SeriesTable.mix(v1.hashCode());
        T found = find(hash, v1);
        return found != null ? found : bindSlow(hash, v1);
    }

    private @Nullable T find(int hash, String v1) {
        if (arity != 1) {
            throw wrongCount(v1);
        }
        @Nullable Series[] entries = tableAcquire();
        int mask = entries.length - 2;
        for (int i = hash & mask; ; i = (i + 1) & mask) {
            Series entry = entries[i];
            if (entry == null) {
                Series overflow = entries[mask + 1]; // null while new values may be added
                OverflowSets sets = refused;
                if (overflow != null && sets != null && sets.wants(hash)) {
                    sets.add(hash, v1);
                }
                return cast(overflow);
            }
            if (entry.hash == hash && SeriesTable.same(entry.v1, v1)) {
                return cast(entry);
            }
        }
    }

    /**
     * Returns the instrument of two label values, in declared order.
     *
     * @throws IllegalArgumentException when the family has another number of labels
     * @throws NullPointerException when a value is null
     */
    public T bind(String v1, String v2) {
        Objects.requireNonNull(v1, "v1");
        Objects.requireNonNull(v2, "v2");
        int hash = SeriesTable.mix(v1.hashCode() * SeriesTable.ODD + v2.hashCode());
        T found = find(hash, v1, v2);
        return found != null ? found : bindSlow(hash, v1, v2);
    }

    private @Nullable T find(int hash, String v1, String v2) {
        if (arity != 2) {
            throw wrongCount(v1, v2);
        }
        @Nullable Series[] entries = tableAcquire();
        int mask = entries.length - 2;
        for (int i = hash & mask; ; i = (i + 1) & mask) {
            Series entry = entries[i];
            if (entry == null) {
                Series overflow = entries[mask + 1]; // null while new values may be added
                OverflowSets sets = refused;
                if (overflow != null && sets != null && sets.wants(hash)) {
                    sets.add(hash, v1, v2);
                }
                return cast(overflow);
            }
            if (entry.hash == hash && SeriesTable.same(entry.v1, v1) && SeriesTable.same(entry.v2, v2)) {
                return cast(entry);
            }
        }
    }

    /**
     * Returns the instrument of three label values, in declared order.
     *
     * @throws IllegalArgumentException when the family has another number of labels
     * @throws NullPointerException when a value is null
     */
    public T bind(String v1, String v2, String v3) {
        Objects.requireNonNull(v1, "v1");
        Objects.requireNonNull(v2, "v2");
        Objects.requireNonNull(v3, "v3");
        int hash = SeriesTable.mix((v1.hashCode() * SeriesTable.ODD + v2.hashCode()) * SeriesTable.ODD + v3.hashCode());
        T found = find(hash, v1, v2, v3);
        return found != null ? found : bindSlow(hash, v1, v2, v3);
    }

    private @Nullable T find(int hash, String v1, String v2, String v3) {
        if (arity != 3) {
            throw wrongCount(v1, v2, v3);
        }
        @Nullable Series[] entries = tableAcquire();
        int mask = entries.length - 2;
        for (int i = hash & mask; ; i = (i + 1) & mask) {
            Series entry = entries[i];
            if (entry == null) {
                Series overflow = entries[mask + 1]; // null while new values may be added
                OverflowSets sets = refused;
                if (overflow != null && sets != null && sets.wants(hash)) {
                    sets.add(hash, v1, v2, v3);
                }
                return cast(overflow);
            }
            if (entry.hash == hash
                    && SeriesTable.same(entry.v1, v1)
                    && SeriesTable.same(entry.v2, v2)
                    && SeriesTable.same(entry.value(2), v3)) {
                return cast(entry);
            }
        }
    }

    /**
     * Returns the instrument of any number of label values, in declared order. The array is the caller's; nothing else is
     * allocated for values that exist.
     *
     * @throws IllegalArgumentException when the family has another number of labels
     * @throws NullPointerException when a value is null
     */
    public T bind(String... values) {
        for (String value : values) {
            Objects.requireNonNull(value, "value");
        }
        int hash = SeriesTable.hash(values);
        T found = findAll(hash, values);
        return found != null ? found : bindSlow(hash, values.clone());
    }

    /**
     * Returns the instrument of some labels, where a series may have any: {@link InstrumentBuilder#anyLabels}. Allocates an array;
     * callers keep what it returns.
     *
     * @throws IllegalArgumentException when the family's label names are fixed
     */
    @Experimental
    public T bind(Labels labels) {
        if (arity != ANY) {
            throw Family.fixedLabels(family.descriptor);
        }
        return bindPairs(labels.pairs());
    }

    /**
     * Returns the instrument of the overflow series, whatever room there is: for a bridge that has a limit of its own and sends what is
     * past it here.
     */
    @Experimental
    public T bindOverflow() {
        return family.overflow();
    }

    /** Returns the instrument of what a series of this family keeps: values, or names and values. */
    T bindKept(String... values) {
        return arity == ANY ? bindPairs(values) : bind(values);
    }

    private T bindPairs(String... pairs) {
        // Without looking first: the lock is taken once for each meter of a bridge, which keeps what it gets.
        return bindSlow(SeriesTable.hash(pairs), pairs);
    }

    /** Returns the listed series of some values, whatever the limit. */
    private @Nullable T findListed(int hash, String... values) {
        return cast(SeriesTable.find(tableAcquire(), hash, values));
    }

    private @Nullable T findAll(int hash, String... values) {
        if (values.length != arity) {
            throw wrongCount(values);
        }
        @Nullable Series[] entries = tableAcquire();
        Series entry = SeriesTable.find(entries, hash, values);
        if (entry == null) {
            entry = SeriesTable.beyond(entries); // null while new values may be added
            OverflowSets sets = refused;
            if (entry != null && sets != null && sets.wants(hash)) {
                sets.addAll(hash, values);
            }
        }
        return cast(entry);
    }

    private IllegalArgumentException wrongCount(String... values) {
        return arity == ANY
                ? Family.anyLabels(family.descriptor)
                : new IllegalArgumentException(
                        Family.wrongCount(family.descriptor.name(), family.descriptor.labelNames(), values));
    }

    private T bindSlow(int wantedHash, String... wanted) {
        String[] values = wanted;
        int hash = wantedHash;
        for (int i = 0; i < wanted.length; i++) {
            String wellFormed = Names.wellFormed(wanted[i]);
            if (wellFormed != wanted[i]) {
                values = values == wanted ? wanted.clone() : values;
                values[i] = wellFormed;
            }
        }
        if (values != wanted) {
            hash = SeriesTable.hash(values);
        }
        String warning;
        T overflow;
        lock.lock();
        try {
            T found = findListed(hash, values);
            if (found != null) {
                return found;
            }
            // The lock makes reserving and inserting one step: no two threads pass the limit together.
            T created = count < family.limit ? relistOrCreate(hash, values) : null;
            if (created != null) {
                insert(created);
                return created;
            }
            overflow = family.overflow();
            if (arity != ANY && refused == null && family.core.budget().tryReserveFamily(OverflowSets.bytesOf(arity))) {
                refused = new OverflowSets(arity);
                family.core.overflowTelemetry().show(family.descriptor.name(), refused);
            }
            // At most a quarter full: a miss has to meet an empty place, and at a half it would look at 2.5 on its way.
            // Not twice what there is: a table is closed again after each eviction that let others in.
            int places = SeriesTable.places(table);
            while (places < 4 * count) {
                places *= 2;
            }
            @Nullable
            Series[] closed = SeriesTable.beyond(table) != null ? table : SeriesTable.rebuilt(table, places, Set.of());
            closed[closed.length - 1] = overflow;
            TABLE.setRelease(this, closed); // L1
            warning = warned ? null : warning();
            warned = true;
        } finally {
            lock.unlock();
        }
        if (warning != null) {
            // After the lock: a log may block, and others wait here with new values.
            System.getLogger("dev.evenkeel.metrics").log(System.Logger.Level.WARNING, warning);
        }
        return overflow;
    }

    private @Nullable T relistOrCreate(int hash, String... values) {
        T held = eviction.revenant(hash, values);
        if (held == null) {
            return family.tryCreate(new LabelValues(hash, values));
        }
        family.list(held);
        return held;
    }

    /** Lists an evicted series again; returns false when the limit is reached or others took its labels. */
    boolean tryList(T series) {
        lock.lock();
        try {
            String[] values = LabelValues.of(series).all();
            if (count >= family.limit || findListed(series.hash, values) != null) {
                return false;
            }
            family.list(series);
            insert(series);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether a series is in the table. */
    boolean isListed(T series) {
        lock.lock();
        try {
            return findListed(series.hash, LabelValues.of(series).all()) == series;
        } finally {
            lock.unlock();
        }
    }

    /** Takes series out of the table and the family's list. */
    void remove(Set<Series> gone) {
        lock.lock();
        try {
            @Nullable Series[] entries = SeriesTable.rebuilt(table, SeriesTable.places(table), gone);
            count = 0;
            for (int i = 0; i < SeriesTable.places(entries); i++) {
                count += entries[i] != null ? 1 : 0;
            }
            entries[entries.length - 1] = SeriesTable.beyond(table);
            TABLE.setRelease(this, entries); // L1
            family.unlist(gone);
        } finally {
            lock.unlock();
        }
    }

    /** Looks at the next label sets without room; lets new values in again when there is room after all. */
    void reopen() {
        lock.lock();
        try {
            if (refused != null) {
                refused.look();
            }
            boolean isClosed = SeriesTable.beyond(table) != null;
            if (isClosed && count < family.limit && family.core.budget().remaining() > REOPEN_BYTES) {
                @Nullable Series[] open = table.clone();
                open[open.length - 1] = null;
                TABLE.setRelease(this, open); // L1
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Evicts the series of some label values: collects show it no more, until it is recorded to again. Its count is not lost:
     * see {@link #evicted}. Takes effect with the next collect; never blocks a record.
     *
     * @return false when there is no such series
     * @throws IllegalArgumentException when the family has another number of labels
     * @throws IllegalStateException when instruments of this type are never evicted
     */
    public boolean evict(String... values) {
        for (String value : values) {
            Objects.requireNonNull(value, "value");
        }
        if (values.length != arity) {
            throw wrongCount(values);
        }
        return evictKept(values);
    }

    /**
     * Evicts the series of some labels, where a series may have any; see {@link #evict(String...)}.
     *
     * @throws IllegalArgumentException when the family's label names are fixed
     */
    @Experimental
    public boolean evict(Labels labels) {
        if (arity != ANY) {
            throw Family.fixedLabels(family.descriptor);
        }
        return evictKept(labels.pairs());
    }

    private boolean evictKept(String... values) {
        SlabReader slabs = family.core.slabs().reader();
        slabs.lock();
        lock.lock();
        try {
            T found = findListed(SeriesTable.hash(values), values);
            if (found == null) {
                return false;
            }
            if (!found.evictable()) {
                throw new IllegalStateException("Cannot evict " + found + ": " + Family.article(family.word())
                        + " " + family.word()
                        + " would lose what it holds, or forget a promise. Leave it, or limit its "
                        + "label values.");
            }
            eviction.want(found);
            return true;
        } finally {
            lock.unlock();
            slabs.unlock();
        }
    }

    /** Returns what is known of the label sets that went to the overflow series; nothing before there are any. Allocates. */
    public Overflow overflow() {
        OverflowSets sets;
        lock.lock();
        try {
            sets = refused;
        } finally {
            lock.unlock();
        }
        return sets == null ? new Overflow(0, List.of()) : sets.reading();
    }

    /** Returns what was evicted so far. With what collects show it makes the exact total. */
    public Evicted evicted() {
        return eviction.evicted();
    }

    private void insert(Series entry) {
        @Nullable Series[] entries = table;
        int places = SeriesTable.places(entries);
        if (2 * (count + 1) > places) {
            entries = SeriesTable.rebuilt(entries, 2 * places, Set.of());
        }
        SeriesTable.place(entries, entry);
        count++;
        TABLE.setRelease(this, entries); // L1
    }

    /** Returns what to say, once, when the first label set overflows. */
    String warning() {
        return OverflowWarning.of(family, table, count);
    }

    private @Nullable Series[] tableAcquire() {
        return (Series[]) TABLE.getAcquire(this); // L1
    }

    @SuppressWarnings("unchecked") // only the family's own instruments get in
    private @Nullable T cast(@Nullable Series entry) {
        return (T) entry;
    }
}
