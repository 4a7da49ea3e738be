package dev.evenkeel.soak;

import dev.evenkeel.leak.allocation.AllocationSite;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The last seconds of a run, in which the target says where it allocates. */
final class AllocationWindow {
    /*
     * After the steady time and not in the middle of it: the target's Flight Recorder brings threads, classes and megabytes of its
     * own, which would be steps in exactly the series that are judged. The load goes on meanwhile, so that what is sampled is
     * the same work.
     */

    /** Some thousand samples at 500 a second: the tenth site of a service is then known to a percent or two. */
    static final Duration LONGEST = Duration.ofSeconds(10);

    static final Duration SHORTEST = Duration.ofSeconds(2);

    /** A short run is not to be made much longer. */
    private static final double SHARE = 0.1;

    private AllocationWindow() {}

    static Duration of(SoakPlan plan) {
        Duration share = Duration.ofMillis(Math.round(1000 * SHARE * (plan.totalSeconds() - plan.warmupSeconds())));
        return share.compareTo(LONGEST) > 0 ? LONGEST : share.compareTo(SHORTEST) < 0 ? SHORTEST : share;
    }

    static void take(Target target, SoakPlan plan, double second, Consumer<RunEntry> out, SoakListener listener)
            throws InterruptedException {
        Duration window = of(plan);
        double seconds = window.toMillis() / 1e3;
        listener.phase("sampling allocations");
        try {
            Optional<List<AllocationSite>> sites = target.allocationSites(window);
            sites.ifPresent(found -> out.accept(new RunEntry.Allocated(
                    second, seconds, found, found.isEmpty() ? "Its Flight Recorder took no sample." : "")));
        } catch (IOException e) {
            out.accept(new RunEntry.Allocated(
                    second, 0, List.of(), "Where it allocates is not known: " + e.getMessage() + "."));
        }
    }
}
