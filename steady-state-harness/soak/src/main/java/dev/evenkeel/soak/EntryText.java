package dev.evenkeel.soak;

import dev.evenkeel.drift.Mark;
import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.soak.RunEntry.Ending;
import dev.evenkeel.soak.load.LoadInterval;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * Entries of a run as lines of text: a kind and {@code key=value} fields, separated by tabs. Times are seconds, durations
 * milliseconds, numbers as {@link Double#toString} writes them, so that each is read back to the digit. Histograms are
 * HdrHistogram's own compressed form in base 64. One thread.
 */
final class EntryText {
    private static final String VALUE = "v.";

    private ByteBuffer buffer = ByteBuffer.allocate(1 << 12);

    /** A line being written, or read. */
    private static final class Fields {
        private final Map<String, String> values = new LinkedHashMap<>();

        Fields put(String key, Object value) {
            values.put(key, String.valueOf(value));
            return this;
        }

        String text(String key) throws DataFormatException {
            String value = values.get(key);
            if (value == null) {
                throw new DataFormatException("no field \"" + key + "\"");
            }
            return value;
        }

        double number(String key) throws DataFormatException {
            return Double.parseDouble(text(key));
        }

        long whole(String key) throws DataFormatException {
            return Long.parseLong(text(key));
        }

        boolean flag(String key) throws DataFormatException {
            return Boolean.parseBoolean(text(key));
        }

        Duration duration(String key) throws DataFormatException {
            return Duration.ofMillis(whole(key));
        }
    }

    private static String escape(String s) {
        return s.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String unescape(String s) {
        if (s.indexOf('\\') < 0) {
            return s;
        }
        StringBuilder out = new StringBuilder(s.length());
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c == '\\' && i + 1 < s.length()) {
                char next = s.charAt(++i);
                out.append(next == 't' ? '\t' : next == 'n' ? '\n' : next == 'r' ? '\r' : next);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static String line(String kind, Fields fields) {
        StringBuilder line = new StringBuilder(kind);
        fields.values.forEach(
                (key, value) -> line.append('\t').append(key).append('=').append(escape(value)));
        return line.toString();
    }

    /** Without the line's end. */
    String write(RunEntry entry) {
        Fields f = new Fields();
        if (entry instanceof RunEntry.Began e) {
            return line("began", plan(f.put("epoch_millis", e.epochMillis()), e.plan()));
        } else if (entry instanceof RunEntry.Fact e) {
            return line("fact", f.put("key", e.key()).put("value", e.value()));
        } else if (entry instanceof RunEntry.Limit e) {
            return line("limit", f.put("resource", e.resource()).put("value", e.value()));
        } else if (entry instanceof RunEntry.Noted e) {
            return line("note", f.put("text", e.sentence()));
        } else if (entry instanceof RunEntry.Sample e) {
            return line("sample", sample(f, e));
        } else if (entry instanceof RunEntry.FaultBegan e) {
            return line("fault-began", f.put("second", e.second()).put("label", e.label()));
        } else if (entry instanceof RunEntry.Marked e) {
            Mark mark = e.mark();
            return line(
                    "mark",
                    f.put("kind", mark.kind())
                            .put("from", mark.fromSecond())
                            .put("to", mark.toSecond())
                            .put("label", mark.label()));
        } else if (entry instanceof RunEntry.Paused e) {
            return line("pause", f.put("from", e.from()).put("to", e.to()));
        } else if (entry instanceof RunEntry.Held e) {
            f.put("second", e.second()).put("first", e.first());
            int i = 0;
            for (Evidence.Row row : e.evidence().rows()) {
                if (!row.at().isEmpty()) {
                    f.put("at" + i, row.at());
                }
                f.put("" + i++, row.resource() + " " + row.count() + " " + row.amount() + " " + row.what());
            }
            return line("held", f);
        } else if (entry instanceof RunEntry.LiveSetMissed e) {
            return line("live-set-missed", f.put("second", e.second()));
        } else if (entry instanceof RunEntry.Allocated e) {
            f.put("second", e.second()).put("window", e.windowSeconds()).put("note", e.note());
            int i = 0;
            for (AllocationSite site : e.sites()) {
                List<String> lines = new ArrayList<>(List.of(Double.toString(site.share()), site.type()));
                lines.addAll(site.stack());
                f.put("" + i++, String.join("\n", lines));
            }
            return line("allocated", f);
        } else if (entry instanceof RunEntry.Resumed e) {
            return line(
                    "resumed",
                    f.put("second", e.second())
                            .put("epoch_millis", e.epochMillis())
                            .put("total", e.totalSeconds()));
        } else if (entry instanceof RunEntry.Ended e) {
            return line("ended", f.put("second", e.second()).put("how", e.how()).put("exit_code", e.exitCode()));
        }
        throw new IllegalStateException("no text for " + entry);
    }

    private static Fields plan(Fields f, SoakPlan plan) {
        f.put("warmup", plan.warmup().toMillis());
        f.put("phases", plan.phases().size());
        for (int i = 0; i < plan.phases().size(); i++) {
            SoakPlan.Phase phase = plan.phases().get(i);
            f.put("phase" + i, phase.lasts().toMillis() + " " + phase.ratePerSecond() + " " + phase.name());
        }
        FaultPlan faults = plan.faults();
        f.put("fault_every", faults.every().toMillis());
        f.put("fault_lasts", faults.lasts().toMillis());
        f.put("faults", faults.faults().size());
        for (int i = 0; i < faults.faults().size(); i++) {
            FaultPlan.Fault fault = faults.faults().get(i);
            f.put("fault" + i, fault.kind() + " " + fault.amount());
            f.put("fault" + i + "_begin", fault.begin());
            f.put("fault" + i + "_end", fault.end());
        }
        f.put("sample_every", plan.sampleEvery().toMillis());
        f.put("budgets", String.join(" ", plan.budgets().keySet()));
        plan.budgets().forEach((key, rule) -> f.put("budget_" + key, rule.amount() + " " + rule.per()));
        StringBuilder restarts = new StringBuilder();
        plan.restarts().forEach(at -> restarts.append(restarts.length() == 0 ? "" : " ")
                .append(at.toMillis()));
        return f.put("restarts", restarts).put("early_stop", plan.earlyStop()).put("command", plan.command());
    }

    private static SoakPlan plan(Fields f) throws DataFormatException {
        List<SoakPlan.Phase> phases = new ArrayList<>();
        for (int i = 0; i < f.whole("phases"); i++) {
            String[] parts = f.text("phase" + i).split(" ", 3);
            phases.add(new SoakPlan.Phase(
                    parts[2], Duration.ofMillis(Long.parseLong(parts[0])), Double.parseDouble(parts[1])));
        }
        List<FaultPlan.Fault> faults = new ArrayList<>();
        for (int i = 0; i < f.whole("faults"); i++) {
            String[] parts = f.text("fault" + i).split(" ", 2);
            faults.add(new FaultPlan.Fault(
                    FaultPlan.Kind.valueOf(parts[0]),
                    Long.parseLong(parts[1]),
                    f.text("fault" + i + "_begin"),
                    f.text("fault" + i + "_end")));
        }
        Map<String, BudgetRule> budgets = new LinkedHashMap<>();
        for (String key : f.text("budgets").split(" ")) {
            if (!key.isEmpty()) {
                String[] parts = f.text("budget_" + key).split(" ", 2);
                budgets.put(key, new BudgetRule(Double.parseDouble(parts[0]), BudgetRule.Per.valueOf(parts[1])));
            }
        }
        List<Duration> restarts = new ArrayList<>();
        for (String at : f.text("restarts").split(" ")) {
            if (!at.isEmpty()) {
                restarts.add(Duration.ofMillis(Long.parseLong(at)));
            }
        }
        return new SoakPlan(
                f.duration("warmup"),
                phases,
                new FaultPlan(f.duration("fault_every"), f.duration("fault_lasts"), faults),
                f.duration("sample_every"),
                budgets,
                restarts,
                f.values.containsKey("early_stop") && f.flag("early_stop"), // not in logs from before there was one
                f.text("command"));
    }

    private Fields sample(Fields f, RunEntry.Sample e) {
        LoadInterval load = e.load();
        f.put("from", e.from()).put("at", e.at()).put("live_at", e.liveAt()).put("to", e.to());
        f.put("epoch_millis", e.epochMillis());
        f.put("steady", e.steady()).put("load_steady", e.loadSteady()).put("disturbed", e.disturbed());
        f.put("event", e.event()).put("incarnation", e.incarnation()).put("missed", e.missed());
        f.put("due", load.due()).put("completed", load.completed()).put("succeeded", load.succeeded());
        f.put("shed", load.shed()).put("failed", load.failed()).put("excluded", load.excluded());
        f.put("intended", base64(load.intended()));
        f.put("service", base64(load.service()));
        f.put("lateness", base64(load.lateness()));
        new TreeMap<>(e.values()).forEach((key, value) -> f.put(VALUE + key, value));
        return f;
    }

    private static RunEntry.Sample sample(Fields f) throws DataFormatException {
        Map<String, Double> values = new LinkedHashMap<>();
        for (String key : f.values.keySet()) {
            if (key.startsWith(VALUE)) {
                values.put(key.substring(VALUE.length()), f.number(key));
            }
        }
        return new RunEntry.Sample(
                f.number("from"),
                f.number("at"),
                f.number("live_at"),
                f.number("to"),
                f.whole("epoch_millis"),
                f.flag("steady"),
                f.flag("load_steady"),
                f.flag("disturbed"),
                f.text("event"),
                f.text("incarnation"),
                f.flag("missed"),
                new LoadInterval(
                        f.whole("due"),
                        f.whole("completed"),
                        f.whole("succeeded"),
                        f.whole("shed"),
                        f.whole("failed"),
                        f.whole("excluded"),
                        histogram(f.text("intended")),
                        histogram(f.text("service")),
                        histogram(f.text("lateness"))),
                values);
    }

    /** Empty for an empty one. */
    private String base64(Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return "";
        }
        int needed = histogram.getNeededByteBufferCapacity();
        if (buffer.capacity() < needed) {
            buffer = ByteBuffer.allocate(needed);
        }
        buffer.clear();
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        byte[] bytes = new byte[length];
        System.arraycopy(buffer.array(), 0, bytes, 0, length);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Histogram histogram(String base64) throws DataFormatException {
        return base64.isEmpty()
                ? new Histogram(1, 2, 3)
                : Histogram.decodeFromCompressedByteBuffer(
                        ByteBuffer.wrap(Base64.getDecoder().decode(base64)), 0);
    }

    /**
     * The reverse.
     *
     * @throws DataFormatException when the line is no entry of this schema
     */
    static RunEntry read(String line) throws DataFormatException {
        String[] parts = line.split("\t", -1);
        Fields f = new Fields();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals <= 0) {
                throw new DataFormatException("a field without a name: " + parts[i]);
            }
            f.values.put(parts[i].substring(0, equals), unescape(parts[i].substring(equals + 1)));
        }
        try {
            return entry(parts[0], f);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new DataFormatException(e.toString());
        }
    }

    private static RunEntry entry(String kind, Fields f) throws DataFormatException {
        return switch (kind) {
            case "began" -> new RunEntry.Began(plan(f), f.whole("epoch_millis"));
            case "fact" -> new RunEntry.Fact(f.text("key"), f.text("value"));
            case "limit" -> new RunEntry.Limit(f.text("resource"), f.number("value"));
            case "note" -> new RunEntry.Noted(f.text("text"));
            case "sample" -> sample(f);
            case "fault-began" -> new RunEntry.FaultBegan(f.number("second"), f.text("label"));
            case "mark" -> new RunEntry.Marked(
                    new Mark(f.number("from"), f.number("to"), Mark.Kind.valueOf(f.text("kind")), f.text("label")));
            case "pause" -> new RunEntry.Paused(f.number("from"), f.number("to"));
            case "held" -> new RunEntry.Held(f.number("second"), f.flag("first"), evidence(f));
            case "live-set-missed" -> new RunEntry.LiveSetMissed(f.number("second"));
            case "allocated" -> new RunEntry.Allocated(
                    f.number("second"), f.number("window"), sites(f), f.text("note"));
            case "resumed" -> new RunEntry.Resumed(f.number("second"), f.whole("epoch_millis"), f.number("total"));
            case "ended" -> new RunEntry.Ended(
                    f.number("second"), Ending.valueOf(f.text("how")), (int) f.whole("exit_code"));
            default -> throw new DataFormatException("no entry is called \"" + kind + "\"");
        };
    }

    private static List<AllocationSite> sites(Fields f) throws DataFormatException {
        List<AllocationSite> sites = new ArrayList<>();
        for (int i = 0; f.values.containsKey("" + i); i++) {
            List<String> parts = List.of(f.text("" + i).split("\n", -1));
            sites.add(
                    new AllocationSite(parts.get(1), Double.parseDouble(parts.get(0)), parts.subList(2, parts.size())));
        }
        return sites;
    }

    private static Evidence evidence(Fields f) throws DataFormatException {
        List<Evidence.Row> rows = new ArrayList<>();
        for (int i = 0; f.values.containsKey("" + i); i++) {
            String[] parts = f.text("" + i).split(" ", 4);
            rows.add(new Evidence.Row(
                    parts[0],
                    parts[3],
                    Double.parseDouble(parts[1]),
                    Double.parseDouble(parts[2]),
                    f.values.getOrDefault("at" + i, "")));
        }
        return new Evidence(rows);
    }
}
