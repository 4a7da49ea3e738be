package dev.evenkeel.leak;

import java.util.List;
import java.util.Locale;

/** A report for machines; see {@link LeakReport#json()}. */
final class LeakJson {
    /** Raised whenever a field changes its meaning or goes: {@value}. */
    static final int SCHEMA = 1;

    private final StringBuilder out = new StringBuilder();

    private LeakJson() {}

    static String of(LeakReport report) {
        LeakJson json = new LeakJson();
        json.write(report);
        return json.out.append('\n').toString();
    }

    private void write(LeakReport r) {
        out.append("{\"schema\":").append(SCHEMA);
        text("kind", "leak-report");
        text("name", r.name());
        text("verdict", r.verdict().name());
        text("reason", r.reason());
        number("rounds", r.rounds());
        number("iterations", r.iterations());
        number("linger_ms", r.lingerMillis());
        out.append(",\"needs_run_alone\":").append(r.needsRunAlone());
        out.append(",\"findings\":[");
        for (int i = 0; i < r.findings().size(); i++) {
            out.append(i == 0 ? "" : ",");
            finding(r.findings().get(i));
        }
        out.append("],\"limits\":[");
        for (int i = 0; i < r.limits().size(); i++) {
            DetectionLimit limit = r.limits().get(i);
            out.append(i == 0 ? "{" : ",{").append("\"resource\":");
            quote(limit.resource().name());
            number("iterations_per_leak", limit.iterationsPerLeak());
            number("power", DetectionPower.POWER);
            text("noise", limit.noise());
            out.append('}');
        }
        out.append("],\"not_watched\":[");
        boolean first = true;
        for (Resource resource : r.notWatched().keySet()) {
            out.append(first ? "{" : ",{").append("\"resource\":");
            first = false;
            quote(resource.name());
            text("because", String.valueOf(r.notWatched().get(resource)));
            out.append('}');
        }
        out.append("]");
        texts("notes", r.notes());
        out.append('}');
    }

    private void finding(LeakFinding f) {
        out.append("{\"resource\":");
        quote(f.resource().name());
        text("kind", f.kind().name());
        out.append(",\"certain\":").append(f.certain());
        text("blame", f.blame().name());
        text("culprit", f.culprit());
        text("unit", f.isOnHeap() ? "By" : "1");
        number("per_iteration", f.perIteration());
        number("low_per_iteration", f.lowPerIteration());
        number("high_per_iteration", f.highPerIteration());
        number("grown", f.grown());
        number("iterations", f.iterations());
        number("since_iteration", f.sinceIteration());
        out.append(",\"evidence\":[");
        for (int i = 0; i < f.evidence().size(); i++) {
            LeakFinding.Evidence e = f.evidence().get(i);
            out.append(i == 0 ? "{" : ",{").append("\"what\":");
            quote(e.what());
            number("count", e.count());
            text("brief", e.brief());
            texts("detail", e.detail());
            out.append('}');
        }
        out.append(']');
        texts("held_by", f.heldBy());
        texts("made_at", f.madeAt());
        text("advice", Advice.of(f));
        out.append('}');
    }

    private void text(String name, String value) {
        out.append(",\"").append(name).append("\":");
        quote(value);
    }

    private void number(String name, double value) {
        out.append(",\"").append(name).append("\":");
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            out.append((long) value);
        } else if (Double.isFinite(value)) {
            out.append(String.format(Locale.ROOT, "%.6g", value));
        } else {
            out.append("null");
        }
    }

    private void texts(String name, List<String> values) {
        out.append(",\"").append(name).append("\":[");
        for (int i = 0; i < values.size(); i++) {
            out.append(i == 0 ? "" : ",");
            quote(values.get(i));
        }
        out.append(']');
    }

    private void quote(String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || Character.isSurrogate(c)) {
                out.append(String.format("\\u%04x", (int) c)); // a lone surrogate would be no UTF-8
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
