package dev.evenkeel.metrics;

import io.prometheus.metrics.core.metrics.SlidingWindow;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.snapshots.Quantile;
import java.lang.reflect.Field;
import java.util.function.LongSupplier;

/** client_java's summary: five age buckets in a minute, its defaults, with the errors that its documentation shows. */
public final class ClientJavaAccuracy implements Accuracy.Subject {
    private static final double NANOS = 1e9;

    private final Summary summary = Summary.builder()
            .name("t")
            .withoutExemplars()
            .quantile(0.5, 0.01)
            .quantile(0.9, 0.01)
            .quantile(0.99, 0.001)
            .quantile(0.999, 0.0001)
            .quantile(1, 0)
            .maxAgeSeconds(Accuracy.WINDOW_NANOS / Accuracy.SECOND)
            .numberOfAgeBuckets(5)
            .build();

    private ClientJavaAccuracy(Accuracy.Time time) throws ReflectiveOperationException {
        // It has no clock to set: the one place where this run reaches into a library.
        Object point = summary.labelValues();
        Object window = field(point.getClass(), "quantileValues").get(point);
        field(SlidingWindow.class, "currentTimeMillis").set(window, (LongSupplier) time::epochMillis);
        field(SlidingWindow.class, "lastRotateTimestampMillis").setLong(window, time.epochMillis());
    }

    private static Field field(Class<?> type, String name) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    public static void main(String[] args) throws Exception {
        AccuracyTable.print("6 client_java, summary", time -> {
            try {
                return new ClientJavaAccuracy(time);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(
                        "Cannot set the clock of client_java's summary: its fields are called otherwise in this version.",
                        e);
            }
        });
    }

    @Override
    public void record(long nanos) {
        summary.observe(nanos / NANOS);
    }

    @Override
    public void read(double[] values) {
        int q = 0;
        for (Quantile quantile : summary.collect().getDataPoints().get(0).getQuantiles()) {
            values[q++] = quantile.getValue() * NANOS;
        }
    }
}
