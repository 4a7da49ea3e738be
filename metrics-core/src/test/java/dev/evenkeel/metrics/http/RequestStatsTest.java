package dev.evenkeel.metrics.http;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.HistogramPoint;
import dev.evenkeel.metrics.MetricRegistry;
import java.io.IOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RequestStatsTest {
    private final MetricRegistry registry = MetricRegistry.create();
    private final AtomicLong now = new AtomicLong();
    private final Lines lines = new Lines();
    private final RequestStats stats = RequestStats.builder(registry)
            .stat("db.calls", "{call}", "Calls of the database in one request.")
            .stat("cache.hits", "{hit}", "Hits of the cache in one request.")
            .logger(lines)
            .nanoClock(now::get)
            .build();
    private final RequestStats.Stat dbCalls = stats.stat("db.calls");
    private final RequestStats.Stat cacheHits = stats.stat("cache.hits");

    private HistogramPoint recorded(String stat, String request) {
        return registry.snapshot()
                .find("request." + stat, request)
                .orElseThrow()
                .histogram();
    }

    private double misuse(String reason) {
        return registry.snapshot().value("request.scope.misuse", reason);
    }

    private void assertNoMisuse() {
        for (String reason : List.of("closed_twice", "after_close", "order", "negative")) {
            assertEquals(0, misuse(reason), reason);
        }
    }

    @Test
    void theEndRecordsOneValueOfEachStat() {
        try (RequestScope scope = stats.open("/pay")) {
            assertSame(scope, stats.current());
            dbCalls.increment();
            dbCalls.add(2);
            assertEquals(
                    0,
                    registry.snapshot().points().stream()
                            .filter(point -> point.descriptor().name().equals("request.db.calls"))
                            .count(),
                    "nothing before the end");
        }

        assertEquals(1, recorded("db.calls", "/pay").count());
        assertEquals(3, recorded("db.calls", "/pay").sum());
        assertEquals(1, recorded("cache.hits", "/pay").count(), "none is a value");
        assertEquals(0, recorded("cache.hits", "/pay").sum());
        assertNull(stats.current());
        assertEquals(List.of(), lines.all, "neither slow nor failed");
        assertNoMisuse();
    }

    @Test
    void outsideOfARequestNothingIsCounted() {
        dbCalls.increment();

        assertNull(stats.current());
        assertNoMisuse();
    }

    @Test
    void aNestedScopeIsARequestOfItsOwn() {
        try (RequestScope outer = stats.open("/outer")) {
            dbCalls.add(1);
            try (RequestScope inner = stats.open("/inner")) {
                assertSame(inner, stats.current());
                dbCalls.add(10);
            }
            assertSame(outer, stats.current());
            dbCalls.add(100);
        }

        assertEquals(101, recorded("db.calls", "/outer").sum());
        assertEquals(10, recorded("db.calls", "/inner").sum());
        assertNoMisuse();
    }

    @Test
    void slowAndFailedRequestsAreLoggedWithTheirCounts() {
        try (RequestScope slow = stats.open("/slow")) {
            dbCalls.add(12);
            now.addAndGet(1_234_000_000L);
        }
        now.addAndGet(10_000_000_000L);
        try (RequestScope failed = stats.open("/failed")) {
            cacheHits.add(3);
            failed.fail(new IOException("reset"));
            now.addAndGet(5_000_000L);
        }

        assertEquals(
                List.of(
                        "INFO Request /slow took 1234 ms: db.calls=12 cache.hits=0",
                        "WARNING Request /failed failed after 5 ms (java.io.IOException: reset): db.calls=0 cache.hits=3"),
                lines.all);
    }

    @Test
    void linesAreRareAndSayWhatTheyLeaveOut() {
        for (int i = 0; i < 25; i++) {
            try (RequestScope scope = stats.open("/broken")) {
                scope.fail();
                now.addAndGet(1_000_000_000L);
            }
        }

        assertEquals(
                List.of(
                        "WARNING Request /broken failed after 1000 ms: db.calls=0 cache.hits=0",
                        "WARNING Request /broken failed after 1000 ms: db.calls=0 cache.hits=0; 9 more were slow or failed "
                                + "since the last line",
                        "WARNING Request /broken failed after 1000 ms: db.calls=0 cache.hits=0; 9 more were slow or failed "
                                + "since the last line"),
                lines.all);
    }

    @Test
    void misuseIsCountedAndNeverThrown() {
        RequestScope scope = stats.open("/pay");
        dbCalls.addTo(scope, -1);
        scope.close();
        scope.close();
        dbCalls.addTo(scope, 1);
        scope.fail();
        RequestScope.Attachment late = scope.attach();
        assertNull(stats.current());
        late.close();
        late.close();

        assertEquals(2, misuse("closed_twice"));
        assertEquals(3, misuse("after_close"));
        assertEquals(1, misuse("negative"));
        assertEquals(1, recorded("db.calls", "/pay").count());
        assertEquals(0, recorded("db.calls", "/pay").sum());
    }

    @Test
    void scopesThatEndInTheWrongOrderLeaveNothingBehind() {
        RequestScope outer = stats.open("/outer");
        RequestScope inner = stats.open("/inner");

        outer.close();
        assertSame(inner, stats.current());
        dbCalls.increment();
        inner.close();

        assertNull(stats.current());
        assertEquals(1, misuse("order"));
        assertEquals(1, recorded("db.calls", "/inner").sum());
        assertEquals(0, recorded("db.calls", "/outer").sum());
    }

    @Test
    void aScopeThatAnotherThreadClosesIsForgottenByItsOwn() throws Exception {
        RequestScope scope = stats.open("/pay");

        Thread other = new Thread(scope::close);
        other.start();
        other.join();

        assertNull(stats.current());
        dbCalls.increment();
        assertEquals(0, recorded("db.calls", "/pay").sum());
        assertEquals(1, misuse("order"));
        assertEquals(0, misuse("after_close"), "the thread works in no request");
    }

    @Test
    void aDetachedScopeFollowsTheRequestFromThreadToThread() throws Exception {
        RequestScope scope = stats.openDetached("/later");
        assertNull(stats.current());
        try (RequestScope.Attachment here = scope.attach()) {
            dbCalls.add(1);
        }
        assertNull(stats.current());
        Thread worker = new Thread(() -> {
            try (scope;
                    RequestScope.Attachment here = scope.attach()) {
                dbCalls.add(2);
            }
        });
        worker.start();
        worker.join();

        assertEquals(3, recorded("db.calls", "/later").sum());
        assertNoMisuse();
    }

    @Test
    void manyThreadsCountInOneRequestExactly() throws Exception {
        int threads = 8;
        int perThread = 20_000;
        CyclicBarrier barrier = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (RequestScope scope = stats.open("/fan-out")) {
            List<Future<?>> parts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                parts.add(pool.submit(() -> {
                    barrier.await();
                    try (RequestScope.Attachment here = scope.attach()) {
                        for (int n = 0; n < perThread; n++) {
                            dbCalls.increment();
                        }
                    }
                    assertNull(stats.current());
                    return null;
                }));
            }
            for (Future<?> part : parts) {
                part.get(20, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdown();
        }

        assertEquals(
                (double) threads * perThread, recorded("db.calls", "/fan-out").sum(), 0.01 * threads * perThread);
        assertNoMisuse();
    }

    /** 10 000 requests at once, each on a thread that starts and ends with it. */
    @Test
    void virtualThreadsKeepTheirRequestsApart() throws Exception {
        Method factory;
        try {
            factory = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
        } catch (NoSuchMethodException e) {
            Assumptions.abort("virtual threads came with JDK 21");
            return;
        }
        int requests = 10_000;
        CountDownLatch open = new CountDownLatch(requests);
        ExecutorService virtual = (ExecutorService) factory.invoke(null);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int i = 0; i < requests; i++) {
            virtual.execute(() -> {
                try (RequestScope scope = stats.open("/virtual")) {
                    dbCalls.increment();
                    open.countDown();
                    open.await(); // all of them are open, on a few carriers
                    assertSame(scope, stats.current());
                    dbCalls.increment();
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
        }
        virtual.shutdown();
        assertTrue(virtual.awaitTermination(30, TimeUnit.SECONDS));

        assertNull(failure.get());
        HistogramPoint calls = recorded("db.calls", "/virtual");
        assertEquals(requests, calls.count());
        assertEquals(2, calls.min());
        assertEquals(2, calls.max());
        assertNoMisuse();
    }

    @Test
    void wrongDeclarationsAreRefused() {
        RequestStats.Builder builder = RequestStats.builder(registry).stat("db.calls", "", "");
        RequestStats other = RequestStats.of(MetricRegistry.create(), "db.calls");

        assertAll(
                () -> assertEquals(
                        "Cannot count \"db.rows\" in a request: declared are [db.calls, cache.hits]. Declare it where the others "
                                + "are, or use one of them.",
                        assertThrows(IllegalArgumentException.class, () -> stats.stat("db.rows"))
                                .getMessage()),
                () -> assertThrows(IllegalArgumentException.class, () -> builder.stat("db.calls", "", "")),
                () -> assertThrows(IllegalStateException.class, () -> RequestStats.builder(registry)
                        .build()),
                () -> assertThrows(IllegalArgumentException.class, () -> builder.logSlowerThan(Duration.ofNanos(-1))),
                () -> assertThrows(IllegalArgumentException.class, () -> builder.logEvery(Duration.ofNanos(-1))),
                () -> assertThrows(IllegalArgumentException.class, () -> dbCalls.addTo(other.openDetached("x"), 1)),
                () -> assertThrows(IllegalArgumentException.class, () -> {
                    for (int i = 0; i < 16; i++) {
                        builder.stat("s" + i, "", "");
                    }
                }));
    }

    /** Keeps what is logged. */
    private static final class Lines implements System.Logger {
        final List<String> all = new ArrayList<>();

        @Override
        public String getName() {
            return "lines";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public synchronized void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            all.add(level + " " + message);
        }

        @Override
        public synchronized void log(Level level, ResourceBundle bundle, String format, Object... params) {
            all.add(level + " " + format);
        }
    }
}
