package dev.evenkeel.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Threads;
import dev.evenkeel.metrics.internal.HeavyHitters.Hitter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeavyHittersTest {
    private static void add(HeavyHitters hitters, long weight, String... values) {
        hitters.add((int) LabelHash.of(values), values, weight);
    }

    @Test
    void fewerSetsThanPlacesAreCountedExactly() {
        HeavyHitters hitters = new HeavyHitters(3, 2);
        add(hitters, 64, "/a", "200");
        add(hitters, 64, "/b", "200");
        add(hitters, 64, "/b", "500");
        add(hitters, 128, "/b", "200");

        assertEquals(
                List.of(
                        new Hitter(List.of("/b", "200"), 192, 0),
                        new Hitter(List.of("/a", "200"), 64, 0),
                        new Hitter(List.of("/b", "500"), 64, 0)),
                hitters.top(10));
        assertEquals(192, hitters.top(1).get(0).count());
        assertEquals(List.of(), hitters.top(0));
        assertEquals(320, hitters.total());
    }

    @Test
    void newSetTakesThePlaceAndTheCountOfTheLeast() {
        HeavyHitters hitters = new HeavyHitters(2, 1);
        add(hitters, 10, "often");
        add(hitters, 3, "rare");
        add(hitters, 1, "new");

        assertEquals(List.of(new Hitter(List.of("often"), 10, 0), new Hitter(List.of("new"), 4, 3)), hitters.top(2));
    }

    /** Each newcomer takes over the count of the least; the frequent set is the only one whose weight is certain. */
    @Test
    void newcomersDoNotHideAFrequentSet() {
        HeavyHitters hitters = new HeavyHitters(8, 1);
        for (int i = 0; i < 10_000; i++) {
            add(hitters, 1, i % 5 == 0 ? "often" : "once-" + i);
        }

        Hitter first = hitters.top(1).get(0);
        assertEquals(List.of("often"), first.values());
        assertTrue(first.count() - first.error() >= 1900, first.toString());
    }

    @Test
    void onePlaceHoldsTheLastSetAndTheWholeTotal() {
        HeavyHitters hitters = new HeavyHitters(1, 1);
        add(hitters, 1, "a");
        add(hitters, 1, "b");
        add(hitters, 1, "c");

        assertEquals(List.of(new Hitter(List.of("c"), 3, 2)), hitters.top(5));
    }

    /** The three properties that Metwally et al. prove, on a stream that replaces places all the time, with colliding hashes. */
    @ParameterizedTest
    @CsvSource({"1, 32", "2, 32", "3, 4", "4, 0"})
    void countsAreWithinTheirErrorsAndNoFrequentSetIsMissing(int seed, int hashBits) {
        SplittableRandom random = new SplittableRandom(seed);
        Zipf zipf = new Zipf(5000, 1.1);
        HeavyHitters hitters = new HeavyHitters(64, 1);
        Map<String, Long> truth = new HashMap<>();
        long total = 0;
        for (int i = 0; i < 100_000; i++) {
            String value = "v" + zipf.next(random);
            long weight = 1 + random.nextInt(5);
            int hash = hashBits == 0 ? 0 : (int) LabelHash.of(value) >>> (32 - hashBits);
            hitters.add(hash, new String[] {value}, weight);
            truth.merge(value, weight, Long::sum);
            total += weight;
        }

        List<Hitter> top = hitters.top(64);
        Set<String> found = new HashSet<>();
        long sum = 0;
        for (Hitter hitter : top) {
            String value = hitter.values().get(0);
            long exact = truth.get(value);
            assertTrue(hitter.count() >= exact, hitter + " of " + exact);
            assertTrue(hitter.count() - hitter.error() <= exact, hitter + " of " + exact);
            assertTrue(found.add(value), value + " has two places");
            sum += hitter.count();
        }
        assertEquals(total, sum);
        assertEquals(total, hitters.total());
        assertEquals(64, top.size());
        for (Map.Entry<String, Long> entry : truth.entrySet()) {
            assertTrue(entry.getValue() <= total / 64 || found.contains(entry.getKey()), entry.toString());
        }
    }

    /**
     * A sample of independent draws at random gaps is itself a row of independent draws, so only the samples are drawn. The
     * frequencies of ranks 10 and 11 are 10 % apart: what is missed in a short stream is their order in the sample.
     */
    @ParameterizedTest
    @CsvSource({"1_000_000, 0.95", "4_000_000, 0.98", "16_000_000, 0.99"})
    void oneSampleIn64OfZipfFindsTheTopTen(String measurements, double leastMeanRecall) {
        int samples = Integer.parseInt(measurements.replace("_", "")) / 64;
        Zipf zipf = new Zipf(1_000_000, 1.1);
        int seeds = 40;
        int hits = 0;
        int worst = 10;

        for (int seed = 1; seed <= seeds; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            HeavyHitters hitters = new HeavyHitters(1);
            for (int i = 0; i < samples; i++) {
                add(hitters, 64, "user-" + (1_000_000 + zipf.next(random)));
            }
            int hit = 0;
            for (Hitter hitter : hitters.top(10)) {
                if (Integer.parseInt(hitter.values().get(0).substring(5)) <= 1_000_010) {
                    hit++;
                }
            }
            hits += hit;
            worst = Math.min(worst, hit);
        }
        double recall = hits / (10.0 * seeds);
        String figures = String.format(
                "%s measurements: recall of the top ten %.4f, worst of %d runs %d of 10",
                measurements, recall, seeds, worst);

        assertTrue(recall >= leastMeanRecall, figures);
    }

    @Test
    void longValuesAreCutAndMarked() {
        HeavyHitters hitters = new HeavyHitters(4, 1);
        String fits = "f".repeat(HeavyHitters.MOST_CHARS);
        String start = "x".repeat(100);
        add(hitters, 5, fits);
        add(hitters, 3, start + "one");
        add(hitters, 3, start + "one");
        add(hitters, 2, start + "two");

        assertEquals(
                List.of(
                        new Hitter(List.of("x".repeat(61) + "..."), 6, 0),
                        new Hitter(List.of(fits), 5, 0),
                        new Hitter(List.of("x".repeat(61) + "..."), 2, 0)),
                hitters.top(4));
    }

    @Test
    void cutNeverSplitsAPairOfSurrogates() {
        HeavyHitters hitters = new HeavyHitters(4, 1);
        String value = "x".repeat(60) + "\uD83D\uDE00" + "y".repeat(20);
        add(hitters, 1, value);
        add(hitters, 1, value);

        assertEquals(List.of(new Hitter(List.of("x".repeat(60) + "..."), 2, 0)), hitters.top(1));
    }

    @Test
    void sampleIsDroppedAndCountedWhileTheLockIsTaken() throws InterruptedException {
        HeavyHitters hitters = new HeavyHitters(4, 1);
        add(hitters, 1, "before");
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Thread holder = new Thread(() -> {
            hitters.lock.lock();
            try {
                locked.countDown();
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                hitters.lock.unlock();
            }
        });
        holder.start();
        locked.await();

        add(hitters, 1, "meanwhile"); // would wait for ever if it waited at all
        release.countDown();
        holder.join();

        assertEquals(1, hitters.dropped());
        assertEquals(List.of(new Hitter(List.of("before"), 1, 0)), hitters.top(9));
    }

    @Test
    void everySampleIsCountedOrDropped() throws InterruptedException {
        HeavyHitters hitters = new HeavyHitters(16, 1);
        int perThread = 200_000;

        Threads.together(4, thread -> {
            for (int i = 0; i < perThread; i++) {
                add(hitters, 1, "v" + i % 100);
            }
        });

        long sum = 0;
        for (Hitter hitter : hitters.top(16)) {
            sum += hitter.count();
        }
        assertEquals(4L * perThread, hitters.total() + hitters.dropped());
        assertEquals(hitters.total(), sum);
    }

    @Test
    void whatCannotBeCountedIsLeftOut() {
        HeavyHitters hitters = new HeavyHitters(4, 2);
        hitters.add(1, new String[] {"a", null}, 1);
        hitters.add(1, new String[] {"a"}, 1);
        hitters.add(1, new String[] {"a", "b"}, 0);
        hitters.add(1, new String[] {"a", "b"}, -1);

        assertEquals(List.of(), hitters.top(4));
        assertEquals(0, hitters.total());
    }

    @Test
    void countsStayAtTheHighestNumber() {
        HeavyHitters hitters = new HeavyHitters(2, 1);
        add(hitters, Long.MAX_VALUE, "a");
        add(hitters, 5, "a");

        assertEquals(Long.MAX_VALUE, hitters.top(1).get(0).count());
        assertEquals(Long.MAX_VALUE, hitters.total());
    }

    @Test
    void valuesAreCopiedFromTheCallersArray() {
        HeavyHitters hitters = new HeavyHitters(2, 1);
        String[] reused = {"a"};
        hitters.add(1, reused, 1);
        reused[0] = "b";

        assertEquals(List.of("a"), hitters.top(1).get(0).values());
    }

    @Test
    void impossibleSizesAreRefused() {
        IllegalArgumentException none = assertThrows(IllegalArgumentException.class, () -> new HeavyHitters(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new HeavyHitters(65_537, 1));
        assertThrows(IllegalArgumentException.class, () -> new HeavyHitters(1, 0));

        assertEquals(
                "Cannot count heavy hitters in 0 places: with none there is nothing to find, and each costs memory for"
                        + " ever. Give 1 to 65536; 256 find the ten most frequent.",
                none.getMessage());
    }

    /** Draws ranks 1..n with probabilities that fall as rank^-s. */
    private static final class Zipf {
        private final double[] upTo;

        Zipf(int n, double s) {
            upTo = new double[n];
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += Math.pow(i + 1, -s);
                upTo[i] = sum;
            }
        }

        int next(SplittableRandom random) {
            int i = java.util.Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
            return Math.min(i < 0 ? -i : i + 1, upTo.length);
        }
    }
}
