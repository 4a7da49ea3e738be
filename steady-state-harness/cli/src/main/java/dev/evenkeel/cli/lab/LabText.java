package dev.evenkeel.cli.lab;

import java.util.Locale;
import java.util.Optional;

/** What the terminal shows. */
final class LabText {
    private LabText() {}

    /** Median processor time per increment: a table per thread kind and number of processors. */
    static String tables(Runs runs, Findings findings, int machine) {
        StringBuilder text = new StringBuilder();
        for (ThreadKind kind : runs.grid().kinds()) {
            for (int processors : runs.grid().processors()) {
                text.append(String.format(
                        "%n%s threads, %s (%s): processor ns per increment, median (lowest..highest)%n",
                        kind.id(), Findings.processors(processors), findings.processorsNote(processors)));
                text.append(String.format("  %-24s", "threads"));
                for (int threads : runs.grid().threads()) {
                    text.append(String.format(Locale.ROOT, "%22d", threads));
                }
                text.append(System.lineSeparator());
                for (CounterKind counter : runs.grid().counters()) {
                    text.append(String.format(
                            "  %-24s", runs.usual(counter, kind, processors, 1).name()));
                    for (int threads : runs.grid().threads()) {
                        Optional<Spread> cost = runs.cost(runs.usual(counter, kind, processors, threads));
                        text.append(String.format(
                                "%22s", cost.map(LabText::withRange).orElse("")));
                    }
                    text.append(System.lineSeparator());
                }
            }
        }
        return text.toString();
    }

    private static String withRange(Spread cost) {
        return Findings.number(cost.median()) + " (" + Findings.number(cost.low()) + ".." + Findings.number(cost.high())
                + ")";
    }

    /** The hot frame of a profile as a sentence. */
    static String hotFrame(Profile profile) {
        String where = profile.cell().name() + ", " + profile.cell().kind().id() + " threads: ";
        if (profile.samples() == 0) {
            return where + "no execution sample fell into it; its threads mostly waited.";
        }
        Profile.Hot hot = profile.hottest();
        return where + "hot frame " + FlameGraph.brief(hot.frame()) + ", " + Findings.percent(hot.share()) + " of "
                + profile.samples() + " samples.";
    }
}
