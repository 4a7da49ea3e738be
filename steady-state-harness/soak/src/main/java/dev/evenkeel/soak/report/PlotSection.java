package dev.evenkeel.soak.report;

import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.soak.LoadSummary;
import dev.evenkeel.soak.ResourceResult;
import dev.evenkeel.soak.RunResult;
import java.util.List;

/** One plot a resource, deciding ones first, then latency and rate; all on one time axis. */
final class PlotSection {

    private final RunResult run;
    private final Markup m;
    private final Parts parts;
    private final Axis time;
    private final Happenings happenings;

    PlotSection(RunResult run, Markup m, Axis time, Happenings happenings) {
        this.run = run;
        this.m = m;
        this.parts = new Parts(m);
        this.time = time;
        this.happenings = happenings;
    }

    void plots() {
        m.open("section", "id", "plots", "aria-labelledby", "h-plots");
        m.leaf("h2", "Over time", "id", "h-plots");
        m.leaf(
                "p",
                "All plots share one time axis. Point at one, or focus it and use the arrow keys, to read all of them at that moment.",
                "class",
                "lead js");
        m.open("div", "class", "grid");
        for (int i = 0; i < run.resources().size(); i++) {
            resourcePlot(run.resources().get(i), i);
        }
        latencyPlot();
        ratePlot();
        m.close().close().line();
    }

    private void resourcePlot(ResourceResult r, int i) {
        Unit unit = Unit.of(r.unit());
        DriftResult d = r.drift();
        int n = r.series().size();
        double[] seconds = new double[n];
        double[] values = new double[n];
        for (int k = 0; k < n; k++) {
            seconds[k] = r.series().second(k);
            values[k] = r.series().value(k);
        }
        double[] fitSeconds = d.fitSeconds();
        double[] fitValues = d.fitValues();
        double[] range = range(values, fitValues);
        double settling = d.measured() ? d.discardedSeconds() : 0;
        Plot plot = new Plot("p" + i, r.title(), unit, time, Axis.values(unit, range[0], range[1]), seconds, values)
                .tone(Parts.tone(r))
                .describe(describe(r, unit, range))
                .aside(
                        0,
                        run.warmupSeconds() + settling,
                        settling > 0 ? "warm-up and settling, not judged" : "warm-up, not judged")
                .model(fitSeconds, fitValues);
        if (fitSeconds.length > 0) {
            double last = seconds[n - 1];
            double grown = fitValues[0] + d.budget().perHour() * (last - fitSeconds[0]) / 3600;
            plot.guide(fitSeconds[0], fitValues[0], last, grown, "growth that the budget allows");
        }
        m.open("article", "class", "card plotcard" + room(i), "id", "plot-" + i);
        m.open("div", "class", "plothead").leaf("h3", r.title());
        parts.chip(r);
        m.close();
        m.open("p", "class", "plotline");
        m.leaf("b", d.measured() ? unit.perHour(d.slopePerHour()) : "Not measured")
                .text(", budget ")
                .text(unit.amountPerHour(d.budget().perHour()));
        m.text(". ").text(Parts.sentence(Advice.model(r))).close();
        plot.write(m, happenings);
        m.open("details").leaf("summary", "Numbers behind this verdict").open("dl", "class", "pairs");
        parts.pair("Reason", Advice.reason(r));
        parts.pair("Slope per hour", unit.perHour(d.slopePerHour()));
        parts.pair("Interval", unit.betweenPerHour(d.lowerPerHour(), d.upperPerHour()) + "; each bound is one-sided");
        parts.pair(
                "Budget",
                unit.amountPerHour(d.budget().perHour())
                        + (d.budget().reason().isEmpty()
                                ? ""
                                : ", " + d.budget().reason()));
        DriftResult hourly = r.hourly();
        if (hourly != null) {
            parts.pair("By the hour alone", hourly.verdict() + ": " + hourly.reason(unit::text));
        }
        parts.pair("Per million requests", unit.difference(r.perMillionOperations()));
        parts.pair("Smallest leak it could see", unit.amountPerHour(d.smallestDetectablePerHour()));
        d.secondsNeeded().ifPresent(needed -> parts.pair("A run that should decide", Durations.words(needed)));
        parts.pair(
                "Readings",
                Unit.count(d.samples()) + (d.gaps() > 0 ? ", and " + Unit.count(d.gaps()) + " missing" : ""));
        parts.pair(
                "Worth as independent ones",
                Unit.number(d.effectiveSamples(), 1, true) + ", autocorrelation " + Unit.number(d.rho(), 2, true));
        parts.pair("Set aside as settling", Durations.words(d.discardedSeconds()));
        parts.pair(r.deciding() ? "Why it decides" : "Why it does not decide", r.why());
        parts.pair("Key in the files", r.name());
        m.close().close().close().line();
    }

