package dev.evenkeel.leak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts things of which the JVM tells no more than how many there are, such as direct buffers. */
final class CountCensus implements Census {

    /** Where the counts come from. */
    interface Source {

        /** Why nothing can be counted here, as a sentence; null when it can. */
        @Nullable
        String unavailable();

        /** Hands over all counts. */
        void count(Sink sink);

        /** Called at the baseline, for what {@link #more} compares with. */
        default void baseline() {}

        /** More about what came, for the report, the name of the culprit first; may be empty. */
        default List<String> more() {
            return List.of();
        }
    }

    /** Takes one count after the other. */
    interface Sink {

        /** {@code n} of the things of this name, {@code bytes} in all, or 0 where that is unknown. */
        void count(String name, long n, long bytes);
    }

    private final Resource resource;
    private final Source source;
    private final AllowList allowed;
    private final Map<String, long[]> before = new LinkedHashMap<>();

    CountCensus(Resource resource, Source source, AllowList allowed) {
        this.resource = resource;
        this.source = source;
        this.allowed = allowed;
    }

    @Override
    public Resource resource() {
        return resource;
    }

    @Override
    public @Nullable String unavailable() {
        return source.unavailable();
    }

    @Override
    public void baseline() {
        before.clear();
        source.count((name, n, bytes) -> before.put(name, new long[] {n, bytes}));
        source.baseline();
    }

    @Override
    public void read(SeriesTable table, int reading) {
        source.count((name, n, bytes) -> {
            if (!allowed.allows(name)) {
                table.add(reading, SeriesTable.keyOf(name), n);
            }
        });
    }

    @Override
    public List<Group> evidence(KeySet keys) {
        List<Group> groups = new ArrayList<>();
        source.count((name, n, bytes) -> {
            long[] had = before.getOrDefault(name, new long[2]);
            long key = SeriesTable.keyOf(name);
            if (n > had[0] && keys.contains(key) && !allowed.allows(name)) {
                String brief = bytes > had[1] ? "+" + LeakText.bytes(bytes - had[1]) : "";
                groups.add(new Group(key, name, n - had[0], brief, List.of()));
            }
        });
        groups.sort(Comparator.comparingLong(Group::count).reversed());
        List<String> more = groups.isEmpty() ? List.of() : source.more();
        if (!more.isEmpty()) {
            Group top = groups.get(0);
            groups.set(0, new Group(top.key(), more.get(0), top.count(), top.brief(), more.subList(1, more.size())));
        }
        return groups;
    }
}
