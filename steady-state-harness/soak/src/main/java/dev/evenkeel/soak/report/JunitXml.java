package dev.evenkeel.soak.report;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.Culprit;
import dev.evenkeel.soak.ResourceResult;
import dev.evenkeel.soak.RunResult;
import java.util.Locale;

/**
 * The deciding resources as test cases, for build servers that know no other gate.
 *
 * <p>FAIL is a failure. INCONCLUSIVE and INVALID are errors and not skipped tests: most servers show
 * skipped as green, and a run that could not tell is not green.
 */
final class JunitXml {

    private JunitXml() {}

    static String of(RunResult run) {
        int tests = 0;
        int failures = 0;
        int errors = 0;
        for (ResourceResult r : run.resources()) {
            if (r.deciding()) {
                tests++;
                failures += r.drift().verdict() == Verdict.FAIL ? 1 : 0;
                errors += unclear(r.drift().verdict()) ? 1 : 0;
            }
        }
        // A run may be invalid, or inconclusive, for a reason that no single resource shows.
        boolean whole = run.verdict() != Verdict.PASS && failures + errors == 0;
        Markup m = new Markup();
        m.open(
                "testsuite",
                "name",
                "evenkeel.soak",
                "tests",
                Integer.toString(tests + (whole ? 1 : 0)),
                "failures",
                Integer.toString(failures + (whole && run.verdict() == Verdict.FAIL ? 1 : 0)),
                "errors",
                Integer.toString(errors + (whole && unclear(run.verdict()) ? 1 : 0)),
                "skipped",
                "0",
                "timestamp",
                run.startedAt(),
                "time",
                time(run.durationSeconds()));
        for (ResourceResult r : run.resources()) {
            if (r.deciding()) {
                m.line()
                        .open(
                                "testcase",
                                "classname",
                                "evenkeel.soak",
                                "name",
                                r.name(),
                                "time",
                                time(run.durationSeconds()));
                outcome(m, r.drift().verdict(), Advice.reason(r), details(run, r));
                m.close();
            }
        }
        if (whole) {
            m.line().open("testcase", "classname", "evenkeel.soak", "name", "run", "time", time(run.durationSeconds()));
            outcome(m, run.verdict(), run.headline(), String.join("\n", run.notes()));
            m.close();
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + m.line().close() + "\n";
    }

    private static void outcome(Markup m, Verdict verdict, String message, String details) {
        if (verdict != Verdict.PASS) {
            m.leaf(verdict == Verdict.FAIL ? "failure" : "error", details, "type", verdict.name(), "message", message);
        }
    }

    private static String details(RunResult run, ResourceResult r) {
        Unit unit = Unit.of(r.unit());
        StringBuilder out = new StringBuilder();
        out.append("growth ").append(unit.perHour(r.drift().slopePerHour()));
        out.append(", interval ")
                .append(unit.betweenPerHour(r.drift().lowerPerHour(), r.drift().upperPerHour()));
        out.append(", budget ").append(unit.amountPerHour(r.drift().budget().perHour()));
        out.append(", model: ").append(Advice.model(r)).append('\n');
        for (Culprit c : run.culprits()) {
            if (c.resource().equals(r.name())) {
                out.append("suspect ")
                        .append(c.what())
                        .append(": ")
                        .append(c.evidence())
                        .append('\n');
            }
        }
        return out.toString();
    }

    private static boolean unclear(Verdict verdict) {
        return verdict == Verdict.INCONCLUSIVE || verdict == Verdict.INVALID;
    }

    private static String time(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }
}
