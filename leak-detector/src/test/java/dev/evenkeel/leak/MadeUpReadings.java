package dev.evenkeel.leak;

import dev.evenkeel.metrics.resource.LiveSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs that are judged on made-up readings, by a clock that only pauses move. */
class MadeUpReadings {

    final ManualWaiter waiter = new ManualWaiter();
    int iterations;

    /** The text without its line breaks. */
    static String oneLine(LeakReport report) {
        return report.text().replaceAll("\\s+", " ");
    }

    /** Judges a made-up count of threads, given by the iterations so far. */
    static LeakReport judge(LeakOptions options, IntToLongFunction count) {
        MadeUpReadings made = new MadeUpReadings();
        return made.run(made.new FakeCensus(count), null, options, () -> {});
    }

    /** What a run reports; JUnit would let the JVM end where the error of a full heap came out of a test. */
    static LeakReport orFail(Supplier<LeakReport> run) {
        try {
            return run.get();
        } catch (OutOfMemoryError itself) {
            throw new AssertionError("came out of the run", itself);
        }
    }

    LeakReport judgeThreads(IntToLongFunction count) {
        return run(new FakeCensus(count), null, LeakOptions.defaults().withLinger(Duration.ZERO), () -> {});
    }

    LeakReport run(FakeCensus census, @Nullable HeapCensus heap, LeakOptions options, LeakAction action) {
        LeakOptions judged = (heap == null ? options.withHeap(false) : options).withSecondLook(false);
        return new LeakRun(
                        judged,
                        Censuses.of(List.of(census), heap),
                        Platform.ofThisJvm().withWaiter(waiter, () -> "soft references were not cleared: a test"))
                .judge(() -> {
                    iterations++;
                    action.run();
                });
    }

    static LiveSet.Reading reading(Map<String, long[]> rows) {
        List<LiveSet.ClassRow> classes = new ArrayList<>();
        new LinkedHashMap<>(rows).forEach((name, v) -> classes.add(new LiveSet.ClassRow(name, v[0], v[1])));
        return new LiveSet.Reading(0, 0, 0, classes);
    }

    static final class ManualWaiter implements Waiter {
        long now;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void pause(long nanos) {
            now += nanos;
        }
    }

    final class FakeCensus implements Census {
        private final Resource resource;
        private final IntToLongFunction count;

        FakeCensus(IntToLongFunction count) {
            this(Resource.THREADS, count);
        }

        FakeCensus(Resource resource, IntToLongFunction count) {
            this.resource = resource;
            this.count = count;
        }

        @Override
        public Resource resource() {
            return resource;
        }

        @Override
        public @Nullable String unavailable() {
            return null;
        }

        @Override
        public void baseline() {}

        @Override
        public void read(SeriesTable table, int reading) {
            table.add(reading, SeriesTable.keyOf("made-up"), count.applyAsLong(iterations));
        }

        @Override
        public List<Group> evidence(KeySet keys) {
            return List.of(
                    new Group(SeriesTable.keyOf("made-up"), "made-up", count.applyAsLong(iterations), "", List.of()));
        }
    }
}
