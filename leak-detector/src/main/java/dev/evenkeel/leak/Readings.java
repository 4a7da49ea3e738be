package dev.evenkeel.leak;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a leak run has read so far of every census, and after how many iterations; not safe for several threads. */
final class Readings {
    /*
     * Columns of every table: 0 is the warm-up and then the baseline, 1..rounds the plain rounds, then the escalated ones, then two of scratch:
     * "before" (what a round left before the collection), and "confirm".
     *
     * Nothing that is kept from one reading to the next may be allocated between readings: see SeriesTable.
     */

    private static final List<GarbageCollectorMXBean> COLLECTORS =
            List.copyOf(ManagementFactory.getGarbageCollectorMXBeans());

    private static final int MOST_NAMES = 4096;
    private static final int EXPECTED_NAMES = 64;

    /** Two series a class. */
    private static final int MOST_CLASSES = 65_536;

    private static final int EXPECTED_CLASSES = 4096;

    private static final long SHORT_LINGER_NANOS = 20_000_000;
    private static final long FIRST_POLL_NANOS = 1_000_000;
    static final long LONGEST_POLL_NANOS = 50_000_000;

    private final LeakOptions options;
    private final Waiter waiter;
    private final List<Track> tracks = new ArrayList<>();
    private final @Nullable HeapCensus heap;
    private final @Nullable Track heapTrack;
    private final long[] iterationsAt;
    private final long[] closableAt;
    private int iterationsPerRound;
    private boolean inVain;
    private boolean recording;
    private long recordedAt;
    private long collections;
    private int grownInQuietPass;
    private boolean heapGrewInQuietPass;
    private long heapGrownInQuietPass;
    private boolean onlyFellInQuietPass;
    private final int beforeColumn;
    private final int confirmColumn;
    private final long heapCeiling;

