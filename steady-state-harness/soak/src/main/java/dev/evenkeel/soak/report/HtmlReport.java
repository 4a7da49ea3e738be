package dev.evenkeel.soak.report;

import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.Culprit;
import dev.evenkeel.soak.LoadSummary;
import dev.evenkeel.soak.ResourceResult;
import dev.evenkeel.soak.RunResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The page: verdict, reason and next step first, then the evidence, then how it was obtained. */
final class HtmlReport {

    private static final int TIME_STEPS = 8;

    private final RunResult run;
    private final Markup m = new Markup();
    private final Axis time;
    private final Happenings happenings;

    private HtmlReport(RunResult run) {
        this.run = run;
        this.time = Axis.time(end(run), TIME_STEPS);
        this.happenings = new Happenings(run.marks(), time);
    }

    static String of(RunResult run) {
        return new HtmlReport(run).page();
    }

    private static double end(RunResult run) {
        double end = Math.max(1, run.durationSeconds());
        for (ResourceResult r : run.resources()) {
            if (r.series().size() > 0) {
                end = Math.max(end, r.series().second(r.series().size() - 1));
            }
        }
        return end;
    }

    private String page() {
        String script = resource("report.js");
        m.doctype().open("html", "lang", "en").open("head");
        m.open("meta", "charset", "utf-8");
        m.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        m.open("meta", "name", "color-scheme", "content", "light dark");
        // The page needs nothing from anywhere, and no name of a class or a thread may become a script.
        m.open(
                "meta",
                "http-equiv",
                "Content-Security-Policy",
                "content",
                "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; script-src 'sha256-"
                        + sha256(Markup.wrapped(script))
                        + "'");
        m.leaf("title", run.verdict() + " · Evenkeel soak report").line();
        m.verbatim("style", resource("report.css"));
        m.close().line();
        m.open("body", "class", tone(run.verdict()));
        m.leaf("a", "Skip to the verdict", "class", "skip", "href", "#verdict");
        symbols();
        happenings.define(m);
        header();
        m.open("main");
        verdict();
        resources();
        culprits();
        plots();
        load();
        notes();
        origin();
        m.close();
        m.open("footer");
        m.text("Written by Evenkeel. One file, nothing loaded from anywhere. ");
        m.text("The same numbers for machines: verdict.json; every reading: samples.csv.");
        m.close().line();
        m.verbatim("script", script);
        m.close().close();
        return m + "\n";
    }

    // Head ----------------------------------------------------------------------------------------

    private void header() {
        m.open("header", "class", "top");
        m.open("div", "class", "brand");
        m.open("svg", "viewBox", "0 0 28 28", "aria-hidden", "true");
        m.empty("path", "d", "M3 16h22", "class", "water");
        m.empty("path", "d", "M6 12h16c-.6 5.6-3.6 9-8 9s-7.400-3.400-8-9z", "class", "hull");
        m.empty("path", "d", "M14 3v9", "class", "mast");
        m.close();
        m.leaf("b", "Evenkeel").leaf("span", "soak report");
        m.close();
        m.open("nav", "aria-label", "Sections");
        m.leaf("a", "Resources", "href", "#resources");
        if (!run.culprits().isEmpty()) {
            m.leaf("a", "Culprits", "href", "#culprits");
        }
        m.leaf("a", "Plots", "href", "#plots");
        m.leaf("a", "Load", "href", "#load");
        m.leaf("a", "Repeat", "href", "#repeat");
        m.close();
        m.close().line();
    }

    private void verdict() {
        Advice advice = Advice.of(run);
        m.open("section", "class", "verdict " + tone(run.verdict()), "id", "verdict", "aria-labelledby", "headline");
        m.open("div", "class", "say");
        m.open("p", "class", "stamp");
        icon(run.verdict());
        m.leaf("strong", run.verdict().toString());
        if (run.cutShort()) {
            m.leaf("span", "cut short", "class", "tag");
        }
        m.close();
        m.leaf("h1", withoutVerdict(run), "id", "headline");
        if (!advice.why().isEmpty()) {
            m.leaf("p", advice.why(), "class", "why");
        }
        m.close();
        m.open("div", "class", "next");
        m.leaf("h2", "What to do");
        for (String sentence : advice.next()) {
            m.leaf("p", sentence);
        }
        if (!advice.command().isEmpty()) {
            command(advice.command());
        }
        m.close();
        facts();
        m.close().line();
    }

    /** A command line that breaks between its words, not at the dashes of an option. */
    private void command(String line) {
        m.open("pre").open("code");
        String[] words = line.split(" ", -1);
        for (int i = 0; i < words.length; i++) {
            m.text(i == 0 ? "" : " ").leaf("span", words[i]);
        }
        m.close().close();
    }

