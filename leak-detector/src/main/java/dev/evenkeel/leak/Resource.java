package dev.evenkeel.leak;

/** What a leak can be made of. The order is the order of a report: the earlier ones often explain the later ones. */
public enum Resource {
    /** Live platform threads. Virtual threads are not seen. */
    THREADS("threads", "thread"),
    /** Open file descriptors, by target. */
    FILE_DESCRIPTORS("file descriptors", "file descriptor"),
    /** Objects that survive a collection, by class. */
    HEAP("heap", "object");

    private final String title;
    private final String one;

    Resource(String title, String one) {
        this.title = title;
        this.one = one;
    }

    /** The name in reports, in the plural: "file descriptors". */
    public String title() {
        return title;
    }

    String count(long n) {
        return n + " " + one + (n == 1 ? "" : "s");
    }
}
