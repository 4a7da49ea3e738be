package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A label whose values explode: totals stay exact, memory stays bounded, and the culprit is named. */
class LabelFloodTest {
    private static final int LIMIT = 1000;
    private static final int DISTINCT = 1_000_000;
    private static final int THREADS = 4;

    private final MetricRegistry registry = MetricRegistry.create();
    private final Labelled<Counter> users =
            registry.counter("requests").labels("user").cardinalityLimit(LIMIT).register();

    @Test
    void millionValuesAgainstALimitOfAThousand() throws Exception {
        double before = registry.snapshot().value("evenkeel.bytes");
        Threads.together(THREADS, t -> {
            for (int i = t; i < DISTINCT; i += THREADS) {
                users.bind("user-" + i).increment();
            }
        });

        Snapshot snapshot = registry.snapshot();
        double own = snapshot.points().stream()
                .filter(p -> p.descriptor().name().equals("requests"))
                .mapToDouble(Point::value)
                .sum();
        assertEquals(DISTINCT, own);
        assertEquals(DISTINCT - LIMIT, snapshot.value("requests", "true"));
        assertEquals(DISTINCT - LIMIT, snapshot.value("evenkeel.dropped", "overflowed"));
        double estimate = snapshot.value("evenkeel.overflow.label_sets", "requests");
        assertEquals(1, estimate / (DISTINCT - LIMIT), 0.03);
        assertEquals(users.overflow().labelSets(), (long) estimate);
        double grown = snapshot.value("evenkeel.bytes") - before;
        assertTrue(grown <= 1 << 20, grown + " bytes");
    }

    @Test
    void estimateHoldsFromAFewSetsOn() {
        for (int sets : new int[] {1, 30, 1000, 20_000, 200_000}) {
            Labelled<Counter> some = registry.counter("c" + sets)
                    .labels("a", "b")
                    .cardinalityLimit(1)
                    .register();
            some.bind("x", "y");
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < sets; i++) {
                    some.bind("user-" + i, "order-" + i % 7).increment();
                }
            }

            assertEquals(1, some.overflow().labelSets() / (double) sets, 0.03, sets + " sets");
        }
    }

    @Test
    void mostFrequentAreNamed() {
        int recalled = 0;
        int runs = 5;
        long seed = System.nanoTime();
        for (int run = 0; run < runs; run++) {
            Labelled<Counter> some = registry.counter("zipf" + run)
                    .labels("user")
                    .cardinalityLimit(1)
                    .register();
            some.bind("first");
            double[] cumulative = new double[DISTINCT];
            double sum = 0;
            for (int i = 0; i < DISTINCT; i++) {
                sum += Math.pow(i + 1, -1.1);
                cumulative[i] = sum;
            }
            SplittableRandom random = new SplittableRandom(seed + run);
            for (int i = 0; i < 2_000_000; i++) {
                int rank = Arrays.binarySearch(cumulative, random.nextDouble() * sum);
                some.bind("user-" + (rank < 0 ? -rank - 1 : rank)).increment();
            }
            Set<List<String>> top = new HashSet<>();
            some.overflow().mostFrequent().forEach(f -> top.add(f.values()));
            for (int i = 0; i < 10; i++) {
                recalled += top.contains(List.of("user-" + i)) ? 1 : 0;
            }
        }

        assertTrue(recalled >= 0.9 * 10 * runs, recalled + " of " + 10 * runs + ", seed " + seed);
    }

    @Test
    void nothingIsKnownBeforeTheFirstOverflow() {
        users.bind("a").increment();

        assertEquals(new Overflow(0, List.of()), users.overflow());
        assertTrue(registry.snapshot()
                .find("evenkeel.overflow.label_sets", "requests")
                .isEmpty());
    }
}
