package dev.evenkeel.metrics;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/** Prints the rows of how far quantiles of the last minute are from a sorted array: ours. Those of a library come from its own JVM. */
public final class AccuracyTable {
    private static final long SEED = 20_261_121;

    private AccuracyTable() {}

    public static void main(String[] args) throws Exception {
        System.out.printf(
                Locale.ROOT, "JDK %s, seed %d, %s.%n%n", Runtime.version(), SEED, LocalDate.now(ZoneOffset.UTC));
        System.out.println("| values | who | p50 | p90 | p99 | p99.9 | max |");
        System.out.println("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
        print("1 Evenkeel, 2 digits, the interval it says", time -> new Accuracy.Ours(time, 2, true));
        print("2 Evenkeel, 3 digits, the interval it says", time -> new Accuracy.Ours(time, 3, true));
        print("3 Evenkeel, 2 digits", time -> new Accuracy.Ours(time, 2, false));
    }

    /** @param name with a number before it, by which the rows of a scenario are sorted */
    static void print(String name, Accuracy.Maker maker) throws Exception {
        for (Accuracy.Scenario scenario : Accuracy.Scenario.values()) {
            System.out.printf(
                    Locale.ROOT,
                    "%02d %s%n",
                    scenario.ordinal(),
                    Accuracy.run(scenario, maker, SEED + scenario.ordinal()).row(name));
        }
    }
}
