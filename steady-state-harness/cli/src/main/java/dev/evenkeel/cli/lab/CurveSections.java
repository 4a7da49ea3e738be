package dev.evenkeel.cli.lab;

import dev.evenkeel.soak.report.Axis;
import dev.evenkeel.soak.report.Markup;
import dev.evenkeel.soak.report.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The sections of the laboratory's page that draw curves. One thread. */
final class CurveSections {
    private static final int TONES_OF_PROCESSORS = 4;

    private final Markup m;
    private final LabParts parts;
    private final Runs runs;
    private final Findings findings;
    private final int machine;
    private int plots;

    CurveSections(Markup m, LabParts parts, Runs runs, Findings findings, int machine) {
        this.m = m;
        this.parts = parts;
        this.runs = runs;
        this.findings = findings;
        this.machine = machine;
    }

    /** Cost and throughput over the number of threads. */
    void curves(ThreadKind kind) {
        parts.section(
                kind.id(),
                LabParts.title(kind),
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
            parts.card(Findings.processors(processors), findings.processorsNote(processors));
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

    /** Cost over the number of stripes; nothing where none were swept. */
    void stripes() {
        List<Runs.BestStripes> best = runs.bestStripes();
        if (best.isEmpty()) {
            return;
        }
        parts.section(
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
            parts.card(
                    LabParts.title(kind),
                    runs.bestStripes(kind, runs.honestProcessors(machine))
                            .map(named -> "best: " + named.stripes() + " stripes on "
                                    + Findings.processors(named.processors()))
                            .orElse(""));
            plot("ns per increment", CurvePlot.places(runs.grid().stripes()), linear(curves), curves, "stripes");
            m.close();
        }
        m.close();
        m.open("div", "class", "card scroll below").open("table", "class", "wide cards");
        parts.head("Threads", "Processors", "Best stripe count", "Processor time", "Smallest that is as good");
        m.open("tbody");
        for (Runs.BestStripes named : best) {
            m.open("tr")
                    .leaf("th", Unit.count(named.threads()) + " " + named.kind().id(), "scope", "row");
            parts.cell("Processors", Integer.toString(named.processors()), findings.processorsNote(named.processors()));
            parts.cell("Best stripe count", Integer.toString(named.stripes()), "");
            parts.cell("Processor time", Findings.nanos(named.cost()), LabParts.range(named.cost()));
            parts.cell("Smallest that is as good", Integer.toString(named.enough()), "");
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

    /** What counters lose, and attempts that a CAS loop throws away. */
    void trouble() {
        boolean loose = runs.grid().counters().contains(CounterKind.UNSYNCHRONISED);
        boolean cas = runs.grid().counters().contains(CounterKind.CAS_LOOP);
        if (!loose && !cas) {
            return;
        }
        parts.section(
                "trouble",
                "What goes wrong",
                "Updates that an unsynchronised counter loses, and attempts that a CAS loop throws away.");
        m.open("div", "class", "grid");
        for (ThreadKind kind : runs.grid().kinds()) {
            if (loose) {
                parts.card("Lost without synchronisation", kind.id() + " threads");
                trouble(
                        CounterKind.UNSYNCHRONISED,
                        kind,
                        "% of the updates",
                        run -> 100.0 * run.lostUpdates() / run.operations());
                m.close();
            }
            if (cas) {
                parts.card("Attempts per success of the CAS loop", kind.id() + " threads");
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
}
