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
import java.util.function.BiFunction;

/**
 * The full study: every family at every horizon. Run by {@code .ci/drift-study}; takes minutes, on one thread.
 *
 * <p>Arguments: set (known, development, held-out, near or fresh), series per family and horizon, first seed, and optionally {@code
 * reference}, {@code horizon} (a row per length of run) or both in one word, {@code stop} for the early stop, or {@code
 * write} and a directory to write the series to.
 */
public final class DriftStudy {
    private DriftStudy() {}

    public static void main(String[] args) throws IOException {
        String set = args.length > 0 ? args[0] : "development";
        int each = args.length > 1 ? Integer.parseInt(args[1]) : 40;
        long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
        if (args.length > 3 && args[3].equals("stop")) {
            System.out.print(EarlyStopStudy.table(families(set), each, seed));
            return;
        }
        if (args.length > 3 && args[3].equals("write")) {
            TraceFiles.write(families(set), each, seed, Path.of(args[4]));
            return;
        }
        boolean byHorizon = args.length > 3 && args[3].contains("horizon");
        List<Family> families = families(set);
        boolean reference = args.length > 3 && args[3].contains("reference");
        DriftAnalysis.Options options =
                DriftAnalysis.Options.defaults().withMethod(reference ? Method.REFERENCE : Method.AVERAGE);
        long start = System.nanoTime();
        System.out.print(table(families, each, seed, byHorizon, (s, b) -> DriftAnalysis.of(s, b, List.of(), options)));
        System.out.printf(Locale.ROOT, "%nTook %d s.%n", (System.nanoTime() - start) / 1_000_000_000);
    }

    private static List<Family> families(String set) {
        return switch (set) {
            case "known" -> Families.KNOWN;
            case "development" -> Families.DEVELOPMENT;
            case "held-out" -> Families.HELD_OUT;
            case "near" -> FreshFamilies.NEAR;
            case "fresh" -> FreshFamilies.FRESH;
            default -> throw new IllegalArgumentException(
                    "There is no set \"" + set + "\": choose known, development, held-out, near or fresh.");
        };
    }

    static String table(
            List<Family> families,
            int each,
            long seed,
            boolean byHorizon,
            BiFunction<TimeSeries, Budget, DriftResult> method) {
        StringBuilder table = new StringBuilder(Tally.HEAD);
        Horizon[] horizons = Horizon.values();
        Tally[][] sums = new Tally[2][horizons.length + 1];
        for (Tally[] row : sums) {
            for (int i = 0; i < row.length; i++) {
                row[i] = new Tally();
            }
        }
        Tally[] worst = new Tally[1];
        String[] worstName = {""};
        for (Family family : families) {
            Tally all = new Tally();
            for (Horizon horizon : horizons) {
                Tally tally = new Tally();
                for (int i = 0; i < each; i++) {
                    Family.Made made = family.make(horizon, seed + i);
                    tally.add(method.apply(made.series(), new Budget(made.budget(), "")), made.trueSlope());
                }
                if (byHorizon) {
                    table.append(tally.row(family.name(), horizon.words, family.leak()));
                }
                all.add(tally);
                sums[family.leak() ? 1 : 0][horizon.ordinal()].add(tally);
            }
            sums[family.leak() ? 1 : 0][horizons.length].add(all);
            if (!byHorizon) {
                table.append(all.row(family.name(), "all", family.leak()));
            }
            if (worst[0] == null || all.lowerLevel() < worst[0].lowerLevel()) {
                worst[0] = all;
                worstName[0] = family.name();
            }
        }
        for (int leak = 0; leak < 2; leak++) {
            for (int h = 0; h <= horizons.length; h++) {
                table.append(sums[leak][h].row("**all**", h < horizons.length ? horizons[h].words : "all", leak == 1));
            }
        }
        return table.append("\nWorst family of the lower bound: ")
                .append(worstName[0])
                .append('\n')
                .toString();
    }
}
