package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.Gauge;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;

/** One metric of every kind, with names and label values that tempt a writer to err. */
final class NastyRegistry {
    private NastyRegistry() {}

    static void fill(MetricRegistry registry) {
        Labelled<Counter> paths = registry.counter("http.server.requests")
                .unit("{request}")
                .help("Requests, by path.\nA \\ and a \"quote\".")
                .labels("http.path", "status")
                .register();
        paths.bind("/a\"b\\c\nd", "200").add(3);
        paths.bind("", "\u00fcn\u00efc\u00f6d\u00e9 \uD83D\uDE00").increment();
        paths.bind("{a=\"b\"} 1", "# HELP").add(Long.MAX_VALUE / 4);
        Labelled<Gauge> gauges =
                registry.gauge("temperature").unit("Cel").labels("a.b", "a_b").register();
        gauges.bind("x", "y").set(-0.1);
        registry.gauge("inf").register().set(Double.POSITIVE_INFINITY);
        registry.gauge("tiny").register().set(1.5e-9);
        registry.gauge("jvm.thread.count")
                .unit("{thread}")
                .help("Threads.")
                .register()
                .set(12);
        registry.observedCounter("process.cpu.time")
                .unit("s")
                .help("CPU time.")
                .register()
                .add(() -> 12.34);
        Timer timer = registry.timer("db.query")
                .help("Queries.")
                .labels("le")
                .register()
                .bind("own");
        timer.record(1_500_000);
        timer.record(250_000_000);
        timer.record(123_456_789);
        registry.timer("idle").help("Never used.").register();
        registry.histogram("batch.size")
                .unit("{item}")
                .help("Items per batch.")
                .register()
                .record(7);
    }
}
