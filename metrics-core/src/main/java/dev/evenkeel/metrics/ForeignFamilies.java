package dev.evenkeel.metrics;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The families of one source, kept from one collect to the next, so that exporters meet the same series again. Thread-safe; its lock
 * is not held while the source is asked, for that may take locks of its own.
 */
final class ForeignFamilies {
    final ForeignSource source;
    private final Core core;
    private final int limit;

    /** Guarded by this, as is all below. */
    private final Map<String, ForeignFamily> byName = new HashMap<>();

    private long readings;
    private int seriesCount;
    private boolean removed;

    ForeignFamilies(Core core, ForeignSource source, int limit) {
        this.core = core;
        this.source = source;
        this.limit = limit;
    }

    /** Asks the source; null when it failed. */
    @Nullable
    ForeignReading read() {
        ForeignReading reading = new ForeignReading(core, limit);
        try {
            source.read(reading);
            return reading;
        } catch (Throwable e) { // whatever it was, the rest of the collect is still to be done
            core.counts().callbackErrors.increment();
            return null;
        }
    }

    /**
     * Gives each point its series, and forgets those that were not shown.
     *
     * @param taken whether somebody else has a name
     */
    synchronized void resolve(ForeignReading reading, Predicate<String> taken) {
        if (removed) {
            return;
        }
        readings++;
        for (ForeignReading.Part part : reading.parts) {
            String name = part.wanted.name();
            ForeignFamily known = byName.get(name);
            if (taken.test(name) || (known != null && known.seen == readings)) {
                core.counts().foreignNameTaken.add(part.points.size());
                continue;
            }
            ForeignFamily family = known != null && known.descriptor.equals(part.wanted) ? known : replace(known, part);
            if (family == null) {
                core.counts().foreignNoMemory.add(part.points.size());
                continue;
            }
            family.seen = readings;
            part.family = family;
            for (ForeignReading.Point point : part.points) {
                point.series = series(family, point);
            }
        }
        forgetWhatWent();
    }

    private @Nullable ForeignFamily replace(@Nullable ForeignFamily known, ForeignReading.Part part) {
        if (known != null) {
            drop(known);
        }
        if (!core.budget().tryReserveFamily(Family.BASE_BYTES)) {
            return null;
        }
        ForeignFamily fresh = new ForeignFamily(core, part.wanted);
        byName.put(part.wanted.name(), fresh);
        return fresh;
    }

    private @Nullable ForeignSeries series(ForeignFamily family, ForeignReading.Point point) {
        ForeignSeries series = family.series.get(point.labels);
        if (series == null) {
            if (!core.budget().tryReserve(ForeignSeries.BYTES + point.labels.bytes())) {
                core.counts().foreignNoMemory.increment();
                return null;
            }
            series = new ForeignSeries(family, point.labels);
            family.series.put(point.labels, series);
            seriesCount++;
        } else if (series.seen == readings) { // twice in one reading: two values for one series
            core.counts().foreignNameTaken.increment();
            return null;
        }
        series.seen = readings;
        series.startAt(point.startEpochMillis > 0 ? point.startEpochMillis : JvmStart.EPOCH_MILLIS);
        return series;
    }

    private void forgetWhatWent() {
        List<ForeignFamily> gone = new ArrayList<>();
        for (ForeignFamily family : byName.values()) {
            if (family.seen != readings) {
                gone.add(family);
            } else {
                family.series.values().removeIf(series -> {
                    if (series.seen == readings) {
                        return false;
                    }
                    release(series);
                    return true;
                });
            }
        }
        gone.forEach(this::drop);
    }

    private void drop(ForeignFamily family) {
        byName.remove(family.descriptor.name());
        family.series.values().forEach(this::release);
        core.budget().release(Family.BASE_BYTES);
    }

    private void release(ForeignSeries series) {
        core.budget().release(ForeignSeries.BYTES + LabelValues.of(series).bytes());
        seriesCount--;
        if (!core.readers().isEmpty()) {
            core.slabs().reader().lock();
            try {
                core.readers().forEach(reader -> reader.forget(series));
            } finally {
                core.slabs().reader().unlock();
            }
        }
    }

    synchronized boolean has(String name) {
        return byName.containsKey(name);
    }

    synchronized int seriesCount() {
        return seriesCount;
    }

    /** Forgets everything, for good. */
    synchronized void remove() {
        removed = true;
        List.copyOf(byName.values()).forEach(this::drop);
    }

    /** No series of this process is older. */
    private static final class JvmStart {
        static final long EPOCH_MILLIS = ManagementFactory.getRuntimeMXBean().getStartTime();
    }
}
