package dev.evenkeel.metrics.resource;

import dev.evenkeel.metrics.CollectVisitor;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.Series;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;

/** Ours: JVM, process and control group in one registry; and the control group alone. */
public class EvenkeelSamplingBenchmark extends SamplingBenchmark {
    private final MetricRegistry registry = MetricRegistry.create();
    private final CgroupSweep cgroup = new CgroupSweep(Path.of("/"), "self", NanoClock.system());
    private final SumVisitor visitor = new SumVisitor();

    @Override
    void bind() {
        ResourceSamplers.bindTo(registry);
    }

    @Override
    Sum collect() {
        visitor.sum = new Sum();
        registry.collect(visitor);
        return visitor.sum;
    }

    /** All files of the group, and the machine's pressure. Each call asks for a value again, which reads all of them. */
    @Benchmark
    public double cgroup() {
        return cgroup.value(CgroupSweep.MEMORY_CURRENT);
    }

    private static final class SumVisitor implements CollectVisitor {
        private Sum sum = new Sum();

        @Override
        public void family(MetricDescriptor family) {}

        @Override
        public void longCounter(Series series, long value) {
            sum.add(value);
        }

        @Override
        public void doubleCounter(Series series, double value) {
            sum.add(value);
        }

        @Override
        public void gauge(Series series, double value) {
            sum.add(value);
        }

        @Override
        public void histogram(Series series, HistogramReading reading) {
            sum.add(reading.count());
        }
    }
}
