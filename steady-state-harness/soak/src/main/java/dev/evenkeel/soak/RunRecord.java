package dev.evenkeel.soak;

import dev.evenkeel.drift.Mark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What a run has gathered so far; what the judge judges. Made by adding entries one after the other. One thread. */
final class RunRecord {
    final SoakPlan plan;
    final LoadMeter load;
    final AllocationMeter allocation = new AllocationMeter();
    final Map<WatchedResource, Readings> readings = new LinkedHashMap<>();
    final Map<String, Double> limits = new LinkedHashMap<>();
    final List<Mark> marks = new ArrayList<>();

    /** When readings of ours stopped the target. Shown, and no step in anything: the analysis never sees them. */
    final List<Mark> pauses = new ArrayList<>();

    final Map<String, String> environment = new LinkedHashMap<>();
    final List<String> notes = new ArrayList<>();
    private final List<String> recoveryNotes = new ArrayList<>();
    final List<Part> parts = new ArrayList<>(List.of(new Part()));
    String startedAt = "";
    double endSecond;
    double totalSeconds;
    boolean cutShort;

    /** Ended before its time because the verdict was in; not cut short. */
    boolean endedEarly;

    boolean restarted;
    boolean dead;
    OptionalInt exitCode = OptionalInt.empty();
    RunEntry.@Nullable Ending ending;
    int missedSamples;
    int steadySamples;
    double pausedSeconds;

    /** A fault whose end is not known yet. */
    private RunEntry.@Nullable FaultBegan openFault;

    /** What the target held at both ends of the steady time of one part. */
    static final class Part {
        RunEntry.@Nullable Held before;
        RunEntry.@Nullable Held after;
    }

    RunRecord(SoakPlan plan) {
        this.plan = plan;
        this.totalSeconds = plan.totalSeconds();
        // All room at once: a harness that shares its JVM with the target must not grow in the readings.
        int samples = (int) Math.min(1 << 20, plan.totalSeconds() / plan.sampleSeconds() + 16);
        this.load = new LoadMeter(plan.ratePerSecond(), samples);
        for (WatchedResource resource : WatchedResource.known()) {
            readings.put(resource, new Readings(samples));
        }
    }

    /** Takes in the next entry. */
    void add(RunEntry entry) {
        if (entry instanceof RunEntry.Began e) {
            startedAt = Instant.ofEpochMilli(e.epochMillis()).toString();
        } else if (entry instanceof RunEntry.Fact e) {
            environment.put(e.key(), e.value());
        } else if (entry instanceof RunEntry.Limit e) {
            limits.put(e.resource(), e.value());
        } else if (entry instanceof RunEntry.Noted e) {
            if (!notes.contains(e.sentence())) {
                notes.add(e.sentence());
            }
        } else if (entry instanceof RunEntry.Sample e) {
            sample(e);
        } else if (entry instanceof RunEntry.FaultBegan e) {
            openFault = e;
        } else if (entry instanceof RunEntry.Marked e) {
            if (e.mark().kind() == Mark.Kind.FAULT) {
                openFault = null;
            }
            marks.add(e.mark());
        } else if (entry instanceof RunEntry.Paused e) {
            pauses.add(new Mark(e.from(), e.to(), Mark.Kind.EVENT, "paused by a live-set reading"));
            pausedSeconds += e.to() - e.from();
        } else if (entry instanceof RunEntry.Held e) {
            Part part = lastPart();
            if (e.first()) {
                part.before = e;
            } else {
                part.after = e;
            }
        } else if (entry instanceof RunEntry.LiveSetMissed) {
            missedSamples++;
        } else if (entry instanceof RunEntry.Allocated e) {
            allocation.add(e);
        } else if (entry instanceof RunEntry.Resumed e) {
            closeFault(endSecond);
            parts.add(new Part());
            totalSeconds = e.totalSeconds();
            ending = null;
            cutShort = false;
            notes.removeAll(recoveryNotes); // true of the part before, which this one goes on from
        } else if (entry instanceof RunEntry.Ended e) {
            ended(e);
        }
    }

    private void sample(RunEntry.Sample e) {
        if (e.missed()) {
            missedSamples++;
        }
        e.values().forEach((key, value) -> {
            boolean live = key.equals(ResourceNames.HEAP_LIVE);
            if (!key.equals(ResourceNames.LATENCY_P99)) {
                resource(key).ifPresent(r -> read(r, live ? e.liveAt() : e.at(), value));
            }
        });
        load.add(e.from(), e.to(), e.load(), e.loadSteady(), e.disturbed());
        allocation.add(e);
        read(WatchedResource.LATENCY_P99, (e.from() + e.to()) / 2, LoadMeter.p99Millis(e.load()));
        endSecond = Math.max(endSecond, e.to());
        if (e.steady()) {
            steadySamples++;
        }
    }

    private void ended(RunEntry.Ended e) {
        ending = e.how();
        endSecond = Math.max(endSecond, e.second());
        switch (e.how()) {
            case COMPLETE -> {}
            case DECIDED -> endedEarly = true;
            case STOPPED, LOG_FAILED -> cutShort = true;
            case EXITED -> exitCode = OptionalInt.of(e.exitCode());
            case RESTARTED -> restarted = true;
            case DEAD -> dead = true;
        }
    }

    /** After the last entry of a stored run. */
    void recovered(int damaged, boolean lastDamaged) {
        closeFault(endSecond);
        int inside = damaged - (lastDamaged && ending == null ? 1 : 0);
        if (inside > 0) {
            recoveryNotes.add(inside + (inside == 1 ? " entry" : " entries")
                    + " of the log failed the checksum and are left out. The disk, or somebody, changed them.");
        }
        if (ending == null) {
            cutShort = true;
            recoveryNotes.add("The harness was killed after " + Amounts.duration(endSecond)
                    + (lastDamaged ? ", while it wrote a sample, which is lost." : "."));
        }
        notes.addAll(recoveryNotes);
    }

    private void closeFault(double second) {
        if (openFault != null) {
            marks.add(new Mark(
                    openFault.second(), Math.max(openFault.second(), second), Mark.Kind.FAULT, openFault.label()));
            openFault = null;
        }
    }

    private java.util.Optional<WatchedResource> resource(String key) {
        return readings.keySet().stream().filter(r -> r.key().equals(key)).findFirst();
    }

    void read(WatchedResource resource, double second, double value) {
        readingsOf(resource).add(second, value);
    }

    Part lastPart() {
        return parts.get(parts.size() - 1);
    }

    /** Whether the live heap was read on demand, each time after a collection. */
    boolean collected() {
        return readingsOf(WatchedResource.HEAP_LIVE).size() > 0;
    }

    Readings readingsOf(WatchedResource resource) {
        return readings.computeIfAbsent(resource, r -> new Readings(256));
    }
}
