package dev.evenkeel.cli.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.soak.RunFiles;
import dev.evenkeel.soak.StoredRun;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenMetricsRunTest {
    @TempDir
    Path dir;

    /** One walk over the recorded values gives what the histogram itself says of each bound, the value on a bound included. */
    @Test
    void eachBucketHoldsTheRequestsUpToItsBound() throws Exception {
        RunFiles.write(dir, 1_795_000_000_000L, 300, 10, 0, 0.86, 7); // some at 2 500 µs, a bound
        StoredRun stored = StoredRun.read(dir);
        Histogram all = new Histogram(1, 600_000_000L, 3);
        stored.forEachRow(row -> all.add(row.load().intended()));
        StringBuilder text = new StringBuilder();

        new OpenMetricsRun(text, stored, "soak", "r").write();

        List<String> last = text.toString()
                .lines()
                .filter(line -> line.startsWith("soak_request_duration_seconds_") && line.endsWith(" 1795000300.000"))
                .toList();
        assertEquals(14 + 3, last.size(), "bounds, all, count and sum of the last sample");
        assertTrue(all.getCountBetweenValues(0, 2500) > 0 && all.getCountBetweenValues(0, 2500) < all.getTotalCount());
        for (long micros : new long[] {500, 1_000, 2_500, 5_000, 10_000_000}) {
            String bucket = "le=\"" + micros / 1e6 + "\"} " + all.getCountBetweenValues(0, micros) + " ";
            assertTrue(last.stream().anyMatch(line -> line.contains(bucket)), () -> bucket + " not in " + last);
        }
    }
}
