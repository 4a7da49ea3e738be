package dev.evenkeel.metrics;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Evicts the series of one family, and lists again those that are still recorded to. Under the family's lock, and but for
 * {@link #revenant} and {@link #want} the collectors'.
 */
final class Eviction<T extends Series> {
    /*
     * Evicting only unlists. A recorder may be in the middle of an addition, and callers may hold the instrument: what
     * they record still goes to its cells. So an evicted series is watched as a ghost. When its cells change, it is listed again, with a
     * new start; past the limit what it gained goes to the overflow series. Only when the garbage collector says that nobody can
     * reach it, and its cells have not changed, do they go to the next series, which starts from what they hold. Nobody ever
     * sets a cell back.
     *
     * Actions before Reference.reachabilityFence(series), with which a record ends, happen before the collector clears a
     * reference to it (java.lang.ref, "Memory consistency properties"): the last addition is seen when the ghost is found.
     */
    /** What it takes to know since when a series has been idle. */
    static final long IDLE_BYTES = 72;

    private final InstrumentFamily<T> family;
    private final long idleNanos;
    private final ReferenceQueue<Series> unreachable = new ReferenceQueue<>();
    private final Set<Ghost<T>> ghosts = new LinkedHashSet<>();
    private final Map<LabelValues, Ghost<T>> byLabels = new HashMap<>();
    private final List<T> wanted = new ArrayList<>();

    /** For each listed series, its stamp when it last changed, and when that was. */
    private final IdentityHashMap<Series, long[]> seen = new IdentityHashMap<>();

    private volatile Evicted evicted = new Evicted(0, 0);

    /** @param idleNanos how long a series may go without a record; 0 for ever */
    Eviction(InstrumentFamily<T> family, long idleNanos) {
        this.family = family;
        this.idleNanos = idleNanos;
    }

    void count(long total) {
        Evicted before = evicted;
        evicted = new Evicted(before.series() + 1, before.total() + total);
    }

    Evicted evicted() {
        return evicted;
    }

    /** Evicts a series with the next tending. */
    void want(T series) {
        wanted.add(series);
    }

    /** Returns the evicted series of some labels when somebody still holds it: it must be listed. Under the family's lock. */
    @Nullable
    T revenant(int hash, String... values) {
        Ghost<T> ghost = byLabels.get(new LabelValues(hash, values));
        T series = ghost == null ? null : ghost.series();
        if (ghost == null || series == null) {
            return null;
        }
        lay(ghost);
        series.startAt(family.core.wallClock().epochMillis());
        return series;
    }

    /** Looks after all series. While nobody visits what an earlier collect has read. */
    void tend(CollectBuffer buffer, long nowNanos) {
        family.lock().lock();
        try {
            for (Ghost<T> ghost : List.copyOf(ghosts)) {
                haunt(ghost);
            }
            drain();
            if (idleNanos > 0) {
                findIdle(buffer, nowNanos);
            }
            evictWanted();
            Labelled<T> labelled = family.labelledIfAny();
            if (labelled != null) {
                labelled.reopen();
            }
        } finally {
            family.lock().unlock();
        }
    }

    /** Lists a ghost's series again when it was recorded to; moves what nobody can list into the series that can. */
    private void haunt(Ghost<T> ghost) {
        T series = ghost.series();
        if (!ghost.remains.changed(series)) {
            return;
        }
        if (series == null) {
            ghost.remains.moveTo(family.labelled().bindKept(ghost.values.all()));
        } else if (family.labelled().tryList(series)) {
            lay(ghost);
            series.startAt(family.core.wallClock().epochMillis());
        } else {
            ghost.remains.moveTo(family.overflow());
            series.beginAt(ghost.remains);
        }
    }

    /** Gives the cells of unreachable series to those to come. */
    private void drain() {
        for (Reference<? extends Series> next = unreachable.poll(); next != null; next = unreachable.poll()) {
            @SuppressWarnings("unchecked") // only ghosts of this family are registered with this queue
            Ghost<T> ghost = (Ghost<T>) next;
            if (!ghosts.contains(ghost)) {
                continue; // listed again
            }
            if (ghost.remains.changed(null)) {
                ghost.remains.moveTo(family.labelled().bindKept(ghost.values.all()));
            }
            ghost.remains.free();
            lay(ghost);
            family.core.budget().release(family.seriesBytes(ghost.values));
        }
    }

    private void lay(Ghost<T> ghost) {
        ghosts.remove(ghost);
        byLabels.remove(ghost.values, ghost);
        ghost.clear();
        family.core.budget().release(Ghost.BYTES);
    }

    @SuppressWarnings("unchecked") // the list holds the family's own
    private void findIdle(CollectBuffer buffer, long nowNanos) {
        for (int i = 0; i < family.size(); i++) {
            Series series = family.listed(i);
            if (!series.evictable() || series.v1 == null) {
                continue;
            }
            long stamp = series.stamp(buffer);
            long[] last = seen.computeIfAbsent(series, s -> new long[] {~stamp, 0});
            if (last[0] != stamp) {
                last[0] = stamp;
                last[1] = nowNanos;
            } else if (nowNanos - last[1] >= idleNanos) {
                wanted.add((T) series);
            }
        }
    }

    private void evictWanted() {
        if (wanted.isEmpty()) {
            return;
        }
        Set<Series> gone = Collections.newSetFromMap(new IdentityHashMap<>());
        for (T series : wanted) {
            if (!gone.contains(series) && family.labelled().isListed(series)) {
                if (!family.core.budget().tryReserveFamily(Ghost.BYTES)) {
                    family.core.counts().postponedEvictions.increment();
                    continue;
                }
                gone.add(series);
                seen.remove(series);
                Ghost<T> ghost = new Ghost<>(series, unreachable, series.leave());
                ghosts.add(ghost);
                byLabels.put(ghost.values, ghost);
            }
        }
        wanted.clear();
        family.labelled().remove(gone);
    }
}
