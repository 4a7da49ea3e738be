package dev.evenkeel.exporter.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.exporter.http.AdminListener;
import dev.evenkeel.metrics.Gauge;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.resource.ResourceSamplers;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LivePageTest {
    private final AtomicLong nanos = new AtomicLong(42);
    private final MetricRegistry registry =
            MetricRegistry.builder().wallClock(() -> 1_700_000_000_000L).build();

    @AfterEach
    void close() {
        registry.close();
    }

    private LivePage.Builder builder() {
        return LivePage.builder(registry).clock(nanos::get);
    }

    private void tick(LivePage page, double seconds) {
        page.tick();
        nanos.addAndGet((long) (seconds * 1e9));
    }

    @Test
    void theDataOfAnHourIsExactlyThis() throws Exception {
        Gauge heap = registry.gauge("jvm.memory.used_after_last_gc").unit("By").register();
        Gauge fds = registry.gauge("process.open_file_descriptor.count").register();
        registry.gauge("process.open_file_descriptor.limit").register().set(1024);
        Labelled<Gauge> queues =
                registry.gauge("pool.queue.depth").labels("pool").register();
        LivePage page = builder().capacity(60).build();

        for (int minute = 0; minute <= 50; minute++) {
            heap.set(48 * 1024 * 1024 + (minute % 5) * 65_536);
            fds.set(40 + minute + (minute % 3));
            queues.bind("a").set(minute % 2);
            queues.bind("b").set(2);
            tick(page, 60);
        }

        assertEquals(golden("live.json"), page.json() + "\n");
    }

    private static String golden(String name) throws Exception {
        try (InputStream in = LivePageTest.class.getResourceAsStream("/golden/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theDataIsTheSameOnEveryLocale() {
        registry.gauge("jvm.thread.count").register().set(1_234_567.5);
        LivePage page = builder().build();
        Locale before = Locale.getDefault();
        try {
            for (int i = 0; i < 40; i++) {
                tick(page, 1);
            }
            Locale.setDefault(Locale.ROOT);
            String root = page.json();
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));

            assertEquals(root, page.json());
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aLeakFailsAndItsNeighbourPasses() {
        Gauge fds = registry.gauge("process.open_file_descriptor.count").register();
        registry.gauge("jvm.thread.count").register().set(30);
        LivePage page = builder().build();
        for (int minute = 0; minute < 300; minute++) {
            fds.set(40 + minute / 3);
            tick(page, 60);
        }

        String json = page.json();

        assertEquals("FAIL", verdict(json, "open_fds"));
        assertEquals("PASS", verdict(json, "threads"));
        assertTrue(json.contains("\"verdict\":\"FAIL\",\"reason\":\"1 of 2 series grow beyond their budget.\""), json);
    }

    @Test
    void whatHasNoReadingIsNotShownAndWhatLostItsOwnIsAGap() {
        AtomicLong threads = new AtomicLong(7);
        registry.observedGauge("jvm.thread.count")
                .register()
                .add(() -> threads.get() == 0 ? Double.NaN : threads.get());
        LivePage page = builder().build();
        tick(page, 1);
        threads.set(0);
        tick(page, 1);

        String json = page.json();

        assertFalse(json.contains("open_fds"), json);
        assertTrue(json.contains("\"now\":null"), json);
        assertTrue(json.contains("\"values\":[7,null]"), json);
    }

    @Test
    void withoutAnyReadingItSaysSo() {
        assertTrue(builder()
                .build()
                .json()
                .contains("\"reason\":\"No resource has a reading yet.\",\"seconds\":[],\"resources\":[]"));
        LivePage ticked = builder().build();
        tick(ticked, 1);
        assertTrue(ticked.json().contains("\"resources\":[]"));
    }

    @Test
    void memoryIsBoundedHoweverLongItRuns() {
        registry.gauge("jvm.thread.count").register().set(7);
        LivePage page = builder().capacity(60).build();
        for (int i = 0; i < 20_000; i++) {
            tick(page, 1);
        }

        assertTrue(page.readings() <= 60 && page.readings() >= 30, "readings " + page.readings());
        assertEquals(60, page.capacity());
        assertTrue(page.json().contains("\"seconds\":[0,"), "reaches back to the start");
        assertTrue(page.json().contains("\"second\":19999,"), "and to the last tick");
    }

    @Test
    void ownGaugesAndBudgetsAreJudgedToo() {
        Gauge size = registry.gauge("cache.size").unit("{entry}").register();
        LivePage page = builder()
                .watch("cache", "Entries \"hot\" <b>", "cache.size", new Budget(1_000_000, "it may grow"))
                .budget("threads", new Budget(5, "five"))
                .build();
        registry.gauge("jvm.thread.count").register().set(3);
        for (int i = 0; i < 100; i++) {
            size.set(i);
            tick(page, 60);
        }

        String json = page.json();

        assertEquals("PASS", verdict(json, "cache"));
        assertTrue(json.contains("\"title\":\"Entries \\\"hot\\\" <b>\""), json);
        assertTrue(json.contains("\"budgetPerHour\":5,\"budgetReason\":\"five\""), json);
    }

    @Test
    void severalBrowsersCostOneJudgement() {
        registry.gauge("jvm.thread.count").register().set(3);
        LivePage page = builder().build();
        for (int i = 0; i < 100; i++) {
            tick(page, 60);
        }

        String first = page.json();

        assertEquals(first, page.json());
        tick(page, 60);
        assertFalse(first.equals(page.json()));
    }

    @Test
    void isServedByTheAdminListenerAsOnePageAndItsData() throws Exception {
        try (AutoCloseable samplers = ResourceSamplers.bindTo(registry)) {
            LivePage page = LivePage.of(registry);
            page.tick();
            try (AdminListener admin =
                    AdminListener.builder().port(0).handle("/live", page).build()) {
                HttpResponse<String> html = get(admin, "/live");
                HttpResponse<String> json = get(admin, "/live?format=json");

                assertEquals(200, html.statusCode());
                assertTrue(html.body().contains("polled.poll(draw"), html::body);
                assertFalse(html.body().contains("/*polled"), "style and script are in the page");
                assertNamesNoForeignAddress(html.body());
                assertEquals(
                        "text/html; charset=utf-8",
                        html.headers().firstValue("Content-Type").orElse(""));
                assertTrue(html.headers()
                        .firstValue("Content-Security-Policy")
                        .orElse("")
                        .startsWith("default-src 'none'"));
                assertEquals(
                        "application/json",
                        json.headers().firstValue("Content-Type").orElse(""));
                assertTrue(json.body().contains("\"name\":\"threads\""), json.body());
                assertTrue(json.body().contains("\"name\":\"open_fds\""), json.body());
            }
        }
    }

    private static void assertNamesNoForeignAddress(String html) {
        Matcher address = Pattern.compile("(https?:)?//[a-z][^'\"\\s]*").matcher(html);
        while (address.find()) {
            assertEquals("http://www.w3.org/2000/svg", address.group(), "a name space, not an address");
        }
        assertFalse(html.contains("innerHTML"), "data must not become markup");
    }

    @Test
    void impossibleSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> builder().capacity(58));
        assertThrows(IllegalArgumentException.class, () -> builder().capacity(61));
        assertThrows(IllegalArgumentException.class, () -> builder().capacity(10_002));
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> builder().budget("fds", new Budget(1, "")));
        assertEquals(
                "Cannot budget \"fds\": no resource of that name is on the page, which has [heap_after_gc, threads, open_fds,"
                        + " gc_cpu_share, pool_queue]. Add it with watch(..).",
                error.getMessage());
        assertThrows(IllegalArgumentException.class, () -> builder().watch("threads", "x", "y", new Budget(1, "")));
        assertThrows(
                IllegalArgumentException.class, () -> builder().watch("x", "x", "jvm.thread.count", new Budget(1, "")));
    }

    private static String verdict(String json, String resource) {
        Matcher matcher = Pattern.compile("\"name\":\"" + resource + "\".*?\"verdict\":\"([A-Z]+)\"")
                .matcher(json);
        assertTrue(matcher.find(), json);
        return matcher.group(1);
    }

    private static HttpResponse<String> get(AdminListener admin, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
