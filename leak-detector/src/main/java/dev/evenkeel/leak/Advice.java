package dev.evenkeel.leak;

/** How to mend a leak, or how to allow it. */
final class Advice {
    private Advice() {}

    /** One or two sentences. */
    static String of(LeakFinding f) {
        String culprit = f.culprit();
        boolean byClass = f.resource() == Resource.HEAP && !f.evidence().isEmpty(); // the culprit may be the holder
        String allow = " Or allow it: LeakOptions.allow(Resource." + f.resource() + ", \""
                + (byClass ? f.evidence().get(0).what() : culprit) + "\", reason).";
        return switch (f.resource()) {
            case THREADS -> "Close the executor or timer that owns \"" + culprit
                    + "\", or allow it: LeakOptions.allowThreads(\"" + culprit + "\", reason), or"
                    + " @DetectLeaks(allow = \"" + culprit + "\", because = ..).";
            case VIRTUAL_THREADS -> "End these virtual threads: close the executor that started them, interrupt them, or give"
                    + " what they wait for a time limit." + allow;
            case CHILD_PROCESSES -> "End each process: Process.destroy() and waitFor(), on every path." + allow;
            case QUEUED_TASKS -> "Cancel what was scheduled, and let the executor drop it: setRemoveOnCancelPolicy(true); bound"
                    + " queues that fill faster than they are emptied." + allow;
            case FILE_DESCRIPTORS -> "Close what opens " + culprit
                    + " on every path, for instance by try-with-resources; a collection comes too late under load."
                    + allow;
            case TEMP_FILES -> "Delete " + culprit
                    + " when it has served, in a finally block; deleteOnExit keeps the file and its name until the JVM ends."
                    + allow;
            case POOLED_CONNECTIONS -> "Give each connection back to " + culprit
                    + " on every path, for instance by try-with-resources." + allow;
            case MBEANS -> "Unregister " + culprit + " when its owner is closed." + allow;
            case SHUTDOWN_HOOKS -> "Call Runtime.removeShutdownHook when the owner is closed, or register one hook for all of"
                    + " them." + allow;
            case BUFFERS -> "Drop the last reference to each buffer, or reuse one: a direct or mapped buffer is given back only when a"
                    + " collection finds it unreachable." + allow;
            case CLASSES -> "Close each class loader and drop what refers to its classes, or define a class once and reuse it:"
                    + " proxies, scripts and generated code belong into a cache." + allow;
            case HEAP -> heap(f) + allow;
        };
    }

    private static String heap(LeakFinding f) {
        String path = String.join(" ", f.heldBy());
        if (path.contains("DeleteOnExitHook")) {
            return "File.deleteOnExit keeps every name until the JVM ends: delete the file when it has served.";
        }
        if (path.contains("ThreadLocal$ThreadLocalMap") || path.contains(".threadLocals")) {
            return "Call ThreadLocal.remove() in a finally block: the thread lives longer than what it worked for.";
        }
        if (path.contains("java.lang.ref.Finalizer") || path.contains("CleanerImpl")) {
            return "Close " + f.culprit() + " by hand: it waits for a finalizer or cleaner that never gets to it.";
        }
        String where = f.heldBy().isEmpty() ? "Find what still refers to " : "Let go of ";
        return where + f.culprit()
                + (f.heldBy().isEmpty()
                        ? ": a static collection, a listener list, a thread-local."
                        : ", see the path above.")
                + " A cache whose bound is above "
                + f.iterations()
                + " entries looks the same until it is full: then raise LeakOptions.iterations.";
    }
}
