package dev.evenkeel.exporter.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.evenkeel.metrics.MetricRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecordAllocationTest {
    private static final int RECORDS = 100_000;

    @Test
    void recordingAllocatesNothing() {
        EvenkeelMeterRegistry meters = EvenkeelMeterRegistry.of(MetricRegistry.create());
        Counter counter = meters.counter("jobs", "kind", "mail");
        Timer timer = Timer.builder("call")
                .publishPercentiles(0.99)
                .publishPercentileHistogram()
                .register(meters);
        DistributionSummary summary = meters.summary("size");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        record(counter, timer, summary);

        long before = threads.getCurrentThreadAllocatedBytes();
        record(counter, timer, summary);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertEquals(0, bytes / RECORDS, bytes + " bytes in " + 3 * RECORDS + " records");
    }

    private static void record(Counter counter, Timer timer, DistributionSummary summary) {
        for (int i = 0; i < RECORDS; i++) {
            counter.increment();
            timer.record(i, TimeUnit.MICROSECONDS);
            summary.record(i * 0.25);
        }
    }
}
