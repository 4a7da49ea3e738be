package dev.evenkeel.leak;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The child processes of this one. */
final class Children {
    /*
     * ProcessHandle.children() looks at every process of the machine: 1 ms with 150 of them, more on a busy one. Where the
     * kernel lists the children of each of our threads, reading that takes 10 us a thread, whatever else runs. Past some threads
     * the table of all processes is the shorter list again.
     */

    private static final int MOST_THREADS = 128;

    private static final File THREADS = new File("/proc/self/task");
    private static final boolean LISTED = new File("/proc/thread-self/children").canRead();

    private Children() {}

    static Stream<ProcessHandle> now() {
        String[] threads = LISTED ? THREADS.list() : null;
        if (threads == null || threads.length > MOST_THREADS) {
            return ProcessHandle.current().children();
        }
        List<ProcessHandle> children = new ArrayList<>();
        for (String thread : threads) {
            String pids;
            try (FileInputStream in = new FileInputStream("/proc/self/task/" + thread + "/children")) {
                pids = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            } catch (IOException ended) {
                continue; // its children are another thread's now, which may have been read already: the next reading
                // sees them
            }
            for (String pid : pids.isEmpty() ? new String[0] : pids.trim().split(" ")) {
                Optional<ProcessHandle> child = ProcessHandle.of(Long.parseLong(pid));
                child.ifPresent(children::add);
            }
        }
        return children.stream();
    }
}
