package dev.evenkeel.metrics;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.StateCase;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Writes docs/memory-order.md: for each pair of the access ledgers what jcstress saw of the mechanism and of its mutant. Arguments:
 * the file of results, the folder of the main sources, the page to write, and in one word each what was run.
 *
 * <p>Ends with code 3 when a forbidden outcome was seen, a test ended in an error or did not run, or a pair of a ledger has no
 * row here.
 */
public final class MemoryOrderReport {
    /** One pair, or a field without a tag that has a test all the same. */
    private record Row(
            String tag,
            String fields,
            String modes,
            String weaker,
            List<String> real,
            List<String> mutants,
            String argument) {}

    private static final String ACQUIRE_RELEASE =
            "Release and acquire make what stands before the store happen before what stands after the load (JLS 17.4.5; "
                    + "VarHandle). Opaque gives coherence of each variable and no order between two, plain not even that (D. Lea, "
                    + "\"Using JDK 9 Memory Order Modes\"). x86 hardware keeps stores in order and loads in order (TSO), and "
                    + "HotSpot does not move an opaque access, so opaque shows nothing here and may on AArch64 and POWER; a plain "
                    + "access the compiler may move, and that can be seen here too.";

    private static final String PUBLICATION =
            "A plain store of a reference does not order the stores into the array before it: the reader may see the array "
                    + "and 0 in it (JLS 17.4.5, example 17.4.5-1). x86 hardware keeps stores in order, and the reader's loads "
                    + "depend on each other; what is left to be seen here is what the compiler moves.";

