package dev.evenkeel.soak;

import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a run may end before its time because its verdict is in. No clock, no files. */
final class EarlyEnd {
    /*
     * What each series says at the planned looks is EarlyStop's to tell, and holds its error over all looks. Over m series a FAIL
     * must stand at 1/m of that error, which is stricter than the Holm procedure of the judge: whoever ends a run here is not
     * contradicted there. A PASS needs all of them, and a load and a harness that allow a PASS.
     */

    private EarlyEnd() {}

    /** Why the run may end now, a sentence for the reader; empty where it must go on. */
    static Optional<String> why(RunRecord run) {
        LoadSummary load = run.load.summary();
        ResourceJudge judge = new ResourceJudge(run, load.achievedRate() * 3600, sentence -> {});
        List<ResourceJudge.Prepared> deciding = new ArrayList<>();
        for (WatchedResource resource : List.copyOf(run.readings.keySet())) {
            ResourceJudge.Prepared prepared = judge.prepare(resource);
            if (prepared != null && prepared.deciding()) {
                deciding.add(prepared);
            }
        }
        DriftAnalysis.Options options = DriftAnalysis.Options.defaults();
        int passed = 0;
        for (ResourceJudge.Prepared prepared : deciding) {
            DriftResult now = judge.atLook(prepared);
            if (now == null) {
                continue;
            }
            if (now.verdict() == Verdict.FAIL && now.pValue() <= options.alphaFail() / deciding.size()) {
                return Optional.of(ended(run) + prepared.resource().name()
                        + " had grown beyond the budget at two planned looks. A service within its budgets is ended so"
                        + " in at most " + Amounts.number(100 * options.alphaFail()) + " % of its runs.");
            }
            passed += now.verdict() == Verdict.PASS ? 1 : 0;
        }
        boolean allPass = !deciding.isEmpty() && passed == deciding.size();
        return allPass
                        && LoadCheck.sound(run, load, sentence -> {})
                        && Spoilt.why(run, load).isEmpty()
                ? Optional.of(ended(run)
                        + "all that decides stayed within its budget at a planned look. What is beyond its budget"
                        + " is passed so in at most " + Amounts.number(100 * options.alphaPass()) + " % of its runs.")
                : Optional.empty();
    }

    private static String ended(RunRecord run) {
        return "The run was ended early, after " + Amounts.duration(run.endSecond) + " of "
                + Amounts.duration(run.totalSeconds) + ": ";
    }
}
