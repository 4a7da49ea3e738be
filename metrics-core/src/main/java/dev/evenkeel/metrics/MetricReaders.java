package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.SlabReader;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The delta readers of a registry that remember something. What they remember changes under the collectors' lock only. */
final class MetricReaders {
    private final Core core;
    private final List<MetricReader> live = new CopyOnWriteArrayList<>();

    MetricReaders(Core core) {
        this.core = core;
    }

    int count() {
        return live.size();
    }

    /**
     * Lets a reader remember; returns false when it does already.
     *
     * @throws IllegalStateException when the registry is closed or its memory is spent
     */
    boolean admit(MetricReader reader, int seriesCount) {
        SlabReader slabs = core.slabs().reader();
        slabs.lock();
        try {
            if (reader.live) {
                return false;
            }
            if (core.slabs().closed()) {
                throw new IllegalStateException(
                        "Cannot make a reader: the registry is closed and counts nothing. Make readers "
                                + "before close(), or create a new registry.");
            }
            if (!reader.baselines.tryHold(seriesCount)) {
                throw new IllegalStateException("Cannot make a reader: the registry holds "
                        + core.budget().used() + " of at most " + core.budget().maxBytes()
                        + " bytes, and a reader remembers 8 a series. Close readers, or raise maxBytes(..).");
            }
            reader.seenAtNanos = core.nanoClock().nanos();
            reader.live = true;
            live.add(reader);
            core.readers().add(reader.baselines);
            return true;
        } finally {
            slabs.unlock();
        }
    }

    void forget(MetricReader reader) {
        SlabReader slabs = core.slabs().reader();
        slabs.lock();
        try {
            if (reader.live) {
                retire(reader);
            }
        } finally {
            slabs.unlock();
        }
    }

    void forgetAll() {
        live.forEach(this::forget);
    }

    /** Ends the lease of readers that nobody has read for long; under the collectors' lock. */
    void expire(long now) {
        for (MetricReader reader : live) {
            if (reader.live && now - reader.seenAtNanos > MetricReader.LEASE_NANOS) {
                retire(reader);
                core.counts().expiredReaders.increment();
            }
        }
    }

    private void retire(MetricReader reader) {
        reader.live = false;
        reader.baselines.clear();
        core.readers().remove(reader.baselines);
        live.remove(reader);
    }
}
