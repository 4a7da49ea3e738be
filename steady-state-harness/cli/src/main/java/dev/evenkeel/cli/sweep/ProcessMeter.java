package dev.evenkeel.cli.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Processor time and resident memory of a process and its children, by looking every so often: what a process used after the
 * last look and before its end is missed. One thread.
 */
final class ProcessMeter {
    private static final long LOOK_MILLIS = 50;

    private final ProcessHandle process;
    private final Map<Long, Double> cpuSeconds = new HashMap<>();
    private double mostRssBytes = Double.NaN;

    ProcessMeter(ProcessHandle process) {
        this.process = process;
    }

    /** Looks. Costs about 0.1 ms for each process. */
    void look() {
        double rss = 0;
        try (Stream<ProcessHandle> all = Stream.concat(Stream.of(process), process.descendants())) {
            for (ProcessHandle one : (Iterable<ProcessHandle>) all::iterator) {
                one.info()
                        .totalCpuDuration()
                        .map(ProcessMeter::seconds)
                        .ifPresent(seconds -> cpuSeconds.merge(one.pid(), seconds, Math::max));
                rss += residentBytes(one.pid());
            }
        }
        if (rss > 0 && !(mostRssBytes >= rss)) {
            mostRssBytes = rss;
        }
    }

    /** Looks twenty times a second, for some time or as long as it goes on. */
    void watch(Duration time, BooleanSupplier goesOn) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && goesOn.getAsBoolean(); left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)));
            look();
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** 0 where the platform does not tell, or the process is gone. */
    private static double residentBytes(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    /** Processor seconds up to the last look; NaN where the platform does not tell. */
    double cpuSeconds() {
        return cpuSeconds.isEmpty()
                ? Double.NaN
                : cpuSeconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** The most resident memory that was seen at one look; NaN where the platform does not tell. */
    double mostRssBytes() {
        return mostRssBytes;
    }
}
