package dev.evenkeel.soak.report;

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
import java.util.Map;

/** The page: verdict, reason and next step first, then the evidence, then how it was obtained. */
final class HtmlReport {

    private static final int TIME_STEPS = 8;

    private final RunResult run;
    private final Markup m = new Markup();
    private final Parts parts = new Parts(m);
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
        m.open("body", "class", Parts.tone(run.verdict()));
        m.leaf("a", "Skip to the verdict", "class", "skip", "href", "#verdict");
        parts.symbols();
        happenings.define(m);
        header();
        m.open("main");
        verdict();
        ResourceTables tables = new ResourceTables(run, m);
        tables.resources();
        tables.culprits();
        new PlotSection(run, m, time, happenings).plots();
        new LoadSection(run, m).load();
        new AllocationSection(run.allocation(), m).write();
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
        if (run.allocation().known()) {
            m.leaf("a", "Allocation", "href", "#allocation");
        }
        m.leaf("a", "Repeat", "href", "#repeat");
        m.close();
        m.close().line();
    }

    private void verdict() {
        Advice advice = Advice.of(run);
        m.open(
                "section",
                "class",
                "verdict " + Parts.tone(run.verdict()),
                "id",
                "verdict",
                "aria-labelledby",
                "headline");
        m.open("div", "class", "say");
        m.open("p", "class", "stamp");
        parts.icon(run.verdict());
        m.leaf("strong", run.verdict().toString());
        if (run.cutShort()) {
            m.leaf("span", "cut short", "class", "tag");
        }
        m.close();
        // The bound and the budget stand in the reason below; the sentences after the first are no headline.
        String said = withoutVerdict(run).replaceAll(" \\(99 % sure: [^()]*\\)", "");
        int end = said.indexOf(". ") + 1;
        m.leaf("h1", end > 0 ? said.substring(0, end) : said, "id", "headline");
        if (end > 0) {
            m.leaf("p", said.substring(end).strip(), "class", "why");
        }
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
        fact("Rate", Parts.rate(load.achievedRate()), "asked for " + Parts.rate(load.targetRate()));
        fact("Requests", Unit.count(load.completed()), Parts.share(load.succeeded(), load.completed()) + " succeeded");
        fact(
                "p99 latency",
                Parts.millis(load.intendedMillis().p99()),
                Parts.millis(load.serviceMillis().p99()) + " from the send");
        fact("Shed", Unit.count(load.shed()), Parts.share(load.shed(), load.completed()) + " of answers");
        fact("Failed", Unit.count(load.failed()), Parts.share(load.failed(), load.completed()) + " of answers");
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
        parts.pair("Started", run.startedAt());
        for (Map.Entry<String, String> e : run.environment().entrySet()) {
            parts.pair(e.getKey(), e.getValue());
        }
        m.close().close().close().line();
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
