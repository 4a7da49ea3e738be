package dev.evenkeel.exporter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.resource.SamplerSchedule;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusPageTest {
    private final AtomicLong nanos = new AtomicLong(5_000_000_000L);
    private final MetricRegistry registry = MetricRegistry.builder()
            .nanoClock(nanos::get)
            .wallClock(() -> 1_700_000_000_000L)
            .build();
    private final SamplerSchedule schedule = SamplerSchedule.builder(registry)
            .nanoClock(() -> 0) // never due: it stalls
            .start();

    @AfterEach
    void close() {
        schedule.close();
        registry.close();
    }

    @Test
    void goldenFile() throws IOException {
        NastyRegistry.fill(registry);
        Snapshots snapshots = new Snapshots(registry, schedule, Duration.ofSeconds(10), nanos::get);
        StatusPage page = new StatusPage(
                "shop \"1\"",
                "2.3.4",
                () -> true,
                () -> {
                    throw new IllegalStateException("planted");
                },
                new TreeSet<>(List.of("/healthz", "/metrics", "/status")),
                snapshots);
        page.start();
        nanos.addAndGet(2_500_000_000L);

        Golden.check("status.json", Golden.withoutOwnSeries(steady(page.json())));
        page.close();
    }

    /** What differs from process to process is not what the file is about. */
    private static String steady(String json) {
        return json.replaceAll("\"pid\":\\d+", "\"pid\":1")
                .replaceAll("\"startedAt\":\"[^\"]+Z\"", "\"startedAt\":\"2026-01-01T00:00:00Z\"")
                .replaceAll("\"uptimeSeconds\":[0-9.]+", "\"uptimeSeconds\":1.5")
                .replaceAll("\"jvm\":\"[^\"]+\"", "\"jvm\":\"VM\"")
                .replaceAll("\"processors\":\\d+", "\"processors\":2")
                .replaceAll("\"maxHeapBytes\":\\d+", "\"maxHeapBytes\":1024");
    }

    @Test
    void askingTakesNoSnapshotAndAStalledScheduleShowsAsAnAge() {
        Counter orders = registry.counter("shop.orders").register();
        Snapshots snapshots = new Snapshots(registry, schedule, Duration.ofSeconds(10), nanos::get);
        snapshots.start();
        orders.add(7);

        String fresh = written(snapshots);
        nanos.addAndGet(20_000_000_000L);
        String old = written(snapshots);
        nanos.addAndGet(1_000_000_000L);
        String late = written(snapshots);
        snapshots.take(); // what the schedule does
        String next = written(snapshots);

        assertTrue(fresh.contains("\"ageSeconds\":0,\"everySeconds\":10,\"late\":false,"), fresh);
        assertTrue(old.contains("\"ageSeconds\":20,\"everySeconds\":10,\"late\":false,"), old);
        assertTrue(late.contains("\"ageSeconds\":21,\"everySeconds\":10,\"late\":true,"), late);
        assertTrue(late.contains("\"metrics\":{\"shop.orders\":0}"), late);
        assertTrue(next.contains("\"ageSeconds\":0,") && next.contains("\"metrics\":{\"shop.orders\":7}"), next);
        assertTrue(next.contains("\"telemetry\":{\"evenkeel."), next);
        snapshots.close();
    }

    private static String written(Snapshots snapshots) {
        JsonText json = new JsonText();
        snapshots.writeTo(json);
        return json.toString();
    }

    @Test
    void runningScheduleKeepsThePageFresh() throws Exception {
        Counter orders = registry.counter("shop.orders").register();
        try (SamplerSchedule running = SamplerSchedule.start(registry);
                AdminListener admin = AdminListener.builder()
                        .port(0)
                        .registry(registry)
                        .service("shop", "1")
                        .snapshots(running, Duration.ofMillis(20))
                        .build()) {
            orders.add(7);

            assertTrue(RawHttp.comesTrue(() -> status(admin).contains("\"metrics\":{\"shop.orders\":7}}}")));
            assertTrue(status(admin).contains("\"service\":\"shop\",\"version\":\"1\","));
        }
    }

    private static String status(AdminListener admin) {
        try {
            return RawHttp.body(RawHttp.ask(admin.port(), "GET /status HTTP/1.1", "Host: localhost"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void snapshotsOfNothingAreRefused() {
        AdminListener.Builder builder = AdminListener.builder().port(0).snapshots(schedule, Duration.ofSeconds(10));

        assertEquals(
                "Cannot take snapshots: it was not said of which registry. Name it with registry(..), or leave snapshots(..)"
                        + " out.",
                assertThrows(IllegalStateException.class, builder::build).getMessage());
    }

    @Test
    void listenerOnAClosedScheduleDoesNotStayOpen() throws IOException {
        schedule.close();
        AdminListener.Builder builder =
                AdminListener.builder().port(0).registry(registry).snapshots(schedule, Duration.ofSeconds(10));

        assertThrows(IllegalStateException.class, builder::build);

        assertEquals(
                0,
                registry.snapshot().points().stream()
                        .filter(point -> point.descriptor().name().equals("evenkeel.admin.connections"))
                        .count());
    }
}
