package dev.evenkeel.metrics;

import com.netflix.spectator.api.DefaultRegistry;
import com.netflix.spectator.api.Timer;
import com.netflix.spectator.api.histogram.PercentileTimer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.openjdk.jmh.annotations.Benchmark;

/** Spectator's default registry: a percentile timer, which is a counter for each of up to 275 buckets, and a timer, which has none. */
public class SpectatorLatencyBenchmark extends LatencyLibraryBenchmark {
    private final DefaultRegistry registry = new DefaultRegistry();
    private final List<LongSupplier> counts = new ArrayList<>();
    private final Timer plain = registry.timer("plain");
    private final PercentileTimer percentiles = PercentileTimer.get(registry, registry.createId("percentiles"));

    public static void main(String[] args) {
        LatencyMemory.print(SpectatorLatencyBenchmark::new, args);
    }

    @Override
    List<String> ways() {
        return List.of("plain", "percentiles");
    }

    @Override
    LongConsumer series(String way, int i) {
        String name = way + "." + i;
        if (way.equals("plain")) {
            Timer timer = registry.timer(name);
            counts.add(timer::count);
            return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
        }
        PercentileTimer timer = PercentileTimer.get(registry, registry.createId(name));
        counts.add(timer::count);
        return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    long counted() {
        return counts.stream().mapToLong(LongSupplier::getAsLong).sum();
    }

    @Benchmark
    public void plain(Latencies next) {
        plain.record(next.nextNanos(), TimeUnit.NANOSECONDS);
    }

    @Benchmark
    public void percentiles(Latencies next) {
        percentiles.record(next.nextNanos(), TimeUnit.NANOSECONDS);
    }

    @Benchmark
    public void timed() {
        long start = registry.clock().monotonicTime();
        percentiles.record(registry.clock().monotonicTime() - start, TimeUnit.NANOSECONDS);
    }
}
