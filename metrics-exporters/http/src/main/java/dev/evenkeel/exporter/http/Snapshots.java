package dev.evenkeel.exporter.http;

import dev.evenkeel.metrics.MetricDescriptor;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.NanoClock;
import dev.evenkeel.metrics.resource.SamplerSchedule;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last snapshot of a registry, taken on a schedule and not by who asks: a page that is asked for often costs no more collects, and a
 * schedule that stalls shows as an age.
 *
 * <p>It is one collect, so it is coherent as far as collects are: of each counter group all parts of an addition or none, no effect
 * ahead of its cause. Thread-safe.
 */
final class Snapshots implements AutoCloseable {
    /** An age beyond so many periods is called late: one tick may fall just before a request, a second has no excuse. */
    private static final int LATE_PERIODS = 2;

    private final MetricRegistry registry;
    private final SamplerSchedule schedule;
    private final Duration every;
    private final NanoClock clock;
    private volatile Taken last = new Taken(0, 0, "{}", "{}");
    private SamplerSchedule.@Nullable Task task;

    private record Taken(long nanos, long epochMillis, String telemetry, String metrics) {}

    Snapshots(MetricRegistry registry, SamplerSchedule schedule, Duration every, NanoClock clock) {
        this.registry = registry;
        this.schedule = schedule;
        this.every = every;
        this.clock = clock;
    }

    void start() {
        take();
        task = schedule.every(every, "admin_status", this::take);
    }

    void take() {
        long nanos = clock.nanos();
        Parts parts = new Parts();
        registry.collect(parts);
        last = new Taken(nanos, parts.epochMillis, parts.telemetry.toString(), parts.metrics.toString());
    }

    void writeTo(JsonText json) {
        Taken taken = last;
        double age = (clock.nanos() - taken.nanos) / 1e9;
        double period = every.toNanos() / 1e9;
        json.open().name("epochMillis").value(taken.epochMillis);
        json.name("ageSeconds").value(age);
        json.name("everySeconds").value(period);
        json.name("late").value(age > LATE_PERIODS * period);
        json.name("telemetry").document(taken.telemetry);
        json.name("metrics").document(taken.metrics);
        json.close();
    }

    @Override
    public void close() {
        SamplerSchedule.Task running = task;
        if (running != null) {
            running.close();
        }
    }

    /** What the toolkit says of itself apart from what it measures. */
    private static final class Parts extends SeriesJson {
        private static final String OWN = "evenkeel.";

        final JsonText telemetry = new JsonText();
        final JsonText metrics = new JsonText();
        long epochMillis;

        @Override
        public void begin(long atEpochMillis) {
            epochMillis = atEpochMillis;
            telemetry.open();
            metrics.open();
        }

        @Override
        JsonText objectFor(MetricDescriptor family) {
            return Objects.requireNonNull(family.name().startsWith(OWN) ? telemetry : metrics);
        }

        @Override
        public void end() {
            telemetry.close();
            metrics.close();
        }
    }
}
