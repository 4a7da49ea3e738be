package dev.evenkeel.exporter.prometheus;

import dev.evenkeel.metrics.Counter;
import dev.evenkeel.metrics.MetricRegistry;
import dev.evenkeel.metrics.Timer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Counts how often a thread that records without a pause stands still for more than 50 us while another thread scrapes 10 000
 * counters and 100 timers over and over, and while that thread does arithmetic instead. Slices of time go scrape, spin, spin,
 * scrape, and so on: neighbours make a pair, and a machine that slows down steadily favours neither.
 *
 * <p>Arguments: the number of slices and the milliseconds of each. Prints the stalls of each slice.
 */
public final class WriterStalls {
    private static final long STALL_NANOS = 50_000;
    private static final int COUNTERS = 10_000;
    private static final int TIMERS = 100;
    /** Until the scrape is compiled: who compiles takes a processor too. */
    private static final int WARM_UP_SLICES = 16;

    private final MetricRegistry registry =
            MetricRegistry.builder().cardinalityLimit(COUNTERS).build();
    private final List<Counter> counters = new ArrayList<>();
    private final List<Timer> timers = new ArrayList<>();
    private final PrometheusTextWriter writer = PrometheusTextWriter.of(TextFormat.PROMETHEUS);
    private volatile boolean scraping = true;
    private volatile boolean done;
    private long scrapes;
    private double spun = 1;

    private WriterStalls() {
        for (int i = 0; i < COUNTERS; i++) {
            counters.add(
                    registry.counter("shop.orders").labels("order").register().bind("order-" + i));
        }
        for (int i = 0; i < TIMERS; i++) {
            timers.add(registry.timer("shop.duration").labels("step").register().bind("step-" + i));
        }
    }

    public static void main(String[] args) throws InterruptedException {
        new WriterStalls().run(Integer.parseInt(args[0]), TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[1])));
    }

    private void run(int slices, long sliceNanos) throws InterruptedException {
        Thread beside = new Thread(this::besides, "beside");
        beside.start();
        List<Long> stalls = new ArrayList<>();
        for (int slice = -WARM_UP_SLICES; slice < slices; slice++) {
            scraping = (slice & 3) == 0 || (slice & 3) == 3;
            long count = recordFor(sliceNanos);
            if (slice >= 0) {
                stalls.add(count);
            }
        }
        done = true;
        beside.join();
        registry.close();
        if (scrapes < slices / 4 || spun == 0) {
            throw new IllegalStateException("Only " + scrapes + " scrapes in " + slices
                    + " slices of time: what was measured beside them is something else. Give longer slices.");
        }
        System.out.println("scrapes: " + scrapes + ", page of " + writer.length() + " bytes");
        System.out.println(
                "stalls of each slice: " + stalls.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }

    private long recordFor(long nanos) {
        long stalls = 0;
        long start = System.nanoTime();
        long last = start;
        for (int i = 0; last - start < nanos; i++) {
            counters.get(i % COUNTERS).increment();
            timers.get(i % TIMERS).record(i & 0xFFFFF);
            long now = System.nanoTime();
            if (now - last > STALL_NANOS) {
                stalls++;
            }
            last = now;
        }
        return stalls;
    }

    private void besides() {
        try (ByteArrayOutputStream page = new ByteArrayOutputStream()) {
            while (!done) {
                if (scraping) {
                    page.reset();
                    registry.collect(writer);
                    writer.writeTo(page);
                    scrapes++;
                } else {
                    for (int i = 0; i < 1000; i++) {
                        spun = spun * 1.000_000_1 + 1e-9;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
