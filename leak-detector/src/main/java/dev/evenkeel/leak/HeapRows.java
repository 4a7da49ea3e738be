package dev.evenkeel.leak;

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
