package dev.evenkeel.metrics.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.DoubleCounter;
import dev.evenkeel.metrics.Gauge;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricReader;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import dev.evenkeel.metrics.UpDownCounter;
import dev.evenkeel.metrics.resource.SamplerSchedule;
import java.io.IOException;
import java.lang.System.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeriodicReportTest {
    private final AtomicLong nanos = new AtomicLong();
    private final MetricRegistry registry =
            MetricRegistry.builder().nanoClock(nanos::get).build();
    private final Lines lines = new Lines();

    @AfterEach
    void close() {
        registry.close();
    }

    /** A logger that keeps what it is told. */
    private static final class Lines implements Logger {
        final List<String> all = new CopyOnWriteArrayList<>();
        volatile boolean loggable = true;

        @Override
        public String getName() {
            return "lines";
        }

        @Override
        public boolean isLoggable(Level level) {
            return loggable;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String text, Throwable thrown) {
            all.add(level + " " + text);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            all.add(level + " " + MessageFormat.format(format, parameters));
        }
    }

    private PeriodicReport.Builder builder() {
        return PeriodicReport.builder(registry).nanoClock(nanos::get).logger(lines);
    }

    private void tick(PeriodicReport report, double seconds) {
        nanos.addAndGet((long) (seconds * 1e9));
        report.tick();
    }

    @Test
    void goldenFile() throws IOException {
        Labelled<Timer> requests = registry.timer("http.server.request.duration")
                .labels("route", "status")
                .register();
        Labelled<Counter> bytes =
                registry.counter("net.sent").unit("By").labels("peer").register();
        DoubleCounter cpu = registry.doubleCounter("cpu.time").unit("s").register();
        UpDownCounter open =
                registry.upDownCounter("pool.open").unit("{connection}").register();
        Gauge heap = registry.gauge("heap").unit("By").register();
        PeriodicReport report = builder()
                .show("requests", "http.server.request.duration")
                .show("errors", "http.*.duration", "status=5*", "route=/p*")
                .show("sent", "net.sent")
                .show("busy", "cpu.time")
                .show("open", "pool.open")
                .show("heap", "heap")
                .show("unknown", "no.such.metric")
                .quantiles(0.5, 0.99)
                .unscheduled();
        for (int i = 0; i < 1234; i++) {
            requests.bind(i % 2 == 0 ? "/pay" : "/list", "200").record(12_000_000L);
        }
        requests.bind("/pay", "503").record(2_000_000_000L);
        requests.bind("/list", "503").record(1_000L);
        bytes.bind("a").add(1_500_000);
        bytes.bind("b").add(700);
        cpu.add(3.25);
        open.add(7);
        heap.set(123_456_789.0);
        tick(report, 10);
        tick(report, 10); // nothing came: no line
        open.add(-1);
        tick(report, 10); // a gauge moved
        requests.bind("/pay", "200").record(999_600L);
        tick(report, 0.5);
        bytes.bind("a").add(1);
        tick(report, 62.4); // late
        report.close();
        tick(report, 10);

        String golden = Files.readString(Path.of("src/test/resources/golden/periodic-report.txt"));
        assertEquals(golden, String.join("\n", lines.all) + "\n");
    }

    @Test
    void reportTakesNothingFromOtherReadersAndReportsNothingTwice() {
        Counter orders = registry.counter("orders").register();
        orders.add(100);
        PeriodicReport report = builder().show("orders", "orders").unscheduled();
        MetricReader other = registry.deltaReader();
        orders.add(3);

        tick(report, 1);
        orders.add(4);
        tick(report, 1);

        assertEquals(
                List.of("INFO orders in the last 1 s: 3 (3/s)", "INFO orders in the last 1 s: 4 (4/s)"), lines.all);
        assertEquals(7, other.snapshot().value("orders"));
        assertEquals(107, registry.snapshot().value("orders"));
    }

    @Test
    void silenceIsReportedWhenAskedFor() {
        registry.counter("orders").register();
        registry.timer("time").register();
        PeriodicReport report = builder()
                .show("orders", "orders")
                .show("time", "time")
                .evenWhenIdle()
                .unscheduled();

        tick(report, 10);

        assertEquals(List.of("INFO orders in the last 10 s: 0 (0/s); time: 0 (0/s)"), lines.all);
    }

    @Test
    void intervalOfALoggerThatIsOffIsOver() {
        Counter orders = registry.counter("orders").register();
        PeriodicReport report = builder().show("orders", "orders").unscheduled();
        orders.add(5);
        lines.loggable = false;
        tick(report, 10);
        lines.loggable = true;
        orders.add(1);

        tick(report, 10);

        assertEquals(List.of("INFO orders in the last 10 s: 1 (0.1/s)"), lines.all);
    }

    @Test
    void lineStaysWithinItsLengthAndSaysWhatIsMissing() {
        PeriodicReport.Builder builder = builder().maxChars(80);
        for (int i = 0; i < PeriodicReport.MOST_ENTRIES; i++) {
            registry.counter("count" + i).register().add(1);
            builder.show("entry number " + i, "count" + i);
        }
        PeriodicReport report = builder.evenWhenIdle().unscheduled();

        tick(report, 10);

        String line = lines.all.get(0);
        assertEquals("INFO entry number 0 in the last 10 s: 0 (0/s); entry number 1: 0 (0/s); 30 more", line);
        assertEquals(30, registry.snapshot().value("evenkeel.report.left_out"));
        assertThrows(IllegalArgumentException.class, () -> builder.show("one more", "x"));
    }

    @Test
    void evictedSeriesIsReportedToItsEnd() {
        Labelled<Counter> orders = registry.counter("orders").labels("who").register();
        PeriodicReport report = builder().show("orders", "orders").unscheduled();
        orders.bind("me").add(5);
        orders.evict("me");

        tick(report, 10);

        assertEquals(List.of("INFO orders in the last 10 s: 5 (0.5/s)"), lines.all);
    }

    @Test
    void unitsAreNotMixed() {
        registry.counter("a.bytes").unit("By").register().add(1);
        registry.counter("a.count").register().add(1);
        PeriodicReport report = builder().show("all", "a.*").evenWhenIdle().unscheduled();
        registry.counter("a.bytes").unit("By").register().add(1000);
        registry.counter("a.count").register().add(7);

        tick(report, 1);

        assertEquals(List.of("INFO all in the last 1 s: 1 kB (1 kB/s)"), lines.all);
    }

    @Test
    void scheduleDoesIt() throws Exception {
        Counter orders = registry.counter("orders").register();
        try (SamplerSchedule schedule = SamplerSchedule.start(registry);
                PeriodicReport running = builder().show("orders", "orders").start(schedule, Duration.ofMillis(5))) {
            orders.add(1);
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (lines.all.isEmpty() && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertTrue(lines.all.get(0).startsWith("INFO orders in the last "), lines.all::toString);
        }
        assertEquals(0, registry.snapshot().value("evenkeel.sampler.errors", "report"));
        assertEquals(0, registry.snapshot().value("evenkeel.readers"), "its reader is closed");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        PeriodicReport.Builder builder = builder();
        SamplerSchedule schedule = SamplerSchedule.start(registry);

        assertEquals(
                "Cannot choose series by \"status\": it is not label=value. Example: http.response.status_code=5*",
                assertThrows(IllegalArgumentException.class, () -> builder.show("a", "b", "status"))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> builder.show(" ", "b"));
        assertThrows(IllegalArgumentException.class, () -> builder.show("two\nlines", "b"));
        assertThrows(IllegalArgumentException.class, () -> builder.show("a", ""));
        assertThrows(IllegalArgumentException.class, () -> builder.quantiles(1.1));
        assertThrows(IllegalArgumentException.class, () -> builder.quantiles(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> builder.maxChars(79));
        assertThrows(IllegalStateException.class, () -> builder.start(schedule, Duration.ofSeconds(1)));
        builder.show("a", "b");
        assertThrows(IllegalArgumentException.class, () -> builder.start(schedule, Duration.ofMinutes(15)));
        schedule.close();
        assertThrows(IllegalStateException.class, () -> builder.start(schedule, Duration.ofSeconds(1)));
        assertEquals(0, registry.snapshot().value("evenkeel.readers"), "a refused report leaves no reader");
    }

    @Test
    void starsStandForAnything() {
        assertTrue(new WildcardPattern("*").matches(""));
        assertTrue(new WildcardPattern("a*c*e").matches("abcde"));
        assertTrue(new WildcardPattern("a*c*e").matches("ace"));
        assertTrue(new WildcardPattern("a*ab").matches("aaaab"));
        assertTrue(new WildcardPattern("").matches(""));
        assertFalse(new WildcardPattern("").matches("a"));
        assertFalse(new WildcardPattern("a*c").matches("abcd"));
        assertFalse(new WildcardPattern("a.c").matches("abc"));
        assertFalse(new WildcardPattern("5*").matches("200"));
    }

    @Test
    void numbersHaveThreeDigits() {
        assertEquals("12 ms", amount(0.012, "s"));
        assertEquals("1 s", amount(0.99951, "s"));
        assertEquals("999 ms", amount(0.999, "s"));
        assertEquals("1.23 us", amount(1.2345e-6, "s"));
        assertEquals("5 ns", amount(5e-9, "s"));
        assertEquals("0 s", amount(0, "s"));
        assertEquals("120 s", amount(120, "s"));
        assertEquals("1 MB", amount(999_600, "By"));
        assertEquals("999 B", amount(999, "By"));
        assertEquals("-1.5 kB", amount(-1500, "By"));
        assertEquals("0.123", amount(0.1234, ""));
        assertEquals("1234567", amount(1_234_567, "{request}"));
        assertEquals("36.6 Cel", amount(36.6, "Cel"));
        assertEquals("NaN", amount(Double.NaN, "1"));
        assertEquals("1E+20", amount(1e20, ""));
        assertEquals("1E-9", amount(1e-9, ""));
    }

    private static String amount(double value, String unit) {
        StringBuilder line = new StringBuilder();
        ReportText.amount(line, value, unit);
        return line.toString();
    }
}
