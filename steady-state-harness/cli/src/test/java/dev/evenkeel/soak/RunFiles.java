package dev.evenkeel.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.HdrHistogram.Histogram;

/** Writes the files of a run that did not take as long as it says. */
public final class RunFiles {
    private RunFiles() {}

    /**
     * A run at 200 requests a second whose descriptors grow, of latencies about 3 ms; always the same.
     *
     * @param leakPerHour descriptors
     */
    public static void write(Path dir, long beginMillis, int seconds, int every, double leakPerHour) throws IOException {
        write(dir, beginMillis, seconds, every, leakPerHour, 1, 42);
    }

    /**
     * The same.
     *
     * @param slower factor on the latencies
     * @param seed of the noise
     */
    public static void write(
            Path dir, long beginMillis, int seconds, int every, double leakPerHour, double slower, long seed)
            throws IOException {
        SoakPlan plan = new SoakPlan(
                Duration.ofSeconds(60),
                List.of(new SoakPlan.Phase("steady", Duration.ofSeconds(seconds - 60), 200)),
                FaultPlan.NONE,
                Duration.ofSeconds(every),
                Map.of(),
                List.of(),
                "evenkeel soak");
        Random noise = new Random(seed);
        Histogram none = new Histogram(1, 2, 3);
        try (RunRecorder out = RunRecorder.create(new RunRecord(plan), dir)) {
            out.add(new RunEntry.Began(plan, beginMillis));
            for (int second = every; second <= seconds; second += every) {
                Histogram latency = new Histogram(1, 600_000_000L, 3);
                for (int i = 0; i < 200; i++) {
                    latency.recordValueWithCount(
                            Math.round(slower * (2900 + 100 * Math.abs(noise.nextGaussian()))), every);
                }
                Map<String, Double> values = new HashMap<>();
                values.put(ResourceNames.OPEN_FDS, 80 + Math.floor(leakPerHour * second / 3600.0));
                values.put(ResourceNames.THREADS, 40.0);
                values.put(ResourceNames.RSS, 4e8 + 1e5 * noise.nextGaussian());
                values.put(ResourceNames.HEAP_LIVE, 2e7 + 4e3 * noise.nextGaussian());
                boolean steady = second > 60;
                out.add(new RunEntry.Sample(
                        second - every,
                        second,
                        second,
                        second,
                        beginMillis + 1000L * second,
                        steady,
                        steady,
                        false,
                        "",
                        "1",
                        false,
                        new dev.evenkeel.soak.load.LoadInterval(
                                200L * every, 200L * every, 200L * every, 0, 0, 0, latency, latency, none),
                        values));
            }
            out.add(new RunEntry.Ended(seconds, RunEntry.Ending.COMPLETE, 0));
        }
    }
}