    /** The headline repeats the verdict in front for terminals; here the stamp above has said it. */
    private static String withoutVerdict(RunResult run) {
        String text = run.headline().strip();
        String verdict = run.verdict().toString();
        for (String separator : List.of(": ", " - ", " — ", ", ", ". ")) {
            String prefix = verdict + separator;
            if (text.regionMatches(true, 0, prefix, 0, prefix.length()) && text.length() > prefix.length()) {
                String rest = text.substring(prefix.length()).strip();
                int first = rest.codePointAt(0);
                return new StringBuilder()
                        .appendCodePoint(Character.toUpperCase(first))
                        .append(rest.substring(Character.charCount(first)))
                        .toString();
            }
        }
        return text;
    }

    private void facts() {
        LoadSummary load = run.load();
        m.open("dl", "class", "facts");
        fact(
                "Ran for",
                Durations.words(run.durationSeconds()),
                "first " + Durations.words(run.warmupSeconds()) + " warm-up");
        fact("Rate", rate(load.achievedRate()), "asked for " + rate(load.targetRate()));
        fact("Requests", Unit.count(load.completed()), share(load.succeeded(), load.completed()) + " succeeded");
        fact(
                "p99 latency",
                millis(load.intendedMillis().p99()),
                millis(load.serviceMillis().p99()) + " from the send");
        fact("Shed", Unit.count(load.shed()), share(load.shed(), load.completed()) + " of answers");
        fact("Failed", Unit.count(load.failed()), share(load.failed(), load.completed()) + " of answers");
        m.close();
    }

    private void fact(String name, String value, String beside) {
        m.open("div")
                .leaf("dt", name)
                .open("dd")
                .leaf("b", value)
                .text(" ")
                .leaf("small", beside)
                .close()
                .close();
    }

    // Resources -----------------------------------------------------------------------------------

    private void resources() {
        if (run.resources().isEmpty()) {
            return;
        }
        m.open("section", "id", "resources", "aria-labelledby", "h-resources");
        m.leaf("h2", "Resources", "id", "h-resources");
        m.leaf(
                "p",
                "Growth at the end of the run, with the interval it lies in. A resource passes when the whole interval is below its budget, and fails when all of it is above.",
                "class",
                "lead");
        m.open("div", "class", "card scroll");
        m.open("table", "class", "cards wide", "role", "table")
                .open("thead", "role", "rowgroup")
                .open("tr", "role", "row");
        head("Resource");
        head("Growth per hour");
        m.open("th", "scope", "col", "role", "columnheader", "class", "gauge-head");
        m.leaf("span", "Against the budget").open("div", "class", "gauge-key", "aria-hidden", "true");
        m.leaf("i", "0", "style", "left:25%")
                .leaf("i", "budget", "style", "left:55%")
                .close()
                .close();
        head("Budget");
        head("Per million requests");
        head("Behaviour");
        head("Smallest leak it could see");
        m.close().close();
        boolean deciding = true;
        m.open("tbody", "role", "rowgroup");
        for (ResourceResult r : run.resources()) {
            if (deciding && !r.deciding()) {
                m.open("tr", "class", "split", "role", "row")
                        .leaf(
                                "th",
                                "Also watched; these cannot turn the verdict",
                                "colspan",
                                "7",
                                "scope",
                                "colgroup",
                                "role",
                                "columnheader")
                        .close();
                deciding = false;
            }
            row(r);
        }
        m.close().close().close().close().line();
    }

    private void head(String text) {
        m.leaf("th", text, "scope", "col", "role", "columnheader");
    }

    private void row(ResourceResult r) {
        Unit unit = Unit.of(r.unit());
        DriftResult d = r.drift();
        m.open("tr", "role", "row", "class", tone(d.verdict()));
        m.open("th", "scope", "row", "role", "rowheader");
        m.leaf("a", r.title(), "href", "#plot-" + index(r)).text(" ");
        chip(d.verdict());
        m.close();
        m.open("td", "role", "cell", "data-label", "Growth per hour", "class", "num");
        m.leaf("b", unit.perHour(d.slopePerHour()));
        if (d.measured()) {
            m.leaf("small", unit.betweenPerHour(d.lowerPerHour(), d.upperPerHour()));
        }
        m.close();
        m.open("td", "role", "cell", "data-label", "Against the budget", "class", "gauge-cell");
        gauge(d);
        m.close();
        m.open("td", "role", "cell", "data-label", "Budget");
        m.leaf("b", unit.amountPerHour(d.budget().perHour()))
                .leaf("small", d.budget().reason());
        m.close();
        m.open("td", "role", "cell", "data-label", "Per million requests", "class", "num");
        m.text(unit.difference(r.perMillionOperations())).close();
        m.open("td", "role", "cell", "data-label", "Behaviour")
                .text(Advice.model(r))
                .close();
        m.open("td", "role", "cell", "data-label", "Smallest leak it could see", "class", "num");
        m.text(unit.amountPerHour(d.smallestDetectablePerHour())).close();
        m.close();
    }

