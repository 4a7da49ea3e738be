package dev.evenkeel.leak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The heap at the beginning and at the end of a scope. Where tests follow each other the one before has just read it: a full collection
 * and a walk of the heap less. What came in between, for instance what sets the next test up, only makes a suspicion.
 */
final class ScopeHeap {
    /** Growth of the heap below this is what any code leaves that runs for the first time: {@value} bytes. */
    static final long SUSPICION_BYTES = 256 * 1024;

    /** A reading no older than this at the end of one scope is the first of the next. */
    private static final long FRESH_NANOS = 10_000_000;

    private static final int MOST_CLASSES = 16_384;
    private static final int EXPECTED_CLASSES = 4_096;
    private static final int SHOWN_CLASSES = 8;

    /** The latest reading at the end of a scope, until another scope takes it over. */
    private static final AtomicReference<@Nullable Last> LAST = new AtomicReference<>();

    private final HeapCensus heap;
    private final Platform platform;
    private final LeakOptions options;
    private final SeriesTable table;
    private long readAgainNanos;

    private ScopeHeap(HeapCensus heap, Platform platform, LeakOptions options, SeriesTable table) {
        this.heap = heap;
        this.platform = platform;
        this.options = options;
        this.table = table;
    }

    /**
     * A reading.
     *
     * @param table whose column 1 has it, and which belongs to nobody
     * @param source of the census that was read
     * @param allowed what it leaves out
     */
    private record Last(SeriesTable table, Supplier<HeapCensus> source, List<Allowed> allowed, long nanos) {
        boolean serves(Platform platform, LeakOptions options) {
            return source == platform.heap()
                    && allowed.equals(options.allowed())
                    && platform.waiter().nanos() - nanos <= FRESH_NANOS;
        }
    }

    /** Takes the first reading, or that of a scope which has just ended. */
    static ScopeHeap read(HeapCensus heap, Platform platform, LeakOptions options) {
        Last last = LAST.getAndSet(null);
        if (last != null && last.serves(platform, options)) {
            last.table.copy(1, 0);
            return new ScopeHeap(heap, platform, options, last.table);
        }
        last = null; // what it holds must not be found alive by this reading and gone at the next
        ScopeHeap first = new ScopeHeap(heap, platform, options, new SeriesTable(MOST_CLASSES, EXPECTED_CLASSES, 2));
        first.read(0);
        return first;
    }

    private void read(int column) {
        long own = table.addedBytes(); // of before: the table may grow after the objects were counted
        table.clear(column);
        heap.read(table, column);
        heap.leaveOutLongs(table, column, own);
    }

    /** Takes the second reading. */
    void readAgain() {
        read(1);
        readAgainNanos = platform.waiter().nanos();
    }

    /** Leaves the second reading to the next scope. Nothing may be asked of this one any more. */
    void handOn() {
        LAST.set(new Last(table, platform.heap(), options.allowed(), readAgainNanos));
    }

    /** The growth from the first reading to the second, where it is more than first runs leave; null where it is not. */
    @Nullable
    LeakFinding finding() {
        long grown = HeapCensus.bytesMore(table, 1, 0);
        if (grown <= options.budget(Resource.HEAP) + SUSPICION_BYTES) {
            return null;
        }
        List<Census.Group> groups =
                new ArrayList<>(heap.evidence(key -> (key & 1) == 0 && table.value(1, key) > table.value(0, key)));
        groups.sort(Comparator.<Census.Group>comparingLong(g -> table.value(0, g.key()) - table.value(1, g.key()))
                .thenComparing(Census.Group::what));
        List<LeakFinding.Evidence> evidence = groups.stream()
                .limit(SHOWN_CLASSES)
                .map(g -> {
                    long more = table.value(1, g.key() + 1) - table.value(0, g.key() + 1);
                    return new LeakFinding.Evidence(
                            g.what(),
                            more,
                            String.format(
                                    Locale.ROOT,
                                    "%+,d objects, %+,d bytes",
                                    more,
                                    table.value(1, g.key()) - table.value(0, g.key())),
                            List.of());
                })
                .toList();
        return new LeakFinding(
                Resource.HEAP,
                LeakFinding.Kind.GROWTH,
                false,
                Blame.UNKNOWN,
                evidence.isEmpty() ? "heap" : evidence.get(0).what(),
                grown,
                grown,
                grown,
                grown,
                1,
                0,
                evidence,
                List.of(),
                List.of());
    }
}
