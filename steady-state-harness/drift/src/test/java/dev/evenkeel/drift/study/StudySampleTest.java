package dev.evenkeel.drift.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.DriftAnalysis.Options;
import dev.evenkeel.drift.DriftResult;
import dev.evenkeel.drift.EarlyStop;
import dev.evenkeel.drift.Mark;
import dev.evenkeel.drift.Planner;
import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.drift.study.Family.Horizon;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A few series of every family; the whole study is {@code .ci/drift-study}. Seeds are fixed: the counts are exact. */
class StudySampleTest {
    private static final int EACH = 2;
    private static final long SEED = 70_001;

    private static Tally tally(List<Family> families, boolean leak) {
        Tally tally = new Tally();
        for (Family family : families) {
            if (family.leak() == leak) {
                for (Horizon horizon : Horizon.values()) {
                    for (int i = 0; i < EACH; i++) {
                        Family.Made made = family.make(horizon, SEED + i);
                        tally.add(DriftAnalysis.of(made.series(), new Budget(made.budget(), "")), made.trueSlope());
                    }
                }
            }
        }
        return tally;
    }

    private static List<Family> all() {
        return Stream.of(Families.KNOWN, Families.DEVELOPMENT, Families.HELD_OUT)
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void healthyFamiliesSeldomFail() {
        Tally tally = tally(all(), false);

        assertTrue(tally.total() >= 300, () -> "series " + tally.total());
        assertTrue(tally.fail <= 0.01 * tally.total(), () -> tally.fail + " of " + tally.total() + " fail");
        assertTrue(tally.lowerLevel() >= 0.965, () -> "lower bound holds in " + tally.lowerLevel());
    }

    @Test
    void leakingFamiliesFailAndSeldomPass() {
        Tally tally = tally(all(), true);

        assertTrue(tally.fail >= 0.88 * tally.total(), () -> tally.fail + " of " + tally.total() + " fail");
        assertTrue(tally.pass <= 0.01 * tally.total(), () -> tally.pass + " of " + tally.total() + " pass");
    }

    /** The rising half of a cycle: without its load a trend to any method, with it none. */
    @Test
    void partOfACycleIsNoTrendOnceTheLoadIsKnown() {
        int blind = 0;
        int told = 0;
        int leaks = 0;
        for (int run = 0; run < 40; run++) {
            Random random = new Random(900 + run);
            double[] t = new double[480];
            double[] load = new double[480];
            double[] steady = new double[480];
            double[] leak = new double[480];
            for (int i = 0; i < 480; i++) {
                t[i] = i * 60;
                load[i] = 200 + 80 * Math.sin(2 * Math.PI * (0.4 * i / 480 - 0.2)) + 4 * random.nextGaussian();
                steady[i] = 1000 + 0.5 * load[i] + 5 * random.nextGaussian();
                leak[i] = steady[i] + 8 * 5.0 * i / 60;
            }
            Budget budget = new Budget(2, "");
            Options known = Options.defaults().withLoad(TimeSeries.of(t, load));
            blind += DriftAnalysis.of(TimeSeries.of(t, steady), budget).verdict() == Verdict.FAIL ? 1 : 0;
            told += DriftAnalysis.of(TimeSeries.of(t, steady), budget, List.of(), known)
                                    .verdict()
                            == Verdict.FAIL
                    ? 1
                    : 0;
            leaks += DriftAnalysis.of(TimeSeries.of(t, leak), budget, List.of(), known)
                                    .verdict()
                            == Verdict.FAIL
                    ? 1
                    : 0;
        }

        assertTrue(blind > 0, "the cycle is one that deceives");
        assertEquals(0, told);
        assertEquals(40, leaks);
    }

    @Test
    void declaredPeriodLongerThanTheRunIsNotTakenForATrend() {
        int wrong = 0;
        for (int run = 0; run < 20; run++) {
            Random random = new Random(950 + run);
            double[] t = new double[480];
            double[] v = new double[480];
            for (int i = 0; i < 480; i++) {
                t[i] = i * 60;
                v[i] = 100 + 20 * Math.sin(2 * Math.PI * (0.5 * i / 480 - 0.25)) + random.nextGaussian();
            }
            DriftResult result = DriftAnalysis.of(
                    TimeSeries.of(t, v),
                    new Budget(1, ""),
                    List.of(),
                    Options.defaults().withPeriodsSeconds(List.of(57_600.0)));
            wrong += result.verdict() == Verdict.FAIL ? 1 : 0;
        }

        assertEquals(0, wrong);
    }

    private static TimeSeries hour(long seed, int readings, double perHour) {
        Random random = new Random(seed);
        double[] t = new double[readings];
        double[] v = new double[readings];
        for (int i = 0; i < readings; i++) {
            t[i] = i * 15;
            v[i] = 100 + perHour * t[i] / 3600 + random.nextGaussian();
        }
        return TimeSeries.of(t, v);
    }

    private static @Nullable DriftResult stopAfter(long seed, int readings, double perHour, Options options) {
        return EarlyStop.decide(hour(seed, readings, perHour), 3600, new Budget(5, ""), List.of(), options);
    }

    @Test
    void steepLeakEndsTheRunAtAThirdAndNotBefore() {
        Options options = Options.defaults();

        assertNull(stopAfter(1, 79, 60, options));
        DriftResult look = stopAfter(1, 80, 60, options);
        assertTrue(look != null && look.verdict() == Verdict.FAIL);
        assertTrue(look.reason().contains("99.95 % lower bound"), look.reason());
        assertNull(stopAfter(1, 80, 60, options.withPeriodsSeconds(List.of(1200.0))), "not before two periods");
    }

    @Test
    void growthThatOnlyTheLastEighthShowedDoesNotEndTheRun() {
        double[] t = new double[120];
        double[] v = new double[120];
        Random random = new Random(3);
        for (int i = 0; i < 120; i++) {
            t[i] = i * 15;
            v[i] = 100 + (i > 90 ? 2 * (i - 90) : 0) + random.nextGaussian();
        }
        TimeSeries series = TimeSeries.of(t, v);

        assertEquals(Verdict.FAIL, DriftAnalysis.of(series, new Budget(5, "")).verdict());
        assertNull(EarlyStop.decide(series, 3600, new Budget(5, ""), List.of(), Options.defaults()));
    }

    /** Two teeth of a sixth of the run each: between two collections a heap rises as a leak does. */
    @Test
    void teethThatFellBackDoNotEndTheRun() {
        double[] t = new double[105];
        double[] v = new double[105];
        Random random = new Random(4);
        for (int i = 0; i < 105; i++) {
            t[i] = i * 15;
            v[i] = 100 + (i % 56) / 2.0 + 0.3 * random.nextGaussian();
        }
        TimeSeries series = TimeSeries.of(t, v);

        assertEquals(Verdict.FAIL, DriftAnalysis.of(series, new Budget(5, "")).verdict());
        assertNull(EarlyStop.decide(series, 3600, new Budget(5, ""), List.of(), Options.defaults()));
        assertTrue(
                EarlyStop.decide(
                                series,
                                3600,
                                new Budget(5, ""),
                                List.of(new Mark(56 * 15, 56 * 15, Mark.Kind.RESTART, "")),
                                Options.defaults())
                        != null,
                "a fall at a planned restart is none");
    }

    /** A second store that begins to fill at a quarter of the run, and is nearly full at the look. */
    @Test
    void growthThatSlackensDoesNotEndTheRun() {
        double[] t = new double[105];
        double[] v = new double[105];
        Random random = new Random(9);
        for (int i = 0; i < 105; i++) {
            t[i] = i * 15;
            v[i] = 100 + (i > 52 ? 20 * (1 - Math.exp(-(i - 52) / 14.0)) : 0) + random.nextGaussian();
        }
        double[] on = v.clone();
        for (int i = 80; i < 105; i++) {
            on[i] += (i - 80) / 2.0;
        }
        Budget budget = new Budget(5, "");

        assertNull(EarlyStop.decide(TimeSeries.of(t, v), 3600, budget, List.of(), Options.defaults()));
        DriftResult rising = EarlyStop.decide(TimeSeries.of(t, on), 3600, budget, List.of(), Options.defaults());
        assertTrue(rising != null && rising.verdict() == Verdict.FAIL, "the same, but it goes on");
    }

    @Test
    void flatRunPassesFromFiveEighthsOn() {
        assertNull(stopAfter(2, 149, 0, Options.defaults()), "too early to pass");
        DriftResult later = stopAfter(2, 150, 0, Options.defaults());
        assertTrue(later != null && later.verdict() == Verdict.PASS);
    }

    @Test
    void fewReadingsDoNotEndARun() {
        double[] t = new double[14];
        double[] v = new double[14];
        for (int i = 0; i < 14; i++) {
            t[i] = i * 120;
            v[i] = 100 + i * 10 + i % 3;
        }

        assertNull(EarlyStop.decide(TimeSeries.of(t, v), 3600, new Budget(5, ""), List.of(), Options.defaults()));
    }

    /** In small what the study shows: steep leaks end by half of the run on average, healthy runs are not stopped. */
    @Test
    void leaksOfFourBudgetsOrMoreEndByHalfOfTheRunAndHealthyRunsAreNotStopped() {
        double ends = 0;
        int runs = 0;
        int wrong = 0;
        int healthy = 0;
        for (Family family : Stream.concat(Families.KNOWN.stream(), FreshFamilies.NEAR.stream())
                .toList()) {
            if (family.name().equals("half_way")) {
                continue; // leaks from half of the run on
            }
            for (double multiple : family.leak() ? new double[] {4, 8} : new double[] {0}) {
                if (!family.leak()) {
                    healthy++;
                    wrong += failsAt(family.make(Horizon.WORKDAY, SEED, multiple)) < 1 ? 1 : 0;
                    continue;
                }
                for (int i = 0; i < 4; i++) { // the mean of one run of each kind has a standard error of some 0.04
                    runs++;
                    ends += failsAt(family.make(Horizon.WORKDAY, SEED + i, multiple));
                }
            }
        }

        double mean = ends / runs;
        assertTrue(runs >= 120 && healthy >= 24, () -> "families are missing");
        System.out.println("steep leaks ended at " + mean + " of the run on average");
        assertTrue(mean <= 0.5, () -> "leaks ended at " + mean + " of the run on average");
        assertEquals(0, wrong);
    }

    /** The share of eight hours after which a FAIL ends them. */
    private static double failsAt(Family.Made made) {
        for (int look = 1; look < EarlyStop.LOOKS; look++) {
            DriftResult stop = EarlyStop.decide(
                    firstPart(made.series(), look * 28_800.0 / EarlyStop.LOOKS),
                    28_800,
                    new Budget(made.budget(), ""),
                    List.of(),
                    Options.defaults());
            if (stop != null && stop.verdict() == Verdict.FAIL) {
                return look / (double) EarlyStop.LOOKS;
            }
        }
        return 1;
    }

    private static TimeSeries firstPart(TimeSeries series, double seconds) {
        int n = 0;
        while (n < series.size() && series.second(n) < seconds) {
            n++;
        }
        double[] t = new double[n];
        double[] v = new double[n];
        for (int i = 0; i < n; i++) {
            t[i] = series.second(i);
            v[i] = series.value(i);
        }
        return TimeSeries.of(t, v);
    }

    @Test
    void runOfThePlannedLengthFailsTheGrowthItWasPlannedFor() {
        int failed = 0;
        for (int run = 0; run < 30; run++) {
            Planner planner = Planner.of(hour(300 + run, 40, 0), Options.defaults());
            int readings = (int) Math.ceil(planner.secondsToSee(10) / 15);
            assertEquals(10, planner.visiblePerHour(planner.secondsToSee(10)), 1e-9);
            failed += DriftAnalysis.of(hour(400 + run, Math.max(30, readings), 12), new Budget(2, ""))
                                    .verdict()
                            == Verdict.FAIL
                    ? 1
                    : 0;
        }
        int found = failed;
        assertTrue(found >= 24, () -> found + " of 30");
    }

    @Test
    void differenceOfTwoRunsCancelsTheirSharedCycle() {
        double[] t = new double[240];
        double[] a = new double[240];
        double[] b = new double[240];
        Random random = new Random(5);
        for (int i = 0; i < 240; i++) {
            t[i] = i * 15;
            double shared = 40 * Math.sin(i / 140.0);
            a[i] = 100 + shared + random.nextGaussian();
            b[i] = 90 + shared + 20 * t[i] / 3600 + random.nextGaussian();
        }
        Budget budget = new Budget(5, "");

        DriftResult grown = DriftAnalysis.of(TimeSeries.of(t, b).minus(TimeSeries.of(t, a)), budget);

        assertEquals(Verdict.FAIL, grown.verdict());
        assertEquals(20, grown.slopePerHour(), 3);
        assertTrue(Double.isNaN(TimeSeries.of(t, a)
                .minus(TimeSeries.of(new double[] {100}, new double[] {1}))
                .value(0)));
    }
}
