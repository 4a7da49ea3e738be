package dev.evenkeel.metrics;

import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;
import org.openjdk.jmh.annotations.Benchmark;

/** Ours: each timer has a sliding window, which writers know nothing of. */
public class EvenkeelLatencyBenchmark extends LatencyLibraryBenchmark {
    static final SlidingWindow WINDOW = SlidingWindow.of(Duration.ofMinutes(1), 60);

    final MetricRegistry registry = MetricRegistry.builder().maxBytes(1L << 30).build();
    private final Timer timer2 = registry.timer("two").windows(WINDOW).digits(2).register();
    private final Timer timer3 =
            registry.timer("three").windows(WINDOW).digits(3).register();
    private final Labelled<Timer> labelled2 =
            registry.timer("labelled.two").windows(WINDOW).digits(2).labels("i").register();
    private final Labelled<Timer> labelled3 = registry.timer("labelled.three")
            .windows(WINDOW)
            .digits(3)
            .labels("i")
            .register();

    public static void main(String[] args) {
        LatencyMemory.print(EvenkeelLatencyBenchmark::new, args);
    }

    @Override
    List<String> ways() {
        return List.of("timer2", "timer3");
    }

    @Override
    LongConsumer series(String way, int i) {
        return (way.equals("timer2") ? labelled2 : labelled3).bind(Integer.toString(i))::record;
    }

    @Override
    long counted() {
        long[] sum = new long[1];
        registry.collect(new EvenkeelBenchmark.TallyVisitor(new Tally()) {
            @Override
            public void histogram(Series series, HistogramReading reading) {
                sum[0] += series.descriptor().name().startsWith("evenkeel.") ? 0 : reading.count();
            }
        });
        return sum[0];
    }

    @Benchmark
    public void timer2(Latencies next) {
        timer2.record(next.nextNanos());
    }

    @Benchmark
    public void timer3(Latencies next) {
        timer3.record(next.nextNanos());
    }

    @Benchmark
    public void timed() {
        timer2.stop(timer2.start());
    }

    /** What a reader reads in {@link LatencyBesideBenchmark}. */
    long readAll() {
        return counted() + timer2.read(WINDOW).count();
    }
}
