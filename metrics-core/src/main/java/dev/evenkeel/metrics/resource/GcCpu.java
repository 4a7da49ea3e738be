package dev.evenkeel.metrics.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * CPU time of the collector's own threads, from the scheduler's account of each of them. Linux only.
 *
 * <p>Not thread-safe. Opens each thread's file for the reading alone: a reading must not hold one descriptor per
 * collector thread in the process whose descriptors it counts.
 */
final class GcCpu {
    /*
     * Before JDK 26 the JVM does not tell what its collector costs, and the pause times of the beans leave out all
     * concurrent work. The kernel does: /proc/self/task/TID/schedstat begins with the nanoseconds that thread ran.
     * Threads are told by their names. HotSpot starts workers when it first needs them and never ends one, so the
     * search is repeated after collections, ever more seldom while it finds nothing new. Each thread's last value is
     * kept, so that the sum never falls.
     *
     * The serial collector has no threads: it runs in the VM thread, which does little else.
     *
     * To open, read and close a file takes 6 us and 200 bytes (2026, 2 cores). A large machine has a hundred collector
     * threads: so they are all read together, and so seldom that it makes at most 32 files a second.
     */

    private static final long NANOS_PER_FILE = 1_000_000_000L / 32;

    private static final String[] NAMES = {
        "GC Thread", "G1 ", "ZWorker", "ZDriver", "XWorker", "XDriver", "Shenandoah",
    };

    private static final long FIRST_SEARCH_AGAIN_NANOS = 1_000_000_000L;
    private static final long LAST_SEARCH_AGAIN_NANOS = 300_000_000_000L;

    private final Path tasks;
    private final boolean collectsInVmThread;
    private final Set<String> known = new HashSet<>();
    private ProcFile[] files = {};
    private long[] threadNanos = {};

    private boolean counted;
    private long countedNanos;
    private long total;

    private boolean searched;
    private long searchedNanos;
    private long searchedAtCollections;
    private long searchAgainNanos = FIRST_SEARCH_AGAIN_NANOS;

    GcCpu(Path root, boolean collectsInVmThread) {
        this.tasks = root.resolve("proc/self/task");
        this.collectsInVmThread = collectsInVmThread;
    }

    /**
     * Returns the nanoseconds that all collector threads had run at {@link #countedNanos()}; -1 when no such thread is found.
     *
     * @param collections how many collections the JVM has counted: new threads are looked for when it has moved
     */
    long nanos(long nowNanos, long collections) {
        if (!searched || collections != searchedAtCollections && nowNanos - searchedNanos >= searchAgainNanos) {
            search(nowNanos, collections);
        }
        if (files.length == 0) {
            return -1;
        }
        if (counted && nowNanos - countedNanos < NANOS_PER_FILE * files.length) {
            return total;
        }
        counted = true;
        countedNanos = nowNanos;
        total = 0;
        for (int i = 0; i < files.length; i++) {
            ProcFile file = files[i];
            if (file.read(nowNanos)) {
                threadNanos[i] = Math.max(threadNanos[i], file.number());
                file.release();
            }
            total += threadNanos[i];
        }
        return total;
    }

    /** When the threads' files were last read. */
    long countedNanos() {
        return countedNanos;
    }

    private void search(long nowNanos, long collections) {
        int before = files.length;
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(tasks)) {
            for (Path folder : folders) {
                String id = String.valueOf(folder.getFileName());
                if (!known.contains(id) && isCollector(folder)) {
                    known.add(id);
                    files = Arrays.copyOf(files, files.length + 1);
                    files[files.length - 1] = new ProcFile(folder.resolve("schedstat"));
                    threadNanos = Arrays.copyOf(threadNanos, files.length);
                }
            }
        } catch (IOException e) {
            // not Linux, or /proc is hidden: absent
        }
        searchAgainNanos = files.length > before || !searched
                ? FIRST_SEARCH_AGAIN_NANOS
                : Math.min(2 * searchAgainNanos, LAST_SEARCH_AGAIN_NANOS);
        searched = true;
        searchedNanos = nowNanos;
        searchedAtCollections = collections;
    }

    private boolean isCollector(Path folder) {
        String name;
        try {
            name = new String(Files.readAllBytes(folder.resolve("comm")), UTF_8).strip();
        } catch (IOException e) {
            return false; // ended meanwhile
        }
        if (collectsInVmThread) {
            return name.equals("VM Thread");
        }
        for (String prefix : NAMES) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
