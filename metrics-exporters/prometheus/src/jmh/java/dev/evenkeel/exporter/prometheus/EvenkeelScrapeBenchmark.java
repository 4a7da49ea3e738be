package dev.evenkeel.exporter.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.Labelled;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Series;
import dev.evenkeel.metrics.Timer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/** Ours, in each format. */
public class EvenkeelScrapeBenchmark extends ScrapeBenchmark {
    private static final int LIMIT = 200_000;
    private static final byte[] NAME = "shop0_orders_total{route=\"".getBytes(UTF_8);
    private static final byte[] BETWEEN = "\",status=\"".getBytes(UTF_8);
    private static final byte[] END = "\"} ".getBytes(UTF_8);

    private final MetricRegistry registry =
            MetricRegistry.builder().maxBytes(1L << 31).build();
    private final List<Labelled<Counter>> counters = new ArrayList<>();
    private final List<Labelled<Timer>> timers = new ArrayList<>();
    private final List<Counter> boundCounters = new ArrayList<>();
    private final List<Timer> boundTimers = new ArrayList<>();
    private final PrometheusTextWriter text = PrometheusTextWriter.of(TextFormat.PROMETHEUS);
    private final PrometheusTextWriter openMetrics = PrometheusTextWriter.of(TextFormat.OPEN_METRICS);
    private final PrometheusProtobufWriter protobuf = new PrometheusProtobufWriter();
    private final Page page = new Page();
    private final Runnable recordToEach = this::recordToEach;

    @Override
    void register(boolean histograms) {
        for (int i = 0; i < FAMILIES; i++) {
            if (histograms) {
                timers.add(registry.timer("shop" + i + ".duration")
                        .labels("route", "status")
                        .cardinalityLimit(LIMIT)
                        .register());
            } else {
                counters.add(registry.counter("shop" + i + ".orders")
                        .labels("route", "status")
                        .cardinalityLimit(LIMIT)
                        .register());
            }
        }
    }

    @Override
    public void fill() throws IOException {
        super.fill();
        registry.collect(new Held());
    }

    /** Keeps every series, so that records need no look-up. */
    private final class Held implements CollectVisitor {
        @Override
        public void family(MetricDescriptor family) {}

        @Override
        public void longCounter(Series series, long value) {
            if (series instanceof Counter counter && series.descriptor().name().startsWith("shop")) {
                boundCounters.add(counter);
            }
        }

        @Override
        public void doubleCounter(Series series, double value) {}

        @Override
        public void gauge(Series series, double value) {}

        @Override
        public void histogram(Series series, HistogramReading reading) {
            if (series instanceof Timer timer && series.descriptor().name().startsWith("shop")) {
                boundTimers.add(timer);
            }
        }
    }

    @Override
    void count(int family, String route, String status) {
        counters.get(family).bind(route, status).increment();
    }

    @Override
    void record(int family, String route, String status, long nanos) {
        timers.get(family).bind(route, status).record(nanos);
    }

    @Override
    void write(Page to) throws IOException {
        registry.collect(text);
        text.writeTo(to);
    }

    @Override
    void writeFirst(Page to) throws IOException {
        PrometheusTextWriter fresh = PrometheusTextWriter.of(TextFormat.PROMETHEUS);
        registry.collect(fresh);
        fresh.writeTo(to);
    }

    private void recordToEach() {
        long value = 1_000_000;
        for (Timer timer : boundTimers) {
            timer.record(value);
        }
    }

    /** When each histogram, or each counter, was recorded to since the page before, by one thread; that is in the time. */
    @Benchmark
    public int textAfterRecords() throws IOException {
        recordToEach();
        for (Counter counter : boundCounters) {
            counter.increment();
        }
        page.reset();
        write(page);
        return page.size();
    }

    /** When each of the recorders has recorded to each histogram since the page before, which is not in the time. */
    @Benchmark
    public int textAfterAllRecorded() throws IOException {
        inEachRecorder(recordToEach);
        page.reset();
        write(page);
        return page.size();
    }

    /** The first page of a writer, where no window of a histogram has been read since it was recorded to. */
    @Benchmark
    public int firstAfterAllRecorded() throws IOException {
        inEachRecorder(recordToEach);
        page.reset();
        writeFirst(page);
        return page.size();
    }

    /** The floor of a first page of counters: their names and labels, escaped and copied into new memory, and no values. */
    @Benchmark
    public int heads() {
        TextPage fresh = new TextPage();
        for (Counter counter : boundCounters) {
            fresh.append(NAME);
            fresh.appendEscaped(counter.labelValue(0));
            fresh.append(BETWEEN);
            fresh.appendEscaped(counter.labelValue(1));
            fresh.append(END);
        }
        return fresh.length();
    }

    @Benchmark
    public int openMetrics() throws IOException {
        page.reset();
        registry.collect(openMetrics);
        openMetrics.writeTo(page);
        return page.size();
    }

    @Benchmark
    public int protobuf() throws IOException {
        page.reset();
        registry.collect(protobuf);
        protobuf.writeTo(page);
        return page.size();
    }
}