    /** The first plot gets the whole width; so does the last where it would stand alone in its row. */
    private String room(int i) {
        int last = run.resources().size() - 1;
        return i == 0 ? " first" : i == last && last % 2 == 1 ? " full" : "";
    }

    private static String describe(ResourceResult r, Unit unit, double[] range) {
        return r.drift().verdict()
                + ". Readings between "
                + unit.text(range[0])
                + " and "
                + unit.text(range[1])
                + ". Model: "
                + Advice.model(r)
                + ".";
    }

    private void latencyPlot() {
        LoadSummary load = run.load();
        if (load.seconds().length == 0) {
            return;
        }
        Unit unit = Unit.of("ms");
        double[] range = range(load.p99Millis(), new double[0]);
        boolean wide = range[0] > 0 && range[1] / range[0] > 15;
        Axis axis = wide ? Axis.logarithmic(unit, range[0], range[1]) : Axis.values(unit, range[0], range[1]);
        m.open("article", "class", "card plotcard", "id", "plot-latency");
        m.open("div", "class", "plothead")
                .leaf("h3", "Latency, p99 of each second")
                .close();
        m.open("p", "class", "plotline")
                .leaf("b", Parts.millis(load.intendedMillis().p99()))
                .text(" over the run, from the moment each request was due.")
                .close();
        new Plot("pl", "Latency, p99 of each second", unit, time, axis, load.seconds(), load.p99Millis())
                .describe("Between " + unit.text(range[0]) + " and " + unit.text(range[1]) + ".")
                .aside(0, run.warmupSeconds(), "warm-up, not judged")
                .write(m, happenings);
        m.close().line();
    }

    private void ratePlot() {
        LoadSummary load = run.load();
        if (load.seconds().length == 0) {
            return;
        }
        Unit unit = Unit.of("/s");
        double[] range = range(load.ratePerSecond(), new double[] {load.targetRate()});
        m.open("article", "class", "card plotcard", "id", "plot-rate");
        m.open("div", "class", "plothead")
                .leaf("h3", "Completed requests per second")
                .close();
        m.open("p", "class", "plotline")
                .leaf("b", Parts.rate(load.achievedRate()))
                .text(" achieved, " + Parts.rate(load.targetRate()) + " asked for.")
                .close();
        new Plot(
                        "pr",
                        "Completed requests per second",
                        unit,
                        time,
                        Axis.values(unit, 0, range[1]),
                        load.seconds(),
                        load.ratePerSecond())
                .describe("Between " + unit.text(range[0]) + " and " + unit.text(range[1]) + "; asked for "
                        + Parts.rate(load.targetRate()) + ".")
                .aside(0, run.warmupSeconds(), "warm-up, not judged")
                .guide(0, load.targetRate(), time.high(), load.targetRate(), "rate asked for")
                .write(m, happenings);
        m.close().line();
    }

    private static double[] range(double[] values, double[] more) {
        double lo = Double.POSITIVE_INFINITY;
        double hi = Double.NEGATIVE_INFINITY;
        for (double[] some : List.of(values, more)) {
            for (double v : some) {
                if (Double.isFinite(v)) {
                    lo = Math.min(lo, v);
                    hi = Math.max(hi, v);
                }
            }
        }
        return lo <= hi ? new double[] {lo, hi} : new double[] {0, 0};
    }
}
