package dev.evenkeel.soak;

import dev.evenkeel.drift.Mark;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What a run has gathered so far; what the judge judges. One thread. */
final class RunRecord {
    final SoakPlan plan;
    final LoadMeter load;
    final Map<WatchedResource, Readings> readings = new EnumMap<>(WatchedResource.class);
    final Map<String, Double> limits = new LinkedHashMap<>();
    final List<Mark> marks = new ArrayList<>();

    /** When readings of ours stopped the target. Shown, and no step in anything: the analysis never sees them. */
    final List<Mark> pauses = new ArrayList<>();

    final Map<String, String> environment = new LinkedHashMap<>();
    final List<String> notes = new ArrayList<>();
    String startedAt = "";
    double endSecond;
    boolean cutShort;
    boolean restarted;
    OptionalInt exitCode = OptionalInt.empty();
    int missedSamples;

    @Nullable
    Evidence before;

    double beforeSecond;

    @Nullable
    Evidence after;

    double afterSecond;

    RunRecord(SoakPlan plan) {
        this.plan = plan;
        this.load = new LoadMeter(plan.ratePerSecond());
        for (WatchedResource resource : WatchedResource.values()) {
            readings.put(resource, new Readings());
        }
    }

    void read(WatchedResource resource, double second, double value) {
        readingsOf(resource).add(second, value);
    }

    Readings readingsOf(WatchedResource resource) {
        return readings.computeIfAbsent(resource, r -> new Readings());
    }
}
