package dev.evenkeel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evenkeel.drift.Verdict;
import dev.evenkeel.leak.allocation.AllocationSite;
import dev.evenkeel.soak.load.ManualPacer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a target allocates, through a whole run and back from its log. */
class AllocationRunTest {
    private static final AllocationSite SITE = new AllocationSite("byte[]", 1, List.of("shop.Cart.add:3"));

    @TempDir
    private Path dir;

    private final ManualPacer pacer = new ManualPacer();
    private final FakeTarget target = new FakeTarget(pacer);
    private double allocated;

    private RunResult run() throws Exception {
        SoakPlan plan = new SoakPlan(
                Duration.ofSeconds(20), Duration.ofSeconds(120), 200, Duration.ofSeconds(30), "evenkeel soak");
        FakeLoad load = new FakeLoad(pacer);
        return new SoakEngine(
                        plan,
                        target,
                        (t, schedule) -> load,
                        dir,
                        null,
                        new SoakListener() {},
                        pacer,
                        () -> 1_795_000_000_000L,
                        Footprint.none())
                .run();
    }

    private void allocatesAMegabyteASample() {
        target.spoil = values -> {
            allocated += 1e6;
            values.put(ResourceNames.ALLOCATED, allocated);
            return values;
        };
    }

    @Test
    void bytesAnOperationAndSitesAreInTheResultAndInTheLog() throws Exception {
        allocatesAMegabyteASample();
        target.sites = Optional.of(List.of(SITE));

        RunResult result = run();

        assertEquals(Verdict.PASS, result.verdict(), result.headline());
        // A sample a second at 200 requests a second: 1 MB by 200, less where a second was skipped for a reading.
        assertEquals(5000, result.allocation().bytesPerOperation(), 100);
        assertTrue(result.allocation().lower() <= result.allocation().bytesPerOperation());
        assertEquals(List.of(SITE), result.allocation().sites());
        assertEquals(10, result.allocation().windowSeconds());
        assertEquals(
                result.allocation(),
                Judge.judge(StoredRun.read(dir).record()).allocation(),
                "judged again from the log");
    }

    @Test
    void sitesAreSampledAfterEverythingThatIsJudged() throws Exception {
        target.sites = Optional.of(List.of(SITE));

        RunResult result = run();

        assertTrue(target.sitesAskedAt > 140, "asked at " + target.sitesAskedAt);
        assertTrue(
                result.resources().stream()
                        .allMatch(r -> r.series().size() == 0
                                || r.series().second(r.series().size() - 1) < target.sitesAskedAt),
                "a reading of the window is in a series");
    }

    @Test
    void aRecorderThatFailsIsASentenceAndNoFailure() throws Exception {
        allocatesAMegabyteASample();
        target.sitesFail = true;

        RunResult result = run();

        assertEquals(Verdict.PASS, result.verdict());
        assertEquals(
                "Where it allocates is not known: it has no recorder.",
                result.allocation().siteNote());
    }

    @Test
    void aTargetThatTellsNothingHasNoSection() throws Exception {
        assertFalse(run().allocation().known());
    }

    @Test
    void theWindowIsATenthOfTheSteadyTimeWithinBounds() {
        assertEquals(Duration.ofSeconds(2), AllocationWindow.of(plan(10)));
        assertEquals(Duration.ofSeconds(6), AllocationWindow.of(plan(60)));
        assertEquals(Duration.ofSeconds(10), AllocationWindow.of(plan(3600)));
    }

    private static SoakPlan plan(int seconds) {
        return new SoakPlan(Duration.ofSeconds(20), Duration.ofSeconds(seconds), 200, Duration.ZERO, "evenkeel soak");
    }
}