    private static final List<Row> ROWS = List.of(
            new Row(
                    "T1",
                    "SlabTable.cellPlaces[i]",
                    "release under a lock / opaque",
                    "Plain could be loaded twice: once to look at the owner's number, once to write. Then the cell of a thread "
                            + "that took the place in between gets the record, and two writers lose counts. Not acquire: only "
                            + "the owner believes an array, and it put it there itself. The release is more than is needed, "
                            + "off the record path: who reads 0 for a number misses as well.",
                    List.of("internal.DisplacementStress.Place"),
                    List.of("internal.DisplacementStress.PlaceMutant"),
                    ""),
            new Row(
                    "slabPlaces",
                    "SlabTable.slabPlaces[i], Slab.owner",
                    "release under a lock / plain, read once",
                    "Read again after the test, the place may hold the slab of another thread.",
                    List.of("internal.DisplacementStress.Owner"),
                    List.of("internal.DisplacementStress.OwnerMutant"),
                    "A compiler may load a plain element twice or once (JLS 17.4: only what one thread can tell apart is kept). "
                            + "The interpreter and C1 load it as often as the source says, C2 once: so the bug shows where "
                            + "the owner is not compiled by C2."),
            new Row(
                    "cells",
                    "Slab.cells[i] of single counters, window cells, Stripes.page[i], coarse[i]",
                    "opaque / opaque",
                    "Plain reads of one cell may be reordered, or merged: a counter would go backwards. Not release: no other "
                            + "cell is ordered after a single counter.",
                    List.of("internal.MonotoneReadStress.Cell", "internal.MonotoneReadStress.Grown"),
                    List.of("internal.MonotoneReadStress.CellMutant"),
                    "Plain reads of one variable need not be coherent (JLS 17.4.5 allows the second read to see the older "
                            + "write, since neither happens before the other); opaque ones are (Lea, Opaque mode: coherence)."),
            new Row(
                    "C1",
                    "effect cells of Slab and Stripes, sums of windows",
                    "release, or a volatile addition / acquire",
                    "Opaque lets \"finished\" be seen before \"started\". Not volatile: no reader needs the StoreLoad fence, and "
                            + "it would cost an atomic instruction on each record.",
                    List.of("internal.CauseStress.Owned", "internal.CauseStress.Striped"),
                    List.of(
                            "internal.CauseStress.OwnedOpaqueMutant",
                            "internal.CauseStress.OwnedPlainMutant",
                            "internal.CauseStress.StripedMutant"),
                    ACQUIRE_RELEASE),
            new Row(
                    "C2",
                    "Slab.cells, windows, windows[i], pages, pages[i]: growth",
                    "release or CAS / acquire",
                    "A reader would see the grown array without what was copied into it: a sum that shrinks, or a window with "
                            + "the origin 0, whose counts land in other buckets.",
                    List.of(
                            "internal.SlabGrowthStress.Cell",
                            "internal.SlabGrowthStress.Window",
                            "internal.SlabGrowthStress.Page",
                            "internal.HistogramStress.GrowingWindow"),
                    List.of(
                            "internal.SlabGrowthStress.CellMutant",
                            "internal.SlabGrowthStress.WindowMutant",
                            "internal.SlabGrowthStress.PageMutant"),
                    PUBLICATION),
            new Row(
                    "C2 close",
                    "Slab.cells: growth against close()",
                    "CAS / CAS",
                    "A release store of the grown array may come after the closer's, and opens the slab again.",
                    List.of("internal.SlabGrowthStress.GrowthAndClose"),
                    List.of("internal.SlabGrowthStress.GrowthAndCloseMutant"),
                    ""),
            new Row(
                    "S1",
                    "Stripes.pages[k], Stripes.stripes, HistogramCells.striped, striped[i], coarse, StripedWindow.octaves[k], "
                            + "GroupCells.stripes[i]: installed once",
                    "CAS / acquire",
                    "With a look and a store, a second writer's page would replace the first's, counts and all; so would a copy "
                            + "of the row when stripes spread. The acquire is more than arrays need, whose zeros are seen by "
                            + "everybody (JLS 17.4.4); what an object's final fields hold is (17.5).",
                    List.of(
                            "internal.StripeStress.Page",
                            "internal.StripeStress.Spread",
                            "internal.StripeStress.Octave",
                            "internal.HistogramStress.SharedBesideReader",
                            "internal.HistogramStress.FoldBesideShared",
                            "internal.HistogramStress.Coarse"),
                    List.of(
                            "internal.StripeStress.PageMutant",
                            "internal.StripeStress.SpreadMutant",
                            "internal.StripeStress.OctaveMutant",
                            "internal.HistogramStress.CoarseMutant"),
                    ""),
            new Row(
                    "page[i]",
                    "cells with many writers: Stripes.page[i], StripedWindow, CappedCounter.cell",
                    "CAS or getAndAdd / opaque",
                    "The way an owner adds loses counts with two writers.",
                    List.of("internal.StripeStress.Addition"),
                    List.of("internal.StripeStress.AdditionMutant"),
                    ""),
            new Row(
                    "registers",
                    "DistinctEstimate.registers[i]",
                    "CAS / opaque",
                    "A look and a store may lower a register, and the estimate with it.",
                    List.of("internal.RegisterStress.Raise"),
                    List.of("internal.RegisterStress.RaiseMutant"),
                    ""),
            new Row(
                    "G1",
                    "Gauge.bits",
                    "release / acquire",
                    "Who reads a gauge's value would not see what its writer did before. Not volatile: no order with other "
                            + "gauges is promised.",
                    List.of("GaugeStress.Set"),
                    List.of("GaugeStress.SetOpaqueMutant", "GaugeStress.SetPlainMutant"),
                    ACQUIRE_RELEASE),
            new Row(
                    "D1",
                    "DoubleCounter.shown",
                    "CAS / volatile",
                    "With a look and a store a lower sum may replace the one that was shown.",
                    List.of("DoubleCounterStress.Shown"),
                    List.of("DoubleCounterStress.ShownMutant"),
                    ""),
            new Row(
                    "L1",
                    "Labelled.table",
                    "release under a lock / acquire",
                    "A table may be seen closed and not yet filled: a listed series would count as overflow. Without the lock "
                            + "a series is made twice.",
                    List.of("LabelledStress.Close", "LabelledStress.Create"),
                    List.of("LabelledStress.CloseMutant", "LabelledStress.CreateMutant"),
                    PUBLICATION),
            new Row(
                    "R1",
                    "GroupCells VERSION",
                    "release / acquire",
                    "A part of an addition would be seen as the whole.",
                    List.of("internal.GroupStress.Owned"),
                    List.of("internal.GroupStress.OpaqueVersionMutant"),
                    ACQUIRE_RELEASE),
            new Row(
                    "R2",
                    "GroupCells copies",
                    "releaseFence, opaque / opaque, acquireFence",
                    "A copy that is being written would pass for a whole one.",
                    List.of("internal.GroupStress.Owned"),
                    List.of("internal.GroupStress.NoFencesMutant", "internal.GroupStress.NoSecondLookMutant"),
                    ACQUIRE_RELEASE),
            new Row(
                    "R3",
                    "GroupCells VERSION bit of a stripe",
                    "CAS / opaque, then CAS",
                    "With a look and a store two writers would hold one stripe.",
                    List.of("internal.GroupStress.Shared", "internal.GroupStress.TwoWriters"),
                    List.of("internal.GroupStress.LookThenTakeMutant"),
                    ""),
            new Row(
                    "R4",
                    "GroupCells.spilled",
                    "CAS / acquire",
                    "An array would be seen without what is in it.",
                    List.of("internal.GroupStress.Spill"),
                    List.of("internal.GroupStress.PlainSpillMutant"),
                    PUBLICATION));

