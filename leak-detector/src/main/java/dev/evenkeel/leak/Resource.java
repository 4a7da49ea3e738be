package dev.evenkeel.leak;

/** What a leak can be made of. The order is the order of a report: the earlier ones often explain the later ones. */
public enum Resource {
    /** Live platform threads, by name. */
    THREADS("threads", "thread", false, false),
    /** Live virtual threads, on JDK 21 and newer; counted on the heap. */
    VIRTUAL_THREADS("virtual threads", "virtual thread", true, false),
    /** Child processes that still run, by command. */
    CHILD_PROCESSES("child processes", "child process", false, false),
    /** Tasks that wait in an executor's or a timer's queue; counted on the heap. */
    QUEUED_TASKS("queued tasks", "queued task", true, false),
    /** Open file descriptors, sockets among them, by target. */
    FILE_DESCRIPTORS("file descriptors", "file descriptor", false, true),
    /** Files and directories in {@code java.io.tmpdir}, by name. */
    TEMP_FILES("temporary files", "temporary file", false, false),
    /** Connections that were borrowed from a pool and not given back, as the pool's MBean says. */
    POOLED_CONNECTIONS("borrowed connections", "borrowed connection", false, false),
    /** Registered MBeans, by domain and type. */
    MBEANS("MBeans", "MBean", false, false),
    /** Shutdown hooks, by class. */
    SHUTDOWN_HOOKS("shutdown hooks", "shutdown hook", false, false),
    /** Direct and mapped buffers: memory outside of the heap that a collection gives back. */
    BUFFERS("direct and mapped buffers", "buffer", true, false),
    /** Loaded classes and their loaders, which fill the metaspace. */
    CLASSES("loaded classes", "loaded class", true, false),
    /** Objects that survive a collection, by class. */
    HEAP("heap", "object", true, false);

    private final String title;
    private final String one;
    private final boolean freedByCollection;
    private final boolean closedByCollection;

    Resource(String title, String one, boolean freedByCollection, boolean closedByCollection) {
        this.title = title;
        this.one = one;
        this.freedByCollection = freedByCollection;
        this.closedByCollection = closedByCollection;
    }

    /** The name in reports, in the plural: "file descriptors". */
    public String title() {
        return title;
    }

    /** Whether only a collection gives it back, so that it cannot be judged without one. */
    boolean freedByCollection() {
        return freedByCollection;
    }

    /** Whether it is to be closed by hand, so that a collection which closes it hides a defect. */
    boolean closedByCollection() {
        return closedByCollection;
    }

    String count(long n) {
        return n + " " + (n == 1 ? one : plural());
    }

    String unit() {
        return one;
    }

    private String plural() {
        return one.endsWith("process") || one.endsWith("class") ? one + "es" : one + "s";
    }
}
