package dev.evenkeel.cli.drift;

import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.report.JsonWriter;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The verdicts as JSON. */
final class DriftJson {
    private static final String SCHEMA = "evenkeel.drift/1";

    private DriftJson() {}

    static String of(Map<String, DriftResult> results, Verdict verdict, @Nullable FleetReport fleet) {
        JsonWriter writer = new JsonWriter().beginObject();
        writer.name("schema").value(SCHEMA);
        writer.name("verdict").value(verdict.name());
        if (fleet != null) {
            fleet.writeTo(writer);
        }
        writer.name("resources").beginArray();
        results.forEach((name, r) -> {
            writer.beginObject();
            writer.name("name").value(name);
            writer.name("verdict").value(r.verdict().name());
            writer.name("slope_per_hour").value(r.slopePerHour());
            writer.name("lower").value(r.lowerPerHour());
            writer.name("upper").value(r.upperPerHour());
            writer.name("budget_per_hour").value(r.budget().perHour());
            writer.name("budget_reason").value("--budget-per-hour");
            writer.name("model").value(r.model());
            writer.name("reason").value(r.reason());
            writer.name("smallest_detectable_per_hour").value(r.smallestDetectablePerHour());
            writer.name("p_value").value(r.pValue());
            writer.name("rho").value(r.rho());
            writer.name("effective_samples").value(r.effectiveSamples());
            writer.name("warm_up_seconds").value(r.discardedSeconds());
            OptionalDouble needed = r.secondsNeeded();
            writer.name("seconds_needed").value(needed.isPresent() ? needed.getAsDouble() : Double.NaN);
            writer.name("samples").value(r.samples());
            writer.name("gaps").value(r.gaps());
            writer.endObject();
        });
        writer.endArray();
        writer.name("culprits").beginArray().endArray();
        return writer.endObject() + "\n";
    }
}
