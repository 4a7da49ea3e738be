package dev.evenkeel.cli.lab;

import dev.evenkeel.soak.report.Markup;

/** What the sections of the laboratory's page are made of. One thread. */
final class LabParts {
    private final Markup m;

    LabParts(Markup m) {
        this.m = m;
    }

    /** Opens a section with its heading and what it is about. */
    void section(String id, String title, String lead) {
        m.open("section", "id", id, "aria-labelledby", "h-" + id).leaf("h2", title, "id", "h-" + id);
        m.leaf("p", lead, "class", "lead");
    }

    /** Opens a card with its heading; {@code tag} beside it unless empty. */
    void card(String title, String tag) {
        m.open("div", "class", "card plotcard").open("div", "class", "plothead").leaf("h3", title);
        if (!tag.isEmpty()) {
            m.leaf("span", tag, "class", "tag");
        }
        m.close();
    }

    /** One row of a list of facts. */
    void fact(String name, String value, String beside) {
        m.open("div").leaf("dt", name).open("dd").leaf("b", value).text(" ").leaf("small", beside);
        m.close().close();
    }

    /** The head of a table. */
    void head(String... names) {
        m.open("thead").open("tr");
        for (String name : names) {
            m.leaf("th", name, "scope", "col");
        }
        m.close().close();
    }

    /** A cell of a table; {@code label} names its column where the table is too narrow to have any. */
    void cell(String label, String value, String beside) {
        m.open("td", "class", "num", "data-label", label).leaf("b", value);
        if (!beside.isEmpty()) {
            m.leaf("small", beside);
        }
        m.close();
    }

    /** {@code 1.2 to 3.4}. */
    static String range(Spread spread) {
        return Findings.number(spread.low()) + " to " + Findings.number(spread.high());
    }

    static String title(ThreadKind kind) {
        return kind == ThreadKind.PLATFORM ? "Platform threads" : "Virtual threads";
    }
}
