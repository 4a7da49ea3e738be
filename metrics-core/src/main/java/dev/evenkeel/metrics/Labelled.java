package dev.evenkeel.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.HashSet;
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
 * instrument of the overflow series <code>{otel_metric_overflow="true"}</code>; each such look-up is counted by
 * {@code evenkeel.dropped{reason="overflowed"}}, and the first one is logged.
 *
 * @param <T> Counter, Gauge, Histogram or Timer
 */
public final class Labelled<T> {
    /*
     * Open addressing with linear probing over immutable entries, at most half full. Nothing is ever removed, so a probe
     * that meets an empty place has proved a miss in that table; only under the lock is it a miss in the newest one.
     * Callers mostly pass the very strings that they passed before: identity is tried before equals.
     *
     * Access ledger
     *   field      written by              read by           pair
     *   table      lock holder: release    anybody: acquire  L1  (a table is seen filled)
     *   table[i]   lock holder: plain      anybody: plain    -   (entries are immutable, all fields final)
     *   full       lock holder: volatile   anybody: volatile L2  (set after the last entry is in the table: who sees it,
     *                                                             looks once more, and misses, need not take the lock)
     */
    private static final VarHandle TABLE;

    static {
        try {
            TABLE = MethodHandles.lookup().findVarHandle(Labelled.class, "table", Entry[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Entry<T> {
        final int hash;
        final String[] values;
        final String v1;
        final @Nullable String v2;
        final @Nullable String v3;
        final T instrument;

        Entry(int hash, String[] values, T instrument) {
            this.hash = hash;
            this.values = values;
            this.v1 = values[0];
            this.v2 = values.length > 1 ? values[1] : null;
            this.v3 = values.length > 2 ? values[2] : null;
            this.instrument = instrument;
        }
    }

    private final InstrumentFamily<T> family;
    private final ReentrantLock lock;
    private final int arity;
    private @Nullable Entry<T>[] table = newTable(16);
    private int count;
    private volatile boolean full;
    private boolean warned;

    Labelled(InstrumentFamily<T> family, ReentrantLock lock) {
        this.family = family;
        this.lock = lock;
        this.arity = family.descriptor.labelNames().size();
    }

    /**
     * Returns the instrument of one label value.
     *
     * @throws IllegalArgumentException when the family has another number of labels
     * @throws NullPointerException when the value is null
     */
    public T bind(String v1) {
        Objects.requireNonNull(v1, "v1");
        int hash = mix(v1.hashCode());
        T found = find(hash, v1);
        if (found == null && full) {
            found = find(hash, v1); // L2
            return found != null ? found : overflow();
        }
        return found != null ? found : bindSlow(hash, v1);
    }

    private @Nullable T find(int hash, String v1) {
        if (arity != 1) {
            throw wrongCount(v1);
        }
        @Nullable Entry<T>[] entries = tableAcquire();
        int mask = entries.length - 1;
        for (int i = hash & mask; ; i = (i + 1) & mask) {
            Entry<T> entry = entries[i];
            if (entry == null) {
                return null;
            }
            if (entry.hash == hash && same(entry.v1, v1)) {
                return entry.instrument;
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
        int hash = mix(v1.hashCode() * 31 + v2.hashCode());
        T found = find(hash, v1, v2);
        if (found == null && full) {
            found = find(hash, v1, v2); // L2
            return found != null ? found : overflow();
        }
        return found != null ? found : bindSlow(hash, v1, v2);
    }

    private @Nullable T find(int hash, String v1, String v2) {
        if (arity != 2) {
            throw wrongCount(v1, v2);
        }
        @Nullable Entry<T>[] entries = tableAcquire();
        int mask = entries.length - 1;
        for (int i = hash & mask; ; i = (i + 1) & mask) {
            Entry<T> entry = entries[i];
            if (entry == null) {
                return null;
            }
            if (entry.hash == hash && same(entry.v1, v1) && same(entry.v2, v2)) {
                return entry.instrument;
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
        int hash = mix((v1.hashCode() * 31 + v2.hashCode()) * 31 + v3.hashCode());
        T found = find(hash, v1, v2, v3);
        if (found == null && full) {
            found = find(hash, v1, v2, v3); // L2
            return found != null ? found : overflow();
        }
        return found != null ? found : bindSlow(hash, v1, v2, v3);
    }

    private @Nullable T find(int hash, String v1, String v2, String v3) {
        if (arity != 3) {
            throw wrongCount(v1, v2, v3);
        }
        @Nullable Entry<T>[] entries = tableAcquire();
        int mask = entries.length - 1;
        for (int i = hash & mask; ; i = (i + 1) & mask) {
            Entry<T> entry = entries[i];
            if (entry == null) {
                return null;
            }
            if (entry.hash == hash && same(entry.v1, v1) && same(entry.v2, v2) && same(entry.v3, v3)) {
                return entry.instrument;
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
        int hash = 0;
        for (String value : values) {
            hash = hash * 31 + Objects.requireNonNull(value, "value").hashCode();
        }
        hash = mix(hash);
        T found = findAll(hash, values);
        if (found == null && full) {
            found = findAll(hash, values); // L2
            return found != null ? found : overflow();
        }
        return found != null ? found : bindSlow(hash, values.clone());
    }

    private @Nullable T findAll(int hash, String... values) {
        if (values.length != arity) {
            throw wrongCount(values);
        }
        @Nullable Entry<T>[] entries = tableAcquire();
        int mask = entries.length - 1;
        for (int i = hash & mask; ; i = (i + 1) & mask) {
            Entry<T> entry = entries[i];
            if (entry == null) {
                return null;
            }
            if (entry.hash == hash && Arrays.equals(entry.values, values)) {
                return entry.instrument;
            }
        }
    }

    private IllegalArgumentException wrongCount(String... values) {
        return new IllegalArgumentException(
                Family.wrongCount(family.descriptor.name(), family.descriptor.labelNames(), values));
    }

    private T overflow() {
        family.core.counts().overflowed.increment();
        return family.overflow();
    }

    private T bindSlow(int hash, String... values) {
        String warning = null;
        lock.lock();
        try {
            T found = findAll(hash, values);
            if (found != null) {
                return found;
            }
            // The lock makes reserving and inserting one step: no two threads pass the limit together.
            T created = count < family.limit ? family.tryCreate(values) : null;
            if (created != null) {
                insert(new Entry<>(hash, values, created));
                return created;
            }
            full |= count >= family.limit;
            if (!warned) {
                warned = true;
                warning = warning();
            }
        } finally {
            lock.unlock();
        }
        if (warning != null) {
            // After the lock: a log may block, and others wait here with new values.
            System.getLogger("dev.evenkeel.metrics").log(System.Logger.Level.WARNING, warning);
        }
        return overflow();
    }

    private void insert(Entry<T> entry) {
        @Nullable Entry<T>[] entries = table;
        if (2 * (count + 1) > entries.length) {
            entries = newTable(entries.length * 2);
            for (Entry<T> old : table) {
                if (old != null) {
                    place(entries, old);
                }
            }
        }
        place(entries, entry);
        count++;
        TABLE.setRelease(this, entries); // L1
    }

    private void place(@Nullable Entry<T>[] entries, Entry<T> entry) {
        int mask = entries.length - 1;
        int i = entry.hash & mask;
        while (entries[i] != null) {
            i = (i + 1) & mask;
        }
        entries[i] = entry;
    }

    /** Returns what to say, once, when the first label set overflows. */
    String warning() {
        int worst = 0;
        int most = -1;
        for (int label = 0; label < arity; label++) {
            Set<String> distinct = new HashSet<>();
            for (Entry<T> entry : table) {
                if (entry != null) {
                    distinct.add(entry.values[label]);
                }
            }
            if (distinct.size() > most) {
                most = distinct.size();
                worst = label;
            }
        }
        boolean limit = count >= family.limit;
        return "Instrument \"" + family.descriptor.name() + "\" "
                + (limit
                        ? "reached its cardinality limit of " + family.limit + " series"
                        : "has " + count + " series and the registry's "
                                + family.core.budget().maxBytes() + " bytes are spent")
                + "; measurements with new label sets now go to the overflow series {otel_metric_overflow=\"true\"}. "
                + "Most distinct values: " + family.descriptor.labelNames().get(worst) + " (" + most
                + "). Drop or group that label, or raise " + (limit ? "cardinalityLimit(..)" : "maxBytes(..)")
                + ". Logged once per instrument.";
    }

    @SuppressWarnings("unchecked")
    private @Nullable Entry<T>[] tableAcquire() {
        return (Entry<T>[]) TABLE.getAcquire(this); // L1
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> @Nullable Entry<T>[] newTable(int length) {
        return new Entry[length];
    }

    @SuppressWarnings({"StringEquality", "ReferenceEquality"}) // identity first: callers pass the same strings again
    private static boolean same(@Nullable String held, String given) {
        return held == given || given.equals(held);
    }

    /** Spreads the high bits of a string hash over the low ones. */
    private static int mix(int hash) {
        int h = hash * 0x9E3779B9;
        return h ^ h >>> 16;
    }
}
