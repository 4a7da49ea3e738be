package dev.evenkeel.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Leaks of a known rate, injected into made-up readings, against the power that the report claims. */
class DetectionPowerTest {
    private static final int INJECTIONS = 500;
    private static final LeakOptions OPTIONS =
            LeakOptions.defaults().withName("injected").withHeap(false).withLinger(Duration.ZERO);

    @Test
    void leaksAtTheStatedLimitAreFoundNineTimesInTen() {
        double limit = MadeUpReadings.judge(OPTIONS, n -> 1).limits().get(0).iterationsPerLeak();

        assertEquals(0.9, shareFound(1 / limit, 7), 0.03, "power at 1 in " + limit);
        assertTrue(shareFound(2 / limit, 8) > 0.99, "power at twice the limit");
    }

    @Test
    void objectsAreFoundAtALowerRateBecauseTheirRoundsAreLarger() {
        DetectionPower power = new DetectionPower(OPTIONS);
        DetectionPower withoutQuietPass = new DetectionPower(OPTIONS.withWarmUpRounds(0));

        assertEquals(1.15, power.rate() / power.heapRate(), 0.1);
        assertEquals(withoutQuietPass.rate(), withoutQuietPass.heapRate());
    }

    @Test
    void theLimitFollowsTheIterations() {
        double ten = new DetectionPower(OPTIONS).rate();
        double forty = new DetectionPower(OPTIONS.withIterations(40)).rate();

        assertEquals(4, ten / forty, 0.3);
    }

    @Test
    void evenLeaksBesideNoiseAreFoundAtTheStatedRate() {
        double factor = new DetectionPower(OPTIONS).shareOfNoise();
        int found = 0;
        for (int i = 0; i < INJECTIONS; i++) {
            Random random = new Random(90_000 + i);
            double[] noise = new double[64];
            for (int k = 0; k < noise.length; k++) {
                noise[k] = random.nextDouble() * 1_000_000;
            }
            double low = Double.MAX_VALUE;
            double high = 0;
            int first = OPTIONS.rounds() - GrowthRule.WINDOW;
            for (int k = first; k <= OPTIONS.rounds(); k++) {
                low = Math.min(low, noise[k]);
                high = Math.max(high, noise[k]);
            }
            double rate = factor * (high - low);
            int[] round = {-1};
            long[] at = {-1};
            LeakReport report = MadeUpReadings.judge(OPTIONS.withWarmUpRounds(0), n -> {
                if (at[0] != n) {
                    at[0] = n;
                    round[0]++;
                }
                return (long) (noise[round[0]] + rate * n);
            });
            found += report.verdict() == Verdict.FAIL ? 1 : 0;
        }

        assertEquals(0.9, found / (double) INJECTIONS, 0.03, "power beside noise, at " + factor + " of its range");
    }

    @Test
    void whatMovesByItselfWithoutATrendIsNotBlamed() {
        int blamed = 0;
        for (int i = 0; i < INJECTIONS; i++) {
            Random random = new Random(50_000 + i);
            LeakReport report = MadeUpReadings.judge(OPTIONS, n -> 1_000 + random.nextInt(100));
            blamed += report.verdict() == Verdict.PASS ? 0 : 1;
        }

        assertTrue(blamed <= 5, blamed + " of 500 noisy series without a trend were blamed");
    }

    private static double shareFound(double rate, int seed) {
        int found = 0;
        for (int i = 0; i < INJECTIONS; i++) {
            Random random = new Random(seed * 1_000_003L + i);
            long[] leaked = {0};
            int[] before = {0};
            LeakReport report = MadeUpReadings.judge(OPTIONS, n -> {
                for (; before[0] < n; before[0]++) {
                    leaked[0] += random.nextDouble() < rate ? 1 : 0;
                }
                return leaked[0];
            });
            found += report.verdict() == Verdict.FAIL ? 1 : 0;
        }
        return found / (double) INJECTIONS;
    }
}
