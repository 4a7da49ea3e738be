package dev.evenkeel.cli.wire;

import dev.evenkeel.exporter.prometheus.ClientJavaCollector;
import dev.evenkeel.exporter.prometheus.ClientJavaSource;
import dev.evenkeel.exporter.prometheus.SimpleclientCollector;
import dev.evenkeel.exporter.prometheus.SimpleclientSource;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.ExemplarSource;
import dev.evenkeel.metrics.FixedBuckets;
import dev.evenkeel.metrics.ForeignVisitor;
import dev.evenkeel.metrics.Gauge;
import dev.evenkeel.metrics.Histogram;
import dev.evenkeel.metrics.InFlight;
import dev.evenkeel.metrics.Kind;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import dev.evenkeel.metrics.UpDownCounter;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Registries with every kind of instrument and all that tempts a wire to err. Their clocks stand still; nothing records. */
final class WireFixture implements AutoCloseable {
    static final long START_MILLIS = 1_700_000_000_250L;
    static final long COLLECT_MILLIS = START_MILLIS + 60_000;
    static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    static final String SPAN = "b7ad6b7169203331";

    private static final List<String> NASTY = List.of(
            "",
            " ",
            "\"",
            "\\",
            "\\n",
            "\n",
            "\r\t\u0001",
            "a=\"b\",c",
            "x,b=\"y",
            "{}#*?:",
            "# HELP x",
            "\u00fcn\u00efc\u00f6d\u00e9",
            "\uD83D\uDE00",
            "null",
            "NaN",
            "otel_metric_overflow");

    private static final double[] GAUGES = {
        0,
        -0.0,
        -1.5,
        0.1,
        0.30000000000000004,
        1e-9,
        -1e300,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        0x1p53 + 2,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };

    /** What {@link #withOtherLibraries} adds, and what every nasty registry has of another library. */
    static final Set<String> FOREIGN = Set.of(
            "simple_calls",
            "simple_level",
            "simple_latency_seconds",
            "simple_size",
            "simple_size_quantile",
            "java_calls",
            "java_latency_seconds",
            "java_native_bytes",
            "java_build_info",
            "their_jobs",
            "their:depth",
            "their_size_count",
            "their_latency_seconds",
            "their_summary");

    final AtomicLong wallMillis = new AtomicLong(START_MILLIS);
    final AtomicLong nanos = new AtomicLong(1_000_000_000L);
    final MetricRegistry registry = MetricRegistry.builder()
            .wallClock(wallMillis::get)
            .nanoClock(nanos::get)
            .exemplars(new OneTrace())
            .build();

    /** The raw values of each histogram series, by metric and label values. */
    final Map<String, List<Long>> recorded = new TreeMap<>();

    private WireFixture() {}

    /** Returns a registry with one of everything, the same each time. */
    static WireFixture nasty() {
        WireFixture f = new WireFixture();
        f.fillNasty();
        f.stand();
        return f;
    }

    /** Returns a registry of random instruments, labels and values. */
    static WireFixture random(long seed) {
        WireFixture f = new WireFixture();
        f.fillRandom(new Random(seed));
        f.stand();
        return f;
    }

    /** Lets time go on once more, and a collect do what it has to do then. */
    private void stand() {
        wallMillis.set(COLLECT_MILLIS);
        registry.snapshot();
    }

