package dev.evenkeel.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ExemplarTest {
    private static final long SECOND = 1_000_000_000L;

    /** Near the end of long: only differences may matter. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5 * SECOND);

    private final AtomicLong millis = new AtomicLong(1_000_000);
    private final ManualSource source = new ManualSource();
    private final MetricRegistry registry = MetricRegistry.builder()
            .nanoClock(nanos::get)
            .wallClock(millis::get)
            .exemplars(source)
            .build();

    private static final class ManualSource implements ExemplarSource {
        volatile boolean sampled = true;
        volatile String span = "00f067aa0ba902b7";
        final AtomicInteger asked = new AtomicInteger();

        @Override
        public boolean sampled() {
            return sampled;
        }

        @Override
        public String traceId() {
            asked.incrementAndGet();
            return "4bf92f3577b34da6a3ce929d0e0e4736";
        }

        @Override
        public String spanId() {
            return span;
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        millis.addAndGet(time.toMillis());
    }

    private static List<Double> values(HistogramReading reading) {
        return reading.exemplars().stream().map(Exemplar::value).toList();
    }

    @Test
    void aTimerKeepsTheTraceOfAValueInSeconds() {
        Timer timer = registry.timer("request.duration").exemplars().register();

        timer.record(250_000_000);

        List<Exemplar> expected =
                List.of(new Exemplar("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", 0.25, 1_000_000));
        assertEquals(expected, timer.read().exemplars());
        assertEquals(
                expected,
                registry.snapshot()
                        .find("request.duration")
                        .orElseThrow()
                        .histogram()
                        .exemplars());
    }

    @Test
    void labelledSeriesKeepTheirOwnBesideTheirWindows() {
        SlidingWindow window = SlidingWindow.of(Duration.ofSeconds(10), 10);
        Labelled<Histogram> sizes = registry.histogram("size")
                .exemplars()
                .windows(window)
                .labels("route")
                .register();
        sizes.bind("/a").record(3);
        sizes.bind("/b").record(500);
        pass(Duration.ofSeconds(1));

        assertEquals(List.of(3.0), values(sizes.bind("/a").read()));
        assertEquals(List.of(500.0), values(sizes.bind("/b").read()));
        assertEquals(1, sizes.bind("/a").read(window).count());
    }

    @Test
    void whoDoesNotOptInKeepsNone() {
        Timer plain = registry.timer("plain").register();

        plain.record(5);

        assertEquals(List.of(), plain.read().exemplars());
        assertEquals(0, source.asked.get());
        assertEquals(Timer.class, plain.getClass());
    }

    @Test
    void withoutASourceTheWishChangesNothing() {
        try (MetricRegistry without = MetricRegistry.create()) {
            Timer timer = without.timer("t").exemplars().register();
            timer.record(5);

            assertEquals(List.of(), timer.read().exemplars());
            assertEquals(Timer.class, timer.getClass());
        }
    }

    @Test
    void aTraceThatIsNotSampledIsNoTrace() {
        Timer timer = registry.timer("t").exemplars().register();
        source.sampled = false;

        timer.record(5);

        assertEquals(1, timer.read().count());
        assertEquals(List.of(), timer.read().exemplars());
        assertEquals(0, source.asked.get());
    }

    @Test
    void takesOneInASecondAndRangeAndTheNextExactlyWhenItEnds() {
        Histogram histogram = registry.histogram("h").exemplars().register();

        histogram.record(16);
        histogram.record(17);
        pass(Duration.ofSeconds(1).minusNanos(1));
        histogram.record(18);
        List<Double> before = values(histogram.read());
        pass(Duration.ofNanos(1));
        histogram.record(19);

        assertEquals(List.of(16.0), before);
        assertEquals(List.of(19.0), values(histogram.read()));
        assertEquals(2, source.asked.get());
        assertEquals(4, histogram.read().count());
    }

    @Test
    void aRareSlowValueIsNotCrowdedOutByFastOnes() {
        Timer timer = registry.timer("t").exemplars().register();

        timer.record(5 * SECOND);
        for (int i = 0; i < 100; i++) {
            timer.record(1_000_000 + i);
            pass(Duration.ofSeconds(1));
        }

        assertEquals(List.of(5.0, 0.001000099), values(timer.read()));
    }

    @Test
    void everyRangeFromZeroToTheHighestValueHasItsPlaceAndNoMoreThanOne() {
        Histogram histogram = registry.histogram("h").exemplars().register();

        histogram.record(0);
        for (int bits = 0; bits < 48; bits++) {
            histogram.record(1L << bits);
            histogram.record((1L << bits) | (1L << bits) - 1);
        }
        histogram.record(-7); // is a 0
        histogram.record(Long.MAX_VALUE); // is the highest value

        assertEquals(25, histogram.read().exemplars().size());
        assertEquals(25, source.asked.get());
    }

    @Test
    void oldOnesAreNotShown() {
        Timer timer = registry.timer("t").exemplars().register();
        timer.record(5);

        pass(Duration.ofMinutes(5));
        List<Double> atTheEnd = values(timer.read());
        pass(Duration.ofNanos(1));

        assertEquals(1, atTheEnd.size());
        assertEquals(List.of(), values(timer.read()));
    }

    @Test
    void aSourceThatFailsCostsTheExemplarOnly() {
        Timer timer = registry.timer("t").exemplars().register();
        source.span = "longer than sixteen characters";

        timer.record(5);

        assertEquals(1, timer.read().count());
        assertEquals(List.of(), timer.read().exemplars());
        assertEquals(1, registry.snapshot().value("evenkeel.dropped", "callback_error"));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new Exemplar("a", source.spanId(), 1, 1));
        assertEquals(
                "Cannot keep trace id \"a\" and span id \"longer than sixteen characters\": they have at most 32 and 16 characters"
                        + " on every wire. Return the ids of W3C Trace Context.",
                e.getMessage());
    }

    @Test
    void manyThreadsTakeOneBetweenThem() throws Exception {
        int threads = 4;
        int rounds = 300;
        Histogram histogram = registry.histogram("h").exemplars().register();
        CyclicBarrier barrier = new CyclicBarrier(threads, () -> pass(Duration.ofSeconds(1)));
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread = new Thread(() -> {
                try {
                    for (int i = 0; i < rounds; i++) {
                        barrier.await();
                        histogram.record(1000);
                    }
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            thread.start();
            running.add(thread);
        }
        for (Thread thread : running) {
            thread.join();
        }

        // A second passes when the last thread of a round arrives: others of the round before may still be recording.
        assertTrue(source.asked.get() <= rounds, source.asked.get() + " taken in " + rounds + " s");
        assertTrue(source.asked.get() >= 1);
        assertEquals((long) threads * rounds, histogram.read().count());
        assertEquals(1, new HashSet<>(values(histogram.read())).size());
    }

    @Test
    void aSeriesTakesWhatItsExemplarsMayTake() {
        Labelled<Timer> plain = registry.timer("plain").labels("a").register();
        Labelled<Timer> kept = registry.timer("kept").exemplars().labels("a").register();
        long start = registry.core().budget().used();
        plain.bind("x");
        long plainBytes = registry.core().budget().used() - start;
        kept.bind("x");

        assertEquals(ExemplarReservoir.BYTES, registry.core().budget().used() - start - 2 * plainBytes);
    }

    @Test
    void allocatesNothingWithoutASampledTraceOrWhenTheRateIsUsedUp() {
        Timer timer = registry.timer("t").exemplars().register();
        timer.record(5);

        long within = allocatedByRecords(timer);
        source.sampled = false;
        long without = allocatedByRecords(timer);

        assertEquals(0, within, "bytes for 100 000 records above the rate");
        assertEquals(0, without, "bytes for 100 000 records without a trace");
        assertEquals(1, source.asked.get());
    }

    private static long allocatedByRecords(Timer timer) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < 100_000; i++) {
                timer.record(5);
            }
            least = Math.min(
                    least,
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        return least;
    }

    @Test
    void onlyHistogramsKeepExemplars() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> registry.counter("c").exemplars());

        assertEquals(
                "Cannot keep exemplars of counter \"c\": an exemplar is a single value, and only histograms and timers are recorded"
                        + " value by value. Leave exemplars() out, or use a histogram.",
                e.getMessage());
    }
}
