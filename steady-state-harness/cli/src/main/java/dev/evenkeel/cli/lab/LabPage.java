package dev.evenkeel.cli.lab;

import dev.evenkeel.soak.report.Axis;
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
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The page for people: the finding first, then the curves, then every number. One file that loads nothing. */
final class LabPage {
    private static final int TONES_OF_PROCESSORS = 4;

    private final Runs runs;
    private final Findings findings;
    private final List<Profile> profiles;
    private final Map<String, String> environment;
    private final String command;
    private final int machine;
    private final Markup m = new Markup();
    private int plots;

    /** @param environment with "jdk" and "processors" of the machine among it */
    LabPage(Runs runs, Findings findings, List<Profile> profiles, Map<String, String> environment, String command) {
        this.runs = runs;
        this.findings = findings;
        this.profiles = profiles;
        this.environment = environment;
        this.command = command;
        this.machine = Integer.parseInt(environment.getOrDefault("processors", "1"));
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
            curves(kind);
        }
        stripes();
        trouble();
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
            m.leaf("a", title(kind), "href", "#" + kind.id());
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

    private static String title(ThreadKind kind) {
        return kind == ThreadKind.PLATFORM ? "Platform threads" : "Virtual threads";
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
        fact("Trials", Unit.count(runs.all().size()), "each a JVM of its own");
        fact("Repeats", Unit.count(least), "interleaved");
        fact("Increments", big(operations), "over all trials");
        fact("Lost", big(lost), runs.inexact().isEmpty() ? "all without synchronisation" : "by exact counters too");
        fact("Machine", Findings.processors(machine), environment.getOrDefault("os", ""));
        fact("JDK", environment.getOrDefault("jdk", "?"), "of the trials");
        m.close().close().line();
    }

    private static String big(long count) {
        return count >= 10_000_000_000L
                ? Unit.number(count / 1e9, 0, false) + "\u00a0G"
                : count >= 10_000_000 ? Unit.number(count / 1e6, 0, false) + "\u00a0M" : Unit.count(count);
    }

    private void fact(String name, String value, String beside) {
        m.open("div").leaf("dt", name).open("dd").leaf("b", value).text(" ").leaf("small", beside);
        m.close().close();
    }

    private void curves(ThreadKind kind) {
        section(
                kind.id(),
                title(kind),
                "What an increment costs in processor time, and how many all threads together achieve, over the number of"
                        + " threads. Lines are medians, bands run from the lowest to the highest repeat.");
        m.open("ul", "class", "legend key");
        for (CounterKind counter : runs.grid().counters()) {
            m.open("li").empty("i", "class", "key-" + counter.id());
            m.text(runs.usual(counter, kind, 1, 1).name()).close();
        }
        m.close();
        m.leaf("h3", "Processor time per increment that arrived", "class", "over");
        perProcessors(kind, "ns", Run::cpuNanosPerSuccess);
        m.leaf("h3", "Increments that arrived, per second", "class", "over");
        perProcessors(kind, "million per second", run -> run.successPerSecond() / 1e6);
        m.close().line();
    }

    /** One plot per number of processors, all on the same axes, so that they compare at a glance. */
    private void perProcessors(ThreadKind kind, String unit, ToDoubleFunction<Run> reading) {
        List<List<CurvePlot.Curve>> all = new ArrayList<>();
        for (int processors : runs.grid().processors()) {
            List<CurvePlot.Curve> curves = new ArrayList<>();
            for (CounterKind counter : runs.grid().counters()) {
                curves.add(curve(
                        counter.title(),
                        counter.id(),
                        runs.grid().threads(),
                        threads -> runs.usual(counter, kind, processors, threads),
                        reading));
            }
            all.add(curves);
        }
        Axis up = logarithmic(all.stream().flatMap(List::stream).toList());
        m.open("div", "class", all.size() == 1 ? "" : "grid");
        for (int i = 0; i < all.size(); i++) {
            int processors = runs.grid().processors().get(i);
            card(Findings.processors(processors), findings.processorsNote(processors));
            plot(unit, CurvePlot.places(runs.grid().threads()), up, all.get(i), "threads");
            m.close();
        }
        m.close();
    }

