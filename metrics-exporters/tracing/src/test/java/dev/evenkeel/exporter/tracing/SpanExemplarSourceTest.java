package dev.evenkeel.exporter.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Exemplar;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpanExemplarSourceTest {
    private static final long SECOND = 1_000_000_000L;

    private final SdkTracerProvider provider = provider(Sampler.alwaysOn());
    private final MetricRegistry registry = MetricRegistry.builder()
            .wallClock(() -> 1_000_000)
            .exemplars(SpanExemplarSource.create())
            .build();
    private final Timer timer = registry.timer("request.duration").exemplars().register();

    @AfterEach
    void close() {
        provider.close();
        registry.close();
    }

    /** With a processor: the SDK makes no spans at all when nobody would see them. */
    private static SdkTracerProvider provider(Sampler sampler) {
        return SdkTracerProvider.builder()
                .setSampler(sampler)
                .addSpanProcessor(SimpleSpanProcessor.create(SpanExporter.composite()))
                .build();
    }

    private Span span() {
        return provider.get("test").spanBuilder("pay").startSpan();
    }

    @Test
    void aTimerCarriesTheIdsOfTheCurrentSpan() {
        Span span = span();

        try (Scope scope = span.makeCurrent()) {
            timer.record(250_000_000);
        }

        assertEquals(
                List.of(new Exemplar(
                        span.getSpanContext().getTraceId(),
                        span.getSpanContext().getSpanId(),
                        0.25,
                        1_000_000)),
                timer.read().exemplars());
    }

    @Test
    void withoutASpanNothingIsTaken() {
        timer.record(1);

        assertEquals(1, timer.read().count());
        assertEquals(List.of(), timer.read().exemplars());
    }

    @Test
    void aSpanThatIsNotSampledIsNoSpan() {
        try (SdkTracerProvider off = provider(Sampler.alwaysOff())) {
            Span span = off.get("test").spanBuilder("pay").startSpan();

            try (Scope scope = span.makeCurrent()) {
                assertTrue(Span.current().getSpanContext().isValid());
                assertFalse(SpanExemplarSource.create().sampled());
                timer.record(1);
            }
        }
        assertEquals(List.of(), timer.read().exemplars());
    }

    @Test
    void recordingInASpanAllocatesNothingWhileTheRateIsUsedUp() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;

        try (Scope scope = span().makeCurrent()) {
            timer.record(5); // the one of this second
            for (int round = 0; round < 50; round++) { // short ones: a new second may begin in some of them
                long before = threads.getThreadAllocatedBytes(thread);
                for (int i = 0; i < 10_000; i++) {
                    timer.record(5);
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
            }
        }

        assertEquals(0, least);
    }

    @Test
    void keepsNoSpanAlive() {
        WeakReference<Span> reference = new WeakReference<>(recordInAForgottenSpan());

        long deadline = System.nanoTime() + 20 * SECOND;
        while (reference.get() != null && System.nanoTime() < deadline) {
            System.gc();
        }

        assertNull(reference.get());
        assertEquals(1, timer.read().exemplars().size());
    }

    private Span recordInAForgottenSpan() {
        Span span = span();
        try (Scope scope = span.makeCurrent()) {
            timer.record(1);
        }
        return span;
    }
}
