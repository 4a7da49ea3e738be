package dev.evenkeel.leak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts things that can be listed one by one, such as child processes, by a name without its numbers. */
final class ListCensus implements Census {
    private static final int MOST_DETAILS = 20;

    /** Where the things are listed. */
    interface Source {

        /** Why nothing can be listed here, as a sentence; null when it can. */
        @Nullable
        String unavailable();

        /** Hands over all that is there now; keeps none of it. */
        void list(Sink sink);

        /** More about what came, for the report; may be empty. */
        default List<String> more() {
            return List.of();
        }

        /** The number by which others know this thing; -1 where there is none. */
        default long idOf(String identity) {
            return -1;
        }
    }

    /** Takes one thing after the other. */
    interface Sink {

        /**
         * One thing.
         *
         * @param name what a person would search for; runs of digits and hexadecimal numbers count as a star
         * @param identity what tells it from all others of its name, readable
         */
        void thing(String name, String identity);
    }

    private final Resource resource;
    private final Source source;
    private final AllowList allowed;
    private long[] before = new long[0];

    ListCensus(Resource resource, Source source, AllowList allowed) {
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
        long[][] grown = {new long[64]};
        int[] n = {0};
        source.list((name, identity) -> {
            if (n[0] == grown[0].length) {
                grown[0] = Arrays.copyOf(grown[0], n[0] * 2);
            }
            grown[0][n[0]++] = SeriesTable.keyOf(identity);
        });
        before = Arrays.copyOf(grown[0], n[0]);
        Arrays.sort(before);
    }

    @Override
    public void read(SeriesTable table, int reading) {
        source.list((name, identity) -> {
            if (!isAllowed(name)) {
                table.add(reading, SeriesTable.keyOf(Names.joinable(name)), 1);
                table.add(reading, SeriesTable.TOTAL, 1);
            }
        });
    }

    private boolean isAllowed(String name) {
        return allowed.allows(name);
    }

    @Override
    public List<Group> evidence(KeySet keys) {
        boolean any = keys.contains(SeriesTable.TOTAL);
        Map<String, Long> counts = new LinkedHashMap<>();
        Map<String, List<String>> details = new LinkedHashMap<>();
        Map<String, String> first = new LinkedHashMap<>();
        Map<String, List<Long>> ids = new LinkedHashMap<>();
        source.list((name, identity) -> {
            if (isAllowed(name) || Arrays.binarySearch(before, SeriesTable.keyOf(identity)) >= 0) {
                return;
            }
            String kind = Names.joinable(name);
            if (any || keys.contains(SeriesTable.keyOf(kind))) {
                counts.merge(kind, 1L, Long::sum);
                first.putIfAbsent(kind, name);
                long id = source.idOf(identity);
                if (id >= 0) {
                    ids.computeIfAbsent(kind, k -> new ArrayList<>()).add(id);
                }
                List<String> some = details.computeIfAbsent(kind, k -> new ArrayList<>());
                if (some.size() < MOST_DETAILS) {
                    some.add(identity);
                }
            }
        });
        List<Group> groups = new ArrayList<>();
        List<String> more = counts.isEmpty() ? List.of() : source.more();
        counts.forEach((kind, count) -> {
            List<String> detail = new ArrayList<>(details.getOrDefault(kind, List.of()));
            detail.addAll(more);
            String shown = count == 1 ? first.getOrDefault(kind, kind) : kind;
            groups.add(new Group(SeriesTable.keyOf(kind), shown, count, "", detail, ids.getOrDefault(kind, List.of())));
        });
        groups.sort(Comparator.comparingLong(Group::count).reversed());
        return groups;
    }
}
