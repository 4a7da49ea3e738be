package dev.evenkeel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Budget;
import dev.evenkeel.drift.DriftAnalysis;
import dev.evenkeel.drift.Mark;
import dev.evenkeel.drift.Method;
import dev.evenkeel.drift.TimeSeries;
import dev.evenkeel.drift.Verdict;
import dev.evenkeel.soak.load.LoadInterval;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** The judge on readings that a real service gave. */
class JudgeTest {

    /** A healthy run of two minutes; the recording's own faults, where {@code marked}. */
    private static RunRecord recorded(double leakPerHour) throws IOException {
        RunRecord run = new RunRecord(new SoakPlan(
                Duration.ofSeconds(20), Duration.ofSeconds(120), 200, Duration.ofSeconds(30), "evenkeel soak"));
        run.endSecond = 140;
        run.steadySamples = 120;
        for (double begin : new double[] {35, 66, 97, 127}) {
            run.marks.add(new Mark(begin, begin + 6, Mark.Kind.FAULT, "upstream slower"));
        }
        for (int second = 1; second <= 140; second++) {
            run.read(WatchedResource.OPEN_FDS, second, 125);
            run.read(WatchedResource.THREADS, second, 36);
            Histogram none = new Histogram(1, 600_000_000L, 3);
            run.load.add(
                    second - 1, second, new LoadInterval(200, 200, 200, 0, 0, 0, none, none, none), second > 20, false);
        }
        try (BufferedReader rows = new BufferedReader(new InputStreamReader(
                JudgeTest.class.getResourceAsStream("/recorded/live-heap-on-a-busy-machine.csv"),
                StandardCharsets.UTF_8))) {
            rows.lines().skip(1).map(row -> row.split(",")).forEach(cells -> {
                double second = Double.parseDouble(cells[0]);
                run.read(WatchedResource.HEAP_LIVE, second, Double.parseDouble(cells[1]) + leakPerHour * second / 3600);
            });
        }
        return run;
    }

    @Test
    void aPileOfRequestsAtTheEndOfARunIsNoLeak() throws IOException {
        RunRecord run = recorded(0);
        TimeSeries raw = run.readingsOf(WatchedResource.HEAP_LIVE).steady(20, run.marks);

        RunResult result = Judge.judge(run);

        assertEquals(Verdict.PASS, result.verdict(), result.headline());
        assertEquals(
                Verdict.FAIL,
                DriftAnalysis.of(
                                raw,
                                new Budget(8 * 720_000, ""),
                                List.of(),
                                DriftAnalysis.Options.defaults().withMethod(Method.REFERENCE))
                        .verdict(),
                "the recording shows what this guards against");
    }

    @Test
    void aLeakUnderTheSameNoiseStillFailsWithItsOwnSlope() throws IOException {
        double perHour = 12 << 20;

        RunResult result = Judge.judge(recorded(perHour));

        assertEquals(Verdict.FAIL, result.verdict(), result.headline());
        ResourceResult heap = result.resources().get(0);
        assertEquals(ResourceNames.HEAP_LIVE, heap.name());
        assertTrue(
                heap.drift().slopePerHour() > perHour && heap.drift().slopePerHour() < 1.25 * perHour,
                () -> "slope " + heap.drift().slopePerHour() + ", of which the recording's own is a tenth");
    }

    @Test
    void whatStandsAtBothEndsOfTheReachIsTheLeast() {
        TimeSeries series = TimeSeries.of(new double[] {1, 2, 3, 4, 5, 6}, new double[] {5, 9, 9, 4, 9, 9});

        TimeSeries least = Readings.leastOfNeighbours(series, 2);

        assertEquals(
                List.of(5.0, 4.0, 4.0, 4.0, 4.0, 4.0),
                java.util.stream.IntStream.range(0, 6).mapToObj(least::value).toList());
        assertEquals(3, least.second(2));
    }
}