    private void fillNasty() {
        Labelled<Counter> paths = registry.counter("http.server.requests")
                .unit("{request}")
                .help("Requests, by path.\nA \\ and a \"quote\".")
                .labels("http.path", "status")
                .register();
        for (int i = 0; i < NASTY.size(); i++) {
            paths.bind(NASTY.get(i), NASTY.get(NASTY.size() - 1 - i)).add(i + 1);
        }
        paths.bind("\uD83D", "half a character").add(7);
        paths.bind("0123456789".repeat(1024), "10 KB").add(9);
        registry.counter("huge").help("Above 2^53.").register().add((1L << 53) + 1);
        registry.counter("hugest").help("Above 2^53.").register().add(Long.MAX_VALUE - 1);
        registry.counter("never.counted").help("Zero.").register();
        registry.doubleCounter("money").unit("EUR").help("Money.").register().add(0.1);
        registry.observedCounter("process.cpu.time")
                .unit("s")
                .help("CPU time.")
                .register()
                .add(() -> 12.34);
        registry.observedGauge("absent").help("Nothing to show.").register().add(() -> Double.NaN);
        Labelled<Gauge> gauges = registry.gauge("temperature")
                .unit("Cel")
                .help("Values of doubles.")
                .labels("a.b", "a_b", "__c")
                .register();
        for (int i = 0; i < GAUGES.length; i++) {
            gauges.bind("g" + i, "", "x").set(GAUGES[i]);
        }
        registry.gauge("share").unit("1").help("A ratio.").register().set(0.25);
        registry.gauge("jvm.thread.count").unit("{thread}").register().set(12);
        registry.gauge("collide.x").help("First.").register().set(1);
        registry.gauge("collide_x").help("Second.").register().set(2);
        UpDownCounter queue = registry.upDownCounter("queue.depth")
                .unit("{job}")
                .help("Jobs.")
                .register();
        queue.add(5);
        queue.add(-7);
        InFlight inFlight =
                registry.inFlight("calls").unit("{call}").help("Calls.").register();
        inFlight.enter();
        registry.maxTracker("highest").unit("By").help("Highest.").register().record(1 << 20);
        registry.minTracker("lowest").unit("By").help("Lowest.").register().record(3);
        registry.cappedCounter("capped", 10).help("At most ten.").register().tryAdd(4);
        registry.rate("rate")
                .window(Duration.ofSeconds(10), 10)
                .help("Events.")
                .register()
                .add(5);
        registry.counterGroup("pool")
                .member("submitted", "{task}", "Submitted.")
                .member("accepted", "{task}", "Accepted.")
                .register()
                .add(3, 2);
        Labelled<Counter> tenants = registry.counter("tenant.calls")
                .unit("{call}")
                .help("Past the limit.")
                .labels("tenant", "region")
                .cardinalityLimit(2)
                .register();
        for (int i = 0; i < 5; i++) {
            tenants.bind("t" + i, "r").add(i + 1);
        }
        Labelled<Timer> timers = registry.timer("db.query")
                .help("Queries.")
                .exemplars()
                .labels("le", "quantile")
                .register();
        record("db.query", timers.bind("own", "0.5"), 0, 1, 999_999, 1_000_000, 1_000_001, 2_500_000, 250_000_000);
        nanos.addAndGet(2_000_000_000L);
        record("db.query", timers.bind("own", "0.5"), 3_600_000_000_000L);
        record("db.query", timers.bind("\"\n\\", ""), 123_456_789);
        registry.timer("idle").help("Never used.").register();
        for (int digits = 1; digits <= 3; digits++) {
            Histogram histogram = registry.histogram("batch.size.digits" + digits)
                    .unit(digits == 2 ? "By" : "{item}")
                    .help("Sizes.")
                    .digits(digits)
                    .register();
            record("batch.size.digits" + digits, histogram, 0, 1, 2, 5, 7, 100, 127, 128, 1000, 1023, 1024, 1_000_000);
            record("batch.size.digits" + digits, histogram, 1L << 40);
        }
        registry.addForeign(WireFixture::foreign);
    }

    /** Of another library, and always the same. */
    private static void foreign(ForeignVisitor to) {
        to.family("their_jobs", Kind.COUNTER, "", "Jobs.");
        to.value(4.5, START_MILLIS, "queue", "\"\n\\\uD83D");
        to.value(7, START_MILLIS, "queue", "b", "shard", "1");
        to.family("their:depth", Kind.GAUGE, "By", "");
        to.value(-3, START_MILLIS);
        to.family("their_size_count", Kind.GAUGE, "", "A gauge named like a part of a histogram.");
        to.value(3, START_MILLIS);
        to.family("their_latency_seconds", Kind.HISTOGRAM, "s", "Latency.");
        to.histogram(
                FixedBuckets.of(new double[] {-1, 0.1, 2, 1e20}, new long[] {1, 2, 5, 6, 9}, 12.5),
                START_MILLIS,
                "le",
                "own");
        to.family("their_summary", Kind.HISTOGRAM, "", "A summary.");
        to.histogram(FixedBuckets.of(new double[0], new long[] {3}, 0.75), START_MILLIS);
    }

    /** Adds the metrics of simpleclient and client_java. */
    WireFixture withOtherLibraries() {
        CollectorRegistry simple = new CollectorRegistry();
        io.prometheus.client.Counter.build("simple_calls", "Calls.")
                .labelNames("path")
                .register(simple)
                .labels("\"\n")
                .inc(3);
        io.prometheus.client.Gauge.build("simple_level", "Level.")
                .register(simple)
                .set(-2.5);
        io.prometheus.client.Histogram histogram = io.prometheus.client.Histogram.build(
                        "simple_latency_seconds", "Latency.")
                .register(simple);
        histogram.observe(0.3);
        histogram.observe(20);
        io.prometheus.client.Summary.build("simple_size", "Size.")
                .quantile(0.5, 0.01)
                .register(simple)
                .observe(7);
        SimpleclientCollector.of(registry).register(simple);
        registry.addForeign(SimpleclientSource.of(simple));
        PrometheusRegistry java = new PrometheusRegistry();
        io.prometheus.metrics.core.metrics.Counter.builder()
                .name("java_calls")
                .labelNames("path")
                .register(java)
                .labelValues("\uD83D\uDE00")
                .inc(2);
        io.prometheus.metrics.core.metrics.Histogram both = io.prometheus.metrics.core.metrics.Histogram.builder()
                .name("java_latency_seconds")
                .unit(Unit.SECONDS)
                .register(java);
        both.observe(0.3);
        io.prometheus.metrics.core.metrics.Histogram nativeOnly = io.prometheus.metrics.core.metrics.Histogram.builder()
                .name("java_native_bytes")
                .unit(Unit.BYTES)
                .nativeOnly()
                .register(java);
        nativeOnly.observe(300);
        nativeOnly.observe(70_000);
        io.prometheus.metrics.core.metrics.Info.builder()
                .name("java_build_info")
                .labelNames("version")
                .register(java)
                .addLabelValues("1");
        java.register(ClientJavaCollector.of(registry));
        registry.addForeign(ClientJavaSource.of(java));
        stand();
        return this;
    }

