package dev.evenkeel.exporter.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpanExemplarsTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(-3 * SECOND);
    private final AtomicLong millis = new AtomicLong(1_000_000);
    private final SdkTracerProvider provider = provider(Sampler.alwaysOn());
    private final Tracer tracer = provider.get("test");

    @AfterEach
    void close() {
        provider.close();
    }

    /** With a processor: the SDK makes no spans at all when nobody would see them. */
    private static SdkTracerProvider provider(Sampler sampler) {
        return SdkTracerProvider.builder()
                .setSampler(sampler)
                .addSpanProcessor(SimpleSpanProcessor.create(SpanExporter.composite()))
                .build();
    }

    private SpanExemplars.Builder builder() {
        return SpanExemplars.builder().clocks(nanos::get, millis::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        millis.addAndGet(time.toMillis());
    }

    @Test
    void carriesTheIdsOfTheCurrentSpan() {
        SpanExemplars exemplars = builder().build();
        Span span = tracer.spanBuilder("pay").startSpan();

        try (Scope scope = span.makeCurrent()) {
            assertTrue(exemplars.offer(0.25));
        }

        assertEquals(
                List.of(new SpanExemplar(
                        span.getSpanContext().getTraceId(),
                        span.getSpanContext().getSpanId(),
                        0.25,
                        1_000_000)),
                exemplars.latest());
        assertEquals(1, exemplars.taken());
    }

    @Test
    void withoutASpanNothingIsTaken() {
        SpanExemplars exemplars = builder().build();

        assertFalse(exemplars.offer(1));

        assertEquals(List.of(), exemplars.latest());
    }

    @Test
    void aSpanThatIsNotSampledIsNoSpan() {
        SpanExemplars exemplars = builder().build();
        try (SdkTracerProvider off = provider(Sampler.alwaysOff())) {
            Span span = off.get("test").spanBuilder("pay").startSpan();

            try (Scope scope = span.makeCurrent()) {
                assertTrue(Span.current().getSpanContext().isValid());
                assertFalse(exemplars.offer(1));
            }
        }
        assertEquals(0, exemplars.taken());
    }

    @Test
    void notANumberIsNotTaken() {
        SpanExemplars exemplars = builder().build();

        try (Scope scope = tracer.spanBuilder("pay").startSpan().makeCurrent()) {
            assertFalse(exemplars.offer(Double.NaN));
        }
    }

    @Test
    void takesOneInAnIntervalAndTheNextExactlyWhenItEnds() {
        SpanExemplars exemplars = builder().interval(Duration.ofSeconds(2)).build();

        try (Scope scope = tracer.spanBuilder("pay").startSpan().makeCurrent()) {
            assertTrue(exemplars.offer(1));
            assertFalse(exemplars.offer(2));
            pass(Duration.ofSeconds(2).minusNanos(1));
            assertFalse(exemplars.offer(3));
            pass(Duration.ofNanos(1));
            assertTrue(exemplars.offer(4));
        }

        assertEquals(List.of(1.0, 4.0), values(exemplars.latest()));
    }

    @Test
    void theClockMayWrapAround() {
        nanos.set(Long.MAX_VALUE - 5);
        SpanExemplars exemplars = builder().interval(Duration.ofNanos(10)).build();

        try (Scope scope = tracer.spanBuilder("pay").startSpan().makeCurrent()) {
            assertTrue(exemplars.offer(1));
            nanos.addAndGet(9);
            assertFalse(exemplars.offer(2));
            nanos.addAndGet(1);
            assertTrue(exemplars.offer(3));
        }
    }

    @Test
    void aRareSlowValueIsNotCrowdedOutByFastOnes() {
        SpanExemplars exemplars = builder().bounds(0.1, 1).keep(2).build();

        try (Scope scope = tracer.spanBuilder("pay").startSpan().makeCurrent()) {
            assertTrue(exemplars.offer(5.0));
            for (int i = 0; i < 100; i++) {
                exemplars.offer(0.1);
                pass(Duration.ofSeconds(1));
            }
        }

        assertEquals(List.of(0.1, 0.1), values(exemplars.latest(0)));
        assertEquals(List.of(), exemplars.latest(1));
        assertEquals(List.of(5.0), values(exemplars.latest(2)));
        assertEquals(101, exemplars.taken());
    }

    @Test
    void keepsTheLatestAndNoMoreThanItsCapacity() {
        SpanExemplars exemplars = builder().keep(3).build();

        try (Scope scope = tracer.spanBuilder("pay").startSpan().makeCurrent()) {
            for (int i = 0; i < 10_000; i++) {
                assertTrue(exemplars.offer(i));
                pass(Duration.ofSeconds(1));
            }
        }

        assertEquals(3, exemplars.capacity());
        assertEquals(List.of(9_997.0, 9_998.0, 9_999.0), values(exemplars.latest()));
    }

    @Test
    void manyThreadsTakeOneBetweenThem() throws Exception {
        int threads = 4;
        int rounds = 500;
        SpanExemplars exemplars = builder().keep(1_024).build();
        AtomicLong won = new AtomicLong();
        CyclicBarrier barrier = new CyclicBarrier(threads, () -> nanos.addAndGet(SECOND));
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread = new Thread(() -> {
                try (Scope scope = tracer.spanBuilder("pay").startSpan().makeCurrent()) {
                    for (int i = 0; i < rounds; i++) {
                        barrier.await();
                        if (exemplars.offer(i)) {
                            won.incrementAndGet();
                        }
                        barrier.await();
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

        Set<Double> distinct = new HashSet<>(values(exemplars.latest()));
        assertEquals(rounds, won.get());
        assertEquals(rounds, exemplars.taken());
        assertEquals(rounds, distinct.size());
    }

    @Test
    void allocatesNothingWithoutASpanOrWhenTheRateIsUsedUp() {
        SpanExemplars exemplars = builder().bounds(0.1, 1).build();
        Span span = tracer.spanBuilder("pay").startSpan();

        long without = allocatedByOffers(exemplars);
        long within;
        try (Scope scope = span.makeCurrent()) {
            exemplars.offer(0.5);
            within = allocatedByOffers(exemplars);
        }

        assertEquals(0, without, "bytes for 100 000 offers without a span");
        assertEquals(0, within, "bytes for 100 000 offers above the rate");
        assertEquals(1, exemplars.taken());
    }

    private static long allocatedByOffers(SpanExemplars exemplars) {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 100_000; i++) {
                exemplars.offer(0.5);
            }
            long after = threads.getThreadAllocatedBytes(thread);
            least = Math.min(least, after - before);
        }
        return least;
    }

    @Test
    void keepsNoSpanAlive() {
        SpanExemplars exemplars = builder().build();
        WeakReference<Span> reference = new WeakReference<>(offerInAForgottenSpan(exemplars));

        long deadline = System.nanoTime() + 20 * SECOND;
        while (reference.get() != null && System.nanoTime() < deadline) {
            System.gc();
        }

        assertEquals(null, reference.get());
        assertEquals(1, exemplars.latest().size());
    }

    private Span offerInAForgottenSpan(SpanExemplars exemplars) {
        Span span = tracer.spanBuilder("forgotten").startSpan();
        try (Scope scope = span.makeCurrent()) {
            exemplars.offer(1);
        }
        return span;
    }

    @Test
    void boundsThatAreNotAscendingAreRefused() {
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class, () -> SpanExemplars.builder().bounds(1, 1));

        assertEquals(
                "Cannot part values at [1.0, 1.0]: bounds must be finite and ascending, or a range would never be reached."
                        + " Sort them, and drop repeated ones.",
                error.getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> SpanExemplars.builder().bounds(Double.NaN));
        assertThrows(
                IllegalArgumentException.class, () -> SpanExemplars.builder().bounds(new double[32]));
    }

    @Test
    void keepAndIntervalHaveLimits() {
        assertThrows(
                IllegalArgumentException.class, () -> SpanExemplars.builder().keep(0));
        assertThrows(
                IllegalArgumentException.class, () -> SpanExemplars.builder().keep(1_025));
        assertThrows(
                IllegalArgumentException.class, () -> SpanExemplars.builder().interval(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> SpanExemplars.builder()
                .interval(Duration.ofDays(1).plusNanos(1)));
    }

    private static List<Double> values(List<SpanExemplar> exemplars) {
        return exemplars.stream().map(SpanExemplar::value).toList();
    }
}
