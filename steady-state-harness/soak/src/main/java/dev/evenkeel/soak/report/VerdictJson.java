package dev.evenkeel.soak.report;

import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Mark;
import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.soak.Allocation;
import dev.evenkeel.soak.Culprit;
import dev.evenkeel.soak.LoadSummary;
import dev.evenkeel.soak.ResourceResult;
import dev.evenkeel.soak.RunResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The run for machines. Slopes are in the unit of the resource; the whole layout is numbered by {@code schema}. */
final class VerdictJson {

    private VerdictJson() {}

    static String of(RunResult run) {
        JsonWriter json = new JsonWriter().beginObject();
        json.member("schema", (long) run.schema());
        json.member("verdict", run.verdict().name());
        json.member("headline", run.headline());
        json.member("cut_short", run.cutShort());
        json.member("started_at", run.startedAt());
        json.member("warmup_seconds", run.warmupSeconds());
        json.member("duration_seconds", run.durationSeconds());
        json.member("command", run.command());
        json.name("resources").beginArray();
        for (ResourceResult r : run.resources()) {
            resource(json, r);
        }
        json.endArray();
        json.name("culprits").beginArray();
        for (Culprit c : run.culprits()) {
            json.beginObject();
            json.member("resource", c.resource());
            json.member("what", c.what());
            json.member("evidence", c.evidence());
            json.member("per_hour", c.perHour());
            json.member("share", c.share());
            if (!c.at().isEmpty()) {
                json.member("at", c.at());
            }
            json.endObject();
        }
        json.endArray();
        load(json, run.load());
        allocation(json, run.allocation());
        marks(json, run);
        json.name("environment").beginObject();
        run.environment().forEach(json::member);
        json.endObject();
        json.name("notes").beginArray();
        run.notes().forEach(json::value);
        json.endArray();
        return json.endObject().toString();
    }

    private static void resource(JsonWriter json, ResourceResult r) {
        json.beginObject();
        json.member("name", r.name());
        json.member("title", r.title());
        json.member("unit", r.unit());
        json.member("verdict", r.drift().verdict().name());
        json.member("deciding", r.deciding());
        json.member("why", r.why());
        json.member("reason", Advice.reason(r));
        numbers(json, r.drift());
        json.member("model", Advice.model(r));
        json.member("per_million_operations", r.perMillionOperations());
        json.member("samples", (long) r.drift().samples());
        json.member("gaps", (long) r.drift().gaps());
        json.member("effective_samples", r.drift().effectiveSamples());
        json.member("rho", r.drift().rho());
        json.member("discarded_seconds", r.drift().discardedSeconds());
        DriftResult hourly = r.hourly();
        if (hourly != null) {
            json.name("hourly").beginObject();
            json.member("verdict", hourly.verdict().name());
            numbers(json, hourly);
            json.endObject();
        }
        json.endObject();
    }

    private static void numbers(JsonWriter json, DriftResult d) {
        json.member("slope_per_hour", d.slopePerHour());
        json.member("lower", d.lowerPerHour());
        json.member("upper", d.upperPerHour());
        json.member("budget_per_hour", d.budget().perHour());
        json.member("budget_reason", d.budget().reason());
        json.member("smallest_detectable_per_hour", d.smallestDetectablePerHour());
        if (d.secondsNeeded().isPresent()) {
            json.member("seconds_needed", d.secondsNeeded().getAsDouble());
        }
    }

    /** One entry a kind and label: a day holds thousands of pauses, and no gate asks for each. */
    private static void marks(JsonWriter json, RunResult run) {
        Map<String, List<Mark>> alike = new LinkedHashMap<>();
        for (Mark mark : run.marks()) {
            alike.computeIfAbsent(mark.kind() + " " + mark.label(), key -> new ArrayList<>())
                    .add(mark);
        }
        json.name("marks").beginArray();
        for (List<Mark> group : alike.values()) {
            double seconds = 0;
            for (Mark mark : group) {
                seconds += mark.toSecond() - mark.fromSecond();
            }
            json.beginObject();
            json.member("kind", group.get(0).kind().name());
            json.member("label", group.get(0).label());
            json.member("count", (long) group.size());
            json.member("first_second", group.get(0).fromSecond());
            json.member("seconds", seconds);
            json.endObject();
        }
        json.endArray();
    }

    private static void load(JsonWriter json, LoadSummary load) {
        json.name("load").beginObject();
        json.member("target_rate", load.targetRate());
        json.member("achieved_rate", load.achievedRate());
        json.member("intended", load.intended());
        json.member("completed", load.completed());
        json.member("succeeded", load.succeeded());
        json.member("shed", load.shed());
        json.member("failed", load.failed());
        json.member("excluded_by_pause", load.excludedByPause());
        quantiles(json, "intended_millis", load.intendedMillis());
        quantiles(json, "service_millis", load.serviceMillis());
        json.member("lateness_p99_millis", load.latenessP99Millis());
        json.endObject();
    }

    private static void allocation(JsonWriter json, Allocation allocation) {
        if (!allocation.known()) {
            return;
        }
        json.name("allocation").beginObject();
        json.member("bytes_per_operation", allocation.bytesPerOperation());
        json.member("lower", allocation.lower());
        json.member("upper", allocation.upper());
        json.member("bytes_per_second", allocation.bytesPerSecond());
        json.member("operations", allocation.operations());
        json.member("window_seconds", allocation.windowSeconds());
        json.member("note", allocation.siteNote());
        json.name("sites").beginArray();
        for (AllocationSite site : allocation.sites()) {
            json.beginObject();
            json.member("what", site.type());
            json.member("share", site.share());
            json.name("stack").beginArray();
            site.stack().forEach(json::value);
            json.endArray();
            json.endObject();
        }
        json.endArray();
        json.endObject();
    }

    private static void quantiles(JsonWriter json, String name, LoadSummary.Quantiles q) {
        json.name(name).beginObject();
        json.member("p50", q.p50());
        json.member("p90", q.p90());
        json.member("p99", q.p99());
        json.member("p999", q.p999());
        json.member("max", q.max());
        json.endObject();
    }
}
