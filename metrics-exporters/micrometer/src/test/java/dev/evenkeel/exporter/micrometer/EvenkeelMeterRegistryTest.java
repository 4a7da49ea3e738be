package dev.evenkeel.exporter.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.metrics.ExemplarSource;
import dev.evenkeel.metrics.HistogramReading;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Point;
import dev.evenkeel.metrics.Snapshot;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EvenkeelMeterRegistryTest {
    private final MockClock clock = new MockClock();
    private final MetricRegistry core = MetricRegistry.builder()
            .nanoClock(clock::monotonicTime)
            .wallClock(clock::wallTime)
            .build();
    private final EvenkeelMeterRegistry meters =
            EvenkeelMeterRegistry.builder(core).clock(clock).build();

    /** What the core shows, by name and labels; of a histogram count and sum. The core's own names are left out. */
    private static TreeMap<String, String> shown(MetricRegistry core) {
        TreeMap<String, String> shown = new TreeMap<>();
        Snapshot snapshot = core.snapshot();
        for (Point point : snapshot.points()) {
            if (!point.descriptor().name().startsWith("evenkeel.")) {
                Object value = point.value();
                String text = value instanceof HistogramReading reading
                        ? reading.count() + " values, sum " + reading.sum() * reading.scale()
                        : value.toString();
                String unit = point.descriptor().unit();
                shown.put(point.descriptor().name() + point.labels() + (unit.isEmpty() ? "" : " " + unit), text);
            }
        }
        return shown;
    }
}
