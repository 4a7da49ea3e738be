package dev.evenkeel.soak.report;

import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.soak.Culprit;
import dev.evenkeel.soak.ResourceResult;
import dev.evenkeel.soak.RunResult;
import java.util.Locale;

/** The table of resources, the heart of the page, and the table of culprits that explains it. */
final class ResourceTables {

    private final RunResult run;
    private final Markup m;
    private final Parts parts;

    ResourceTables(RunResult run, Markup m) {
        this.run = run;
        this.m = m;
        this.parts = new Parts(m);
    }

    void resources() {
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
        parts.head("Resource");
        parts.head("Growth per hour");
        m.open("th", "scope", "col", "role", "columnheader", "class", "gauge-head");
        m.leaf("span", "Against the budget").open("div", "class", "gauge-key", "aria-hidden", "true");
        m.leaf("i", "0", "style", "left:25%")
                .leaf("i", "budget", "style", "left:55%")
                .close()
                .close();
        parts.head("Budget");
        parts.head("Per million requests");
        parts.head("Behaviour");
        parts.head("Smallest leak it could see");
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

    private void row(ResourceResult r) {
        Unit unit = Unit.of(r.unit());
        DriftResult d = r.drift();
        m.open("tr", "role", "row", "class", Parts.tone(r));
        m.open("th", "scope", "row", "role", "rowheader");
        m.leaf("a", r.title(), "href", "#plot-" + index(r)).text(" ");
        parts.chip(r);
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

    void culprits() {
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
        parts.head("Suspect");
        parts.head("Evidence");
        parts.head("Growth per hour");
        parts.head("Share of the growth");
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
}