    /** What all runs of one test saw together. */
    private static final class Seen {
        final TestInfo info;
        final Map<String, Long> outcomes = new TreeMap<>();
        int forks;
        int errors;

        Seen(TestInfo info) {
            this.info = info;
        }

        long count(Expect expect) {
            long n = 0;
            for (Map.Entry<String, Long> outcome : outcomes.entrySet()) {
                n += expectOf(outcome.getKey()) == expect ? outcome.getValue() : 0;
            }
            return n;
        }

        private Expect expectOf(String outcome) {
            for (StateCase known : info.cases()) {
                if (known.matchesExactly(outcome)) {
                    return known.expect();
                }
            }
            for (StateCase known : info.cases()) {
                if (known.matches(outcome)) {
                    return known.expect();
                }
            }
            return info.unmatched().expect();
        }

        long total() {
            return outcomes.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private final Map<String, Seen> seen = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private MemoryOrderReport() {}

    public static void main(String[] args) throws Exception {
        MemoryOrderReport report = new MemoryOrderReport();
        report.read(Path.of(args[0]));
        report.checkLedgers(Path.of(args[1]));
        String page = report.page(args[3]);
        Files.writeString(Path.of(args[2]), page);
        report.problems.forEach(System.err::println);
        System.exit(report.problems.isEmpty() ? 0 : 3);
    }

    private void read(Path results) throws IOException, ClassNotFoundException {
        DiskReadCollector reader = new DiskReadCollector(results.toString(), this::add);
        try {
            reader.dump();
        } catch (EOFException cutShort) {
            problems.add("The run was cut short: " + results + " ends in the middle.");
        }
        for (Seen test : seen.values()) {
            if (test.count(Expect.FORBIDDEN) > 0) {
                problems.add("Forbidden outcomes of " + test.info.name() + ": " + test.outcomes);
            }
            if (test.errors > 0) {
                problems.add(test.errors + " runs of " + test.info.name() + " ended in an error.");
            }
        }
    }

    private void add(TestResult result) {
        Seen test = seen.computeIfAbsent(result.getName(), name -> new Seen(TestList.getInfo(name)));
        test.forks++;
        if (result.status() != Status.NORMAL) {
            test.errors++;
        }
        for (String outcome : result.getStateKeys()) {
            test.outcomes.merge(outcome, result.getCount(outcome), Long::sum);
        }
    }

    /** Every tag of every ledger has a row, and every row tests that ran. */
    private void checkLedgers(Path sources) throws IOException {
        TreeSet<String> tags = new TreeSet<>();
        Pattern ledger = Pattern.compile("Access ledger.*?\\*/", Pattern.DOTALL);
        Pattern tag = Pattern.compile("\\b[A-Z]\\d\\b");
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(f -> f.toString().endsWith(".java")).sorted().forEach(file -> {
                try {
                    Matcher ledgers = ledger.matcher(Files.readString(file));
                    while (ledgers.find()) {
                        Matcher found = tag.matcher(ledgers.group());
                        while (found.find()) {
                            if (ROWS.stream().noneMatch(row -> row.tag.equals(found.group()))
                                    && tags.add(found.group())) {
                                problems.add("Pair " + found.group() + " of " + file.getFileName()
                                        + " has no row in MemoryOrderReport: nothing would show that its modes are "
                                        + "needed. Add a stress test, a mutant and a row.");
                            }
                        }
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        for (Row row : ROWS) {
            for (String test :
                    Stream.concat(row.real.stream(), row.mutants.stream()).toList()) {
                if (!seen.containsKey(full(test)) && processorsMissing(test) == 0) {
                    problems.add("Pair " + row.tag + ": " + test + " did not run.");
                }
            }
        }
    }

    /** How many processors a test needs that is left out because there are fewer; 0 where there are enough, or no such test. */
    private static int processorsMissing(String test) {
        if (!TestList.tests().contains(full(test))) {
            return 0;
        }
        int threads = TestList.getInfo(full(test)).threads();
        return threads > Runtime.getRuntime().availableProcessors() ? threads : 0;
    }

    private static String full(String test) {
        return "dev.evenkeel.metrics." + test;
    }

    private String page(String run) {
        StringBuilder text = new StringBuilder("# Memory order\n\n");
        text.append(
                        "Written by `bash .ci/stress`, never by hand. Each pair of the access ledgers in metrics-core has a jcstress ")
                .append(
                        "test of the code itself, in which the bug that a weaker mode would let in is forbidden, and beside ")
                .append(
                        "it a mutant: a small copy with the weaker mode, in which that bug is interesting. A mutant that ")
                .append(
                        "shows the bug proves that the test can see it. Where this processor hides it, the memory model ")
                .append("is the argument.\n\n");
        text.append("Run: ")
                .append(run)
                .append(", ")
                .append(LocalDate.now())
                .append(", JDK ")
                .append(Runtime.version())
                .append(", ")
                .append(Runtime.getRuntime().availableProcessors())
                .append(" processors, ")
                .append(System.getProperty("os.name"))
                .append(' ')
                .append(System.getProperty("os.arch"))
                .append(".\n\n");
        text.append(
                "| pair | fields | modes, writer / reader | code: samples | forbidden | mutants: samples | bug seen |\n");
        text.append("| --- | --- | --- | --: | --: | --: | --: |\n");
        for (Row row : ROWS) {
            text.append("| ")
                    .append(row.tag)
                    .append(" | ")
                    .append(row.fields)
                    .append(" | ")
                    .append(row.modes)
                    .append(" | ")
                    .append(total(row.real))
                    .append(" | ")
                    .append(count(row.real, Expect.FORBIDDEN))
                    .append(" | ")
                    .append(total(row.mutants))
                    .append(" | ")
                    .append(count(row.mutants, Expect.ACCEPTABLE_INTERESTING))
                    .append(" |\n");
        }
        for (Row row : ROWS) {
            text.append("\n## ").append(row.tag).append(": ").append(row.fields).append("\n\n");
            text.append("Modes: ")
                    .append(row.modes)
                    .append(". ")
                    .append(row.weaker)
                    .append("\n\n");
            row.real.forEach(test -> describe(text, test, false));
            row.mutants.forEach(test -> describe(text, test, true));
            if (!row.argument.isEmpty()) {
                text.append("\nFrom the memory model: ").append(row.argument).append('\n');
            }
        }
        text.append("\n## For machines\n\n```json\n{\"schema\": \"evenkeel.memory-order/1\", \"run\": \"")
                .append(run)
                .append("\", \"date\": \"")
                .append(LocalDate.now())
                .append("\", \"jdk\": \"")
                .append(Runtime.version())
                .append("\", \"arch\": \"")
                .append(System.getProperty("os.arch"))
                .append("\", \"tests\": [\n");
        List<String> tests = new ArrayList<>();
        for (Row row : ROWS) {
            row.real.forEach(test -> tests.add(json(row.tag, test, false)));
            row.mutants.forEach(test -> tests.add(json(row.tag, test, true)));
        }
        return text.append(String.join(",\n", tests)).append("\n]}\n```\n").toString();
    }

    private String json(String tag, String test, boolean mutant) {
        Seen result = seen.get(full(test));
        return "  {\"pair\": \"" + tag + "\", \"test\": \"" + test + "\", \"mutant\": " + mutant + ", \"runs\": "
                + (result == null ? 0 : result.forks) + ", \"samples\": " + (result == null ? 0 : result.total())
                + ", \"forbidden\": " + (result == null ? 0 : result.count(Expect.FORBIDDEN)) + ", \"interesting\": "
                + (result == null ? 0 : result.count(Expect.ACCEPTABLE_INTERESTING)) + "}";
    }

    private void describe(StringBuilder text, String test, boolean mutant) {
        Seen result = seen.get(full(test));
        text.append("- `").append(test).append("`: ");
        if (result == null) {
            int needed = processorsMissing(test);
            text.append(needed == 0 ? "did not run.\n" : "did not run: it needs " + needed + " processors.\n");
            return;
        }
        text.append(result.total()).append(" samples in ").append(result.forks).append(" runs; ");
        if (mutant) {
            long bugs = result.count(Expect.ACCEPTABLE_INTERESTING);
            text.append(bugs == 0 ? "bug not observed on this hardware." : "bug observed " + bugs + " times.");
        } else {
            text.append("forbidden outcomes: ")
                    .append(result.count(Expect.FORBIDDEN))
                    .append('.');
        }
        text.append('\n');
    }

    private long total(List<String> tests) {
        return tests.stream()
                .map(test -> seen.get(full(test)))
                .mapToLong(s -> s == null ? 0 : s.total())
                .sum();
    }

    private long count(List<String> tests, Expect expect) {
        return tests.stream()
                .map(test -> seen.get(full(test)))
                .mapToLong(s -> s == null ? 0 : s.count(expect))
                .sum();
    }
}