    /**
     * The interval on a scale on which every resource's budget has the same place: one look down the
     * column tells which intervals cross it.
     */
    private void gauge(DriftResult d) {
        double budget = d.budget().perHour();
        if (!d.measured() || !(budget > 0)) {
            m.text(Unit.NOTHING);
            return;
        }
        double lower = Math.min(gaugeAt(d.lowerPerHour() / budget), 900);
        double slope = gaugeAt(d.slopePerHour() / budget);
        double upper = Math.max(gaugeAt(d.upperPerHour() / budget), 100);
        m.open(
                "svg",
                "class",
                "gauge",
                "viewBox",
                "0 0 1000 100",
                "preserveAspectRatio",
                "none",
                "role",
                "img",
                "aria-label",
                String.format(
                        Locale.ROOT,
                        "Between %s and %s times the budget",
                        Unit.number(d.lowerPerHour() / budget, 1, true),
                        Unit.number(d.upperPerHour() / budget, 1, true)));
        m.empty("path", "class", "g-zero", "d", "M250 10V90");
        m.empty("path", "class", "g-budget", "d", "M550 0V100");
        m.empty(
                "path",
                "class",
                "g-range",
                "d",
                "M" + Plot.tenth(lower) + " 50H" + Plot.tenth(Math.max(upper, lower + 1)));
        // An interval that leaves the scale ends in an arrow head instead of a bar.
        String ends = (lower <= 0 ? "M40 26L8 50L40 74" : lower < 900 ? "M" + Plot.tenth(lower) + " 28V72" : "")
                + (upper >= 1000 ? "M960 26L992 50L960 74" : upper > 100 ? "M" + Plot.tenth(upper) + " 28V72" : "");
        m.empty("path", "class", "g-end", "d", ends);
        if (slope > 0 && slope < 1000) {
            m.empty("path", "class", "g-slope", "d", "M" + Plot.tenth(slope) + " 50h0");
        }
        m.close();
        m.leaf("small", times(d.slopePerHour() / budget));
    }

    private static String times(double budgets) {
        if (budgets >= 1.95) {
            return Unit.number(budgets, budgets < 10 ? 1 : 0, true) + " × the budget";
        }
        return budgets < 0.005 ? "no growth" : Unit.number(100 * budgets, 0, false) + "\u00a0% of the budget";
    }

    private static double gaugeAt(double budgets) {
        return Math.max(0, Math.min(1000, 250 + 300 * budgets));
    }

    private int index(ResourceResult r) {
        return run.resources().indexOf(r);
    }

    // Culprits ------------------------------------------------------------------------------------

    private void culprits() {
        if (run.culprits().isEmpty()) {
            return;
        }
        m.open("section", "id", "culprits", "aria-labelledby", "h-culprits");
        m.leaf("h2", "Culprits", "id", "h-culprits");
        m.leaf("p", "What grew inside the resources that failed, most guilty first.", "class", "lead");
        m.open("div", "class", "card scroll");
        m.open("table", "class", "cards", "role", "table")
                .open("thead", "role", "rowgroup")
                .open("tr", "role", "row");
        head("Suspect");
        head("Evidence");
        head("Growth per hour");
        head("Share of the growth");
        m.close().close().open("tbody", "role", "rowgroup");
        for (Culprit c : run.culprits()) {
            Unit unit = Unit.of("");
            String title = c.resource();
            for (ResourceResult r : run.resources()) {
                if (r.name().equals(c.resource())) {
                    unit = Unit.of(r.unit());
                    title = r.title();
                }
            }
            m.open("tr", "role", "row").open("th", "scope", "row", "role", "rowheader");
            m.leaf("code", c.what()).leaf("small", title).close();
            m.open("td", "role", "cell", "data-label", "Evidence")
                    .text(c.evidence())
                    .close();
            m.open("td", "role", "cell", "data-label", "Growth per hour", "class", "num");
            m.text(unit.perHour(c.perHour())).close();
            m.open("td", "role", "cell", "data-label", "Share of the growth", "class", "num share");
            double share = Double.isFinite(c.share()) ? Math.max(0, Math.min(1, c.share())) : 0;
            m.leaf(
                    "span",
                    Double.isFinite(c.share()) ? Unit.number(100 * c.share(), 0, false) + "\u00a0%" : Unit.NOTHING);
            m.open("i", "class", "bar", "aria-hidden", "true")
                    .empty("i", "style", "width:" + Plot.percent(1000 * share))
                    .close();
            m.close().close();
        }
        m.close().close().close().close().line();
    }

