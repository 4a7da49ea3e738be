package dev.evenkeel.leak;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Classes and paths on the heap that tell of another resource. */
final class HeapRows {
    static final String VIRTUAL_THREAD = "java.lang.VirtualThread";

    private static final Set<String> TASKS = Set.of(
            "java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask",
            "java.util.concurrent.FutureTask",
            "java.util.concurrent.ForkJoinTask$AdaptedRunnableAction",
            "java.util.concurrent.CompletableFuture$AsyncRun",
            "java.util.concurrent.CompletableFuture$AsyncSupply");

    /** Groups of fewer virtual threads than this an iteration are no leak that a run promises to find. */
    private static final double LEAST_SHARE = 0.05;

    private HeapRows() {}

    /** What growth of a class is really growth of. */
    static Resource resourceOf(List<LeakFinding.Evidence> evidence) {
        Resource resource = Resource.HEAP;
        for (LeakFinding.Evidence e : evidence) {
            if (e.count() > 0 && e.what().equals(VIRTUAL_THREAD)) {
                return Resource.VIRTUAL_THREADS;
            }
            if (e.count() > 0 && TASKS.contains(e.what())) {
                resource = Resource.QUEUED_TASKS;
            }
        }
        return resource;
    }

    /**
     * Those that no allow-list of virtual threads, queued tasks or shutdown hooks lets stay. These are found as objects, so only the
     * finished finding tells what they are; of what is dropped a note is made.
     */
    static List<LeakFinding> notAllowed(List<LeakFinding> findings, LeakOptions options, List<String> notes) {
        List<LeakFinding> left = new ArrayList<>();
        for (LeakFinding f : findings) {
            AllowList allowed = f.isOnHeap() && f.resource() != Resource.HEAP
                    ? AllowList.of(options, f.resource())
                    : AllowList.NONE;
            if (allowed == AllowList.NONE || !isAllAllowed(f, allowed)) {
                left.add(f);
            } else {
                notes.add(f.resource().title() + " \"" + f.culprit() + "\" grew and were allowed to");
            }
        }
        return left;
    }

    /** One finding may stand for several leaks: each name of the application's own has to be allowed, and the culprit. */
    private static boolean isAllAllowed(LeakFinding f, AllowList allowed) {
        if (!allowed.allows(f.culprit())) {
            return false;
        }
        for (LeakFinding.Evidence e : f.evidence()) {
            boolean telling = f.resource() == Resource.VIRTUAL_THREADS
                    ? !e.detail().isEmpty() && e.count() > LEAST_SHARE * f.iterations()
                    : HeapCensus.tier(e.what()) == 0;
            if (telling && e.count() > 0 && !allowed.allows(e.what())) {
                return false;
            }
        }
        return true;
    }

    /** A finding with its path, which may tell what the objects really are. */
    static LeakFinding lookedAt(LeakFinding finding, List<String> path) {
        String text = String.join(" ", path);
        Resource resource = finding.resource();
        if (text.contains("java.lang.ApplicationShutdownHooks.hooks")) {
            resource = Resource.SHUTDOWN_HOOKS;
        } else if (text.contains("DelayedWorkQueue") || text.contains("java.util.TaskQueue")) {
            resource = Resource.QUEUED_TASKS;
        }
        return finding.lookedAt(resource, path, finding.madeAt());
    }
}
