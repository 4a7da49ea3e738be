package dev.evenkeel.metrics.resource;

import java.util.Locale;

/** What a file descriptor points to, as Linux names it in {@code /proc/self/fd}. */
public enum FdKind {
    /** A path: a file, a folder, a device; also a deleted or an unnamed one. */
    FILE,

    /** A socket of any family. */
    SOCKET,

    /** A pipe that has no path. */
    PIPE,

    /** An epoll, eventfd, timerfd, signalfd, inotify or io_uring descriptor. */
    EVENT,

    /** Anything else. */
    OTHER;

    private static final String ANONYMOUS = "anon_inode:";

    /** Returns the kind of a link's target, such as {@code socket:[4711]}. */
    static FdKind of(String target) {
        if (target.startsWith("socket:")) {
            return SOCKET;
        }
        if (target.startsWith("pipe:")) {
            return PIPE;
        }
        if (target.startsWith(ANONYMOUS)) {
            String name = target.substring(ANONYMOUS.length());
            return name.contains("event") // [eventpoll], [eventfd]
                            || name.contains("timerfd")
                            || name.contains("signalfd")
                            || name.contains("inotify")
                            || name.contains("io_uring")
                    ? EVENT
                    : OTHER;
        }
        return target.startsWith("/") ? FILE : OTHER;
    }

    /** Returns the word that labels and reports show. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
