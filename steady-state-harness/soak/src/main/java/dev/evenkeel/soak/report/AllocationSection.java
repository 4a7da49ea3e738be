package dev.evenkeel.soak.report;

import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.soak.Allocation;

/** What the service allocated, an operation and a second, and where. */
final class AllocationSection {

    private final Allocation allocation;
    private final Markup m;
    private final Parts parts;

    AllocationSection(Allocation allocation, Markup m) {
        this.allocation = allocation;
        this.m = m;
        this.parts = new Parts(m);
    }

    /** Nothing where nothing is known. */
    void write() {
        if (!allocation.known()) {
            return;
        }
        m.open("section", "id", "allocation", "aria-labelledby", "h-allocation");
        m.leaf("h2", "Allocation", "id", "h-allocation");
        m.leaf("p", lead(allocation), "class", "lead");
        if (!allocation.sites().isEmpty()) {
            sites();
        }
        m.close().line();
    }

    private void sites() {
        m.open("div", "class", "card scroll");
        m.open("table", "class", "cards", "role", "table")
                .open("thead", "role", "rowgroup")
                .open("tr", "role", "row");
        parts.head("What");
        parts.head("Where");
        parts.head("Bytes an operation");
        parts.head("Share of the bytes");
        m.close().close().open("tbody", "role", "rowgroup");
        for (AllocationSite site : allocation.sites()) {
            m.open("tr", "role", "row").open("th", "scope", "row", "role", "rowheader");
            m.leaf("code", site.type()).close();
            m.open("td", "role", "cell", "data-label", "Where");
            for (int i = 0; i < site.stack().size(); i++) {
                m.open(i == 0 ? "span" : "small")
                        .leaf("code", site.stack().get(i))
                        .close();
            }
            m.close();
            m.open("td", "role", "cell", "data-label", "Bytes an operation", "class", "num");
            m.text(bytes(site.share() * allocation.bytesPerOperation())).close();
            m.open("td", "role", "cell", "data-label", "Share of the bytes", "class", "num share");
            m.leaf("span", percent(site.share()));
            m.open("i", "class", "bar", "aria-hidden", "true")
                    .empty("i", "style", "width:" + Plot.percent(1000 * site.share()))
                    .close();
            m.close().close();
        }
        m.close().close().close();
    }

    static String percent(double share) {
        return Unit.number(100 * share, 0, false) + "\u00a0%";
    }

    static String bytes(double value) {
        return Double.isFinite(value) ? Unit.of("By").text(value) : Unit.NOTHING;
    }

    /** The sentences that stand in front of the table, on the page and in the summary. */
    static String lead(Allocation a) {
        StringBuilder s = new StringBuilder();
        if (Double.isFinite(a.bytesPerOperation())) {
            s.append(bytes(a.bytesPerOperation())).append(" an operation");
            if (Double.isFinite(a.lower())) {
                s.append(" (95 %: ")
                        .append(bytes(a.lower()))
                        .append(" to ")
                        .append(bytes(a.upper()))
                        .append(')');
            }
            s.append(" over ").append(Unit.count(a.operations())).append(" of them, ");
        }
        if (Double.isFinite(a.bytesPerSecond())) {
            s.append(bytes(a.bytesPerSecond())).append(" a second. ");
        }
        if (!a.sites().isEmpty()) {
            s.append("Where: sampled by the service's Flight Recorder for ")
                    .append(Durations.words(a.windowSeconds()))
                    .append(" after the steady time, under the same load, so that it disturbs nothing that is judged.");
        } else if (!a.siteNote().isEmpty()) {
            s.append(a.siteNote());
        }
        return s.toString().strip();
    }
}
