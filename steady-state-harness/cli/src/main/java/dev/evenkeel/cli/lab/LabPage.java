package dev.evenkeel.cli.lab;

import dev.evenkeel.soak.report.Markup;
import dev.evenkeel.soak.report.ReportWriter;
import dev.evenkeel.soak.report.Unit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The page for people: the finding first, then the curves, then every number. One file that loads nothing. */
final class LabPage {
    private final Runs runs;
    private final Findings findings;
    private final List<Profile> profiles;
    private final Map<String, String> environment;
    private final String command;
    private final int machine;
    private final Markup m = new Markup();
    private final LabParts parts = new LabParts(m);
    private final CurveSections plotted;

    /** @param environment with "jdk" and "processors" of the machine among it */
    LabPage(Runs runs, Findings findings, List<Profile> profiles, Map<String, String> environment, String command) {
        this.runs = runs;
        this.findings = findings;
        this.profiles = profiles;
        this.environment = environment;
        this.command = command;
        this.machine = Integer.parseInt(environment.getOrDefault("processors", "1"));
        this.plotted = new CurveSections(m, parts, runs, findings, machine);
    }

    String html() {
        m.doctype().open("html", "lang", "en").open("head");
        m.open("meta", "charset", "utf-8");
        m.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        m.open("meta", "name", "color-scheme", "content", "light dark");
        m.open(
                "meta",
                "http-equiv",
                "Content-Security-Policy",
                "content",
                "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'");
        m.leaf("title", "Counter laboratory · Evenkeel").line();
        m.verbatim("style", resource(ReportWriter.class, "report.css") + resource(LabPage.class, "lab.css"));
        m.close().line().open("body");
        m.leaf("a", "Skip to the finding", "class", "skip", "href", "#finding");
        header();
        m.open("main");
        finding();
        for (ThreadKind kind : runs.grid().kinds()) {
            plotted.curves(kind);
        }
        plotted.stripes();
        plotted.trouble();
        flames();
        numbers();
        limits();
        origin();
        m.close().open("footer");
        m.text(
                "Written by Evenkeel. One file, nothing loaded from anywhere. Every trial: counters.csv; medians and ranges:"
                        + " counters-summary.csv; all of it for machines: counters.json.");
        m.close().line().close().close();
        return m + "\n";
    }

    private void header() {
        m.open("header", "class", "top").open("div", "class", "brand");
        m.open("svg", "viewBox", "0 0 28 28", "aria-hidden", "true");
        m.empty("path", "d", "M3 16h22", "class", "water");
        m.empty("path", "d", "M6 12h16c-.6 5.6-3.6 9-8 9s-7.400-3.400-8-9z", "class", "hull");
        m.empty("path", "d", "M14 3v9", "class", "mast");
        m.close();
        m.leaf("b", "Evenkeel").leaf("span", "counter laboratory").close();
        m.open("nav", "aria-label", "Sections");
        for (ThreadKind kind : runs.grid().kinds()) {
            m.leaf("a", LabParts.title(kind), "href", "#" + kind.id());
        }
        if (!runs.bestStripes().isEmpty()) {
            m.leaf("a", "Stripes", "href", "#stripes");
        }
        if (!profiles.isEmpty()) {
            m.leaf("a", "Flame graphs", "href", "#flames");
        }
        m.leaf("a", "Numbers", "href", "#numbers").leaf("a", "Repeat", "href", "#repeat");
        m.close().close().line();
    }

    private void finding() {
        String tone = runs.inexact().isEmpty() ? "labtone" : "fail";
        m.open("section", "class", "verdict " + tone, "id", "finding", "aria-labelledby", "headline");
        m.open("div", "class", "say");
        m.open("p", "class", "stamp").leaf("strong", "COUNTER LABORATORY").close();
        m.leaf("h1", findings.headline(), "id", "headline");
        m.leaf("p", findings.limits().get(0), "class", "why");
        m.close();
        m.open("div", "class", "next").leaf("h2", "What the numbers say").open("ul", "class", "notes");
        findings.sentences().forEach(sentence -> m.leaf("li", sentence));
        m.close().close();
        long operations = runs.all().stream().mapToLong(Run::operations).sum();
        long lost = runs.all().stream().mapToLong(Run::lostUpdates).sum();
        int least = runs.cells().stream()
                .mapToInt(cell -> runs.of(cell).size())
                .min()
                .orElse(0);
        m.open("dl", "class", "facts");
        parts.fact("Trials", Unit.count(runs.all().size()), "each a JVM of its own");
        parts.fact("Repeats", Unit.count(least), "interleaved");
        parts.fact("Increments", big(operations), "over all trials");
        parts.fact(
                "Lost", big(lost), runs.inexact().isEmpty() ? "all without synchronisation" : "by exact counters too");
        parts.fact("Machine", Findings.processors(machine), environment.getOrDefault("os", ""));
        parts.fact("JDK", environment.getOrDefault("jdk", "?"), "of the trials");
        m.close().close().line();
    }

