package dev.evenkeel.metrics.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The pauses of the garbage collector in nanoseconds, from its account in {@link PerfData}.
 *
 * <p>Thread-safe by one lock. Asked after each collection; pauses which ended since the last time are passed on, each with
 * its own duration when there was one, with their mean when there were several.
 */
final class GcPauses {
    /*
     * HotSpot keeps, per kind of pause, how many began, how long those that ended took together, and when the last one
     * began and ended. A pause that is under way is counted but not yet timed: it is left for the next look.
     *
     * The collection beans know milliseconds: all pauses of ZGC are 0 there. On JDK 17 they know nothing of G1's remark and
     * cleanup pauses. Shenandoah's account mixes pauses with concurrent phases and cannot be used.
     */

    private static final class Kind {
        final String count;
        final String time;
        final String lastBegin;
        final String lastEnd;
        long seen;
        long seenNanos;

        Kind(String prefix) {
            count = prefix + "invocations";
            time = prefix + "time";
            lastBegin = prefix + "lastEntryTime";
            lastEnd = prefix + "lastExitTime";
        }
    }

    /** 0 is young, 1 full; 2 is concurrent cycles', or major collections' with ZGC. */
    private static final int KINDS = 3;

    private final PerfData data;
    private final List<Kind> kinds = new ArrayList<>();

    GcPauses(PerfData data) {
        this.data = data;
        for (int i = 0; i < KINDS; i++) {
            Kind kind = new Kind("sun.gc.collector." + i + ".");
            if (data.has(kind.count) && data.has(kind.time) && data.has(kind.lastBegin) && data.has(kind.lastEnd)) {
                kinds.add(kind);
            }
        }
        poll(nanos -> {}); // what was before is not ours to tell
    }

    /** Whether there is any account to read. */
    boolean available() {
        return !kinds.isEmpty();
    }

    /** Passes on the pauses that ended since the last call. */
    synchronized void poll(LongConsumer pause) {
        for (int i = 0; i < kinds.size(); i++) {
            Kind kind = kinds.get(i);
            long begun = data.value(kind.count);
            boolean underWay = data.value(kind.lastBegin) > data.value(kind.lastEnd);
            long ended = underWay ? begun - 1 : begun;
            long nanos = data.nanos(kind.time);
            long fresh = ended - kind.seen;
            if (fresh <= 0 || nanos <= kind.seenNanos) {
                continue;
            }
            long each = (nanos - kind.seenNanos) / fresh;
            kind.seen = ended;
            kind.seenNanos = nanos;
            for (long n = 0; n < fresh; n++) {
                pause.accept(each);
            }
        }
    }
}
