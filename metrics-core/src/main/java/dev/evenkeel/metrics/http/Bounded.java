package dev.evenkeel.metrics.http;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What belongs to a name, for so many names; the names that come later share one. Thread-safe; a hit allocates nothing. */
final class Bounded<V> {
    private final int limit;
    private final Function<String, V> maker;
    private final ConcurrentHashMap<String, V> byName = new ConcurrentHashMap<>();

    /** What late names get; null while there is room. */
    private volatile @Nullable V rest;

    Bounded(int limit, Function<String, V> maker) {
        this.limit = limit;
        this.maker = maker;
    }

    V get(String name) {
        V found = byName.get(name);
        if (found != null) {
            return found;
        }
        V other = rest;
        return other != null ? other : add(name);
    }

    /** The lock makes looking for room and taking it one step. */
    private synchronized V add(String name) {
        V found = byName.get(name);
        if (found != null) {
            return found;
        }
        V other = rest;
        if (other != null) {
            return other;
        }
        if (byName.size() >= limit) {
            rest = maker.apply(HttpMethods.OTHER);
            return Objects.requireNonNull(rest, "rest");
        }
        V created = maker.apply(name);
        byName.put(name, created);
        return created;
    }
}
