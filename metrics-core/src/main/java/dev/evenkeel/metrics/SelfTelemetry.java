package dev.evenkeel.metrics;

import dev.evenkeel.metrics.internal.SelfCounts;
import dev.evenkeel.metrics.internal.Slabs;

/** The families in which a registry describes itself. */
record SelfTelemetry(Timer collectDuration, Timer callbackDuration) {

    /** Registers what tells of foreign sources, once there is one. */
    static void registerForeign(MetricRegistry registry, Core core) {
        SelfCounts counts = core.counts();
        registry.observedGauge("evenkeel.foreign.series")
                .unit("{series}")
                .help("Series of other libraries that the last collect showed.")
                .register()
                .add(registry::foreignSeriesCount);
        registry.observedCounter("evenkeel.foreign.left_out")
                .unit("{series}")
                .help("Series of other libraries that a collect left out.")
                .labels("reason")
                .register()
                .add(counts.foreignPastLimit::sum, "limit")
                .add(counts.foreignNameTaken::sum, "name")
                .add(counts.foreignNoMemory::sum, "memory")
                .add(counts.foreignUnfit::sum, "unfit");
    }

    /** Registers them and returns those that are recorded to. */
    static SelfTelemetry register(MetricRegistry registry, Core core) {
        Slabs slabs = core.slabs();
        SelfCounts counts = core.counts();
        registry.observedGauge("evenkeel.series")
                .unit("{series}")
                .help("Series that are registered, absent ones included.")
                .register()
                .add(registry.families()::seriesCount);
        registry.observedGauge("evenkeel.slabs")
                .unit("{slab}")
                .help("Slabs that live threads own, that wait for a thread, and that many threads share.")
                .labels("state")
                .register()
                .add(slabs::ownedSlabs, "owned")
                .add(slabs::spareSlabs, "spare")
                .add(slabs::stripeCount, "striped");
        registry.observedGauge("evenkeel.bytes")
                .unit("By")
                .help("Bytes taken of the memory cap.")
                .register()
                .add(core.budget()::used);
        core.overflowTelemetry()
                .showIn(registry.observedGauge("evenkeel.overflow.label_sets")
                        .unit("{label_set}")
                        .help("Estimate of the different label sets that went to the overflow series of an instrument.")
                        .labels("instrument")
                        .register());
        registry.observedCounter("evenkeel.evicted")
                .unit("{series}")
                .help("Series that were evicted.")
                .register()
                .add(registry.families()::evictedCount);
        registry.observedCounter("evenkeel.evictions.postponed")
                .unit("{series}")
                .help("Times a series could not be evicted for want of memory.")
                .register()
                .add(counts.postponedEvictions::sum);
        registry.observedGauge("evenkeel.readers")
                .unit("{reader}")
                .help("Delta readers that remember what they have seen.")
                .register()
                .add(registry::readerCount);
        registry.observedCounter("evenkeel.readers.expired")
                .unit("{reader}")
                .help("Delta readers that lost what they remembered because they did not collect for their lease.")
                .register()
                .add(counts.expiredReaders::sum);
        registry.observedCounter("evenkeel.dropped")
                .unit("{measurement}")
                .help("Measurements that were not counted where they were meant to be.")
                .labels("reason")
                .register()
                .add(registry.families()::overflowed, "overflowed")
                .add(counts.late::sum, "late")
                .add(counts.negative::sum, "negative")
                .add(counts.notFinite::sum, "not_finite")
                .add(core.capped()::sum, "capped")
                .add(counts.clamped::sum, "clamped")
                .add(counts.leftOutCorrections::sum, "correction")
                .add(counts.wrongArity::sum, "arity")
                .add(counts.callbackErrors::sum, "callback_error");
        registry.observedCounter("evenkeel.memory.ladder")
                .unit("{event}")
                .help("Times the memory cap made a record or a registration take less.")
                .labels("rung")
                .register()
                .add(counts.sharedStripes::sum, "shared_stripe")
                .add(counts.oneDigitHistograms::sum, "one_digit")
                .add(counts.refusedSeries::sum, "overflow_series")
                .add(counts.shortWindows::sum, "short_window")
                .add(counts.postponedDeltas::sum, "late_delta")
                .add(counts.unkeptReadings::sum, "full_reading")
                .add(counts.coarseValues::sum, "octave_only");
        registry.observedCounter("evenkeel.groups.stale")
                .unit("{group}")
                .help("Readings of a counter group of which a part was an older whole one.")
                .register()
                .add(counts.staleGroups::sum);
        registry.observedCounter("evenkeel.groups.spilled")
                .unit("{measurement}")
                .help("Additions to a counter group that found every stripe taken and allocated instead of waiting.")
                .register()
                .add(counts.spilledGroups::sum);
        registry.observedCounter("evenkeel.slab.displacements")
                .unit("{event}")
                .help(
                        "Threads that found both their places in the table of arrays taken by live threads, and record a little slower.")
                .register()
                .add(counts.displacements::sum);
        registry.observedCounter("evenkeel.window.late_ticks")
                .unit("{tick}")
                .help("Times the slice of a window was taken a slice or more late.")
                .register()
                .add(counts.lateTicks::sum);
        return new SelfTelemetry(
                registry.timer("evenkeel.collect.duration")
                        .help("Time that collects took, visitors and callbacks included.")
                        .register(),
                registry.timer("evenkeel.callback.duration")
                        .help("Time that all callbacks of a collect took together.")
                        .register());
    }
}
