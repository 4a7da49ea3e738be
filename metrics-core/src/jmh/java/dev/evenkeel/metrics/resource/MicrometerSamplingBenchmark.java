package dev.evenkeel.metrics.resource;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Micrometer's six binders for JVM and process in its simple registry. */
public class MicrometerSamplingBenchmark extends SamplingBenchmark {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final JvmGcMetrics collections = new JvmGcMetrics();

    @Override
    void bind() {
        new JvmMemoryMetrics().bindTo(registry);
        collections.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
    }

    @Override
    Sum collect() {
        Sum sum = new Sum();
        for (Meter meter : registry.getMeters()) {
            for (Measurement measurement : meter.measure()) {
                sum.add(measurement.getValue());
            }
        }
        return sum;
    }

    @Override
    public void release() throws java.io.IOException {
        collections.close();
        super.release();
    }
}