    /**
     * @param plain columns of the baseline and of all rounds, the escalated ones included
     * @param censuses all but the heap, of which each can be counted here
     * @param notWatched receives why the heap is left out
     */
    Readings(
            LeakOptions options,
            int plain,
            List<Census> censuses,
            @Nullable HeapCensus heap,
            Waiter waiter,
            Map<Resource, String> notWatched) {
        this.options = options;
        this.waiter = waiter;
        iterationsPerRound = options.iterations();
        beforeColumn = plain;
        confirmColumn = plain + 1;
        iterationsAt = new long[plain];
        closableAt = new long[plain];
        heapCeiling = Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8);
        for (Census census : censuses) {
            boolean many = census.resource() == Resource.TEMP_FILES;
            tracks.add(new Track(
                    census,
                    many ? TempFiles.MOST : MOST_NAMES,
                    EXPECTED_NAMES,
                    plain + 2,
                    census.resource().closedByCollection()));
        }
        String noHeap = heap == null ? null : heap.unavailable();
        if (noHeap != null) {
            notWatched.putIfAbsent(Resource.HEAP, noHeap);
        }
        if (heap != null && noHeap == null) {
            this.heap = heap;
            heapTrack = new Track(heap, MOST_CLASSES, EXPECTED_CLASSES, plain + 2, false);
            tracks.add(heapTrack);
        } else {
            this.heap = null;
            heapTrack = null;
        }
    }

    List<Track> tracks() {
        return tracks;
    }

    /** The census of the heap; null when it is switched off or cannot be read. */
    @Nullable
    HeapCensus heap() {
        return heap;
    }

    boolean isHeap(Track track) {
        return track == heapTrack;
    }

    int iterationsPerRound() {
        return iterationsPerRound;
    }

    void fewerIterationsPerRound(int iterations) {
        iterationsPerRound = iterations;
    }

    int confirmColumn() {
        return confirmColumn;
    }

    /** Growth of the heap in bytes from which a steady suspect ends the run. */
    long heapCeiling() {
        return heapCeiling;
    }

    /** Iterations from the baseline to the end of a round. */
    long iterationsAt(int column) {
        return iterationsAt[column];
    }

    long iterationsBetween(int from, int to) {
        return iterationsAt[to] - iterationsAt[from];
    }

    /** As {@link #iterationsAt}, but only those after the last collection of the JVM's own in each round. */
    long closableAt(int column) {
        return closableAt[column];
    }

    /**
     * Notes that a round has run.
     *
     * @param closable how many of its iterations came after the last collection of the JVM's own, which closed what those before
     *     it had left open
     */
    void ran(int column, int iterations, int closable) {
        iterationsAt[column] = iterationsAt[column - 1] + iterations;
        closableAt[column] = closableAt[column - 1] + closable;
    }

    void baseline() {
        tracks.forEach(track -> track.census.baseline());
    }

    /** Reads all: the heap after a collection, the others before and after it. */
    void read(int column, List<Suspect> suspects) {
        recording = true;
        recordedAt = collectionsSoFar();
        settle(column, heap == null);
        recording = false;
        if (heap == null || heapTrack == null) {
            return;
        }
        for (Suspect suspect : suspects) {
            suspect.rememberBeforeCollection();
        }
        readHeap(heap, heapTrack.live, column);
        settle(column, true); // what the collection found unreachable is closed a moment after it
        for (Track track : tracks) {
            if (track != heapTrack && !track.census.resource().freedByCollection()) {
                track.countClosedByCollection(column, beforeColumn);
            }
        }
    }

    private void readHeap(HeapCensus census, SeriesTable table, int column) {
        long own = 0; // of before the reading, which may make the table grow after the objects were counted
        for (Track track : tracks) {
            own += track.addedBytes();
        }
        table.clear(column);
        census.read(table, column);
        census.leaveOutLongs(table, column, own);
    }

    /** Reads all but the heap, again and again until nothing is above the reading before or the linger is over. */
    private void settle(int column, boolean all) {
        // What a whole linger did not end once, it will not end the next time: the confirmation waits again in full.
        long linger = column != confirmColumn && inVain
                ? SHORT_LINGER_NANOS
                : options.linger().toNanos();
        long deadline = waiter.nanos() + Math.min(linger, options.linger().toNanos());
        long poll = FIRST_POLL_NANOS;
        boolean first = true;
        while (true) {
            boolean grown = false;
            for (Track track : tracks) {
                if (track != heapTrack
                        && (all || !track.census.resource().freedByCollection())
                        && (first || track.settling)) {
                    track.live.clear(column);
                    track.census.read(track.live, column);
                    track.settling =
                            column > 0 && track.live.anyAbove(column, column == confirmColumn ? 0 : column - 1);
                    grown |= track.settling;
                }
            }
            recordBefore(column, first);
            first = false;
            if (!grown || waiter.nanos() - deadline >= 0) {
                inVain = column > 0 && grown;
                return;
            }
            waiter.pause(poll);
            poll = Math.min(poll * 2, LONGEST_POLL_NANOS);
        }
    }

    /**
     * Remembers what a round left, as long as no collection of the JVM's own closed some of it: after a collection the young
     * generation may be so small that the readings themselves bring one about.
     */
    private void recordBefore(int column, boolean first) {
        boolean disturbed = collectionsSoFar() != recordedAt;
        if (!recording || (disturbed && !first)) {
            return;
        }
        for (Track track : tracks) {
            if (track.closed != null) {
                track.live.copy(column, beforeColumn);
            }
        }
    }

    /** Reads all into the column of the confirmation. */
    void readConfirm() {
        settle(confirmColumn, heap == null);
        if (heap != null && heapTrack != null) {
            readHeap(heap, heapTrack.live, confirmColumn);
            settle(confirmColumn, true);
        }
    }

    /**
     * Reads all after the iterations of the quiet pass, whose beginning is the reading of column 0; true when not one series
     * differs.
     */
    boolean readQuietPass() {
        long before = collections;
        collections = collectionsSoFar();
        boolean undisturbed = heap == null || before == collections;
        read(1, List.of());
        int moved = 0;
        boolean closedInQuietPass = false;
        grownInQuietPass = 0;
        heapGrewInQuietPass = heapTrack != null && heapTrack.live.countAbove(1, 0) > 0;
        heapGrownInQuietPass = heapBytesMore(1, 0);
        for (Track track : tracks) {
            moved += track.moved();
            closedInQuietPass |= track.closed != null && track.closed.countAbove(1, 0) > 0;
            grownInQuietPass += track.live.countAbove(1, 0);
        }
        for (Track track : tracks) {
            track.live.copy(1, 0);
        }
        onlyFellInQuietPass = moved > 0 && grownInQuietPass == 0 && !closedInQuietPass;
        collections = collectionsSoFar();
        return moved == 0 && undisturbed;
    }

    boolean heapGrewInQuietPass() {
        return heapGrewInQuietPass;
    }

    /** By how many bytes; less than 0 where more went than came. */
    long heapGrownInQuietPass() {
        return heapGrownInQuietPass;
    }

    /** By how many bytes the heap is larger in one reading than in another; 0 where it is not read. */
    long heapBytesMore(int column, int than) {
        return heapTrack == null ? 0 : HeapCensus.bytesMore(heapTrack.live, column, than);
    }

    /** Whether something went in the quiet pass and nothing came: it was on its way out when the pass began. */
    boolean onlyFellInQuietPass() {
        return onlyFellInQuietPass;
    }

    int grownInQuietPass() {
        return grownInQuietPass;
    }

    /** Reads all as at the beginning of a quiet pass. */
    void readBeforeQuietPass() {
        read(0, List.of());
        collections = collectionsSoFar();
    }

    /** A collection of the JVM's own closes what ours would have been seen to close. Under a microsecond; allocates nothing. */
    long collectionsSoFar() {
        long sum = 0;
        for (int i = 0; i < COLLECTORS.size(); i++) {
            sum += COLLECTORS.get(i).getCollectionCount();
        }
        return sum;
    }

    /** Reads all as at a baseline; returns how many series are above the reading before. */
    int readWarmUp() {
        for (Track track : tracks) {
            track.live.copy(0, confirmColumn);
        }
        read(0, List.of());
        int grown = 0;
        for (Track track : tracks) {
            grown += track.live.countAbove(0, confirmColumn);
        }
        return grown;
    }
}
