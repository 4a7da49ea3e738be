package dev.evenkeel.cli.drift;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A day of a fleet's descriptors as OpenMetrics with timestamps, for {@code promtool tsdb create-blocks-from openmetrics}.
 * Six kinds of replicas take turns: even noise, noise with memory, a daily load, a pool that fills within the first hours, a
 * deploy that moved the level, and a restart. One in {@code leakEvery}, the second of each such group, also leaks {@value
 * #LEAK_PER_HOUR} descriptors an hour. Seeded.
 */
final class FleetData {
    static final int LEAK_PER_HOUR = 6;
    private static final long DAY = 86_400;

    private FleetData() {}

    /** Arguments: file, replicas, seconds between readings, end in seconds since 1970, one leak in so many. */
    public static void main(String[] args) throws IOException {
        write(
                Path.of(args[0]),
                Integer.parseInt(args[1]),
                Integer.parseInt(args[2]),
                Long.parseLong(args[3]),
                Integer.parseInt(args[4]));
    }

    static void write(Path file, int replicas, int step, long end, int leakEvery) throws IOException {
        try (BufferedWriter to = Files.newBufferedWriter(file)) {
            to.write("# TYPE process_open_fds gauge\n");
            for (int i = 0; i < replicas; i++) {
                Random random = new Random(7_000_003L * i + 11);
                double memory = 0;
                long restart = (long) (DAY * (0.2 + 0.6 * random.nextDouble()));
                double move = 30 * random.nextDouble();
                for (long t = 0; t <= DAY; t += step) {
                    memory = 0.9 * memory + random.nextGaussian();
                    double noise = i % 6 == 1 ? 2 * memory : 3 * random.nextGaussian();
                    double shape =
                            switch (i % 6) {
                                case 2 -> 20 * Math.sin(2 * Math.PI * t / DAY + 6 * move);
                                case 3 -> 40 * (1 - Math.exp(-t / 4_000.0));
                                case 4 -> t > restart ? move : 0;
                                default -> 0;
                            };
                    long age = i % 6 == 5 && t > restart ? t - restart : t;
                    double leak = leaks(i, leakEvery) ? LEAK_PER_HOUR * age / 3600.0 : 0;
                    line(to, "process_open_fds", i, Math.round(200 + shape + leak + noise), end - DAY + t);
                }
            }
            to.write("# TYPE process_start_time_seconds gauge\n");
            for (int i = 0; i < replicas; i++) {
                Random random = new Random(7_000_003L * i + 11);
                long restart = (long) (DAY * (0.2 + 0.6 * random.nextDouble()));
                for (long t = 0; t <= DAY; t += step) {
                    line(
                            to,
                            "process_start_time_seconds",
                            i,
                            end - (i % 6 == 5 && t > restart ? DAY - restart : 3 * DAY),
                            end - DAY + t);
                }
            }
            to.write("# EOF\n");
        }
    }

    static boolean leaks(int replica, int leakEvery) {
        return replica % leakEvery == 1;
    }

    static String instance(int replica) {
        return "replica-" + replica;
    }

    private static void line(BufferedWriter to, String name, int i, long value, long second) throws IOException {
        to.write(name);
        to.write("{job=\"shop\",instance=\"");
        to.write(instance(i));
        to.write("\"} ");
        to.write(Long.toString(value));
        to.write(' ');
        to.write(Long.toString(second));
        to.write('\n');
    }
}