    private CurvePlot.Curve curve(
            String name,
            String tone,
            List<Integer> places,
            Function<Integer, Cell> cell,
            ToDoubleFunction<Run> reading) {
        List<Integer> x = new ArrayList<>();
        List<Spread> spreads = new ArrayList<>();
        for (int place : places) {
            Optional<Spread> spread = runs.spread(cell.apply(place), reading);
            if (spread.isPresent()) {
                x.add(place);
                spreads.add(spread.get());
            }
        }
        return new CurvePlot.Curve(name, "c-" + tone, x, spreads);
    }

    private static Axis logarithmic(List<CurvePlot.Curve> curves) {
        double least = Double.MAX_VALUE;
        double most = 0;
        for (CurvePlot.Curve curve : curves) {
            for (Spread spread : curve.spreads()) {
                least = spread.low() > 0 ? Math.min(least, spread.low()) : least;
                most = Math.max(most, spread.high());
            }
        }
        return most > 0 ? Axis.logarithmic(Unit.of(""), Math.min(least, most), most) : Axis.values(Unit.of(""), 0, 1);
    }

    private static Axis linear(List<CurvePlot.Curve> curves) {
        List<Spread> all =
                curves.stream().flatMap(curve -> curve.spreads().stream()).toList();
        return Axis.values(
                Unit.of(""),
                all.stream().mapToDouble(Spread::low).min().orElse(0),
                all.stream().mapToDouble(Spread::high).max().orElse(1));
    }

    private void plot(String unit, Axis across, Axis up, List<CurvePlot.Curve> curves, String foot) {
        String id = "plot-" + ++plots;
        new CurvePlot(id, unit + " over " + foot, unit, across, up, curves).write(m, foot);
    }

    private void card(String title, String tag) {
        m.open("div", "class", "card plotcard").open("div", "class", "plothead").leaf("h3", title);
        if (!tag.isEmpty()) {
            m.leaf("span", tag, "class", "tag");
        }
        m.close();
    }

    private void section(String id, String title, String lead) {
        m.open("section", "id", id, "aria-labelledby", "h-" + id).leaf("h2", title, "id", "h-" + id);
        m.leaf("p", lead, "class", "lead");
    }

    private void stripes() {
        List<Runs.BestStripes> best = runs.bestStripes();
        if (best.isEmpty()) {
            return;
        }
        section(
                "stripes",
                "How many stripes",
                "Padded stripes at " + Unit.count(runs.grid().sweepThreads())
                        + " threads. More stripes meet less often and take more memory; the best count is the one that costs"
                        + " least, and a smaller one is enough where their ranges overlap.");
        m.open("div", "class", runs.grid().kinds().size() == 1 ? "" : "grid");
        for (ThreadKind kind : runs.grid().kinds()) {
            List<CurvePlot.Curve> curves = byProcessors(
                    (processors, stripes) -> new Cell(
                            CounterKind.STRIPED_PADDED,
                            stripes,
                            kind,
                            processors,
                            runs.grid().sweepThreads()),
                    runs.grid().stripes(),
                    Run::cpuNanosPerSuccess);
            card(
                    title(kind),
                    runs.bestStripes(kind, runs.honestProcessors(machine))
                            .map(named -> "best: " + named.stripes() + " stripes on "
                                    + Findings.processors(named.processors()))
                            .orElse(""));
            plot("ns per increment", CurvePlot.places(runs.grid().stripes()), linear(curves), curves, "stripes");
            m.close();
        }
        m.close();
        m.open("div", "class", "card scroll below").open("table", "class", "wide cards");
        head("Threads", "Processors", "Best stripe count", "Processor time", "Smallest that is as good");
        m.open("tbody");
        for (Runs.BestStripes named : best) {
            m.open("tr")
                    .leaf("th", Unit.count(named.threads()) + " " + named.kind().id(), "scope", "row");
            cell("Processors", Integer.toString(named.processors()), findings.processorsNote(named.processors()));
            cell("Best stripe count", Integer.toString(named.stripes()), "");
            cell("Processor time", Findings.nanos(named.cost()), range(named.cost()));
            cell("Smallest that is as good", Integer.toString(named.enough()), "");
            m.close();
        }
        m.close().close().close().close().line();
    }