    private static String big(long count) {
        return count >= 10_000_000_000L
                ? Unit.number(count / 1e9, 0, false) + "\u00a0G"
                : count >= 10_000_000 ? Unit.number(count / 1e6, 0, false) + "\u00a0M" : Unit.count(count);
    }

    private void flames() {
        if (profiles.isEmpty()) {
            return;
        }
        parts.section(
                "flames",
                "Where the time goes",
                "Execution samples of the flight recorder, every 10 ms: callers above, what they call below, as wide as their"
                        + " share. Samples see Java code that runs; threads that wait, and the kernel, are not in them.");
        int i = 0;
        for (Profile profile : profiles) {
            Profile.Hot hot = profile.hottest();
            parts.card(
                    profile.cell().name(),
                    Unit.count(profile.cell().threads()) + " "
                            + profile.cell().kind().id() + " threads");
            if (profile.samples() == 0) {
                m.leaf("p", LabText.hotFrame(profile), "class", "plotline");
            } else {
                m.open("p", "class", "plotline").text("Hot frame: ");
                m.leaf("b", FlameGraph.brief(hot.frame()));
                m.text(", " + Findings.percent(hot.share()) + " of " + Unit.count(profile.samples()) + " samples.");
                m.close();
                new FlameGraph(profile).write(m, "flame-" + ++i);
            }
            m.close();
        }
        m.close().line();
    }

    private void numbers() {
        parts.section(
                "numbers",
                "Numbers",
                "Processor time per increment in nanoseconds: the median, and beneath it the lowest and the highest repeat.");
        int honest = runs.honestProcessors(machine);
        for (ThreadKind kind : runs.grid().kinds()) {
            for (int processors : runs.grid().processors()) {
                boolean open = processors == honest;
                m.open(
                        "details",
                        open ? new String[] {"class", "card", "open", "open"} : new String[] {"class", "card"});
                m.leaf("summary", LabParts.title(kind) + ", " + Findings.processors(processors));
                table(kind, processors);
                m.close();
            }
        }
        m.close().line();
    }

    private void table(ThreadKind kind, int processors) {
        m.open("table", "class", "wide cards");
        List<String> names = new ArrayList<>(List.of("Counter"));
        runs.grid().threads().forEach(threads -> names.add(threadWord(threads)));
        names.add("Lost, at most");
        parts.head(names.toArray(new String[0]));
        m.open("tbody");
        for (CounterKind counter : runs.grid().counters()) {
            m.open("tr").leaf("th", runs.usual(counter, kind, processors, 1).name(), "scope", "row");
            double lost = 0;
            for (int threads : runs.grid().threads()) {
                Cell cell = runs.usual(counter, kind, processors, threads);
                Optional<Spread> cost = runs.cost(cell);
                parts.cell(
                        threadWord(threads),
                        cost.map(found -> Findings.number(found.median())).orElse(""),
                        cost.map(LabParts::range).orElse(""));
                for (Run run : runs.of(cell)) {
                    lost = Math.max(lost, (double) run.lostUpdates() / run.operations());
                }
            }
            parts.cell("Lost, at most", lost == 0 ? "0" : Findings.percent(lost), "");
            m.close();
        }
        m.close().close();
    }

    private static String threadWord(int threads) {
        return Unit.count(threads) + (threads == 1 ? " thread" : " threads");
    }

    private void limits() {
        parts.section("limits", "What this does not say", "How the figures came about, and where they end.");
        m.open("div", "class", "card").open("ul", "class", "notes");
        findings.limits().stream().skip(1).forEach(limit -> m.leaf("li", limit));
        m.close().close().close().line();
    }

    private void origin() {
        m.open("section", "id", "repeat", "aria-labelledby", "h-repeat")
                .leaf("h2", "Repeat this run", "id", "h-repeat");
        m.open("div", "class", "card").open("pre").leaf("code", command).close();
        m.open("dl", "class", "pairs");
        environment.forEach((name, value) ->
                m.open("div").leaf("dt", name).leaf("dd", value).close());
        m.close().close().close().line();
    }

    private static String resource(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The file " + name + " is missing beside " + beside.getName()
                        + ": the jar is not whole. Build it again.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + name + " from the class path", e);
        }
    }
}
