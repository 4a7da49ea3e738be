package dev.evenkeel.soak;

import dev.evenkeel.drift.Mark;
import java.util.ArrayList;
import java.util.List;

/** The parts into which planned restarts split a run. */
final class Parts {

    /** Samples that a verdict needs. A part with fewer would leave every run undecided that was restarted near an end. */
    static final int FEWEST_SAMPLES = 30;

    private Parts() {}

    /**
     * The marks of a run, with parts that are too short to judge marked as left out; none is when all are too short.
     *
     * @param notes gets a sentence on each part that is left out
     */
    static List<Mark> withoutShort(RunRecord run, List<String> notes) {
        List<Double> bounds = new ArrayList<>();
        bounds.add(run.plan.warmupSeconds());
        run.marks.stream()
                .filter(m -> m.kind() == Mark.Kind.RESTART && m.fromSecond() > run.plan.warmupSeconds())
                .forEach(m -> bounds.add(m.fromSecond()));
        bounds.add(Math.max(run.endSecond, bounds.get(bounds.size() - 1)));
        if (bounds.size() == 2) {
            return run.marks;
        }
        List<Mark> tooShort = new ArrayList<>();
        int parts = bounds.size() - 1;
        for (int i = 0; i < parts; i++) {
            double from = bounds.get(i);
            double to = bounds.get(i + 1);
            double judged = to - from;
            for (Mark mark : run.marks) {
                if (mark.kind() == Mark.Kind.FAULT) {
                    judged -= Math.max(0, Math.min(to, mark.toSecond()) - Math.max(from, mark.fromSecond()));
                }
            }
            if (judged < FEWEST_SAMPLES * run.plan.sampleSeconds()) {
                tooShort.add(new Mark(from, to, Mark.Kind.FAULT, "part " + (i + 1) + ", too short to judge"));
            }
        }
        if (tooShort.isEmpty() || tooShort.size() == parts) {
            return run.marks;
        }
        List<Mark> marks = new ArrayList<>(run.marks);
        for (Mark mark : tooShort) {
            marks.add(mark);
            notes.add("Of " + parts + " parts between planned restarts, " + mark.label().replace(",", " is")
                    + " (" + Amounts.duration(mark.toSecond() - mark.fromSecond()) + ") and is left out.");
        }
        return marks;
    }
}
