package dev.evenkeel.cli.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The arithmetic against small cases that can be counted by hand, then the judgement on simulated forks: log-normal with the
 * spread that forks show on a shared machine with 2 processors, and a regime 1.7 times slower that comes and goes.
 */
class RatioIntervalTest {
    private static final int FORKS = 20;
    private static final double SPREAD = 0.04;
    private static final double REGIME_CHANCE = 1.0 / 30;
    private static final double REGIME = 1.7;

    @Test
    void signedRanksAreCounted() {
        // of 8 sign patterns of the ranks 1, 2, 3: the sum 3 comes from {3} and {1, 2}
        assertArrayEquals(new double[] {1, 1, 1, 2, 1, 1, 1}, RatioInterval.signedRankCounts(3));
    }

    @Test
    void rankSumsAreCounted() {
        // the 6 orders of two and two readings
        assertArrayEquals(new double[] {1, 1, 2, 1, 1}, RatioInterval.rankSumCounts(2, 2));
        assertArrayEquals(new double[] {1, 1, 1, 1}, RatioInterval.rankSumCounts(3, 1));
        assertEquals(252, Arrays.stream(RatioInterval.rankSumCounts(5, 5)).sum());
    }

    @Test
    void fivePairsGiveTheExtremesAtFivePercent() {
        List<Double> base = List.of(1.0, 1.0, 1.0, 1.0, 1.0);
        List<Double> head = List.of(1.1, 1.2, 1.3, 1.4, 1.5);

        RatioInterval interval = RatioInterval.paired(base, head, 0.05);

        assertEquals(1.1, interval.lower(), 1e-9);
        assertEquals(1.5, interval.upper(), 1e-9);
        assertEquals(1.0 / 32, interval.alpha(), 1e-12);
    }

    @Test
    void tenPairsDropTheAveragesThatAreUnlikely() {
        // Tables of Wilcoxon's signed ranks: P(T+ <= 10) = 0.0420, P(T+ <= 11) = 0.0527 for ten pairs.
        List<Double> base = new ArrayList<>();
        List<Double> head = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            base.add(1.0);
            head.add(Math.exp(Math.pow(2, i))); // all averages of two differ
        }
        List<Double> averages = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j <= i; j++) {
                averages.add((Math.pow(2, i) + Math.pow(2, j)) / 2);
            }
        }
        averages.sort(null);

        RatioInterval interval = RatioInterval.paired(base, head, 0.05);

        assertEquals(0.0420, interval.alpha(), 5e-5);
        assertEquals(averages.get(10), Math.log(interval.lower()), 1e-9);
        assertEquals(averages.get(44), Math.log(interval.upper()), 1e-9);
    }

    @Test
    void tooFewPairsAreRefusedWithHowManyItTakes() {
        List<Double> four = List.of(1.0, 1.0, 1.0, 1.0);

        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> RatioInterval.paired(four, four, 0.05));

        assertEquals(
                "Cannot bound a ratio from 4 and 4 readings: bounds that are each wrong in at most 0.05 of all runs need 5"
                        + " pairs or more. Run more forks, or fewer cases.",
                error.getMessage());
    }

    @Test
    void threeForksApartAreBoundedByTheirExtremesAndSayHowSurely() {
        RatioInterval interval = RatioInterval.unpaired(List.of(1.0, 2.0, 4.0), List.of(2.0, 4.0, 8.0), 0.01);

        assertEquals(2, interval.ratio(), 1e-9);
        assertEquals(0.5, interval.lower(), 1e-9);
        assertEquals(8, interval.upper(), 1e-9);
        assertEquals(1.0 / 20, interval.alpha(), 1e-12);
    }

    @Test
    void aPlantedTenPercentIsFoundAmongTheCasesOfASuite() {
        int found = 0;
        int runs = 300;
        for (int seed = 0; seed < runs; seed++) {
            Comparison comparison = simulated(new Random(seed), 5, 1.10);
            found += comparison.changes().get(0).regression() ? 1 : 0;
        }

        assertTrue(found >= 0.9 * runs, "found in " + found + " of " + runs + " runs, seeds from 0");
    }

    @Test
    void twentyUnchangedPairsAreSilent() {
        int loud = 0;
        int runs = 1000;
        for (int seed = 0; seed < runs; seed++) {
            loud += simulated(new Random(seed), 20, 1.0).regression() ? 1 : 0;
        }

        assertEquals(0, loud, "of " + runs + " runs, seeds from 0");
    }

    @Test
    void boundsHoldAsOftenAsTheySayWhateverTheNoise() {
        int wrong = 0;
        int runs = 4000;
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            wrong += simulatedCase(random, 1, 0.05).ratio().lower() > 1 ? 1 : 0;
        }

        assertTrue(wrong <= 0.06 * runs, wrong + " of " + runs + " lower bounds were above no change, seeds from 0");
        assertTrue(wrong >= 0.03 * runs, wrong + " of " + runs + ": the bounds are wider than they need to be");
    }

    @Test
    void aComparisonWithAFileNeverFails() {
        Comparison.Change slower =
                new Comparison.Change("x", List.of(1.0), List.of(2.0), new RatioInterval(2, 1.9, 2.1, 0.05));

        assertTrue(new Comparison("main", true, List.of(slower)).regression());
        assertTrue(!new Comparison("base.json", false, List.of(slower)).regression());
        assertEquals("slower", slower.word());
    }

    @Test
    void aChangeUnderTheThresholdIsNoRegressionHoweverCertain() {
        assertEquals(
                "no certain change",
                new Comparison.Change("x", List.of(1.0), List.of(1.02), new RatioInterval(1.02, 1.01, 1.029, 0.05))
                        .word());
        assertEquals(
                "faster",
                new Comparison.Change("x", List.of(1.0), List.of(0.9), new RatioInterval(0.9, 0.85, 0.95, 0.05))
                        .word());
    }

    /** Only the first case is slower, by the factor. */
    private static Comparison simulated(Random random, int cases, double factor) {
        List<Comparison.Change> changes = new ArrayList<>();
        for (int i = 0; i < cases; i++) {
            changes.add(simulatedCase(random, i == 0 ? factor : 1, Comparison.alpha(cases)));
        }
        return new Comparison("base", true, changes);
    }

    private static Comparison.Change simulatedCase(Random random, double factor, double alpha) {
        List<Double> base = new ArrayList<>();
        List<Double> head = new ArrayList<>();
        double regime = 1;
        for (int fork = 0; fork < 2 * FORKS; fork++) {
            if (random.nextDouble() < REGIME_CHANCE) {
                regime = regime == 1 ? REGIME : 1;
            }
            double nanos = 5 * regime * Math.exp(SPREAD * random.nextGaussian());
            boolean heads = head.size() == base.size() ? random.nextBoolean() : head.size() < base.size();
            if (heads) {
                head.add(nanos * factor);
            } else {
                base.add(nanos);
            }
        }
        return new Comparison.Change("case", base, head, RatioInterval.paired(base, head, alpha));
    }
}
