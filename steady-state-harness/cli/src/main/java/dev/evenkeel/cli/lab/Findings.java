package dev.evenkeel.cli.lab;

import dev.evenkeel.soak.report.Unit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What the numbers say, in sentences that hold for them and claim no more. */
final class Findings {
    private static final int FEW_REPEATS_SHOWN = 3;

    private final Runs runs;
    private final int machineProcessors;
    private final ThreadKind kind;
    private final int processors;
    private final int threads;

    /** @param machineProcessors how many the machine has */
    Findings(Runs runs, int machineProcessors) {
        this.runs = runs;
        this.machineProcessors = machineProcessors;
        this.kind = runs.grid().kinds().get(0);
        this.processors = runs.honestProcessors(machineProcessors);
        this.threads = runs.grid().sweepThreads();
    }

    /** The one sentence to take away. */
    String headline() {
        List<Map.Entry<Cell, Spread>> ranking = ranking(kind);
        if (ranking.isEmpty()) {
            return "No exact counter was measured.";
        }
        Map.Entry<Cell, Spread> first = ranking.get(0);
        String start = "At " + Unit.count(threads) + " " + kind.id() + " thread" + (threads == 1 ? "" : "s") + " ";
        if (ranking.size() == 1) {
            return start + "an increment costs " + nanos(first) + " with " + name(first) + ".";
        }
        Map.Entry<Cell, Spread> second = ranking.get(1);
        Map.Entry<Cell, Spread> last = ranking.get(ranking.size() - 1);
        String dearest = ranking.size() > 2 ? ", and " + nanos(last) + " with " + name(last) + ", the dearest" : "";
        if (first.getValue().overlaps(second.getValue())) {
            return start + "the cheapest exact counters, " + name(first) + " and " + name(second)
                    + ", cannot be told apart: " + nanos(first) + " and " + nanos(second)
                    + " of processor time per increment" + dearest + ".";
        }
        return start + "the cheapest exact counter is " + name(first) + ": " + nanos(first)
                + " of processor time per increment, against " + nanos(second) + " with " + name(second) + ", the next"
                + dearest + ".";
    }

    /** Everything else, the most important first. */
    List<String> sentences() {
        List<String> said = new ArrayList<>();
        exactness().ifPresent(said::add);
        lost().ifPresent(said::add);
        ours().ifPresent(said::add);
        wastedAttempts().ifPresent(said::add);
        padding().ifPresent(said::add);
        for (ThreadKind each : runs.grid().kinds()) {
            stripes(each).ifPresent(said::add);
        }
        virtualThreads().ifPresent(said::add);
        spread().ifPresent(said::add);
        return said;
    }

    private List<Map.Entry<Cell, Spread>> ranking(ThreadKind of) {
        return runs.grid().counters().stream()
                .filter(CounterKind::exact)
                .map(counter -> runs.usual(counter, of, processors, threads))
                .filter(cell -> runs.cost(cell).isPresent())
                .map(cell -> Map.entry(cell, runs.cost(cell).orElseThrow()))
                .sorted(Comparator.comparingDouble(entry -> entry.getValue().median()))
                .toList();
    }

    private Optional<String> exactness() {
        List<Run> exact =
                runs.all().stream().filter(run -> run.cell().counter().exact()).toList();
        if (exact.isEmpty()) {
            return Optional.empty();
        }
        List<Run> wrong = runs.inexact();
        if (wrong.isEmpty()) {
            long operations = exact.stream().mapToLong(Run::operations).sum();
            return Optional.of("Every counter that promises exactness kept it: no update of " + Unit.count(operations)
                    + " was lost in " + Unit.count(exact.size()) + " trials.");
        }
        String which = wrong.stream()
                .limit(FEW_REPEATS_SHOWN)
                .map(run -> run.cell().name() + " at " + Unit.count(run.cell().threads()) + " "
                        + run.cell().kind().id() + " threads lost " + Unit.count(run.lostUpdates()) + " of "
                        + Unit.count(run.operations()))
                .collect(Collectors.joining("; "));
        return Optional.of("A counter that promises exactness broke it in " + Unit.count(wrong.size()) + " of "
                + Unit.count(exact.size()) + " trials: " + which + ".");
    }

