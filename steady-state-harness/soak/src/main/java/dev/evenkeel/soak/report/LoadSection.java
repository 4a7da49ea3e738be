package dev.evenkeel.soak.report;

import dev.evenkeel.soak.LoadSummary;
import dev.evenkeel.soak.RunResult;

/** What was sent, how it was answered, and the two latencies side by side. */
final class LoadSection {

    private final RunResult run;
    private final Markup m;
    private final Parts parts;

    LoadSection(RunResult run, Markup m) {
        this.run = run;
        this.m = m;
        this.parts = new Parts(m);
    }

    void load() {
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
        parts.pair("Due by the schedule", Unit.count(load.intended()));
        parts.pair("Answered", Unit.count(load.completed()));
        parts.pair("Succeeded", Unit.count(load.succeeded()) + Parts.of(load.succeeded(), load.completed()));
        parts.pair("Shed (503, to protect itself)", Unit.count(load.shed()) + Parts.of(load.shed(), load.completed()));
        parts.pair("Failed", Unit.count(load.failed()) + Parts.of(load.failed(), load.completed()));
        parts.pair(
                "Kept out of the latencies",
                Unit.count(load.excludedByPause()) + " due while our own live-set reading stopped the target");
        parts.pair("Rate", Parts.rate(load.achievedRate()) + " of " + Parts.rate(load.targetRate()) + " asked for");
        parts.pair("The generator's own lateness", "p99 " + Parts.millis(load.latenessP99Millis()));
        m.close().close();
        m.close().close().line();
    }

    private void quantile(String name, double intended, double service) {
        m.open("tr").leaf("th", name, "scope", "row");
        m.leaf("td", Parts.millis(intended), "class", "num");
        m.leaf("td", Parts.millis(service), "class", "num");
        double ratio = intended / service;
        m.leaf(
                "td",
                Double.isFinite(ratio) && ratio >= 1.05 ? Unit.number(ratio, 1, false) + "×" : Unit.NOTHING,
                "class",
                "num");
        m.close();
    }
}