    // Plots ---------------------------------------------------------------------------------------

    private void plots() {
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
                .tone(tone(d.verdict()))
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
        chip(d.verdict());
        if (!r.deciding()) {
            m.leaf("span", "not deciding", "class", "tag");
        }
        m.close();
        m.open("p", "class", "plotline");
        m.leaf("b", d.measured() ? unit.perHour(d.slopePerHour()) : "Not measured")
                .text(", budget ")
                .text(unit.amountPerHour(d.budget().perHour()));
        m.text(". ").text(sentence(Advice.model(r))).close();
        plot.write(m, happenings);
        m.open("details").leaf("summary", "Numbers behind this verdict").open("dl", "class", "pairs");
        pair("Reason", Advice.reason(r));
        pair("Slope per hour", unit.perHour(d.slopePerHour()));
        pair("Interval", unit.betweenPerHour(d.lowerPerHour(), d.upperPerHour()) + "; each bound is one-sided");
        pair(
                "Budget",
                unit.amountPerHour(d.budget().perHour())
                        + (d.budget().reason().isEmpty()
                                ? ""
                                : ", " + d.budget().reason()));
        DriftResult hourly = r.hourly();
        if (hourly != null) {
            pair("By the hour alone", hourly.verdict() + ": " + hourly.reason(unit::text));
        }
        pair("Per million requests", unit.difference(r.perMillionOperations()));
        pair("Smallest leak it could see", unit.amountPerHour(d.smallestDetectablePerHour()));
        d.secondsNeeded().ifPresent(needed -> pair("A run that should decide", Durations.words(needed)));
        pair("Readings", Unit.count(d.samples()) + (d.gaps() > 0 ? ", and " + Unit.count(d.gaps()) + " missing" : ""));
        pair(
                "Worth as independent ones",
                Unit.number(d.effectiveSamples(), 1, true) + ", autocorrelation " + Unit.number(d.rho(), 2, true));
        pair("Set aside as settling", Durations.words(d.discardedSeconds()));
        pair(r.deciding() ? "Why it decides" : "Why it does not decide", r.why());
        pair("Key in the files", r.name());
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
                .leaf("b", millis(load.intendedMillis().p99()))
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
                .leaf("b", rate(load.achievedRate()))
                .text(" achieved, " + rate(load.targetRate()) + " asked for.")
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
                        + rate(load.targetRate()) + ".")
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

    // Load ----------------------------------------------------------------------------------------

    private void load() {
        LoadSummary load = run.load();
        m.open("section", "id", "load", "aria-labelledby", "h-load");
        m.leaf("h2", "Load", "id", "h-load");
        m.open("div", "class", "grid");
        m.open("article", "class", "card");
        m.leaf("h3", "Latency");
        m.leaf(
                "p",
                "\u201cIntended\u201d counts from the moment a request was due, so time spent waiting behind a stalled service is in it; \u201cservice\u201d counts from the send.",
                "class",
                "plotline");
        m.open("table", "class", "quantiles").open("thead").open("tr");
        m.leaf("th", "Quantile", "scope", "col");
        m.leaf("th", "Intended", "scope", "col");
        m.leaf("th", "Service", "scope", "col");
        m.leaf("th", "Ratio", "scope", "col");
        m.close().close().open("tbody");
        LoadSummary.Quantiles a = load.intendedMillis();
        LoadSummary.Quantiles b = load.serviceMillis();
        quantile("p50", a.p50(), b.p50());
        quantile("p90", a.p90(), b.p90());
        quantile("p99", a.p99(), b.p99());
        quantile("p99.9", a.p999(), b.p999());
        quantile("max", a.max(), b.max());
        m.close().close().close();
        m.open("article", "class", "card");
        m.leaf("h3", "Requests");
        m.open("dl", "class", "pairs");
        pair("Due by the schedule", Unit.count(load.intended()));
        pair("Answered", Unit.count(load.completed()));
        pair("Succeeded", Unit.count(load.succeeded()) + of(load.succeeded(), load.completed()));
        pair("Shed (503, to protect itself)", Unit.count(load.shed()) + of(load.shed(), load.completed()));
        pair("Failed", Unit.count(load.failed()) + of(load.failed(), load.completed()));
        pair(
                "Kept out of the latencies",
                Unit.count(load.excludedByPause()) + " due while our own live-set reading stopped the target");
        pair("Rate", rate(load.achievedRate()) + " of " + rate(load.targetRate()) + " asked for");
        pair("The generator's own lateness", "p99 " + millis(load.latenessP99Millis()));
        m.close().close();
        m.close().close().line();
    }