    private Optional<String> lost() {
        List<Run> loose =
                runs.all().stream().filter(run -> !run.cell().counter().exact()).toList();
        if (loose.isEmpty()) {
            return Optional.empty();
        }
        Run worst = loose.stream()
                .max(Comparator.comparingDouble(run -> share(run.lostUpdates(), run.operations())))
                .orElseThrow();
        if (worst.lostUpdates() == 0) {
            return Optional.of("Without synchronisation no update was lost in these runs. That proves nothing: two"
                    + " threads have to meet for it to happen.");
        }
        String alone = loose.stream().anyMatch(run -> run.cell().threads() == 1)
                        && loose.stream()
                                .filter(run -> run.cell().threads() == 1)
                                .allMatch(run -> run.lostUpdates() == 0)
                ? "; one thread alone lost none"
                : "";
        return Optional.of("Without synchronisation up to " + percent(share(worst.lostUpdates(), worst.operations()))
                + " of the updates were lost (" + Unit.count(worst.lostUpdates()) + " of "
                + Unit.count(worst.operations()) + " at "
                + Unit.count(worst.cell().threads()) + " "
                + worst.cell().kind().id() + " threads)" + alone + ".");
    }

    private Optional<String> ours() {
        List<String> parts = new ArrayList<>();
        for (ThreadKind each : runs.grid().kinds()) {
            Optional<Spread> ours = usual(CounterKind.EVENKEEL, each);
            Optional<Spread> adder = usual(CounterKind.LONG_ADDER, each);
            if (ours.isPresent() && adder.isPresent()) {
                String ratio = Unit.number(ours.get().median() / adder.get().median(), 2, false);
                parts.add(ratio + " on " + each.id() + " threads"
                        + (ours.get().overlaps(adder.get()) ? ", which is within the spread" : ""));
            }
        }
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of("Evenkeel's processor time over LongAdder's at " + Unit.count(threads) + " threads: "
                        + String.join("; ", parts) + ".");
    }

    private Optional<String> wastedAttempts() {
        return runs.all().stream()
                .filter(run -> run.cell().counter() == CounterKind.CAS_LOOP)
                .max(Comparator.comparingDouble(Run::attemptsPerOperation))
                .map(worst -> worst.attempts() == worst.operations()
                        ? "No compare-and-set failed: no two threads met in the loop."
                        : "The CAS loop threw away up to "
                                + percent(share(worst.attempts() - worst.operations(), worst.attempts()))
                                + " of its attempts (" + Unit.number(worst.attemptsPerOperation(), 3, false)
                                + " per success at " + Unit.count(worst.cell().threads()) + " "
                                + worst.cell().kind().id() + " threads).");
    }

    private Optional<String> padding() {
        Optional<Spread> unpadded = usual(CounterKind.STRIPED_UNPADDED, kind);
        Optional<Spread> padded = usual(CounterKind.STRIPED_PADDED, kind);
        if (unpadded.isEmpty() || padded.isEmpty()) {
            return Optional.empty();
        }
        String at = " with " + runs.grid().usualStripes() + " stripes at " + Unit.count(threads) + " " + kind.id()
                + " threads (" + nanos(unpadded.get()) + " without, " + nanos(padded.get()) + " with)";
        if (unpadded.get().overlaps(padded.get())) {
            return Optional.of("Padding the stripes makes no difference that could be measured" + at + ".");
        }
        boolean helps = padded.get().median() < unpadded.get().median();
        return Optional.of("Padding the stripes " + (helps ? "saves" : "costs") + " "
                + percent(Math.abs(padded.get().median() / unpadded.get().median() - 1)) + at + ".");
    }

    private Optional<String> stripes(ThreadKind of) {
        return runs.bestStripes(of, processors).map(best -> {
            String start = "Best stripe count for " + Unit.count(best.threads()) + " " + of.id() + " threads on "
                    + processors(best.processors()) + ": " + best.stripes() + ", at " + nanos(best.cost())
                    + " per increment";
            return best.enough() == best.stripes()
                    ? start
                            + (best.stripes() == runs.grid().stripes().get(0)
                                    ? "; it is the smallest that was tried, and more buy nothing here."
                                    : "; fewer cost measurably more.")
                    : start + "; " + best.enough() + " cannot be told from it, so more than " + best.enough()
                            + " buy nothing here.";
        });
    }

