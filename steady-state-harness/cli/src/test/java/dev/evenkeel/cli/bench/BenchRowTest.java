package dev.evenkeel.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class BenchRowTest {
    private static final String JSON =
            """
            [{"benchmark":"x","primaryMetric":{"score":2.5,"rawData":[[3.0,2.0,4.0]]},
              "secondaryMetrics":{"gc.alloc.rate":{"score":1.0},
              "gc.alloc.rate.norm":{"score":24.0,"rawData":[[24.0]]}}}]
            """;

    @Test
    void readsIterationsAndBytesOfOneFork() {
        JmhResult result = JmhResult.parse(JSON);

        assertEquals(List.of(3.0, 2.0, 4.0), result.nanosPerOp());
        assertEquals(24.0, result.bytesPerOp());
    }

    @Test
    void resultWithoutReadingsIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> JmhResult.parse("[]"));
    }

    @Test
    void medianIsOverAllForksAndInProcessorNanoseconds() {
        BenchRow row = row("LongAdder", BenchSuite.Role.PEER, 8);
        row.add(new JmhResult(List.of(8.0, 16.0), 0), 2);
        row.add(new JmhResult(List.of(24.0), 0), 2);

        assertEquals(4.0, row.median());
        assertEquals(2.0, row.low());
        assertEquals(6.0, row.high());
    }

    @Test
    void ratioIsToTheFastestPeerAndIgnoresFloors() {
        BenchRow floor = row("own cell", BenchSuite.Role.FLOOR, 1);
        BenchRow slow = row("AtomicLong", BenchSuite.Role.PEER, 1);
        BenchRow fast = row("LongAdder", BenchSuite.Role.PEER, 1);
        BenchRow ours = row(BenchSuite.Entry.OURS, BenchSuite.Role.OURS, 1);
        floor.add(new JmhResult(List.of(1.0), 0), 2);
        slow.add(new JmhResult(List.of(20.0), 0), 2);
        fast.add(new JmhResult(List.of(10.0), 0), 2);
        ours.add(new JmhResult(List.of(3.0), 0), 2);
        List<BenchRow> all = List.of(floor, slow, fast, ours);

        assertEquals(0.3, ours.ratioToBestPeer(all).orElseThrow(), 1e-9);
        assertTrue(ours.toJson(all).endsWith("\"ratio_to_best_peer\":0.300}"), ours.toJson(all));
        assertFalse(fast.ratioToBestPeer(all).isPresent());
    }

    @Test
    void unknownSuiteNamesTheKnownOnes() {
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> BenchSuite.named("speed"));

        assertEquals("There is no benchmark suite \"speed\". Choose one of: counters, latency.", error.getMessage());
    }

    @Test
    void aSectionOfThePageIsReplacedAndTheRestStays() {
        String page = "# Benchmarks\n\nWords.\n";

        String first = BenchMarkdown.replaced(page, BenchSuite.COUNTERS, "one\n");
        String both = BenchMarkdown.replaced(first, BenchSuite.LATENCY, "two\n");
        String again = BenchMarkdown.replaced(both, BenchSuite.COUNTERS, "three $1\n");

        assertEquals(
                "# Benchmarks\n\nWords.\n\n<!-- counters -->\nthree $1\n<!-- end of counters -->\n\n<!-- latency -->\ntwo\n"
                        + "<!-- end of latency -->\n",
                again);
    }

    private static BenchRow row(String library, BenchSuite.Role role, int threads) {
        return new BenchRow(
                BenchSuite.COUNTERS, "17", threads, new BenchSuite.Entry("bound increment", library, role, "A.b"));
    }
}
