package dev.evenkeel.metrics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The libraries whose metrics a registry shows beside its own, each asked once a collect. */
final class ForeignSources {
    private final Core core;
    private final List<ForeignFamilies> all = new CopyOnWriteArrayList<>();

    /** Holds something on a thread that asks a source: what shows the registry there has nothing to show then. */
    private final ThreadLocal<Boolean> asking = new ThreadLocal<>();

    ForeignSources(Core core) {
        this.core = core;
    }

    boolean has(ForeignSource source) {
        return all.stream().anyMatch(known -> known.source == source);
    }

    /** Adds one that is not there; under the registry's lock. */
    void add(ForeignSource source, int seriesLimit) {
        all.add(new ForeignFamilies(core, source, seriesLimit));
    }

    boolean remove(ForeignSource source) {
        for (ForeignFamilies known : all) {
            if (known.source == source && all.remove(known)) {
                known.remove();
                return true;
            }
        }
        return false;
    }

    void clear() {
        all.forEach(ForeignFamilies::remove);
        all.clear();
    }

    /** Returns how many series they showed in their last collect. */
    int seriesCount() {
        int count = 0;
        for (ForeignFamilies families : all) {
            count += families.seriesCount();
        }
        return count;
    }

    /** Returns whether the calling thread asks one. */
    boolean areAsked() {
        return asking.get() != null;
    }

    /** Runs something that asks none of them on this thread. */
    void without(Runnable action) {
        @Nullable Boolean before = asking.get();
        asking.set(true);
        try {
            action.run();
        } finally {
            if (before == null) {
                asking.remove(); // nothing of ours stays with a thread
            }
        }
    }

    /** Asks all of them, unless the calling thread does so already. */
    List<ForeignReading> read(Family[] families) {
        if (all.isEmpty() || areAsked()) {
            return List.of();
        }
        List<ForeignReading> readings = new ArrayList<>();
        without(() -> {
            Set<String> taken = new HashSet<>();
            for (Family family : families) {
                taken.add(family.descriptor.name());
            }
            for (ForeignFamilies theirs : all) {
                ForeignReading reading = theirs.read();
                if (reading != null) {
                    theirs.resolve(reading, taken);
                    readings.add(reading);
                }
            }
        });
        return readings;
    }
}