    private void record(String metric, Histogram histogram, long... values) {
        for (long value : values) {
            histogram.record(value);
            recorded.computeIfAbsent(metric + histogram.labels(), key -> new ArrayList<>())
                    .add(value);
        }
    }

    private void fillRandom(Random random) {
        int families = 3 + random.nextInt(20);
        for (int i = 0; i < families; i++) {
            String name = "m" + i + List.of(".a", "_b", "-c", "/d.e", "").get(random.nextInt(5));
            String unit = List.of("", "s", "By", "1", "{x}", "By/s", "%", "ms").get(random.nextInt(8));
            String[] labels = new String[random.nextInt(4)];
            for (int l = 0; l < labels.length; l++) {
                labels[l] =
                        List.of("k.x", "k_x", "le", "_k", "quantile", "k__x").get(random.nextInt(6)) + ".".repeat(l);
            }
            switch (random.nextInt(6)) {
                case 0 -> each(random, labels, values -> (values == null
                                ? registry.counter(name).unit(unit).register()
                                : registry.counter(name)
                                        .unit(unit)
                                        .labels(labels)
                                        .register()
                                        .bind(values))
                        .add(random.nextLong() >>> (1 + random.nextInt(62))));
                case 1 -> each(random, labels, values -> (values == null
                                ? registry.doubleCounter(name).unit(unit).register()
                                : registry.doubleCounter(name)
                                        .unit(unit)
                                        .labels(labels)
                                        .register()
                                        .bind(values))
                        .add(random.nextDouble() * Math.pow(10, random.nextInt(20) - 10)));
                case 2 -> each(random, labels, values -> (values == null
                                ? registry.gauge(name).unit(unit).register()
                                : registry.gauge(name)
                                        .unit(unit)
                                        .labels(labels)
                                        .register()
                                        .bind(values))
                        .set(
                                random.nextInt(4) == 0
                                        ? GAUGES[random.nextInt(GAUGES.length)]
                                        : Double.longBitsToDouble(random.nextLong())));
                case 3 -> each(random, labels, values -> (values == null
                                ? registry.upDownCounter(name).unit(unit).register()
                                : registry.upDownCounter(name)
                                        .unit(unit)
                                        .labels(labels)
                                        .register()
                                        .bind(values))
                        .add(random.nextLong() >> random.nextInt(62)));
                case 4 -> each(
                        random,
                        labels,
                        values -> record(
                                name,
                                values == null
                                        ? registry.timer(name).register()
                                        : registry.timer(name)
                                                .labels(labels)
                                                .register()
                                                .bind(values),
                                random.longs(random.nextInt(200), 0, 1L << (1 + random.nextInt(40)))
                                        .toArray()));
                default -> {
                    int digits = 1 + random.nextInt(3);
                    each(
                            random,
                            labels,
                            values -> record(
                                    name,
                                    values == null
                                            ? registry.histogram(name)
                                                    .unit(unit)
                                                    .digits(digits)
                                                    .register()
                                            : registry.histogram(name)
                                                    .unit(unit)
                                                    .digits(digits)
                                                    .labels(labels)
                                                    .register()
                                                    .bind(values),
                                    random.longs(random.nextInt(200), 0, 1L << (1 + random.nextInt(40)))
                                            .toArray()));
                }
            }
        }
    }

    private interface Recording {
        void of(String[] values);
    }

    @SuppressWarnings("NullAway") // a test may say null for none
    private static void each(Random random, String[] labels, Recording recording) {
        if (labels.length == 0) {
            recording.of(null);
            return;
        }
        int series = 1 + random.nextInt(5);
        for (int s = 0; s < series; s++) {
            String[] values = new String[labels.length];
            for (int l = 0; l < values.length; l++) {
                values[l] = text(random);
            }
            recording.of(values);
        }
    }

    /** Any UTF-16 but too long, halves of characters included. */
    private static String text(Random random) {
        if (random.nextInt(3) == 0) {
            return NASTY.get(random.nextInt(NASTY.size()));
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> text.append((char) random.nextInt(0x80));
                case 1 -> text.append((char) random.nextInt(0x10000));
                case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                default -> text.append("\"\\\n{}=,".charAt(random.nextInt(7)));
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        registry.close();
    }

    private static final class OneTrace implements ExemplarSource {
        @Override
        public boolean sampled() {
            return true;
        }

        @Override
        public String traceId() {
            return TRACE;
        }

        @Override
        public String spanId() {
            return SPAN;
        }
    }
}