    private void quantile(String name, double intended, double service) {
        m.open("tr").leaf("th", name, "scope", "row");
        m.leaf("td", millis(intended), "class", "num");
        m.leaf("td", millis(service), "class", "num");
        double ratio = intended / service;
        m.leaf(
                "td",
                Double.isFinite(ratio) && ratio >= 1.05 ? Unit.number(ratio, 1, false) + "×" : Unit.NOTHING,
                "class",
                "num");
        m.close();
    }

    // Foot ----------------------------------------------------------------------------------------

    private void notes() {
        if (run.notes().isEmpty()) {
            return;
        }
        m.open("section", "id", "notes", "aria-labelledby", "h-notes");
        m.leaf("h2", "Notes", "id", "h-notes").open("div", "class", "card").open("ul", "class", "notes");
        for (String note : run.notes()) {
            m.leaf("li", note);
        }
        m.close().close().close().line();
    }

    private void origin() {
        m.open("section", "id", "repeat", "aria-labelledby", "h-repeat");
        m.leaf("h2", "Repeat this run", "id", "h-repeat");
        m.open("div", "class", "card");
        command(run.command());
        m.open("dl", "class", "pairs");
        pair("Started", run.startedAt());
        for (Map.Entry<String, String> e : run.environment().entrySet()) {
            pair(e.getKey(), e.getValue());
        }
        m.close().close().close().line();
    }

    private void pair(String name, String value) {
        m.open("div").leaf("dt", name).leaf("dd", value).close();
    }

    // Small parts ---------------------------------------------------------------------------------

    private void symbols() {
        m.open("svg", "class", "defs", "width", "0", "height", "0", "aria-hidden", "true", "focusable", "false");
        symbol("i-pass", "M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20z", "M7 12.500l3.500 3.500l6.500-7.500");
        symbol("i-fail", "M8 2h8l6 6v8l-6 6h-8l-6-6v-8z", "M8.500 8.500l7 7m0-7l-7 7");
        symbol(
                "i-inconclusive",
                "M12 1.500l10.500 10.500l-10.500 10.500l-10.500-10.500z",
                "M9.500 10a2.500 2.300 0 1 1 3.500 2.100q-1 .5-1 1.700M12 16.500v.1");
        symbol("i-invalid", "M3 3h18v18h-18z", "M7 17l10-10");
        m.close().line();
    }

    private void symbol(String id, String shape, String sign) {
        m.open("symbol", "id", id, "viewBox", "0 0 24 24");
        m.empty("path", "class", "shape", "d", shape);
        m.empty("path", "class", "sign", "d", sign);
        m.close();
    }

    private void icon(Verdict verdict) {
        m.open("svg", "class", "icon", "aria-hidden", "true")
                .empty("use", "href", "#i-" + tone(verdict))
                .close();
    }

    private void chip(Verdict verdict) {
        m.open("span", "class", "chip " + tone(verdict));
        icon(verdict);
        m.text(verdict.toString()).close();
    }

    private static String tone(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    private static String sentence(String words) {
        return words.isEmpty() ? "" : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1) + ".";
    }

    private static String millis(double value) {
        return value >= 10_000 ? Durations.words(value / 1000) : Unit.of("ms").text(value);
    }

    private static String rate(double perSecond) {
        return Double.isFinite(perSecond) ? Unit.number(perSecond, perSecond < 10 ? 2 : 1, true) + "/s" : Unit.NOTHING;
    }

    static String share(long part, long whole) {
        if (whole <= 0) {
            return Unit.NOTHING;
        }
        double percent = 100.0 * part / whole;
        // 99.996 % is not "100 %": what is missing is what the reader looks for.
        if (part < whole && percent > 99.99) {
            return "> 99.99\u00a0%";
        }
        if (part > 0 && percent < 0.01) {
            return "< 0.01\u00a0%";
        }
        return Unit.number(percent, 2, true) + "\u00a0%";
    }

    private static String of(long part, long whole) {
        return whole > 0 ? " (" + share(part, whole) + ")" : "";
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The file " + name + " is missing beside " + HtmlReport.class.getName()
                        + ": the jar is not whole. Build the module evenkeel-soak again.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + name + " from the class path", e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256; this one has not", e);
        }
    }
}
