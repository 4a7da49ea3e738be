package dev.evenkeel.soak.report;

import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.soak.Allocation;
import dev.evenkeel.soak.Culprit;
import dev.evenkeel.soak.LoadSummary;
import dev.evenkeel.soak.ResourceResult;
import dev.evenkeel.soak.RunResult;

/** The run on one screen, for the summary of a build job. */
final class SummaryMarkdown {

    private SummaryMarkdown() {}

    static String of(RunResult run) {
        Advice advice = Advice.of(run);
        StringBuilder out = new StringBuilder();
        out.append("## ")
                .append(sign(run.verdict()))
                .append(" Soak: ")
                .append(line(run.headline()))
                .append('\n');
        if (run.cutShort()) {
            out.append("\n**Cut short:** judged on what there was.\n");
        }
        if (!advice.why().isEmpty()) {
            out.append("\n**Why.** ").append(line(advice.why())).append('\n');
        }
        out.append("\n**Next.** ").append(line(String.join(" ", advice.next()))).append('\n');
        if (!advice.command().isEmpty()) {
            fence(out, advice.command());
        }
        out.append("\n| | Resource | Growth per hour | Interval | Budget | Behaviour | Smallest leak it could see |\n");
        out.append("|---|---|--:|--:|--:|---|--:|\n");
        for (ResourceResult r : run.resources()) {
            DriftResult d = r.drift();
            Unit unit = Unit.of(r.unit());
            out.append("| ").append(r.deciding() ? sign(d.verdict()) + " " + d.verdict() : Parts.watched(d.verdict()));
            out.append(" | ").append(line(r.title()));
            out.append(" | ").append(line(unit.perHour(d.slopePerHour())));
            out.append(" | ").append(line(unit.betweenPerHour(d.lowerPerHour(), d.upperPerHour())));
            out.append(" | ").append(line(unit.amountPerHour(d.budget().perHour())));
            out.append(" | ").append(line(Advice.model(r)));
            out.append(" | ")
                    .append(line(unit.amountPerHour(d.smallestDetectablePerHour())))
                    .append(" |\n");
        }
        if (!run.culprits().isEmpty()) {
            out.append(
                    "\n### Culprits\n\n| Resource | Suspect | Evidence | Share of the growth |\n|---|---|---|--:|\n");
            for (Culprit c : run.culprits()) {
                out.append("| ").append(line(c.resource()));
                out.append(" | ").append(line(c.what()));
                out.append(" | ").append(line(c.evidence()));
                out.append(" | ").append(Unit.number(100 * c.share(), 0, false)).append(" % |\n");
            }
        }
        load(out, run);
        allocation(out, run.allocation());
        if (!run.notes().isEmpty()) {
            out.append("\n### Notes\n\n");
            for (String note : run.notes()) {
                out.append("- ").append(line(note)).append('\n');
            }
        }
        out.append("\nThe whole report: `report.html`. For machines: `verdict.json`.\n");
        return out.toString();
    }

    private static void load(StringBuilder out, RunResult run) {
        LoadSummary load = run.load();
        out.append("\n**Load.** ")
                .append(line(Durations.words(run.durationSeconds())))
                .append(" at ");
        out.append(Unit.number(load.achievedRate(), 1, true)).append("/s of ");
        out.append(Unit.number(load.targetRate(), 1, true)).append("/s asked for; ");
        out.append(Unit.count(load.completed())).append(" answered, ");
        out.append(Unit.count(load.shed()))
                .append(" shed, ")
                .append(Unit.count(load.failed()))
                .append(" failed; ");
        out.append("p99 ")
                .append(line(Unit.of("ms").text(load.intendedMillis().p99())))
                .append(" from the intended start, ");
        out.append(line(Unit.of("ms").text(load.serviceMillis().p99()))).append(" from the send.\n");
    }

    private static void allocation(StringBuilder out, Allocation allocation) {
        if (!allocation.known()) {
            return;
        }
        out.append("\n**Allocation.** ")
                .append(line(AllocationSection.lead(allocation)))
                .append('\n');
        if (allocation.sites().isEmpty()) {
            return;
        }
        out.append("\n| Share | What | Where |\n|--:|---|---|\n");
        for (AllocationSite site : allocation.sites()) {
            out.append("| ").append(AllocationSection.percent(site.share()));
            out.append(" | ").append(line(site.type()));
            out.append(" | ").append(line(String.join(" < ", site.stack()))).append(" |\n");
        }
    }

    /** A sign that differs in shape as well as in colour. */
    private static String sign(Verdict verdict) {
        return switch (verdict) {
            case PASS -> "✅";
            case FAIL -> "❌";
            case INCONCLUSIVE -> "❔";
            case INVALID -> "🚫";
        };
    }

    /** A command in a fence that is longer than any run of back-ticks in it. */
    private static void fence(StringBuilder out, String command) {
        int longest = 2;
        int run = 0;
        for (int i = 0; i < command.length(); i++) {
            run = command.charAt(i) == '`' ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        String ticks = "`".repeat(longest + 1);
        out.append('\n')
                .append(ticks)
                .append('\n')
                .append(command)
                .append('\n')
                .append(ticks)
                .append('\n');
    }

    /** Text as one line in which nothing is markup, fit for a table cell. */
    static String line(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n', '\r', '\t' -> out.append(' ');
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '|', '*', '_', '`', '[', ']', '\\', '#', '~', '!' -> out.append('\\')
                        .append(c);
                default -> out.append(c < 0x20 || c == 0x7f ? '\ufffd' : c);
            }
        }
        return out.toString();
    }
}
