package dev.evenkeel.drift.study;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.Method;
import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.drift.study.Family.Horizon;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * The full study: every family at every horizon. Run by {@code .ci/drift-study}; takes minutes, on one thread.
 *
 * <p>Arguments: set (known, development, held-out, near, fresh, fresh2 or all), series per family and horizon, first seed, and optionally
 * {@code reference}, {@code stop} for the early stop, or {@code write} and a directory to write the series to.
 */
public final class DriftStudy {
    private static final Map<String, List<Family>> SETS = new TreeMap<>(Map.of(
            "known", Families.KNOWN,
            "development", Families.DEVELOPMENT,
            "held-out", Families.HELD_OUT,
            "near", FreshFamilies.NEAR,
            "fresh", FreshFamilies.FRESH,
            "fresh2", Fresh2Families.ALL));

    private static final Horizon[] HORIZONS = Horizon.values();

    private DriftStudy() {}

    public static void main(String[] args) throws IOException {
        String set = args.length > 0 ? args[0] : "development";
        int each = args.length > 1 ? Integer.parseInt(args[1]) : 40;
        long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
        String what = args.length > 3 ? args[3] : "";
        Map<String, List<Family>> sets = sets(set);
        long start = System.nanoTime();
        switch (what) {
            case "stop" -> System.out.print(EarlyStopStudy.table(ofAll(sets), each, seed));
            case "write" -> TraceFiles.write(ofAll(sets), each, seed, Path.of(args[4]));
            case "", "reference" -> {
                DriftAnalysis.Options options =
                        DriftAnalysis.Options.defaults().withMethod(what.isEmpty() ? Method.AVERAGE : Method.REFERENCE);
                System.out.print(tables(sets, each, seed, (s, b) -> DriftAnalysis.of(s, b, List.of(), options)));
            }
            default -> throw new IllegalArgumentException(
                    "There is no mode \"" + what + "\": choose reference, stop, or write and a directory.");
        }
        System.out.printf(Locale.ROOT, "%nTook %d s.%n", (System.nanoTime() - start) / 1_000_000_000);
    }

    private static Map<String, List<Family>> sets(String name) {
        if (name.equals("all")) {
            return SETS;
        }
        List<Family> families = SETS.get(name);
        if (families == null) {
            throw new IllegalArgumentException(
                    "There is no set \"" + name + "\": choose " + String.join(", ", SETS.keySet()) + " or all.");
        }
        return Map.of(name, families);
    }

    private static List<Family> ofAll(Map<String, List<Family>> sets) {
        return sets.values().stream().flatMap(List::stream).toList();
    }

    /** A row per family, then a row per set and length. */
    private static String tables(
            Map<String, List<Family>> sets, int each, long seed, BiFunction<TimeSeries, Budget, DriftResult> method) {
        StringBuilder byFamily = new StringBuilder(Tally.FAMILY_HEAD);
        StringBuilder bySet = new StringBuilder(Tally.SET_HEAD);
        sets.forEach((name, families) -> {
            Tally[][] sums = new Tally[2][];
            for (int leak = 0; leak < 2; leak++) {
                sums[leak] = tallies();
            }
            for (Family family : families) {
                Tally[] tallies = tallies();
                for (Horizon horizon : HORIZONS) {
                    for (int i = 0; i < each; i++) {
                        Family.Made made = family.make(horizon, seed + i);
                        DriftResult result = method.apply(made.series(), new Budget(made.budget(), ""));
                        tallies[horizon.ordinal()].add(result, made.trueSlope());
                    }
                    tallies[HORIZONS.length].add(tallies[horizon.ordinal()]);
                }
                byFamily.append(Tally.familyRow(family.name(), family.leak(), tallies));
                for (int h = 0; h <= HORIZONS.length; h++) {
                    sums[family.leak() ? 1 : 0][h].add(tallies[h]);
                }
            }
            for (int h = 0; h <= HORIZONS.length; h++) {
                String length = h < HORIZONS.length ? HORIZONS[h].words : "all";
                bySet.append(Tally.setRow(name, length, sums[0][h], sums[1][h]));
            }
        });
        return byFamily.append('\n').append(bySet).toString();
    }

    /** One for each length, and one for all of them. */
    private static Tally[] tallies() {
        Tally[] tallies = new Tally[HORIZONS.length + 1];
        for (int h = 0; h < tallies.length; h++) {
            tallies[h] = new Tally();
        }
        return tallies;
    }
}
