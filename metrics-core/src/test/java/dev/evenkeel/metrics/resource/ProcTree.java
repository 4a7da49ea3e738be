package dev.evenkeel.metrics.resource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Builds a {@code /proc} of files. */
record ProcTree(Path root) {
    ProcTree file(String name, String content) throws IOException {
        Path file = root.resolve("proc").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    ProcTree descriptor(int number, String target) throws IOException {
        Path link = root.resolve("proc/self/fd").resolve(String.valueOf(number));
        Files.createDirectories(link.getParent());
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(target));
        return this;
    }

    ProcTree closed(int number) throws IOException {
        Files.delete(root.resolve("proc/self/fd").resolve(String.valueOf(number)));
        return this;
    }

    ProcTree thread(int number, long voluntary, long involuntary, long waitNanos) throws IOException {
        file(
                "self/task/" + number + "/status",
                "Name:\tjava\nvoluntary_ctxt_switches:\t" + voluntary + "\nnonvoluntary_ctxt_switches:\t" + involuntary
                        + "\n");
        return file("self/task/" + number + "/schedstat", "77 " + waitNanos + " 5\n");
    }

    ProcTree endThread(int number) throws IOException {
        Path folder = root.resolve("proc/self/task").resolve(String.valueOf(number));
        Files.delete(folder.resolve("status"));
        Files.delete(folder.resolve("schedstat"));
        Files.delete(folder);
        return this;
    }
}