    /** A cell by the number of processors and the place on the axis. */
    private interface PlaceOf {
        Cell cell(int processors, int place);
    }

    private List<CurvePlot.Curve> byProcessors(PlaceOf place, List<Integer> places, ToDoubleFunction<Run> reading) {
        List<CurvePlot.Curve> curves = new ArrayList<>();
        int tone = 0;
        for (int processors : runs.grid().processors()) {
            curves.add(curve(
                    Findings.processors(processors),
                    "p" + tone++ % TONES_OF_PROCESSORS,
                    places,
                    at -> place.cell(processors, at),
                    reading));
        }
        return curves;
    }

    private void trouble() {
        boolean loose = runs.grid().counters().contains(CounterKind.UNSYNCHRONISED);
        boolean cas = runs.grid().counters().contains(CounterKind.CAS_LOOP);
        if (!loose && !cas) {
            return;
        }
        section(
                "trouble",
                "What goes wrong",
                "Updates that an unsynchronised counter loses, and attempts that a CAS loop throws away.");
        m.open("div", "class", "grid");
        for (ThreadKind kind : runs.grid().kinds()) {
            if (loose) {
                card("Lost without synchronisation", kind.id() + " threads");
                trouble(
                        CounterKind.UNSYNCHRONISED,
                        kind,
                        "% of the updates",
                        run -> 100.0 * run.lostUpdates() / run.operations());
                m.close();
            }
            if (cas) {
                card("Attempts per success of the CAS loop", kind.id() + " threads");
                trouble(CounterKind.CAS_LOOP, kind, "attempts per success", Run::attemptsPerOperation);
                m.close();
            }
        }
        m.close().close().line();
    }

    private void trouble(CounterKind counter, ThreadKind kind, String unit, ToDoubleFunction<Run> reading) {
        List<CurvePlot.Curve> curves = byProcessors(
                (processors, threads) -> runs.usual(counter, kind, processors, threads),
                runs.grid().threads(),
                reading);
        plot(unit, CurvePlot.places(runs.grid().threads()), linear(curves), curves, "threads");
    }

    private void flames() {
        if (profiles.isEmpty()) {
            return;
        }
        section(
                "flames",
                "Where the time goes",
                "Execution samples of the flight recorder, every 10 ms: callers above, what they call below, as wide as their"
                        + " share. Samples see Java code that runs; threads that wait, and the kernel, are not in them.");
        int i = 0;
        for (Profile profile : profiles) {
            Profile.Hot hot = profile.hottest();
            card(
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
        section(
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
                m.leaf("summary", title(kind) + ", " + Findings.processors(processors));
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
        head(names.toArray(new String[0]));
        m.open("tbody");
        for (CounterKind counter : runs.grid().counters()) {
            m.open("tr").leaf("th", runs.usual(counter, kind, processors, 1).name(), "scope", "row");
            double lost = 0;
            for (int threads : runs.grid().threads()) {
                Cell cell = runs.usual(counter, kind, processors, threads);
                Optional<Spread> cost = runs.cost(cell);
                cell(
                        threadWord(threads),
                        cost.map(found -> Findings.number(found.median())).orElse(""),
                        cost.map(LabPage::range).orElse(""));
                for (Run run : runs.of(cell)) {
                    lost = Math.max(lost, (double) run.lostUpdates() / run.operations());
                }
            }
            cell("Lost, at most", lost == 0 ? "0" : Findings.percent(lost), "");
            m.close();
        }
        m.close().close();
    }

    private static String threadWord(int threads) {
        return Unit.count(threads) + (threads == 1 ? " thread" : " threads");
    }

    private static String range(Spread spread) {
        return Findings.number(spread.low()) + " to " + Findings.number(spread.high());
    }

    private void head(String... names) {
        m.open("thead").open("tr");
        for (String name : names) {
            m.leaf("th", name, "scope", "col");
        }
        m.close().close();
    }

    private void cell(String label, String value, String beside) {
        m.open("td", "class", "num", "data-label", label).leaf("b", value);
        if (!beside.isEmpty()) {
            m.leaf("small", beside);
        }
        m.close();
    }

    private void limits() {
        section("limits", "What this does not say", "How the figures came about, and where they end.");
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
