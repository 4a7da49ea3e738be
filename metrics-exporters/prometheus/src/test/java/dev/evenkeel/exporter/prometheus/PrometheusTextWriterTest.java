package dev.evenkeel.exporter.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Gauge;
import dev.evenkeel.metrics.Histogram;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.Labels;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.Snapshot;
import dev.evenkeel.metrics.Timer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrometheusTextWriterTest {
    private static final int SERIES = 10_000;

    private final MetricRegistry registry =
            MetricRegistry.builder().wallClock(() -> 1_700_000_000_250L).build();
    private final PrometheusTextWriter writer = PrometheusTextWriter.of(TextFormat.PROMETHEUS);

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void nastyRegistryIsWrittenAsTheGoldenFileSays() throws IOException {
        NastyRegistry.fill(registry);

        String text = ownLines(collected(writer));

        try (InputStream golden = getClass().getResourceAsStream("/golden/nasty.prom")) {
            assertEquals(new String(golden.readAllBytes(), StandardCharsets.UTF_8), text);
        }
    }

    @Test
    void openMetricsOfANastyRegistryIsWhatTheGoldenFileSays() throws IOException {
        NastyRegistry.fill(registry);

        String text = ownLines(collected(PrometheusTextWriter.openMetricsWithStartTimes()));

        try (InputStream golden = getClass().getResourceAsStream("/golden/nasty.om")) {
            assertEquals(new String(golden.readAllBytes(), StandardCharsets.UTF_8), text);
        }
    }

    @Test
    void exemplarFollowsItsBucketInOpenMetricsOnly() throws IOException {
        try (MetricRegistry traced = TracedRegistry.create()) {
            TracedRegistry.record(traced);
            PrometheusTextWriter open = PrometheusTextWriter.of(TextFormat.OPEN_METRICS);
            traced.collect(open);
            traced.collect(writer);

            List<String> lines =
                    text(open).lines().filter(line -> line.contains(" # ")).toList();

            assertEquals(
                    List.of(
                            "work_seconds_bucket{le=\"0.0025\"} 1 # {trace_id=\"" + TracedRegistry.TRACE
                                    + "\",span_id=\"" + TracedRegistry.SPAN + "\"} 0.002 1700000000.25",
                            "work_seconds_bucket{le=\"+Inf\"} 2 # {trace_id=\"" + TracedRegistry.TRACE + "\",span_id=\""
                                    + TracedRegistry.SPAN + "\"} 20 1700000000.25"),
                    lines);
            assertFalse(text(writer).contains("trace_id"));
        }
    }

    @Test
    void openMetricsHasTheSamplesOfTheText() throws IOException {
        NastyRegistry.fill(registry);

        List<PrometheusText.Sample> text = PrometheusText.parse(ownLines(collected(writer)));
        List<PrometheusText.Sample> open =
                PrometheusText.parse(ownLines(collected(PrometheusTextWriter.of(TextFormat.OPEN_METRICS))));

        assertEquals(withoutBounds(text), withoutBounds(open)); // 1 and 1.0 are the same bound
    }

    private static List<String> withoutBounds(List<PrometheusText.Sample> samples) {
        return samples.stream()
                .map(s -> s.name()
                        + s.labels().entrySet().stream()
                                .map(e ->
                                        e.getKey().equals("le") && !e.getValue().equals("+Inf")
                                                ? "le=" + Double.parseDouble(e.getValue())
                                                : e.toString())
                                .toList()
                        + s.value())
                .toList();
    }

    @Test
    void familiesThatNobodyAskedForAreLeftOutAndStayKnown() throws IOException {
        NastyRegistry.fill(registry);
        PrometheusTextWriter whole = PrometheusTextWriter.of(TextFormat.PROMETHEUS);
        String all = ownLines(collected(whole));

        whole.only(Set.of("db_query_seconds_count", "jvm.thread.count", "nothing"));
        String two = ownLines(collected(whole));
        whole.only(Set.of());

        assertEquals(
                Set.of("db_query_seconds", "jvm_threads"),
                Set.copyOf(two.lines()
                        .filter(line -> line.startsWith("# TYPE"))
                        .map(line -> line.split(" ")[2])
                        .toList()));
        assertEquals(all, ownLines(collected(whole)));
    }

    /** A collect that an exception ended in the middle of a family that was new. */
    @Test
    void aCollectThatWasBrokenOffLeavesNothing() throws IOException {
        Labelled<Counter> orders = registry.counter("orders").labels("k").register();
        for (int i = 0; i < 20; i++) {
            orders.bind("a long enough name to need more room " + i).add(i);
        }
        String expected = collected(PrometheusTextWriter.of(TextFormat.PROMETHEUS));
        PrometheusTextWriter writer = PrometheusTextWriter.of(TextFormat.PROMETHEUS);
        Counter first = orders.bind("a long enough name to need more room 0");

        writer.begin(0);
        writer.family(first.descriptor());
        writer.longCounter(first, 0);

        assertEquals(lines(expected, "orders_total{"), lines(collected(writer), "orders_total{"));
        assertEquals(lines(expected, "orders_total{"), lines(collected(writer), "orders_total{"));
    }

    private static List<String> lines(String page, String start) {
        return page.lines().filter(line -> line.startsWith(start)).toList();
    }

    @Test
    void whatGoesUpAndDownIsAGaugeAndARateIsPerSecond() throws IOException {
        registry.inFlight("http.server.active_requests")
                .unit("{request}")
                .help("Requests being served.")
                .labels("method")
                .register()
                .bind("GET")
                .enter();
        registry.upDownCounter("queue.share")
                .unit("1")
                .help("Share.")
                .register()
                .add(-2);
        registry.doubleCounter("job.cost").unit("s").help("Cost.").register().add(1.5);
        registry.maxTracker("absent").register();
        registry.maxTracker("wait.longest")
                .unit("ms")
                .help("Longest wait.")
                .register()
                .record(70);
        registry.rate("http.requests").help("Rate.").register();

        assertEquals(
                """
                # HELP http_requests_per_second Rate.
                # TYPE http_requests_per_second gauge
                http_requests_per_second 0
                # HELP http_server_active_requests Requests being served.
                # TYPE http_server_active_requests gauge
                http_server_active_requests{method="GET"} 1
                # HELP job_cost_seconds_total Cost.
                # TYPE job_cost_seconds_total counter
                job_cost_seconds_total 1.5
                # HELP queue_share_ratio Share.
                # TYPE queue_share_ratio gauge
                queue_share_ratio -2
                # HELP wait_longest_milliseconds Longest wait.
                # TYPE wait_longest_milliseconds gauge
                wait_longest_milliseconds 70
                """,
                ownLines(collected(writer)));
    }

    @Test
    void whatIsWrittenReadsBackAsWhatTheRegistryHolds() throws IOException {
        NastyRegistry.fill(registry);
        Snapshot snapshot = registry.snapshot();

        List<PrometheusText.Sample> samples = PrometheusText.parse(collected(writer));

        int compared = 0;
        for (Point point : snapshot.points()) {
            if (point.descriptor().name().startsWith("evenkeel.")) {
                continue; // the registry's view of itself moves between the two collects
            }
            String name = PrometheusNames.metricName(point.descriptor());
            Map<String, String> labels = new HashMap<>();
            for (int i = 0; i < point.labels().size(); i++) {
                String label = PrometheusNames.labelName(point.labels().name(i));
                boolean taken = labels.containsKey(label) || point.histogram() != null && label.equals("le");
                labels.put(taken ? label + "_2" : label, point.labels().value(i));
            }
            if (point.histogram() == null) {
                assertEquals(point.value(), valueOf(samples, name, labels), name + labels);
            } else {
                assertEquals(point.histogram().count(), valueOf(samples, name + "_count", labels), name);
                assertEquals(
                        point.histogram().sum() * point.histogram().scale(),
                        valueOf(samples, name + "_sum", labels),
                        1e-12);
                labels.put("le", "+Inf");
                assertEquals(point.histogram().count(), valueOf(samples, name + "_bucket", labels), name);
            }
            compared++;
        }
        assertEquals(11, compared);
    }

    @Test
    void bucketsAreCumulativeAndCountTheirBound() throws IOException {
        Timer timer = registry.timer("work").register();
        timer.record(1_000_000); // 1 ms: le="0.001" is inclusive
        timer.record(1_020_000); // 2 % above
        timer.record(40_000_000);
        timer.record(60_000_000_000L);

        List<PrometheusText.Sample> samples = PrometheusText.parse(collected(writer));

        assertEquals(1, valueOf(samples, "work_seconds_bucket", Map.of("le", "0.001")));
        assertEquals(2, valueOf(samples, "work_seconds_bucket", Map.of("le", "0.0025")));
        assertEquals(2, valueOf(samples, "work_seconds_bucket", Map.of("le", "0.025")));
        assertEquals(3, valueOf(samples, "work_seconds_bucket", Map.of("le", "0.05")));
        assertEquals(3, valueOf(samples, "work_seconds_bucket", Map.of("le", "10")));
        assertEquals(4, valueOf(samples, "work_seconds_bucket", Map.of("le", "+Inf")));
        assertEquals(60.04202, valueOf(samples, "work_seconds_sum", Map.of()));
    }

    @Test
    void secondMetricOfOnePrometheusNameIsLeftOut() throws IOException {
        registry.gauge("a.b").register().set(1);
        registry.gauge("a_b").register().set(2);
        registry.histogram("sizes").register().record(1);
        registry.gauge("sizes.sum").register().set(5);

        String text = collected(writer);
        String again = collected(writer);

        assertTrue(text.contains("a_b 1\n"), text);
        assertFalse(text.contains("a_b 2\n"), text);
        assertTrue(text.contains("\nsizes_sum 1\n"), text);
        assertFalse(text.contains("sizes_sum 5"), text);
        assertEquals(ownLines(text), ownLines(again));
    }

    @Test
    void newSeriesBetweenKnownOnesAreWrittenInPlace() throws IOException {
        Labelled<Counter> counters = registry.counter("c").labels("k").register();
        counters.bind("1").increment();
        registry.gauge("z").register().set(7);
        collected(writer);
        counters.bind("2").add(2);
        registry.gauge("b").register().set(5);

        String incremental = ownLines(collected(writer));

        assertEquals(ownLines(collected(PrometheusTextWriter.of(TextFormat.PROMETHEUS))), incremental);
        assertTrue(incremental.contains("c_total{k=\"2\"} 2\n"), incremental);
        assertTrue(incremental.startsWith("# HELP b "), incremental);
    }

    @Test
    void histogramIsWrittenAsItIsWhetherItChangedOrNot() throws IOException {
        Labelled<Histogram> sizes = registry.histogram("size").labels("kind").register();
        Histogram still = sizes.bind("still");
        Histogram busy = sizes.bind("busy");
        still.record(5);
        for (long value : new long[] {0, 0, 1, 70, 1_000_000_000}) {
            busy.record(value);

            String known = ownLines(collected(writer));

            assertEquals(ownLines(collected(PrometheusTextWriter.of(TextFormat.PROMETHEUS))), known);
            assertTrue(known.contains("size_sum{kind=\"still\"} 5\n"), known);
        }
        assertTrue(ownLines(text(writer)).contains("size_count{kind=\"busy\"} 5\n"), text(writer));
    }

    @Test
    void histogramThatBeganAnewIsWrittenAsItIsNow() throws IOException {
        Labelled<Histogram> sizes = registry.histogram("size").labels("kind").register();
        Histogram histogram = sizes.bind("a");
        histogram.record(5);
        collected(writer);
        sizes.evict("a");
        collected(writer);
        histogram.record(5);

        String text = collected(writer);

        assertTrue(text.contains("size_count{kind=\"a\"} 1\n"), text);
        assertEquals(ownLines(collected(PrometheusTextWriter.of(TextFormat.PROMETHEUS))), ownLines(text));
    }

    @Test
    void seriesWithLabelsOfTheirOwnAreWrittenWithThem() throws IOException {
        Labelled<Counter> jobs = registry.counter("jobs").anyLabels().register();
        jobs.bind(Labels.of("queue", "a\"b")).increment();
        jobs.bind(Labels.of("queue", "a", "host", "h\u00e4")).add(2);

        String text = ownLines(collected(writer));

        assertTrue(text.contains("jobs_total{queue=\"a\\\"b\"} 1\n"), text);
        assertTrue(text.contains("jobs_total{queue=\"a\",host=\"h\u00e4\"} 2\n"), text);
        assertEquals(text, ownLines(collected(writer)));
    }

    @Test
    void anotherRegistryTakesTheWriterOver() throws IOException {
        registry.gauge("mine").register().set(1);
        try (MetricRegistry other = MetricRegistry.create()) {
            other.gauge("mine").register().set(2);
            collected(writer);

            other.collect(writer);

            assertEquals(
                    "# HELP mine Registered as mine, without help.\n# TYPE mine gauge\nmine 2\n",
                    ownLines(text(writer)));
        }
    }

    @Test
    void nameOfAMetricThatIsGoneIsFreeFromTheCollectAfterNext() throws IOException {
        registry.gauge("a.b").register().set(1);
        try (MetricRegistry other = MetricRegistry.create()) {
            other.gauge("a_b").register().set(2);
            collected(writer);

            other.collect(writer);
            String next = ownLines(text(writer));
            other.collect(writer);

            assertEquals("", next);
            assertEquals(
                    "# HELP a_b Registered as a_b, without help.\n# TYPE a_b gauge\na_b 2\n", ownLines(text(writer)));
        }
    }

    @Test
    void collectOfKnownSeriesAllocatesNothing() {
        Labelled<Counter> counters = registry.counter("requests")
                .labels("route", "status")
                .cardinalityLimit(SERIES)
                .register();
        Labelled<Gauge> gauges = registry.gauge("load")
                .unit("1")
                .labels("shard")
                .cardinalityLimit(SERIES)
                .register();
        Labelled<Histogram> sizes =
                registry.histogram("size").unit("By").labels("kind").register();
        for (int i = 0; i < SERIES / 2; i++) {
            counters.bind("/route/" + i, "200").add(i * 977L);
            gauges.bind("shard-" + i).set(Math.sin(i)); // sixteen and seventeen digits
        }
        for (int i = 0; i < 100; i++) {
            sizes.bind("kind-" + i).record(i * 1000L);
        }
        CollectVisitor nothing = new Discard();
        for (int i = 0; i < 30; i++) {
            registry.collect(writer);
            registry.collect(nothing);
        }

        long floor = allocatedBy(() -> registry.collect(nothing));
        long ours = allocatedBy(() -> registry.collect(writer));

        double perSeries = (ours - floor) / (double) (SERIES + 100);
        System.out.println("scrape of " + (SERIES + 100) + " series: " + writer.length()
                + " bytes of text, collect allocates " + floor + " B, the writer " + (ours - floor) + " B more");
        assertTrue(perSeries < 0.05, () -> perSeries + " B per series"); // one object for each histogram shows
    }

    private static long allocatedBy(Runnable action) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) { // the least: a JIT or class-loading event is not ours
            long before = threads.getCurrentThreadAllocatedBytes();
            action.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private String collected(PrometheusTextWriter w) throws IOException {
        registry.collect(w);
        return text(w);
    }

    private static String text(PrometheusTextWriter w) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        w.writeTo(out);
        assertEquals(out.size(), w.length());
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Without what the registry says of itself, which differs from run to run. */
    private static String ownLines(String text) {
        StringBuilder own = new StringBuilder();
        text.lines()
                .filter(line -> !line.startsWith("evenkeel_") && !line.matches("# (HELP|TYPE|UNIT) evenkeel_.*"))
                .forEach(line -> own.append(line).append('\n'));
        return own.toString();
    }

    private static double valueOf(List<PrometheusText.Sample> samples, String name, Map<String, String> labels) {
        double found = Double.NaN;
        int times = 0;
        for (PrometheusText.Sample sample : samples) {
            if (sample.name().equals(name) && sample.labels().equals(labels)) {
                found = sample.value();
                times++;
            }
        }
        assertEquals(1, times, () -> name + labels + " in " + samples);
        return found;
    }

    private static final class Discard implements CollectVisitor {
        @Override
        public void family(MetricDescriptor family) {}

        @Override
        public void longCounter(Series series, long value) {}

        @Override
        public void doubleCounter(Series series, double value) {}

        @Override
        public void gauge(Series series, double value) {}

        @Override
        public void histogram(Series series, HistogramReading reading) {}
    }
}