    private Optional<String> virtualThreads() {
        if (runs.grid().kinds().size() < 2) {
            return Optional.empty();
        }
        List<Map.Entry<Cell, Spread>> ranking = ranking(ThreadKind.VIRTUAL);
        if (ranking.isEmpty()) {
            return Optional.empty();
        }
        Map.Entry<Cell, Spread> first = ranking.get(0);
        String start = "On " + Unit.count(threads) + " virtual threads the cheapest ";
        boolean tie =
                ranking.size() > 1 && first.getValue().overlaps(ranking.get(1).getValue());
        return Optional.of(
                tie
                        ? start + "exact counters, " + name(first) + " and " + name(ranking.get(1))
                                + ", cannot be told apart: " + nanos(first) + " and " + nanos(ranking.get(1))
                                + " per increment."
                        : start + "exact counter is " + name(first) + ": " + nanos(first) + " per increment.");
    }

    private Optional<String> spread() {
        double[] relative = runs.cells().stream()
                .map(runs::cost)
                .flatMap(Optional::stream)
                .mapToDouble(Spread::relative)
                .toArray();
        return relative.length == 0
                ? Optional.empty()
                : Optional.of("At half of all places the lowest and the highest repeat lie at most "
                        + percent(Spread.of(relative).median())
                        + " of the median apart. Smaller differences say nothing.");
    }

    private Optional<Spread> usual(CounterKind counter, ThreadKind of) {
        return runs.spread(runs.usual(counter, of, processors, threads), cost());
    }

    private static ToDoubleFunction<Run> cost() {
        return Run::cpuNanosPerSuccess;
    }

    /** What a number of processors stands for on this machine. */
    String processorsNote(int count) {
        if (count > machineProcessors) {
            return "believed; the machine has " + machineProcessors;
        }
        return count == machineProcessors ? "all that this machine has" : "believed; threads still use all";
    }

    /** What may not be read out of these figures. */
    List<String> limits() {
        List<String> limits = new ArrayList<>();
        limits.add(
                "The number of processors is what the JVM is told (-XX:ActiveProcessorCount). It changes what the JVM"
                        + " does: the number of virtual threads' carriers, the bound of LongAdder's and Evenkeel's stripes, spinning"
                        + " before a lock blocks. It does not change the hardware: this machine has "
                        + processors(machineProcessors) + ", which platform threads use in every run.");
        limits.add(
                "Each trial is a JVM of its own: threads meet at a barrier, warm up, meet again, and count a number of"
                        + " times fixed beforehand. Lost updates are that number less the sum, exactly.");
        limits.add("Processor time is that of the whole JVM, compiler threads and waking the threads included. With a"
                + " thousand threads and more, waking is a visible part of it, the same for every counter.");
        limits.add("Attempts are those that can be seen: LongAdder retries inside and does not tell. The unsynchronised"
                + " counter reads and writes memory each time, so that the compiler cannot fold the loop.");
        limits.add(
                "Bands and ranges run from the lowest to the highest of the repeats. Other work on the machine is in them.");
        return limits;
    }

    static String processors(int count) {
        return count + (count == 1 ? " processor" : " processors");
    }

    static String nanos(Spread cost) {
        return number(cost.median()) + "\u00a0ns";
    }

    /** Two or three digits: more would be noise. */
    static String number(double value) {
        return Unit.number(value, value < 10 ? 2 : value < 100 ? 1 : 0, false);
    }

    static String percent(double share) {
        double percent = 100 * share;
        return Unit.number(percent, percent >= 10 ? 0 : percent >= 1 ? 1 : 2, false) + "\u00a0%";
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private static String nanos(Map.Entry<Cell, Spread> entry) {
        return nanos(entry.getValue());
    }

    private static String name(Map.Entry<Cell, Spread> entry) {
        return named(entry.getKey());
    }

    private static String named(Cell cell) {
        return switch (cell.counter()) {
            case MUTEX -> "a mutex";
            case CAS_LOOP -> "a CAS loop";
            case STRIPED_PADDED -> "padded stripes (" + cell.stripes() + ")";
            case STRIPED_UNPADDED -> "unpadded stripes (" + cell.stripes() + ")";
            default -> cell.name();
        };
    }
}
